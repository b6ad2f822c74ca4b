using System.Globalization;
using SensorGrid.FieldProtocols.Hj212;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The lists of HJ 212.</summary>
internal sealed record Hj212ListOptions
{
    /// <summary>Command codes of the data asked for when a hole is refilled.</summary>
    public IReadOnlyList<string> RefillCommands { get; init; } =
        [.. new Hj212CentreOptions().RefillCommands.Select(code => code.ToString(CultureInfo.InvariantCulture))];

    /// <summary>The centre's options with these lists; errors name the setting.</summary>
    public Hj212CentreOptions Over(Hj212CentreOptions centre, string section, List<string> errors)
    {
        var codes = new List<int>();
        foreach (string text in RefillCommands)
        {
            if (!int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out int code) || !Hj212CentreOptions.CanRefill(code))
                errors.Add($"{section}:{nameof(RefillCommands)}: \"{text}\" is not one of 2011, 2031, 2041, 2051, 2061.");
            else if (!codes.Contains(code))
                codes.Add(code);
        }
        return centre with { RefillCommands = codes };
    }
}
