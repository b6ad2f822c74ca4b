using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

/// <summary>Which stations a scope means by where they are: inside zones, and along the pipes or the river.</summary>
internal sealed class ScopePlaces
{
    private readonly CityCatalogue catalogue;
    private readonly StationNetwork network;
    private readonly Dictionary<Zone, HashSet<Station>> byZone = new(ReferenceEqualityComparer.Instance);

    public ScopePlaces(CityCatalogue catalogue)
    {
        this.catalogue = catalogue;
        network = new(catalogue);
    }

    /// <summary>The stations that lie everywhere the scope says; null when it says nothing about places.</summary>
    public HashSet<Station>? Of(RuleScope scope)
    {
        HashSet<Station>? stations = null;
        if (scope.Zones is { } ids)
            Narrow(ids.Select(catalogue.Zones.Find).OfType<Zone>().SelectMany(StationsIn));
        if (scope.ZoneKind is { } kind)
            Narrow(catalogue.Zones.Where(zone => zone.Kind == kind).SelectMany(StationsIn));
        if (scope.UpstreamOf is { } lower)
            Narrow(Named(lower).SelectMany(station => network.All(station, "upstream")));
        if (scope.DownstreamOf is { } upper)
            Narrow(Named(upper).SelectMany(station => network.All(station, "downstream")));
        if (scope.NeighboursOf is { } middle)
            Narrow(Named(middle).SelectMany(station => network.Next(station, "neighbour")));
        return stations;

        void Narrow(IEnumerable<Station> to)
        {
            var there = to.ToHashSet();
            if (stations is not null)
                there.IntersectWith(stations);
            stations = there;
        }
    }

    private IEnumerable<Station> Named(IReadOnlyList<string> ids) => ids.Select(catalogue.Stations.Find).OfType<Station>();

    private HashSet<Station> StationsIn(Zone zone)
    {
        if (byZone.TryGetValue(zone, out var known))
            return known;
        var (area, bounds) = (PreparedGeometryFactory.Prepare(zone.Geometry), zone.Geometry.EnvelopeInternal);
        var inside = new HashSet<Station>();
        foreach (var station in catalogue.Stations)
        {
            // The boundary is inside, as for geofences.
            if ((station.Location ?? station.Site?.Location) is { } place
                && bounds.Covers(place.Longitude, place.Latitude) && area.Covers(new Point(place.Longitude, place.Latitude)))
                inside.Add(station);
        }
        byZone.Add(zone, inside);
        return inside;
    }
}
