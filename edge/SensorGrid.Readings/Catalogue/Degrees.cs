using System.Globalization;

namespace SensorGrid.Readings.Catalogue;

/// <summary>Whether two numbers can be a longitude and a latitude.</summary>
internal static class Degrees
{
    /// <summary>What is wrong with them; null when they can.</summary>
    public static string? Problem(double longitude, double latitude)
    {
        if (Math.Abs(longitude) <= 180 && Math.Abs(latitude) <= 90)
            return null;
        string said = string.Create(CultureInfo.InvariantCulture, $"[{longitude}, {latitude}] is not [longitude, latitude] in degrees");
        bool swapped = Math.Abs(latitude) <= 180 && Math.Abs(longitude) <= 90;
        return swapped
            ? string.Create(CultureInfo.InvariantCulture, $"{said}: longitude and latitude look swapped; did you mean [{latitude}, {longitude}]?")
            : $"{said}; longitudes go from -180 to 180, latitudes from -90 to 90";
    }
}
