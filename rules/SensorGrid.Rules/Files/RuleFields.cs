using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Files;

/// <summary>The values that only rules have. Each getter puts what is wrong into the messages behind the fields.</summary>
internal static class RuleFields
{
    // A year. Longer is a slip, and times plus delays must stay far from the end of a 64-bit tick count.
    private static readonly TimeSpan Longest = TimeSpan.FromDays(366);

    private static readonly string[] LevelWords = [.. LevelNames.Raised.Select(LevelNames.NameOf)];

    public static Level Level(MappingFields fields) =>
        fields.Word("level", LevelWords, required: true) is { } word && LevelNames.TryParse(word, out var level) ? level : Model.Level.Blue;

    /// <summary><c>direction: above</c>, which it is when absent, or <c>below</c>.</summary>
    public static LimitDirection Direction(MappingFields fields) =>
        fields.Word("direction", ["above", "below"]) == "below" ? LimitDirection.Below : LimitDirection.Above;

    public static double? NotNegative(MappingFields fields, string key)
    {
        double? number = fields.Number(key);
        if (number < 0)
            fields.Error(key, $"'{key}' cannot be negative");
        return number;
    }

    /// <summary>A duration longer than none.</summary>
    public static long? Positive(MappingFields fields, string key, bool required = false)
    {
        if (fields.Duration(key, required) is not { } duration)
            return null;
        if (duration <= TimeSpan.Zero)
            fields.Error(key, $"'{key}' must be longer than nothing");
        return Bounded(fields, key, duration);
    }

    /// <summary>A duration, none when absent.</summary>
    public static long Delay(MappingFields fields, string key) =>
        fields.Duration(key) is { } duration ? Bounded(fields, key, duration) : 0;

    /// <summary><c>levels: { yellow: 3, … }</c>, or <c>levels: catalogue</c>, which gives null.</summary>
    public static LevelLimits? Levels(MappingFields fields, LimitDirection direction)
    {
        if (fields.Find("levels") is ScalarNode { Value: "catalogue" })
            return null;
        if (fields.Find("levels") is ScalarNode other)
        {
            fields.Error("levels", $"'levels' is 'catalogue' or a mapping of limits ({{ yellow: 3, red: 5 }}), not '{other.Value}'");
            return null;
        }
        if (fields.Mapping("levels", "'levels'", required: true, LevelWords) is not { } levels)
            return null;
        var limits = new LevelLimits(levels.Number("blue"), levels.Number("yellow"), levels.Number("orange"), levels.Number("red"));
        if (levels.Node.Entries.Count == 0)
            fields.Error("levels", "'levels' has no limit; give at least one of blue, yellow, orange, red");
        else if (!limits.RiseWith(direction))
            fields.Error("levels", direction == LimitDirection.Above
                ? "limits must rise from blue to red (direction: above)"
                : "limits must fall from blue to red (direction: below)");
        return limits;
    }

    /// <summary><c>levels: { yellow: 3, … }</c> where there is nothing in the catalogue to take limits from.</summary>
    public static LevelLimits OwnLevels(MappingFields fields, LimitDirection direction)
    {
        if (fields.Find("levels") is ScalarNode { Value: "catalogue" })
            fields.Error("levels", "'levels' of this rule are its own: a mapping ({ yellow: 3, red: 5 }); the limits of the catalogue are for values");
        return Levels(fields, direction) ?? LevelLimitsInOrder.None;
    }

    /// <summary><c>levels: { yellow: 1, … }</c> where each is how many of something.</summary>
    public static LevelLimits Counts(MappingFields fields, int most, string what)
    {
        var counts = OwnLevels(fields, LimitDirection.Above);
        foreach (var (_, count) in counts.InOrder())
        {
            if (count < 1 || count > most || count != Math.Floor(count))
            {
                fields.Error("levels", $"each of 'levels' is {what}: a whole number from 1 to {most}");
                break;
            }
        }
        return counts;
    }

    /// <summary><c>floor: { last: 1 }</c>.</summary>
    public static double? Floor(MappingFields fields) =>
        fields.Has("floor") ? fields.Mapping("floor", "'floor'", required: false, "last")?.Number("last", required: true) : null;

    public static RuleScope Scope(MappingFields fields)
    {
        string[] keys = ["domain", "quantity", "kind", "stations", "assets", "gateways", "datastreams", "tags", "zones", "zone-kind", "upstream-of", "downstream-of", "neighbours-of"];
        if (fields.Mapping("scope", "'scope'", required: true, keys) is not { } scope)
            return new();
        if (scope.Node.Entries.Count == 0)
            fields.Error("scope", $"'scope' is empty; say which datastreams with {string.Join(", ", keys)}");
        return new()
        {
            Domain = scope.Text("domain"),
            Quantity = scope.Text("quantity"),
            Kind = scope.Text("kind"),
            Stations = Ids(scope, "stations"),
            Assets = Ids(scope, "assets"),
            Gateways = Ids(scope, "gateways"),
            Datastreams = Ids(scope, "datastreams"),
            Zones = Ids(scope, "zones"),
            ZoneKind = scope.Text("zone-kind"),
            UpstreamOf = Ids(scope, "upstream-of"),
            DownstreamOf = Ids(scope, "downstream-of"),
            NeighboursOf = Ids(scope, "neighbours-of"),
            Tags = scope.Has("tags") ? scope.TextMap("tags") : null,
        };
    }

    /// <summary>The rule with its delays.</summary>
    public static T WithDelays<T>(T rule, MappingFields fields)
        where T : Rule =>
        rule with { OnDelayTicks = Delay(fields, "on-delay"), OffDelayTicks = Delay(fields, "off-delay") };

    private static long Bounded(MappingFields fields, string key, TimeSpan duration)
    {
        if (duration > Longest)
            fields.Error(key, $"'{key}' is longer than a year");
        return duration.Ticks;
    }

    private static List<string>? Ids(MappingFields scope, string key)
    {
        if (!scope.Has(key))
            return null;
        var ids = scope.Texts(key).Select(text => text.Value).ToList();
        if (ids.Count == 0)
            scope.Error(key, $"'{key}' names nothing; leave it out to take all");
        return ids;
    }
}
