namespace SensorGrid.Rules.Geofences;

/// <summary>A part of the map between two longitudes and two latitudes, in degrees, its sides included.</summary>
internal readonly record struct MapBox(double West, double East, double South, double North)
{
    /// <summary>All positions there are.</summary>
    public static MapBox Everywhere => new(-180, 180, -90, 90);

    public bool Contains(double x, double y) => x >= West && x <= East && y >= South && y <= North;

    /// <summary>What of it lies at most so far from a place.</summary>
    public MapBox Around(double x, double y, double width, double height) =>
        new(Math.Max(West, x - width), Math.Min(East, x + width), Math.Max(South, y - height), Math.Min(North, y + height));
}
