using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Formulas;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads <c>over</c> of a threshold rule: that its value is made of those of many points.</summary>
internal static class AreaValueReader
{
    private const double HalfOfIt = 0.5;

    private static readonly string[] Keys = ["by", "take", "weights", "coverage", "fresh", "limit", "direction"];

    public static AreaValue? Read(MappingFields fields, ValueFormula? formula)
    {
        if (!fields.Has("over") || fields.Mapping("over", "'over'", required: false, Keys) is not { } over)
            return null;
        var by = GroupingReader.Read(over);
        var function = over.Word("take", AreaFunctions.Names, required: true) is { } word ? AreaFunctions.Find(word) : AreaFunction.Average;
        OnlyCountsHaveALimit(over, function);
        var (limit, level) = function == AreaFunction.Count ? DetectorReader.Limit(over) : (0, default);
        RefuseWhatIsOfOnePoint(fields, formula);
        return new()
        {
            By = by,
            Function = function,
            Weights = Weights(over, by, function),
            Coverage = Coverage(over, function),
            FreshTicks = RuleFields.Positive(over, "fresh") ?? 0,
            Limit = limit,
            LimitLevel = level,
            Direction = RuleFields.Direction(over),
        };
    }

    // A key without effect is a misunderstanding.
    private static void OnlyCountsHaveALimit(MappingFields over, AreaFunction function)
    {
        foreach (string key in new[] { "limit", "direction" })
        {
            if (function != AreaFunction.Count && over.Has(key))
                over.Error(key, $"'{key}' of 'over' says which points count, and belongs to 'take: count'");
        }
    }

    private static AreaWeights Weights(MappingFields over, Grouping by, AreaFunction function)
    {
        if (over.Word("weights", ["equal", "thiessen"]) != "thiessen")
            return AreaWeights.Equal;
        if (function != AreaFunction.Average)
            over.Error("weights", "'weights' belong to 'take: avg'; nothing else is weighed");
        else if (by.Kind != GroupKind.Zone)
            over.Error("weights", "'weights: thiessen' shares out the ground of a zone, and needs 'by: zone:KIND'");
        return AreaWeights.Thiessen;
    }

    // A largest value, or one more that counts, is true whoever else is silent; a mean of few is the mean of another area.
    private static double Coverage(MappingFields over, AreaFunction function)
    {
        double share = over.Number("coverage") ?? (function is AreaFunction.Average or AreaFunction.Sum ? HalfOfIt : 0);
        if (share is < 0 or > 1)
            over.Error("coverage", "'coverage' of 'over' is the share of the points, or of their weight, that must have a value: from 0 to 1");
        return share;
    }

    private static void RefuseWhatIsOfOnePoint(MappingFields fields, ValueFormula? formula)
    {
        if (fields.Find("levels") is ScalarNode { Value: "catalogue" })
            fields.Error("levels", "'levels: catalogue' are those of one datastream; a rule with 'over' has levels of its own");
        if (formula is not null && formula.Root.Parts().Any(part => part is ReferenceNode))
            fields.Error("value", "a rule with 'over' works out the same of each point, and cannot refer to other datastreams with 'of'");
    }
}
