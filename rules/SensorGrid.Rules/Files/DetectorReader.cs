using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>Reads what each datastream of a group is asked: a limit, or a silence.</summary>
internal static class DetectorReader
{
    public static readonly string[] Keys = ["value", "direction", "limit", "unit", "clear-margin", "floor", "on-delay", "silence"];

    private static readonly string[] LevelWords = [.. LevelNames.Raised.Select(LevelNames.NameOf)];

    /// <summary>Reads it from the keys of a rule, or of one item of a list.</summary>
    public static Detector Read(MappingFields fields, RuleScope scope, SourceMessages messages)
    {
        if (fields.Has("silence"))
            return ReadSilence(fields, scope);
        var direction = RuleFields.Direction(fields);
        string? unit = fields.Text("unit");
        var (value, formula) = ValueReader.Read(fields, unit, messages);
        var (limit, at) = Limit(fields);
        var watch = new ThresholdRule
        {
            Value = value,
            Formula = formula,
            Direction = direction,
            Limits = limit is null ? null : new LevelLimits(limit, null, null, null),
            Unit = unit,
            ClearMargin = RuleFields.NotNegative(fields, "clear-margin") ?? 0,
            Floor = RuleFields.Floor(fields),
            OnDelayTicks = RuleFields.Delay(fields, "on-delay"),
            Position = SourcePosition.Of(fields.Node),
        };
        return new() { Scope = scope, Watch = watch, At = at };
    }

    /// <summary>A number, or the word of a level: each datastream's own limit for it in the catalogue.</summary>
    public static (double? Limit, Level At) Limit(MappingFields fields)
    {
        if (fields.Find("limit") is ScalarNode scalar && LevelNames.TryParse(scalar.Value, out var level))
            return (null, level);
        if (fields.Find("limit") is ScalarNode word && !double.TryParse(word.Value, System.Globalization.CultureInfo.InvariantCulture, out _))
        {
            string hint = DidYouMean.Hint(word.Value, LevelWords);
            fields.Error("limit", $"'limit' is a number, or one of {string.Join(", ", LevelWords)} for each datastream's own limit, not '{word.Value}'{hint}");
            return (0, Level.Blue);
        }
        return (fields.Number("limit", required: true) ?? 0, Level.Blue);
    }

    private static Detector ReadSilence(MappingFields fields, RuleScope scope)
    {
        foreach (string key in Keys)
        {
            if (key != "silence" && fields.Has(key))
                fields.Error(key, $"'{key}' asks for values and 'silence' for their lack; give one of both");
        }
        long silence = RuleFields.Positive(fields, "silence") ?? 0;
        var watch = new DeadmanRule { SilenceTicks = silence, OnDelayTicks = silence, Level = Level.Blue, Position = SourcePosition.Of(fields.Node) };
        return new() { Scope = scope, Watch = watch, At = Level.Blue };
    }
}
