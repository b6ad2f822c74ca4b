namespace SensorGrid.Readings.Geodesy;

/// <summary>BD-09, the coordinates of Baidu's maps: GCJ-02 turned and shifted a little more, by the form that is in circulation.</summary>
public static class Bd09
{
    private const double Turn = Math.PI * 3000 / 180;
    private const double EastDegrees = 0.0065;
    private const double NorthDegrees = 0.006;
    private const int MostRounds = 20;
    private const double Enough = 1e-9;

    /// <summary>GCJ-02 to BD-09.</summary>
    /// <param name="longitude">Degrees east.</param>
    /// <param name="latitude">Degrees north.</param>
    public static (double Longitude, double Latitude) FromGcj02(double longitude, double latitude)
    {
        double distance = Math.Sqrt((longitude * longitude) + (latitude * latitude)) + (0.00002 * Math.Sin(latitude * Turn));
        double angle = Math.Atan2(latitude, longitude) + (0.000003 * Math.Cos(longitude * Turn));
        return ((distance * Math.Cos(angle)) + EastDegrees, (distance * Math.Sin(angle)) + NorthDegrees);
    }

    /// <summary>BD-09 to GCJ-02, by rounds until a tenth of a millimetre is left.</summary>
    /// <param name="longitude">Degrees east.</param>
    /// <param name="latitude">Degrees north.</param>
    public static (double Longitude, double Latitude) ToGcj02(double longitude, double latitude)
    {
        double x = longitude - EastDegrees, y = latitude - NorthDegrees;
        for (int round = 0; round < MostRounds; round++)
        {
            var (toX, toY) = FromGcj02(x, y);
            double overX = toX - longitude, overY = toY - latitude;
            (x, y) = (x - overX, y - overY);
            if (Math.Abs(overX) < Enough && Math.Abs(overY) < Enough)
                break;
        }
        return (x, y);
    }
}
