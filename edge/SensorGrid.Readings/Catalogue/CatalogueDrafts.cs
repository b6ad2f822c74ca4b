using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>First pass over catalogue files: which things are declared, and where. References are followed in the second pass, so the
/// order of files and sections means nothing.</summary>
internal sealed class CatalogueDrafts(SourceMessages messages)
{
    private static readonly string[] Sections = ["domains", "sites", "stations", "assets", "gateways", "datastreams", "zones", "relations"];

    public DraftSet Domains { get; } = new("a domain", messages);

    public DraftSet Sites { get; } = new("a site", messages);

    public DraftSet Stations { get; } = new("a station", messages);

    public DraftSet Assets { get; } = new("an asset", messages);

    public DraftSet Gateways { get; } = new("a gateway", messages);

    public DraftSet Datastreams { get; } = new("a datastream", messages);

    public DraftSet Zones { get; } = new("a zone", messages);

    public List<MappingFields> Relations { get; } = [];

    public void Collect(SourceNode document)
    {
        if (MappingFields.From(document, messages, "a catalogue file", Sections) is not { } file)
            return;
        Collect(file, "domains", Domains, "id", "name");
        Collect(file, "sites", Sites, "id", "name", "domain", "location");
        Collect(file, "stations", Stations, "id", "site", "kind", "name", "domain", "location", "tags");
        Collect(file, "assets", Assets, "id", "kind", "name", "domain", "tags");
        Collect(file, "gateways", Gateways, "id", "domain", "station", "expected-interval", "reorder");
        Collect(file, "zones", Zones, "id", "kind", "name", "domain", "geometry", "radius", "width", "datum", "valid-from", "valid-to");
        foreach (var item in file.Items("datastreams"))
        {
            var fields = MappingFields.From(
                item, messages, "a datastream", "gateway", "name", "station", "asset", "quantity", "unit", "expected-interval", "reorder", "range",
                "wraps-at", "missing", "datum", "decimals", "tags", "limits", "dated-limits");
            // Both are needed to name it, and both are missed in one run.
            if (fields is not null && (fields.Id("gateway", required: true), Name(fields)) is ({ } gateway, { } name))
                Datastreams.Add($"{gateway}/{name}", fields);
        }
        foreach (var item in file.Items("relations"))
        {
            if (MappingFields.From(item, messages, "a relation", "kind", "from", "to") is { } fields)
                Relations.Add(fields);
        }
    }

    private void Collect(MappingFields file, string section, DraftSet into, params string[] keys)
    {
        foreach (var item in file.Items(section))
        {
            if (MappingFields.From(item, messages, into.What, keys) is { } fields && fields.Id("id", required: true) is { } id)
                into.Add(id, fields);
        }
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
}

/// <summary>Declared things of one kind by id.</summary>
internal sealed class DraftSet(string what, SourceMessages messages)
{
    private readonly Dictionary<string, MappingFields> byId = new(StringComparer.Ordinal);

    /// <summary>What they are, with the article.</summary>
    public string What { get; } = what;

    public IEnumerable<string> Ids => byId.Keys;

    public IReadOnlyCollection<KeyValuePair<string, MappingFields>> All => byId;

    public void Add(string id, MappingFields fields)
    {
        if (byId.TryAdd(id, fields))
            return;
        var first = byId[id].Node;
        messages.Error(fields.Node, $"{What} '{id}' is declared already at {first.File}:{first.Line}:{first.Column}");
    }
}
