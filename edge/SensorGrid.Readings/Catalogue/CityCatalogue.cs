namespace SensorGrid.Readings.Catalogue;

/// <summary>One version of what the city knows about its sensors. Immutable; a change makes another one with another
/// <see cref="Version"/>.</summary>
public sealed class CityCatalogue
{
    private readonly Dictionary<DatastreamKey, DatastreamDefinition> byKey;

    internal CityCatalogue(
        string version, IEnumerable<Domain> domains, IEnumerable<Site> sites, IEnumerable<Station> stations, IEnumerable<Asset> assets,
        IEnumerable<Gateway> gateways, IEnumerable<DatastreamDefinition> datastreams, IEnumerable<Zone> zones, IEnumerable<Relation> relations)
    {
        Version = version;
        Domains = new(domains, domain => domain.Id);
        Sites = new(sites, site => site.Id);
        Stations = new(stations, station => station.Id);
        Assets = new(assets, asset => asset.Id);
        Gateways = new(gateways, gateway => gateway.Id);
        Datastreams = new(datastreams, datastream => datastream.Id);
        Zones = new(zones, zone => zone.Id);
        Relations = [.. relations];
        byKey = Datastreams.ToDictionary(datastream => datastream.Key);
    }

    private CityCatalogue(CityCatalogue other, IEnumerable<Zone> zones)
    {
        (Version, Domains, Sites, Stations, Assets) = (other.Version, other.Domains, other.Sites, other.Stations, other.Assets);
        (Gateways, Datastreams, Relations, byKey) = (other.Gateways, other.Datastreams, other.Relations, other.byKey);
        Zones = new(zones, zone => zone.Id);
    }

    /// <summary>A catalogue that knows nothing: what is in force before the first one.</summary>
    public static CityCatalogue Empty { get; } = new(SourceBundle.Empty.Hash, [], [], [], [], [], [], [], []);

    /// <summary>Hash of the files it was read from.</summary>
    public string Version { get; }

    /// <summary>The first twelve digits of <see cref="Version"/>, as people see it.</summary>
    public string ShortVersion => Version[..12];

    /// <summary>Fields of work.</summary>
    public CatalogueSet<Domain> Domains { get; }

    /// <summary>Places.</summary>
    public CatalogueSet<Site> Sites { get; }

    /// <summary>Fixed things measured.</summary>
    public CatalogueSet<Station> Stations { get; }

    /// <summary>Moving things measured.</summary>
    public CatalogueSet<Asset> Assets { get; }

    /// <summary>Field devices.</summary>
    public CatalogueSet<Gateway> Gateways { get; }

    /// <summary>Datastreams; their ids are <c>gateway/name</c>.</summary>
    public CatalogueSet<DatastreamDefinition> Datastreams { get; }

    /// <summary>Areas.</summary>
    public CatalogueSet<Zone> Zones { get; }

    /// <summary>How stations hang together.</summary>
    public IReadOnlyList<Relation> Relations { get; }

    /// <summary>The same catalogue with some zones elsewhere.</summary>
    /// <param name="moved">The zones as they are now, by id; all of them are zones of this catalogue.</param>
    public CityCatalogue WithZones(IReadOnlyDictionary<string, Zone> moved)
    {
        ArgumentNullException.ThrowIfNull(moved);
        return moved.Count == 0 ? this : new(this, Zones.Select(zone => moved.GetValueOrDefault(zone.Id, zone)));
    }

    /// <summary>What is known of a datastream; null for one that is not assigned.</summary>
    public DatastreamDefinition? Find(DatastreamKey key) => byKey.GetValueOrDefault(key);
}
