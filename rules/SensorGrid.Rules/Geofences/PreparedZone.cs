using NetTopologySuite.Geometries;

namespace SensorGrid.Rules.Geofences;

/// <summary>A zone made ready for many questions: it is cut into cells when the rules load, not at the first fix.</summary>
internal sealed class PreparedZone(string id, Geometry geometry, FenceValidity validity)
{
    private readonly FenceGrid grid = new(geometry);

    /// <summary>A zone that is always in force.</summary>
    public PreparedZone(string id, Geometry geometry)
        : this(id, geometry, FenceValidity.Always)
    {
    }

    public string Id { get; } = id;

    public FenceValidity Validity { get; } = validity;

    public Envelope Envelope { get; } = geometry.EnvelopeInternal;

    /// <summary>True inside and on the boundary.</summary>
    public bool Covers(Coordinate place) => grid.Covers(place.X, place.Y);

    /// <summary>True inside and on the boundary.</summary>
    public bool Covers(double x, double y) => grid.Covers(x, y);

    /// <summary>How a rectangle lies to the zone, as far as its cells say.</summary>
    public FencePart Classify(in MapBox rectangle) => grid.Classify(rectangle);

    /// <summary>True when a place outside is farther away than a distance.</summary>
    public bool IsFartherThan(double metres, Coordinate place) =>
        LocalProjection.DistanceToBoundaryMetres(geometry, place.X, place.Y) > metres;

    /// <summary>Metres from a place to the zone; 0 inside.</summary>
    public double DistanceMetres(Coordinate place) =>
        Covers(place) ? 0 : LocalProjection.DistanceToBoundaryMetres(geometry, place.X, place.Y);
}
