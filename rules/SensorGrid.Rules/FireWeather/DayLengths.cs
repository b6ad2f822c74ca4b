namespace SensorGrid.Rules.FireWeather;

/// <summary>How long days are for drying, by latitude and month. Van Wagner's tables are for Canada; those for other latitudes are the ones in circulation with the
/// index (B. D. Lawson and O. B. Armitage, Weather guide for the Canadian Forest Fire Danger Rating System, 2008). South of the equator a month has the day of the
/// month half a year away.</summary>
internal static class DayLengths
{
    private static readonly double[] DuffNorth = [6.5, 7.5, 9.0, 12.8, 13.9, 13.9, 12.4, 10.9, 9.4, 8.0, 7.0, 6.0];
    private static readonly double[] DuffSubtropicalNorth = [7.9, 8.4, 8.9, 9.5, 9.9, 10.2, 10.1, 9.7, 9.1, 8.6, 8.1, 7.8];
    private static readonly double[] DuffSubtropicalSouth = [10.1, 9.6, 9.1, 8.5, 8.1, 7.8, 7.9, 8.3, 8.9, 9.4, 9.9, 10.2];
    private static readonly double[] DuffSouth = [11.5, 10.5, 9.2, 7.9, 6.8, 6.2, 6.5, 7.4, 8.7, 10.0, 11.2, 11.8];
    private static readonly double[] DroughtNorth = [-1.6, -1.6, -1.6, 0.9, 3.8, 5.8, 6.4, 5.0, 2.4, 0.4, -1.6, -1.6];
    private static readonly double[] DroughtSouth = [6.4, 5.0, 2.4, 0.4, -1.6, -1.6, -1.6, -1.6, -1.6, 0.9, 3.8, 5.8];

    /// <summary>Effective day length of the duff moisture code, hours.</summary>
    public static double OfDuff(double latitude, int month) => latitude switch
    {
        > 30 => DuffNorth[month - 1],
        > 10 => DuffSubtropicalNorth[month - 1],
        > -10 => 9,
        > -30 => DuffSubtropicalSouth[month - 1],
        _ => DuffSouth[month - 1],
    };

    /// <summary>Day length adjustment of the drought code.</summary>
    public static double OfDrought(double latitude, int month) => latitude switch
    {
        > 20 => DroughtNorth[month - 1],
        > -20 => 1.4,
        _ => DroughtSouth[month - 1],
    };
}
