namespace SensorGrid.Simulators.Recordings;

/// <summary>Relative humidity from temperature and dew point.</summary>
internal static class Humidity
{
    /// <summary>Magnus formula over water (Alduchov and Eskridge 1996: 17.625, 243.04 degC), in percent, rounded to 0.1: more
    /// digits than the recorded tenths of a degree support would be invented.</summary>
    public static double FromDewPoint(double temperature, double dewPoint) =>
        Math.Round(Math.Min(100, 100 * Math.Exp(Exponent(dewPoint) - Exponent(temperature))), 1);

    private static double Exponent(double celsius) => 17.625 * celsius / (243.04 + celsius);
}
