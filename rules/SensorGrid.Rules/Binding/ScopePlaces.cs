using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Prepared;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

/// <summary>Which stations a scope means by where they are: inside zones, and along the pipes or the river.</summary>
internal sealed class ScopePlaces
{
    private readonly CityCatalogue catalogue;
    private readonly ILookup<Station, Station> above;
    private readonly ILookup<Station, Station> below;
    private readonly ILookup<Station, Station> beside;
    private readonly Dictionary<Zone, HashSet<Station>> byZone = new(ReferenceEqualityComparer.Instance);

    public ScopePlaces(CityCatalogue catalogue)
    {
        this.catalogue = catalogue;
        var upstream = catalogue.Relations.Where(relation => relation.Kind == "upstream").ToList();
        above = upstream.ToLookup(relation => relation.To, relation => relation.From);
        below = upstream.ToLookup(relation => relation.From, relation => relation.To);
        beside = catalogue.Relations.Where(relation => relation.Kind == "neighbour")
            .SelectMany(relation => new[] { (relation.From, relation.To), (From: relation.To, To: relation.From) })
            .ToLookup(pair => pair.From, pair => pair.To);
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
            Narrow(Named(lower).SelectMany(station => Along(above, station)));
        if (scope.DownstreamOf is { } upper)
            Narrow(Named(upper).SelectMany(station => Along(below, station)));
        if (scope.NeighboursOf is { } middle)
            Narrow(Named(middle).SelectMany(station => beside[station]));
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

    // Not the station itself, unless the catalogue's relations run in a circle.
    private static HashSet<Station> Along(ILookup<Station, Station> next, Station from)
    {
        var found = new HashSet<Station>();
        var waiting = new Stack<Station>([from]);
        while (waiting.TryPop(out var station))
        {
            foreach (var other in next[station])
            {
                if (found.Add(other))
                    waiting.Push(other);
            }
        }
        return found;
    }

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
