using System.Globalization;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The lists and tables of SL 651, as they stand in settings.</summary>
internal sealed record Sl651ListOptions
{
    /// <summary>Elements asked for when a station's own are not known yet, two hex digits each.</summary>
    public IReadOnlyList<string> RefillElements { get; init; } =
        [.. new Sl651CentreOptions().RefillElements.Select(code => code.ToString("X2", CultureInfo.InvariantCulture))];

    /// <summary>Step of the values asked for when a hole is refilled: whole minutes below an hour, hours below a day, or days.</summary>
    public TimeSpan RefillStep { get; init; } = TimeSpan.FromHours(1);

    /// <summary>Slot times of single stations, each as <c>ADDRESS=First</c>.</summary>
    public IReadOnlyList<string> StationSlotTimes { get; init; } = [];

    /// <summary>The centre's options with these lists; errors name the setting.</summary>
    public Sl651CentreOptions Over(Sl651CentreOptions centre, string section, List<string> errors)
    {
        var codes = new List<int>();
        foreach (string text in RefillElements)
        {
            if (text.Length != 2 || !int.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) ||
                code is < 1 or > 0xEF || Sl651Elements.Of(code).Natural.Bytes == 0)
                errors.Add($"{section}:{nameof(RefillElements)}: \"{text}\" is no identifier of the standard's table, two hex digits such as 39.");
            else
                codes.Add(code);
        }
        if (!TryStep(RefillStep, out var step))
            errors.Add($"{section}:{nameof(RefillStep)}: {RefillStep} is not 1 to 59 whole minutes, 1 to 23 whole hours or 1 to 31 whole days.");
        return centre with { RefillElements = codes.Count > 0 ? codes : centre.RefillElements, RefillStep = step };
    }

    /// <summary>The reader's options with these lists; errors name the setting.</summary>
    public Sl651ReaderOptions Over(Sl651ReaderOptions reader, string section, List<string> errors)
    {
        var stations = new Dictionary<string, Sl651SlotTimes>(StringComparer.Ordinal);
        string key = $"{section}:{nameof(StationSlotTimes)}";
        foreach (string text in StationSlotTimes)
        {
            string[] parts = text.Split('=', StringSplitOptions.TrimEntries);
            if (parts.Length != 2 || !Sl651Address.TryParse(parts[0], out var address) || !Enum.GetNames<Sl651SlotTimes>().Contains(parts[1], StringComparer.OrdinalIgnoreCase))
                errors.Add($"{key}: \"{text}\" is not ADDRESS=WAY, an address of ten hex digits and one of {string.Join(", ", Enum.GetNames<Sl651SlotTimes>())}.");
            else if (!stations.TryAdd(address.ToString(), Enum.Parse<Sl651SlotTimes>(parts[1], ignoreCase: true)))
                errors.Add($"{key}: {parts[0]} is named a second time.");
        }
        return reader with { StationSlotTimes = stations };
    }

    private static bool TryStep(TimeSpan span, out Sl651Step step)
    {
        step = span.Ticks > 0 && span.Ticks % TimeSpan.TicksPerMinute == 0 ? new(span.Days, span.Hours, span.Minutes) : default;
        return !step.IsNone && step.IsValid;
    }
}
