using NetTopologySuite.Geometries;
using NetTopologySuite.Geometries.Utilities;
using NetTopologySuite.Operation.OverlayNG;
using NetTopologySuite.Triangulate;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Geodesy;

namespace SensorGrid.Rules.Areas;

/// <summary>Thiessen weights: to each place the share of a zone's ground that lies nearer to it than to any other. Worked out on a plane of metres that touches
/// the ellipsoid in the middle of the zone.</summary>
internal static class ThiessenShares
{
    // A millionth of the zone: less means nothing, and the last digits of areas differ between processors.
    private const int Digits = 6;

    /// <summary>The shares, in the order of the places; they add up to 1 but for rounding. Places that are the same have the share of one in equal parts.</summary>
    public static double[] Of(Geometry zone, IReadOnlyList<GeographicPoint> places)
    {
        var middle = zone.EnvelopeInternal.Centre;
        var (east, north) = LocalPlane.MetresPerDegree(middle.Y);
        var toMetres = AffineTransformation.TranslationInstance(-middle.X, -middle.Y).Scale(east, north);
        var ground = toMetres.Transform(zone);
        var sites = places.Select(place => new Coordinate((place.Longitude - middle.X) * east, (place.Latitude - middle.Y) * north)).ToList();
        var howMany = sites.CountBy(site => site).ToDictionary();
        var areas = AreasBySite(ground, CloseEnough(ground.EnvelopeInternal, howMany.Keys));
        double all = ground.Area;
        return [.. sites.Select(site => Math.Round(areas.GetValueOrDefault(site) / all / howMany[site], Digits))];
    }

    // A city has hundreds of zones and thousands of gauges. Nobody in the zone is farther from the nearest of them than its farthest corner is from any one of
    // them, so one that is farther than that from the whole zone is nearest to none of it.
    private static List<Coordinate> CloseEnough(Envelope zone, IReadOnlyCollection<Coordinate> sites)
    {
        double reach = sites.Min(site => Distance(
            Math.Max(Math.Abs(site.X - zone.MinX), Math.Abs(site.X - zone.MaxX)), Math.Max(Math.Abs(site.Y - zone.MinY), Math.Abs(site.Y - zone.MaxY))));
        return [.. sites.Where(site => zone.Distance(new Envelope(site)) <= reach)];
    }

    private static double Distance(double x, double y) => Math.Sqrt((x * x) + (y * y));

    private static Dictionary<Coordinate, double> AreasBySite(Geometry ground, List<Coordinate> sites)
    {
        if (sites.Count == 1)
            return new() { [sites[0]] = ground.Area };
        var clip = ground.EnvelopeInternal.Copy();
        sites.ForEach(clip.ExpandToInclude);
        var builder = new VoronoiDiagramBuilder { ClipEnvelope = clip };
        builder.SetSites(sites);
        var areas = new Dictionary<Coordinate, double>();
        // Not the diagram: that is cut with an overlay that throws on some places in a row.
        foreach (var cell in builder.GetSubdivision().GetVoronoiCellPolygons(ground.Factory))
            areas[(Coordinate)cell.UserData] = OverlayNGRobust.Overlay(cell, ground, NetTopologySuite.Operation.Overlay.SpatialFunction.Intersection).Area;
        return areas;
    }
}
