using NetTopologySuite.Geometries;

namespace SensorGrid.Rules.Tests.Geofences;

/// <summary>Fences and places from a seed; half of the places are where a mistake would hide: on vertices, on edges, beside them by one
/// step of a double, on a line with a vertex.</summary>
internal static class FencePlaces
{
    /// <summary>A ring around a place whose radius wanders between two thirds and all of the given one.</summary>
    public static LinearRing Ring(Random random, double x, double y, double radius, int vertices)
    {
        var ring = new Coordinate[vertices + 1];
        for (int i = 0; i < vertices; i++)
        {
            double r = radius * (2 + random.NextDouble()) / 3, angle = 2 * Math.PI * i / vertices;
            ring[i] = new(x + (r * Math.Cos(angle)), y + (r * Math.Sin(angle)));
        }
        ring[vertices] = ring[0];
        return new(ring);
    }

    public static Coordinate Any(Random random, Coordinate[] points, double x, double y, double extent)
    {
        int at = random.Next(points.Length - 1);
        Coordinate a = points[at], b = points[at + 1];
        double along = random.NextDouble();
        return random.Next(8) switch
        {
            0 => a.Copy(),
            1 => new(a.X + (along * (b.X - a.X)), a.Y + (along * (b.Y - a.Y))),
            2 => new(Step(random, a.X), Step(random, a.Y)),
            3 => new(Step(random, a.X + (along * (b.X - a.X))), Step(random, a.Y + (along * (b.Y - a.Y)))),
            4 => new(x + (extent * (random.NextDouble() - 0.5)), a.Y),
            _ => new(x + (extent * (random.NextDouble() - 0.5)), y + (extent * (random.NextDouble() - 0.5))),
        };
    }

    private static double Step(Random random, double value) => random.Next(3) switch
    {
        0 => Math.BitDecrement(value),
        1 => value,
        _ => Math.BitIncrement(value),
    };
}
