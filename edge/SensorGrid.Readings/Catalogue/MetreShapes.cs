using NetTopologySuite.Geometries;
using NetTopologySuite.Operation.Buffer;
using NetTopologySuite.Operation.Union;
using SensorGrid.Readings.Geodesy;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Circles and corridors in metres, as polygons in degrees. The corners of a polygon lie on the true curve, so it is smaller by at most
/// <see cref="CircleErrorMetres"/> (of a corridor: by 0.5 % of its half width in bends).</summary>
internal static class MetreShapes
{
    /// <summary>How far the sides of a circle's polygon may lie inside it.</summary>
    public const double CircleErrorMetres = 0.1;

    private const int FewestCorners = 32;
    private const int MostCorners = 720;
    private const int CornersOfQuarter = 8;
    // A plane is right for some tens of kilometres: longer pieces get several.
    private const double LongestPieceMetres = 10_000;

    /// <summary>All places within a distance of one.</summary>
    public static Polygon Circle(Point centre, double radiusMetres)
    {
        int corners = (int)Math.Clamp(Math.Ceiling(Math.PI / Math.Acos(1 - Math.Min(1, CircleErrorMetres / radiusMetres))), FewestCorners, MostCorners);
        var ring = new Coordinate[corners + 1];
        for (int i = 0; i < corners; i++)
        {
            double angle = 2 * Math.PI * i / corners;
            // A degree of longitude is as long as it is half way there.
            double latitude = centre.Y + (radiusMetres * Math.Sin(angle) / LocalPlane.MetresPerDegree(centre.Y).North);
            var (east, north) = LocalPlane.MetresPerDegree((centre.Y + latitude) / 2);
            ring[i] = new(centre.X + (radiusMetres * Math.Cos(angle) / east), centre.Y + (radiusMetres * Math.Sin(angle) / north));
        }
        ring[corners] = ring[0];
        return centre.Factory.CreatePolygon(ring);
    }

    /// <summary>All places within half a width of a line.</summary>
    public static Geometry Corridor(Geometry lines, double widthMetres)
    {
        var rounded = new BufferParameters(CornersOfQuarter, EndCapStyle.Round, JoinStyle.Round, BufferParameters.DefaultMitreLimit);
        var pieces = new List<Geometry>();
        for (int i = 0; i < lines.NumGeometries; i++)
        {
            var points = lines.GetGeometryN(i).Coordinates;
            for (int point = 1; point < points.Length; point++)
                AddPieces(points[point - 1], points[point]);
        }
        return UnaryUnionOp.Union(pieces);

        void AddPieces(Coordinate from, Coordinate to)
        {
            var plane = new LocalPlane((from.X + to.X) / 2, (from.Y + to.Y) / 2);
            int count = Math.Max(1, (int)Math.Ceiling(plane.ToMetres(from).Distance(plane.ToMetres(to)) / LongestPieceMetres));
            for (int piece = 0; piece < count; piece++)
                pieces.Add(Around(Along(from, to, (double)piece / count), Along(from, to, (double)(piece + 1) / count)));
        }

        Geometry Around(Coordinate from, Coordinate to)
        {
            var plane = new LocalPlane((from.X + to.X) / 2, (from.Y + to.Y) / 2);
            var piece = lines.Factory.CreateLineString([plane.ToMetres(from), plane.ToMetres(to)]);
            var area = BufferOp.Buffer(piece, widthMetres / 2, rounded);
            plane.TurnToDegrees(area);
            return area;
        }
    }

    private static Coordinate Along(Coordinate from, Coordinate to, double share) =>
        new(from.X + (share * (to.X - from.X)), from.Y + (share * (to.Y - from.Y)));
}
