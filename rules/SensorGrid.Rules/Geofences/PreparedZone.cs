using NetTopologySuite.Algorithm.Locate;
using NetTopologySuite.Geometries;

namespace SensorGrid.Rules.Geofences;

/// <summary>A zone made ready for many questions: its edges are indexed when the rules load, not at the first fix.</summary>
internal sealed class PreparedZone
{
    // What NTS's prepared polygons ask for a point, without building a Point for each question.
    private readonly IndexedPointInAreaLocator locator;
    private readonly Geometry geometry;

    public PreparedZone(string id, Geometry geometry)
    {
        Id = id;
        this.geometry = geometry;
        Envelope = geometry.EnvelopeInternal;
        locator = new(geometry);
        // NTS builds its index at the first question.
        locator.Locate(new Coordinate(Envelope.MinX, Envelope.MinY));
    }

    public string Id { get; }

    public Envelope Envelope { get; }

    /// <summary>True inside and on the boundary.</summary>
    public bool Covers(Coordinate place) => Envelope.Covers(place) && locator.Locate(place) != Location.Exterior;

    /// <summary>True when a place outside is farther away than a distance.</summary>
    public bool IsFartherThan(double metres, Coordinate place) =>
        LocalProjection.DistanceToBoundaryMetres(geometry, place.X, place.Y) > metres;
}
