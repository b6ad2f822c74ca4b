using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads <c>time-to-limit</c> rules.</summary>
internal static class TimeToLimitReader
{
    private static readonly string[] LevelWords = [.. LevelNames.Raised.Select(LevelNames.NameOf)];

    public static RuleFamily[] Families =>
    [
        new(
            "time-to-limit",
            ["limit", "direction", "window", "readings", "levels", "clear-margin", "unit", "on-delay", "off-delay"],
            (fields, _) => Read(fields)),
    ];

    private static TimeToLimitRule Read(MappingFields fields)
    {
        var (limit, level) = DetectorReader.Limit(fields);
        return new()
        {
            Limit = limit,
            LimitLevel = level,
            Direction = RuleFields.Direction(fields),
            WindowTicks = RuleFields.Positive(fields, "window", required: true) ?? 1,
            Readings = fields.Whole("readings", 2, 1000) ?? 3,
            HorizonHours = Horizons(fields),
            ClearMarginHours = Hours(RuleFields.Delay(fields, "clear-margin")),
            Unit = fields.Text("unit"),
            OnDelayTicks = RuleFields.Delay(fields, "on-delay"),
            OffDelayTicks = RuleFields.Delay(fields, "off-delay"),
        };
    }

    private static LevelLimits Horizons(MappingFields fields)
    {
        if (fields.Mapping("levels", "'levels'", required: true, LevelWords) is not { } levels)
            return LevelLimitsInOrder.None;
        var horizons = new LevelLimits(Of("blue"), Of("yellow"), Of("orange"), Of("red"));
        if (levels.Node.Entries.Count == 0)
            fields.Error("levels", "'levels' has no horizon; give at least one of blue, yellow, orange, red");
        else if (!horizons.RiseWith(LimitDirection.Below))
            fields.Error("levels", "horizons must fall from blue to red: the less time is left, the worse it is");
        return horizons;

        double? Of(string level) => levels.Has(level) && RuleFields.Positive(levels, level) is { } ticks ? Hours(ticks) : null;
    }

    private static double Hours(long ticks) => (double)ticks / TimeSpan.TicksPerHour;
}
