using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads <c>threshold</c> rules.</summary>
internal static class ThresholdRuleReader
{
    private static readonly string[] Keys = ["value", "direction", "levels", "dated-levels", "unit", "floor", "clear-margin", "on-delay", "off-delay", "hours"];

    public static RuleFamily[] Families => [new("threshold", Keys, (fields, messages) => RuleFields.WithDelays(Read(fields, messages), fields, messages))];

    private static ThresholdRule Read(MappingFields fields, SourceMessages messages)
    {
        var direction = RuleFields.Direction(fields);
        string? unit = fields.Text("unit");
        var (value, formula) = ValueReader.Read(fields, unit, messages);
        var (limits, limitFormulas, datedLimits) = LevelsReader.Read(fields, direction, messages);
        return new()
        {
            Value = value,
            Formula = formula,
            Direction = direction,
            Limits = limits,
            LimitFormulas = limitFormulas,
            DatedLimits = datedLimits,
            Unit = unit,
            ClearMargin = RuleFields.NotNegative(fields, "clear-margin") ?? 0,
            Floor = RuleFields.Floor(fields),
        };
    }
}
