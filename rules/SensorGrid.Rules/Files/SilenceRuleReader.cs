using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads rules about what does not come: <c>silence-after</c>.</summary>
internal static class SilenceRuleReader
{
    public static RuleFamily[] Families =>
    [
        new("silence-after", ["silence", "levels", "direction", "unit"], (fields, _) => ReadSilenceAfter(fields)),
    ];

    private static SilenceAfterRule ReadSilenceAfter(MappingFields fields)
    {
        var direction = fields.Word("direction", ["above", "below"]) == "below" ? LimitDirection.Below : LimitDirection.Above;
        long silence = RuleFields.Positive(fields, "silence", required: true) ?? 0;
        return new()
        {
            SilenceTicks = silence,
            OnDelayTicks = silence,
            Limits = RuleFields.Levels(fields, direction),
            Direction = direction,
            Unit = fields.Text("unit"),
        };
    }
}
