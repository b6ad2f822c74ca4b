using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads <c>threshold</c> rules.</summary>
internal static class ThresholdRuleReader
{
    private static readonly string[] Keys = ["value", "over", "direction", "levels", "dated-levels", "unit", "floor", "clear-margin", "on-delay", "off-delay"];

    public static RuleFamily[] Families => [new("threshold", Keys, (fields, messages) => RuleFields.WithDelays(Read(fields, messages), fields))];

    private static ThresholdRule Read(MappingFields fields, SourceMessages messages)
    {
        var direction = RuleFields.Direction(fields);
        string? unit = fields.Text("unit");
        var (value, formula) = ValueReader.Read(fields, unit, messages);
        var (limits, limitFormulas, datedLimits) = LevelsReader.Read(fields, direction, messages);
        var over = AreaValueReader.Read(fields, formula);
        if (over is not null && limitFormulas.Count > 0)
            fields.Error("levels", "limits that are worked out are of one datastream; a rule with 'over' has numbers");
        return new()
        {
            Value = value,
            Formula = formula,
            Over = over,
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
