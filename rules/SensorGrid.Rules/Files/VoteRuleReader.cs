using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Votes;

namespace SensorGrid.Rules.Files;

/// <summary>Reads rules that count: <c>k-of-n</c>, <c>confirmation</c>, <c>k-of-last</c>.</summary>
internal static class VoteRuleReader
{
    private const int MostVotes = 100_000;
    private const int MostDetectors = 16;

    public static RuleFamily[] Families =>
    [
        new("k-of-n", [.. DetectorReader.Keys, "by", "votes-of", "within", "levels"], ReadKOfN),
        new("confirmation", ["of", "by", "within", "levels"], ReadConfirmation),
        new("k-of-last", ["of-last", "limit", "direction", "unit", "levels"], (fields, _) => ReadRepeat(fields)),
    ];

    private static VoteRule ReadKOfN(MappingFields fields, SourceMessages messages) => new()
    {
        // Whom it asks is the scope of the rule itself.
        Detectors = [DetectorReader.Read(fields, new(), messages)],
        By = GroupingReader.Read(fields),
        VotesOf = fields.Word("votes-of", ["datastream", "station", "asset", "gateway"]) switch
        {
            "station" => GroupKind.Station,
            "asset" => GroupKind.Asset,
            "gateway" => GroupKind.Gateway,
            _ => GroupKind.All,
        },
        Votes = RuleFields.Counts(fields, MostVotes, "a number of votes"),
        WithinTicks = RuleFields.Delay(fields, "within"),
    };

    private static VoteRule ReadConfirmation(MappingFields fields, SourceMessages messages)
    {
        var detectors = new List<Detector>();
        foreach (var item in fields.Items("of", required: true))
        {
            if (MappingFields.From(item, messages, "a detector", ["scope", .. DetectorReader.Keys]) is { } detector)
                detectors.Add(DetectorReader.Read(detector, RuleFields.Scope(detector), messages));
        }
        if (fields.Has("of") && detectors.Count is < 2 or > MostDetectors)
            fields.Error("of", $"'of' of a confirmation rule lists from 2 to {MostDetectors} kinds of evidence");
        return new()
        {
            Detectors = detectors,
            By = GroupingReader.Read(fields),
            Votes = RuleFields.Counts(fields, Math.Max(2, detectors.Count), "how many of 'of' it takes"),
            WithinTicks = RuleFields.Delay(fields, "within"),
        };
    }

    private static RepeatRule ReadRepeat(MappingFields fields)
    {
        int ofLast = fields.Whole("of-last", 2, RepeatEvaluator.MostReadings, required: true) ?? 2;
        return new()
        {
            OfLast = ofLast,
            Limit = fields.Number("limit", required: true) ?? 0,
            Direction = RuleFields.Direction(fields),
            Unit = fields.Text("unit"),
            Counts = RuleFields.Counts(fields, ofLast, "how many of 'of-last' it takes"),
        };
    }
}
