using NetTopologySuite.Geometries;
using SensorGrid.Readings.Geodesy;
using SensorGrid.Readings.Time;
using SensorGrid.Readings.Units;
using SensorGrid.Readings.Yaml;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Second pass over catalogue files: values are read and references followed. A thing with a wrong part is still made of what
/// is right, so that a reference to it is not reported as a second mistake.</summary>
internal sealed class CatalogueLinker(SourceBundle bundle, CatalogueDrafts drafts, SourceMessages messages)
{
    // Whoever waits longer for readings to come in order does not want to be called when something happens.
    private static readonly TimeSpan LongestReorder = TimeSpan.FromHours(1);

    private static readonly string[] RelationKinds = ["upstream", "neighbour"];

    private readonly Dictionary<string, Domain> domains = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Site> sites = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Station> stations = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Asset> assets = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Gateway> gateways = new(StringComparer.Ordinal);

    // A city has a million datastreams of a few quantities, units and data: one text for all that have the same.
    private readonly Dictionary<string, string> words = new(StringComparer.Ordinal);

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
            Reorder = ReorderOf(fields) ?? TimeSpan.Zero,
        };

    private DatastreamDefinition LinkDatastream(string id, MappingFields fields)
    {
        int slash = id.IndexOf('/', StringComparison.Ordinal);
        var gateway = Refer(fields, "gateway", drafts.Gateways, gateways) ?? new Gateway(id[..slash], "", null, null);
        var key = new DatastreamKey(gateway.Id, id[(slash + 1)..]);
        var station = Refer(fields, "station", drafts.Stations, stations);
        var asset = Refer(fields, "asset", drafts.Assets, assets);
        if (fields.Has("station") && fields.Has("asset"))
            fields.Error("asset", "a datastream measures a station or an asset, not both");
        string unit = Shared(UnitOf(fields));
        var range = RangeOf(fields);
        return new()
        {
            Key = key,
            Id = id,
            Gateway = gateway,
            Station = station,
            Asset = asset,
            Domain = station?.Domain ?? asset?.Domain ?? gateway.Domain,
            Quantity = Shared(fields.Text("quantity", required: true) ?? ""),
            UnitName = unit,
            Unit = UnitRegistry.IdOf(unit),
            ExpectedInterval = fields.Duration("expected-interval") ?? gateway.ExpectedInterval,
            Reorder = ReorderOf(fields) ?? gateway.Reorder,
            Minimum = range?.Minimum,
            Maximum = range?.Maximum,
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

    private static TimeSpan? ReorderOf(MappingFields fields)
    {
        if (fields.Duration("reorder") is not { } reorder)
            return null;
        if (reorder <= LongestReorder)
            return reorder;
        fields.Error("reorder", $"'reorder' is at most {DurationText.Format(LongestReorder)}: so long each reading waits before it is evaluated");
        return null;
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

    private string Shared(string text)
    {
        if (words.TryGetValue(text, out string? known))
            return known;
        words.Add(text, text);
        return text;
    }

    private static LocalizedText NameOf(MappingFields fields, string id) => fields.Localized("name", required: true) ?? new(id, id);

    private string? DomainOf(MappingFields fields, bool required = true) =>
        Refer(fields, "domain", drafts.Domains, domains, required)?.Id;

    private static T? Refer<T>(MappingFields fields, string key, DraftSet declared, Dictionary<string, T> known, bool required = false)
        where T : class
    {
        if (fields.Text(key, required) is not { } id)
            return null;
        if (known.TryGetValue(id, out var found))
            return found;
        fields.Error(key, $"no {declared.What[(declared.What.IndexOf(' ', StringComparison.Ordinal) + 1)..]} '{id}' is declared{DidYouMean.Hint(id, declared.Ids)}");
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

    private static (double? Minimum, double? Maximum)? RangeOf(MappingFields fields)
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
