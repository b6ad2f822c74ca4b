using System.Diagnostics.CodeAnalysis;
using NetTopologySuite.Geometries;

namespace SensorGrid.Readings.Geodesy;

/// <summary>Coordinates of other datums to WGS-84.</summary>
public static class MapDatums
{
    // A tenth of a millimetre. Below it digits may depend on the machine's library of functions, and two machines must replay alike.
    private const int Decimals = 9;

    /// <summary>As catalogue files write them, in the order of <see cref="MapDatum"/>.</summary>
    public static IReadOnlyList<string> Names { get; } = ["wgs-84", "cgcs2000", "gcj-02", "bd-09"];

    /// <summary>Finds a datum by its name.</summary>
    /// <param name="name">The name.</param>
    /// <param name="datum">The datum.</param>
    public static bool TryParse(string name, out MapDatum datum)
    {
        int index = Names.ToList().IndexOf(name);
        datum = (MapDatum)Math.Max(index, 0);
        return index >= 0;
    }

    /// <summary>The WGS-84 coordinates of a place.</summary>
    /// <param name="datum">What the numbers mean.</param>
    /// <param name="longitude">Degrees east.</param>
    /// <param name="latitude">Degrees north.</param>
    public static (double Longitude, double Latitude) ToWgs84(MapDatum datum, double longitude, double latitude)
    {
        if (datum is MapDatum.Wgs84 or MapDatum.Cgcs2000)
            return (longitude, latitude);
        if (datum == MapDatum.Bd09)
            (longitude, latitude) = Bd09.ToGcj02(longitude, latitude);
        (longitude, latitude) = Gcj02.ToWgs84(longitude, latitude);
        return (Math.Round(longitude, Decimals), Math.Round(latitude, Decimals));
    }

    /// <summary>The same geometry in WGS-84.</summary>
    /// <param name="datum">What its numbers mean.</param>
    /// <param name="geometry">The geometry; it is not changed.</param>
    [return: NotNullIfNotNull(nameof(geometry))]
    public static Geometry? ToWgs84(MapDatum datum, Geometry? geometry)
    {
        if (geometry is null || datum is MapDatum.Wgs84 or MapDatum.Cgcs2000)
            return geometry;
        var converted = geometry.Copy();
        converted.Apply(new Filter(datum));
        return converted;
    }

    private sealed class Filter(MapDatum datum) : ICoordinateSequenceFilter
    {
        bool ICoordinateSequenceFilter.Done => false;

        bool ICoordinateSequenceFilter.GeometryChanged => true;

        void ICoordinateSequenceFilter.Filter(CoordinateSequence seq, int i)
        {
            var (longitude, latitude) = ToWgs84(datum, seq.GetX(i), seq.GetY(i));
            seq.SetX(i, longitude);
            seq.SetY(i, latitude);
        }
    }
}
