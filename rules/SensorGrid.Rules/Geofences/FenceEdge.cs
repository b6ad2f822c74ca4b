using NetTopologySuite.Geometries;

namespace SensorGrid.Rules.Geofences;

/// <summary>One edge of a fence, in the direction of its ring.</summary>
internal readonly record struct FenceEdge(double X1, double Y1, double X2, double Y2)
{
    public double South => Math.Min(Y1, Y2);

    public double North => Math.Max(Y1, Y2);

    /// <summary>The edges of all rings, holes included.</summary>
    public static List<FenceEdge> Of(Geometry geometry)
    {
        var edges = new List<FenceEdge>(geometry.NumPoints);
        for (int i = 0; i < geometry.NumGeometries; i++)
        {
            if (geometry.GetGeometryN(i) is not Polygon polygon)
                continue;
            Ring(polygon.ExteriorRing);
            foreach (var hole in polygon.InteriorRings)
                Ring(hole);
        }
        return edges;

        void Ring(LineString ring)
        {
            var points = ring.CoordinateSequence;
            for (int i = 1; i < points.Count; i++)
                edges.Add(new(points.GetX(i - 1), points.GetY(i - 1), points.GetX(i), points.GetY(i)));
        }
    }

    /// <summary>From where to where it goes, west to east, between two latitudes that it touches.</summary>
    public (double West, double East) Between(double south, double north)
    {
        if (Y1 == Y2)
            return (Math.Min(X1, X2), Math.Max(X1, X2));
        double from = XAt(south), to = XAt(north);
        return (Math.Min(from, to), Math.Max(from, to));
    }

    private double XAt(double y) => X1 + ((X2 - X1) * Math.Clamp((y - Y1) / (Y2 - Y1), 0, 1));
}
