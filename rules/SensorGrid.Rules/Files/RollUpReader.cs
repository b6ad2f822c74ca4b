using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads <c>roll-up</c> of a deadman rule.</summary>
internal static class RollUpReader
{
    private const double Most = 0.5;

    public static RollUp? Read(MappingFields fields)
    {
        if (!fields.Has("roll-up")
            || fields.Mapping("roll-up", "'roll-up'", required: false, "by", "share", "least", "wait", "level", "title") is not { } mapping)
            return null;
        double share = mapping.Number("share") ?? Most;
        if (share is <= 0 or > 1)
            mapping.Error("share", "'share' of 'roll-up' is more than 0 and at most 1: 0.5 is half of the members");
        return new()
        {
            By = GroupingReader.Read(mapping),
            Share = share,
            Least = mapping.Whole("least", 2, 1_000_000) ?? 3,
            WaitTicks = RuleFields.Positive(mapping, "wait") ?? TimeSpan.TicksPerMinute,
            Level = mapping.Has("level") ? RuleFields.Level(mapping) : RuleFields.Level(fields),
            Title = mapping.Localized("title"),
        };
    }
}
