using NetTopologySuite.Geometries;
using SensorGrid.Readings.Geodesy;

namespace SensorGrid.Rules.Geofences;

/// <summary>Distances in metres near one place. All distances of the rules come from here.</summary>
internal static class LocalProjection
{
    /// <summary>Distance from a place to the boundary of a geometry, on the plane that touches the ellipsoid at the place: right
    /// within 0.1 % for some tens of kilometres, which is far more than any hysteresis.</summary>
    public static double DistanceToBoundaryMetres(Geometry geometry, double longitude, double latitude)
    {
        var (metresPerDegreeEast, metresPerDegreeNorth) = LocalPlane.MetresPerDegree(latitude);
        double nearestSquared = double.PositiveInfinity;
        for (int i = 0; i < geometry.NumGeometries; i++)
        {
            if (geometry.GetGeometryN(i) is not Polygon polygon)
                continue;
            Ring(polygon.ExteriorRing);
            for (int hole = 0; hole < polygon.NumInteriorRings; hole++)
                Ring(polygon.GetInteriorRingN(hole));
        }
        return Math.Sqrt(nearestSquared);

        void Ring(LineString ring)
        {
            var points = ring.CoordinateSequence;
            for (int i = 1; i < points.Count; i++)
            {
                nearestSquared = Math.Min(nearestSquared, DistanceToSegmentSquared(
                    East(points.GetX(i - 1)), North(points.GetY(i - 1)), East(points.GetX(i)), North(points.GetY(i))));
            }
        }

        double East(double x) => (x - longitude) * metresPerDegreeEast;
        double North(double y) => (y - latitude) * metresPerDegreeNorth;
    }

    // From the origin to the segment a-b.
    private static double DistanceToSegmentSquared(double ax, double ay, double bx, double by)
    {
        double dx = bx - ax, dy = by - ay;
        double lengthSquared = dx * dx + dy * dy;
        double along = lengthSquared == 0 ? 0 : Math.Clamp(-(ax * dx + ay * dy) / lengthSquared, 0, 1);
        double x = ax + along * dx, y = ay + along * dy;
        return x * x + y * y;
    }
}
