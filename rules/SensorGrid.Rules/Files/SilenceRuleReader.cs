using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads rules about what does not come: <c>deadman</c>, <c>silence-after</c>.</summary>
internal static class SilenceRuleReader
{
    public static RuleFamily[] Deadman => [new("deadman", ["silence", "level", "of", "roll-up"], (fields, _) => ReadDeadman(fields))];

    public static RuleFamily[] Families =>
    [
        new("silence-after", ["silence", "levels", "direction", "unit"], (fields, _) => ReadSilenceAfter(fields)),
    ];

    // Silence is a condition that holds since the newest reading and counts after this on-delay.
    private static DeadmanRule ReadDeadman(MappingFields fields)
    {
        long silence = RuleFields.Positive(fields, "silence", required: true) ?? 0;
        return new()
        {
            SilenceTicks = silence,
            OnDelayTicks = silence,
            Level = RuleFields.Level(fields),
            OfGateway = fields.Word("of", ["datastream", "gateway"]) == "gateway",
            RollUp = RollUpReader.Read(fields),
        };
    }

    private static SilenceAfterRule ReadSilenceAfter(MappingFields fields)
    {
        var direction = RuleFields.Direction(fields);
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
