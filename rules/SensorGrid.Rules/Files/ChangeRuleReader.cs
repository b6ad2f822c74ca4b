using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads rules about how a value moves from one reading to the next: <c>stuck-at</c>, <c>step</c>, <c>spike</c>.</summary>
internal static class ChangeRuleReader
{
    private static readonly string[] Directions = ["either", "up", "down"];

    public static RuleFamily[] Families =>
    [
        new("stuck-at", ["still", "band", "readings", "unit", "floor", "level"], (fields, _) => ReadStuckAt(fields)),
        new("step", ["levels", "unit", "direction", "within", "lasts", "clear-margin", "on-delay"], (fields, _) => ReadStep(fields)),
        new("spike", ["levels", "unit", "direction", "within", "returns-within", "lasts"], (fields, _) => ReadSpike(fields)),
    ];

    private static StuckAtRule ReadStuckAt(MappingFields fields) => new()
    {
        StillTicks = RuleFields.Positive(fields, "still", required: true) ?? 0,
        Band = RuleFields.NotNegative(fields, "band") ?? 0,
        Readings = fields.Whole("readings", 2, 1_000_000) ?? 3,
        Unit = fields.Text("unit"),
        Floor = RuleFields.Floor(fields),
        Level = RuleFields.Level(fields),
    };

    private static StepRule ReadStep(MappingFields fields)
    {
        var rule = new StepRule
        {
            Limits = Sizes(fields),
            Unit = fields.Text("unit"),
            Direction = Direction(fields),
            WithinTicks = RuleFields.Positive(fields, "within", required: true) ?? 0,
            LastsTicks = RuleFields.Positive(fields, "lasts") ?? TimeSpan.TicksPerHour,
            ClearMargin = RuleFields.NotNegative(fields, "clear-margin") ?? 0,
            OnDelayTicks = RuleFields.Delay(fields, "on-delay"),
        };
        if (rule.OnDelayTicks >= rule.LastsTicks)
            fields.Error("on-delay", "'on-delay' must be shorter than 'lasts' (an hour when it is not given), or the step never counts");
        if (Smallest(rule.Limits) <= rule.ClearMargin)
            fields.Error("clear-margin", "'clear-margin' must be smaller than the smallest of 'levels', or the step is never left");
        return rule;
    }

    private static SpikeRule ReadSpike(MappingFields fields)
    {
        long within = RuleFields.Positive(fields, "within", required: true) ?? 0;
        return new()
        {
            Limits = Sizes(fields),
            Unit = fields.Text("unit"),
            Direction = Direction(fields),
            WithinTicks = within,
            ReturnsWithinTicks = RuleFields.Positive(fields, "returns-within") ?? within,
            LastsTicks = RuleFields.Positive(fields, "lasts") ?? TimeSpan.TicksPerHour,
        };
    }

    private static ChangeDirection Direction(MappingFields fields) => fields.Word("direction", Directions) switch
    {
        "up" => ChangeDirection.Up,
        "down" => ChangeDirection.Down,
        _ => ChangeDirection.Either,
    };

    private static LevelLimits Sizes(MappingFields fields)
    {
        var sizes = RuleFields.OwnLevels(fields, LimitDirection.Above);
        if (Smallest(sizes) <= 0)
            fields.Error("levels", "'levels' of a change are how large it is, more than 0; which way it goes says 'direction'");
        return sizes;
    }

    private static double Smallest(LevelLimits limits) => limits.InOrder().Select(level => level.Limit).DefaultIfEmpty(double.MaxValue).Min();
}
