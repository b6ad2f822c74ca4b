using SensorGrid.Readings.Geodesy;
using SensorGrid.Readings.Time;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Reads declared datastreams one by one: a city has a million of them, and the nodes of a file take ten times what a draft does.</summary>
internal sealed class DatastreamDrafts(SourceMessages messages)
{
    // Whoever waits longer for readings to come in order does not want to be called when something happens.
    private static readonly TimeSpan LongestReorder = TimeSpan.FromHours(1);

    private static readonly string[] Keys =
    [
        "gateway", "name", "station", "asset", "quantity", "unit", "expected-interval", "reorder", "range", "wraps-at", "missing", "datum", "decimals", "tags", "limits", "dated-limits",
    ];

    // A million datastreams have a few quantities, units and data, and some thousands of gateways and stations: one text for all that have the same.
    private readonly Dictionary<string, string> words = new(StringComparer.Ordinal);

    /// <summary>What was read, by <c>gateway/name</c>.</summary>
    public DraftSet<DatastreamDraft> All { get; } = new("a datastream", messages, draft => draft.Position);

    public void Read(SourceNode item)
    {
        var fields = MappingFields.From(item, messages, "a datastream", Keys);
        // Both are needed to name it, and both are missed in one run.
        if (fields is not null && (fields.Id("gateway", required: true), Name(fields)) is ({ } gateway, { } name))
            All.Add($"{gateway}/{name}", Draft(fields, name));
    }

    /// <summary>How long readings of a gateway or a datastream wait to be put in order.</summary>
    public static TimeSpan? ReorderOf(MappingFields fields)
    {
        if (fields.Duration("reorder") is not { } reorder)
            return null;
        if (reorder <= LongestReorder)
            return reorder;
        fields.Error("reorder", $"'reorder' is at most {DurationText.Format(LongestReorder)}: so long each reading waits before it is evaluated");
        return null;
    }

    private DatastreamDraft Draft(MappingFields fields, string name)
    {
        if (fields.Has("station") && fields.Has("asset"))
            fields.Error("asset", "a datastream measures a station or an asset, not both");
        return new()
        {
            Position = SourcePosition.Of(fields.Node),
            Name = name,
            Gateway = Reference(fields, "gateway")!.Value,
            Station = Reference(fields, "station"),
            Asset = Reference(fields, "asset"),
            Quantity = Shared(fields.Text("quantity", required: true) ?? ""),
            UnitName = Shared(UnitOf(fields)),
            ExpectedInterval = fields.Duration("expected-interval"),
            Reorder = ReorderOf(fields),
            Range = RangeOf(fields),
            WrapsAt = WrapsAtOf(fields),
            Missing = fields.Numbers("missing"),
            Datum = fields.Text("datum") is { } datum ? Shared(datum) : null,
            MapDatum = MapDatumOf(fields),
            Decimals = fields.Whole("decimals", 0, 9),
            Tags = fields.TextMap("tags"),
            Limits = LimitsOf(fields),
            DatedLimits = DatedLimits.Read(fields, "dated-limits", messages, LevelsOf),
        };
    }

    private static string? Name(MappingFields fields)
    {
        if (fields.Text("name", required: true) is not { } name)
            return null;
        if (Wire.SenMl.SenMlNames.IsValid(name))
            return name;
        fields.Error("name", $"'{name}' cannot be sent as a SenML name: A-Z a-z 0-9 - : . / _, beginning with a letter or digit, at most 255");
        return null;
    }

    private DraftReference? Reference(MappingFields fields, string key) =>
        fields.Text(key) is { } id ? new(Shared(id), SourcePosition.Of(fields.Node.Find(key)!)) : null;

    private string Shared(string text)
    {
        if (words.TryGetValue(text, out string? known))
            return known;
        words.Add(text, text);
        return text;
    }

    // A datum of heights is a name for people; one of positions moves them by half a kilometre.
    private static MapDatum MapDatumOf(MappingFields fields)
    {
        if (fields.Text("quantity") != "position" || fields.Text("datum") is not { } name)
            return MapDatum.Wgs84;
        if (!MapDatums.TryParse(name, out var datum))
            fields.Error("datum", $"'datum' of a position is one of {string.Join(", ", MapDatums.Names)}, not '{name}'{DidYouMean.Hint(name, MapDatums.Names)}");
        return datum;
    }

    private static string UnitOf(MappingFields fields)
    {
        if (fields.Text("unit") is not { } unit)
            return "";
        if (unit == "C")
            fields.Warn("unit", "'C' is the coulomb; a temperature in degrees Celsius has the unit 'Cel'");
        if (UnitRegistry.IdOf(unit) != UnitRegistry.Unknown)
            return unit;
        // A near miss is a mistake. Another name is a unit that SenML lacks: the gateway leaves it out, the catalogue carries it.
        if (UnitNames.Meant(unit) is { } meant)
            fields.Error("unit", $"'{unit}' is not a SenML unit; did you mean '{meant}'?");
        else
            fields.Warn("unit", $"'{unit}' is not a SenML unit: it is shown to people, and the gateway must leave the unit out");
        return unit;
    }

    private static (double Minimum, double Maximum)? RangeOf(MappingFields fields)
    {
        if (!fields.Has("range"))
            return null;
        var items = fields.Items("range");
        var numbers = fields.Numbers("range");
        if (numbers.Count != 2 || items.Count != 2)
        {
            if (numbers.Count == items.Count)
                fields.Error("range", "'range' is [least, greatest], for example [-1, 12]");
            return null;
        }
        if (numbers[0] < numbers[1])
            return (numbers[0], numbers[1]);
        fields.Error("range", $"the least value {Text(numbers[0])} of 'range' is not below the greatest {Text(numbers[1])}");
        return null;
    }

    private static double? WrapsAtOf(MappingFields fields)
    {
        double? bound = fields.Number("wraps-at");
        if (bound <= 0)
            fields.Error("wraps-at", "'wraps-at' is the value at which a counter begins again; it is above 0");
        return bound;
    }

    private static LevelLimits? LimitsOf(MappingFields fields) =>
        fields.Mapping("limits", "'limits' of a datastream", false, [.. LevelLimits.Names]) is { } limits ? LevelsOf(limits) : null;

    private static LevelLimits LevelsOf(MappingFields limits)
    {
        var values = LevelLimits.Names.Select(level => limits.Number(level)).ToArray();
        int direction = 0;
        double? before = null;
        for (int i = 0; i < values.Length; i++)
        {
            if (values[i] is not { } value)
                continue;
            int step = before is { } lower ? value.CompareTo(lower) : direction;
            if (before is not null && (step == 0 || step * direction < 0))
                limits.Error(LevelLimits.Names[i], $"limits rise or fall from blue to red; {Text(value)} after {Text(before.Value)} does neither");
            direction = step == 0 ? direction : step;
            before = value;
        }
        return new(values[0], values[1], values[2], values[3]);
    }

    private static string Text(double value) => value.ToString("R", System.Globalization.CultureInfo.InvariantCulture);
}
