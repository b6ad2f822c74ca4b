using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>First pass over catalogue files: which things are declared, and where. References are followed in the second pass, so the
/// order of files and sections means nothing.</summary>
internal sealed class CatalogueDrafts(SourceMessages messages)
{
    private const string DatastreamsSection = "datastreams";

    private static readonly string[] Sections = ["domains", "sites", "stations", "assets", "gateways", DatastreamsSection, "zones", "relations"];

    private readonly DatastreamDrafts datastreams = new(messages);

    public DraftSet<MappingFields> Domains { get; } = SetOf("a domain", messages);

    public DraftSet<MappingFields> Sites { get; } = SetOf("a site", messages);

    public DraftSet<MappingFields> Stations { get; } = SetOf("a station", messages);

    public DraftSet<MappingFields> Assets { get; } = SetOf("an asset", messages);

    public DraftSet<MappingFields> Gateways { get; } = SetOf("a gateway", messages);

    public DraftSet<DatastreamDraft> Datastreams => datastreams.All;

    public DraftSet<MappingFields> Zones { get; } = SetOf("a zone", messages);

    public List<MappingFields> Relations { get; } = [];

    public void Collect(SourceFile source)
    {
        var document = YamlDocumentReader.Read(source.Path, source.Text, messages, DatastreamsSection, datastreams.Read);
        if (document is null || MappingFields.From(document, messages, "a catalogue file", Sections) is not { } file)
            return;
        Collect(file, "domains", Domains, "id", "name");
        Collect(file, "sites", Sites, "id", "name", "domain", "location");
        Collect(file, "stations", Stations, "id", "site", "kind", "name", "domain", "location", "tags");
        Collect(file, "assets", Assets, "id", "kind", "name", "domain", "tags");
        Collect(file, "gateways", Gateways, "id", "domain", "station", "expected-interval", "reorder");
        Collect(file, "zones", Zones, "id", "kind", "name", "domain", "geometry", "radius", "width", "datum", "valid-from", "valid-to");
        // Of these there may be a million, and they have been taken; that they are a list is left to say.
        _ = file.Items(DatastreamsSection);
        foreach (var item in file.Items("relations"))
        {
            if (MappingFields.From(item, messages, "a relation", "kind", "from", "to") is { } fields)
                Relations.Add(fields);
        }
    }

    private void Collect(MappingFields file, string section, DraftSet<MappingFields> into, params string[] keys)
    {
        foreach (var item in file.Items(section))
        {
            if (MappingFields.From(item, messages, into.What, keys) is { } fields && fields.Id("id", required: true) is { } id)
                into.Add(id, fields);
        }
    }

    private static DraftSet<MappingFields> SetOf(string what, SourceMessages messages) => new(what, messages, fields => SourcePosition.Of(fields.Node));
}

/// <summary>Declared things of one kind by id.</summary>
/// <typeparam name="TDraft">What is kept of one.</typeparam>
internal sealed class DraftSet<TDraft>(string what, SourceMessages messages, Func<TDraft, SourcePosition> positionOf)
{
    private readonly Dictionary<string, TDraft> byId = new(StringComparer.Ordinal);

    /// <summary>What they are, with the article.</summary>
    public string What { get; } = what;

    public IEnumerable<string> Ids => byId.Keys;

    public IReadOnlyCollection<KeyValuePair<string, TDraft>> All => byId;

    public void Add(string id, TDraft draft)
    {
        if (!byId.TryAdd(id, draft))
            messages.Add(positionOf(draft).Error($"{What} '{id}' is declared already at {positionOf(byId[id])}"));
    }
}
