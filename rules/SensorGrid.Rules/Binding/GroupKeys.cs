using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

/// <summary>Which groups a datastream belongs to. In one it does not belong to, it has no say: a datastream without a station is in no station's group.</summary>
internal sealed class GroupKeys(CityCatalogue catalogue, Grouping by, string domain)
{
    /// <summary>Key of the only group there is.</summary>
    public const string All = "all";

    private readonly List<(string Id, IPreparedGeometry Area)> zones = by.Kind != GroupKind.Zone ? [] :
    [
        .. catalogue.Zones.Where(zone => zone.Kind == by.Name && zone.Domain == domain)
            .Select(zone => (zone.Id, PreparedGeometryFactory.Prepare(zone.Geometry))),
    ];

    private readonly StationNetworks? networks = by.Kind == GroupKind.Network ? new(catalogue) : null;

    public IEnumerable<string> Of(DatastreamDefinition datastream)
    {
        if (networks is not null)
            return datastream.Station is { } station && networks.Of(station) is { } network ? [network] : [];
        if (by.Kind == GroupKind.Zone)
            return ZonesOf(datastream.Station?.Location ?? datastream.Station?.Site?.Location);
        return Of(datastream, by) is { } key ? [key] : [];
    }

    /// <summary>What names the group, when it is one.</summary>
    public static string? Of(DatastreamDefinition datastream, Grouping by) => by.Kind switch
    {
        GroupKind.All => All,
        GroupKind.Station => datastream.Station?.Id,
        GroupKind.Asset => datastream.Asset?.Id,
        GroupKind.Gateway => datastream.Key.Gateway,
        GroupKind.Site => datastream.Station?.Site?.Id,
        GroupKind.Tag => TagOf(datastream, by.Name!),
        _ => throw new System.Diagnostics.UnreachableException("zones and networks take the catalogue"),
    };

    // The boundary is inside, as for geofences.
    private IEnumerable<string> ZonesOf(GeographicPoint? location) =>
        location is not { } at ? [] : zones.Where(zone => zone.Area.Covers(new Point(at.Longitude, at.Latitude))).Select(zone => zone.Id);

    private static string? TagOf(DatastreamDefinition datastream, string name) =>
        datastream.Tags.GetValueOrDefault(name) ?? datastream.Station?.Tags.GetValueOrDefault(name) ?? datastream.Asset?.Tags.GetValueOrDefault(name);
}
