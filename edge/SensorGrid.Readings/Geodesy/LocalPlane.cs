using NetTopologySuite.Geometries;

namespace SensorGrid.Readings.Geodesy;

/// <summary>A plane of metres that touches WGS-84 at one place: right within 0.1 % for some tens of kilometres around it. Degrees are not metres: a degree
/// of longitude at Zhanjiang is 7 % shorter than one of latitude, at 60° north half as long.</summary>
public sealed class LocalPlane : ICoordinateSequenceFilter
{
    private const double SemiMajorAxisMetres = 6_378_137;
    private const double EccentricitySquared = 0.00669437999014;
    private const double RadiansPerDegree = Math.PI / 180;

    private readonly double longitude;
    private readonly double latitude;
    private readonly double eastMetres;
    private readonly double northMetres;

    /// <param name="longitude">Degrees east of the place.</param>
    /// <param name="latitude">Degrees north of the place.</param>
    public LocalPlane(double longitude, double latitude)
    {
        (this.longitude, this.latitude) = (longitude, latitude);
        (eastMetres, northMetres) = MetresPerDegree(latitude);
    }

    bool ICoordinateSequenceFilter.Done => false;

    bool ICoordinateSequenceFilter.GeometryChanged => true;

    /// <summary>Length of a degree of longitude and of one of latitude at a latitude.</summary>
    /// <param name="latitude">Degrees north.</param>
    public static (double East, double North) MetresPerDegree(double latitude)
    {
        double sine = Math.Sin(latitude * RadiansPerDegree);
        double squeeze = 1 - (EccentricitySquared * sine * sine);
        double meridianRadius = SemiMajorAxisMetres * (1 - EccentricitySquared) / Math.Pow(squeeze, 1.5);
        double normalRadius = SemiMajorAxisMetres / Math.Sqrt(squeeze);
        return (normalRadius * Math.Cos(latitude * RadiansPerDegree) * RadiansPerDegree, meridianRadius * RadiansPerDegree);
    }

    /// <summary>Degrees to metres east and north of the place.</summary>
    /// <param name="place">Longitude and latitude.</param>
    public Coordinate ToMetres(Coordinate place)
    {
        ArgumentNullException.ThrowIfNull(place);
        return new((place.X - longitude) * eastMetres, (place.Y - latitude) * northMetres);
    }

    /// <summary>Turns a geometry in metres of this plane into degrees.</summary>
    /// <param name="metres">The geometry; it is changed.</param>
    public void TurnToDegrees(Geometry metres)
    {
        ArgumentNullException.ThrowIfNull(metres);
        metres.Apply(this);
    }

    void ICoordinateSequenceFilter.Filter(CoordinateSequence seq, int i)
    {
        seq.SetX(i, longitude + (seq.GetX(i) / eastMetres));
        seq.SetY(i, latitude + (seq.GetY(i) / northMetres));
    }
}
