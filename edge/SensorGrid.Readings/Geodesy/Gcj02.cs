namespace SensorGrid.Readings.Geodesy;

/// <summary>GCJ-02, the coordinates of maps for the public in mainland China: WGS-84 shifted by a sum of sines that is not published; this is the form
/// that is in circulation, on the ellipsoid of Krasovsky. Outside of a box around China nothing is shifted. The box is that of the circulating
/// form and not a border: it holds Hanoi and Manila too, so declare coordinates there as what they are.</summary>
public static class Gcj02
{
    private const double SemiMajorAxisMetres = 6_378_245;
    private const double EccentricitySquared = 0.00669342162296594323;
    private const int MostRounds = 20;
    // A tenth of a millimetre.
    private const double Enough = 1e-9;

    /// <summary>True where the shift applies.</summary>
    /// <param name="longitude">Degrees east.</param>
    /// <param name="latitude">Degrees north.</param>
    public static bool IsShifted(double longitude, double latitude) =>
        longitude is >= 72.004 and <= 137.8347 && latitude is >= 0.8293 and <= 55.8271;

    /// <summary>WGS-84 to GCJ-02.</summary>
    /// <param name="longitude">Degrees east.</param>
    /// <param name="latitude">Degrees north.</param>
    public static (double Longitude, double Latitude) FromWgs84(double longitude, double latitude)
    {
        if (!IsShifted(longitude, latitude))
            return (longitude, latitude);
        double x = longitude - 105, y = latitude - 35, root = Math.Sqrt(Math.Abs(x));
        double both = (20 * Math.Sin(6 * Math.PI * x)) + (20 * Math.Sin(2 * Math.PI * x));
        double north = -100 + (2 * x) + (3 * y) + (0.2 * y * y) + (0.1 * x * y) + (0.2 * root)
            + (2 / 3.0 * (both + (20 * Math.Sin(Math.PI * y)) + (40 * Math.Sin(Math.PI * y / 3))
                + (160 * Math.Sin(Math.PI * y / 12)) + (320 * Math.Sin(Math.PI * y / 30))));
        double east = 300 + x + (2 * y) + (0.1 * x * x) + (0.1 * x * y) + (0.1 * root)
            + (2 / 3.0 * (both + (20 * Math.Sin(Math.PI * x)) + (40 * Math.Sin(Math.PI * x / 3))
                + (150 * Math.Sin(Math.PI * x / 12)) + (300 * Math.Sin(Math.PI * x / 30))));
        double radians = latitude / 180 * Math.PI, sine = Math.Sin(radians);
        double squeeze = 1 - (EccentricitySquared * sine * sine), squeezeRoot = Math.Sqrt(squeeze);
        return (
            longitude + (east * 180 / (SemiMajorAxisMetres / squeezeRoot * Math.Cos(radians) * Math.PI)),
            latitude + (north * 180 / (SemiMajorAxisMetres * (1 - EccentricitySquared) / (squeeze * squeezeRoot) * Math.PI)));
    }

    /// <summary>GCJ-02 to WGS-84, by rounds until a tenth of a millimetre is left. In one step, as is often done, it is wrong by one to two metres.</summary>
    /// <param name="longitude">Degrees east.</param>
    /// <param name="latitude">Degrees north.</param>
    public static (double Longitude, double Latitude) ToWgs84(double longitude, double latitude)
    {
        if (!IsShifted(longitude, latitude))
            return (longitude, latitude);
        double x = longitude, y = latitude;
        for (int round = 0; round < MostRounds; round++)
        {
            var (toX, toY) = FromWgs84(x, y);
            double overX = toX - longitude, overY = toY - latitude;
            (x, y) = (x - overX, y - overY);
            if (Math.Abs(overX) < Enough && Math.Abs(overY) < Enough)
                break;
        }
        return (x, y);
    }
}
