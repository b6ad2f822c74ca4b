using NetTopologySuite.Geometries;
using SensorGrid.Readings.Time;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Second pass over catalogue files: values are read and references followed. A thing with a wrong part is still made of what
/// is right, so that a reference to it is not reported as a second mistake.</summary>
internal sealed class CatalogueLinker(SourceBundle bundle, CatalogueDrafts drafts, SourceMessages messages)
{
    private static readonly string[] RelationKinds = ["upstream", "neighbour"];

    private readonly Dictionary<string, Domain> domains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Site> sites = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Station> stations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Asset> assets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Gateway> gateways = new(StringComparer.Ordinal);

    /// <summary>The catalogue; to be used only when no message is an error.</summary>
    public CityCatalogue Link()
    {
        foreach (var (id, fields) in drafts.Domains.All)
            domains[id] = new(id, NameOf(fields, id));
        foreach (var (id, fields) in drafts.Sites.All)
            sites[id] = new(id, NameOf(fields, id), DomainOf(fields, required: false) ?? "", LocationOf(fields));
        foreach (var (id, fields) in drafts.Stations.All)
            stations[id] = LinkStation(id, fields);
        foreach (var (id, fields) in drafts.Assets.All)
            assets[id] = new(id, fields.Text("kind", required: true) ?? "", NameOf(fields, id), DomainOf(fields) ?? "", fields.TextMap("tags"));
        foreach (var (id, fields) in drafts.Gateways.All)
            gateways[id] = LinkGateway(id, fields);
        var datastreams = drafts.Datastreams.All.Select(draft => LinkDatastream(draft.Key, draft.Value)).ToList();
        var zones = LinkZones();
        var relations = LinkRelations();
        return new(
            bundle.Hash, domains.Values, sites.Values, stations.Values, assets.Values, gateways.Values, datastreams, zones, relations);
    }

    private Station LinkStation(string id, MappingFields fields)
    {
        var site = Refer(fields, "site", drafts.Sites, sites);
        // Inside a site most stations are of the site's domain and stand where it does.
        string? domain = DomainOf(fields, required: string.IsNullOrEmpty(site?.Domain)) ?? site?.Domain;
        return new(
            id, fields.Text("kind", required: true) ?? "", NameOf(fields, id), domain ?? "", site,
            LocationOf(fields) ?? (fields.Has("location") ? null : site?.Location), fields.TextMap("tags"));
    }

    private Gateway LinkGateway(string id, MappingFields fields) =>
        new(id, DomainOf(fields) ?? "", Refer(fields, "station", drafts.Stations, stations), fields.Duration("expected-interval"))
        {
            Reorder = DatastreamDrafts.ReorderOf(fields) ?? TimeSpan.Zero,
        };

    private DatastreamDefinition LinkDatastream(string id, DatastreamDraft draft)
    {
        var gateway = Refer(draft.Gateway, drafts.Gateways, gateways) ?? new Gateway(draft.Gateway.Id, "", null, null);
        var station = draft.Station is { } ofStation ? Refer(ofStation, drafts.Stations, stations) : null;
        var asset = draft.Asset is { } ofAsset ? Refer(ofAsset, drafts.Assets, assets) : null;
        return new()
        {
            Key = new(gateway.Id, draft.Name),
            Id = id,
            Gateway = gateway,
            Station = station,
            Asset = asset,
            Domain = station?.Domain ?? asset?.Domain ?? gateway.Domain,
            Quantity = draft.Quantity,
            UnitName = draft.UnitName,
            Unit = UnitRegistry.IdOf(draft.UnitName),
            ExpectedInterval = draft.ExpectedInterval ?? gateway.ExpectedInterval,
            Reorder = draft.Reorder ?? gateway.Reorder,
            Minimum = draft.Range?.Minimum,
            Maximum = draft.Range?.Maximum,
            WrapsAt = draft.WrapsAt,
            Missing = draft.Missing,
            Datum = draft.Datum,
            MapDatum = draft.MapDatum,
            Decimals = draft.Decimals,
            Tags = draft.Tags,
            Limits = draft.Limits,
            DatedLimits = draft.DatedLimits,
        };
    }

    private List<Zone> LinkZones()
    {
        var zones = new List<Zone>();
        var geometries = new ZoneGeometryReader(bundle, messages);
        var cells = CellsOfPlaces();
        foreach (var (id, fields) in drafts.Zones.All)
        {
            var (kind, name, domain) = (fields.Text("kind", required: true), NameOf(fields, id), DomainOf(fields));
            var (from, to) = ValidityOf(fields);
            if (geometries.Read(id, fields) is not { } geometry)
                continue;
            if (IsProbablySwapped(geometry.EnvelopeInternal.Centre, cells))
                fields.Warn("geometry", $"zone '{id}' is far from every site and station, and would be among them with longitude and latitude swapped; positions are [longitude, latitude]");
            zones.Add(new(id, kind ?? "", name, domain ?? "", geometry) { ValidFrom = from, ValidTo = to });
        }
        return zones;
    }

    // Only where both ways are on earth: else it is an error, said at the position.
    private static bool IsProbablySwapped(Coordinate centre, HashSet<(int, int)> cells) =>
        !IsAmong(cells, centre.X, centre.Y) && IsAmong(cells, centre.Y, centre.X);

    private static bool IsAmong(HashSet<(int Column, int Row)> cells, double longitude, double latitude)
    {
        var (column, row) = CellOf(longitude, latitude);
        for (int east = -1; east <= 1; east++)
        {
            for (int north = -1; north <= 1; north++)
            {
                if (cells.Contains((column + east, row + north)))
                    return true;
            }
        }
        return false;
    }

    private HashSet<(int Column, int Row)> CellsOfPlaces() =>
    [
        .. sites.Values.Select(site => site.Location).Concat(stations.Values.Select(station => station.Location)).OfType<GeographicPoint>()
            .Select(place => CellOf(place.Longitude, place.Latitude)),
    ];

    // Some hundreds of kilometres: a city, not a country.
    private static (int Column, int Row) CellOf(double longitude, double latitude) => ((int)Math.Floor(longitude / 3), (int)Math.Floor(latitude / 3));

    private static (DateTimeOffset? From, DateTimeOffset? To) ValidityOf(MappingFields fields)
    {
        var (from, to) = (TimeOf(fields, "valid-from"), TimeOf(fields, "valid-to"));
        if (from >= to)
            fields.Error("valid-to", "'valid-to' is not after 'valid-from'; a zone is in force from the one until just before the other");
        return (from, to);
    }

    private static DateTimeOffset? TimeOf(MappingFields fields, string key)
    {
        if (fields.Text(key) is not { } text)
            return null;
        if (UtcTimeText.TryParse(text, out var time))
            return time;
        fields.Error(key, $"'{key}' is a time with its offset, 2026-05-12T08:00:00+08:00, not '{text}'");
        return null;
    }

    private List<Relation> LinkRelations()
    {
        var relations = new List<Relation>();
        var seen = new HashSet<(string, string, string)>();
        foreach (var fields in drafts.Relations)
        {
            string? kind = fields.Word("kind", RelationKinds, required: true);
            var from = Refer(fields, "from", drafts.Stations, stations, required: true);
            var to = Refer(fields, "to", drafts.Stations, stations, required: true);
            if (kind is null || from is null || to is null)
                continue;
            if (from == to)
                fields.Error("to", $"station '{to.Id}' cannot be related to itself");
            else if (!seen.Add((kind, from.Id, to.Id)))
                messages.Error(fields.Node, $"that '{from.Id}' is {kind} of '{to.Id}' is said already");
            else
                relations.Add(new(kind, from, to));
        }
        return relations;
    }

    private static LocalizedText NameOf(MappingFields fields, string id) => fields.Localized("name", required: true) ?? new(id, id);

    private string? DomainOf(MappingFields fields, bool required = true) =>
        Refer(fields, "domain", drafts.Domains, domains, required)?.Id;

    private T? Refer<T>(MappingFields fields, string key, DraftSet<MappingFields> declared, Dictionary<string, T> known, bool required = false)
        where T : class =>
        fields.Text(key, required) is { } id ? Refer(new(id, SourcePosition.Of(fields.Node.Find(key)!)), declared, known) : null;

    private T? Refer<T>(DraftReference reference, DraftSet<MappingFields> declared, Dictionary<string, T> known)
        where T : class
    {
        if (known.TryGetValue(reference.Id, out var found))
            return found;
        string what = declared.What[(declared.What.IndexOf(' ', StringComparison.Ordinal) + 1)..];
        messages.Add(reference.Position.Error($"no {what} '{reference.Id}' is declared{DidYouMean.Hint(reference.Id, declared.Ids)}"));
        return null;
    }

    private static GeographicPoint? LocationOf(MappingFields fields)
    {
        var numbers = fields.Numbers("location");
        if (!fields.Has("location"))
            return null;
        if (numbers.Count != 2)
        {
            fields.Error("location", "'location' is [longitude, latitude] in degrees, for example [110.36, 21.27]");
            return null;
        }
        if (Degrees.Problem(numbers[0], numbers[1]) is { } problem)
        {
            fields.Error("location", problem);
            return null;
        }
        return new(numbers[0], numbers[1]);
    }
}
