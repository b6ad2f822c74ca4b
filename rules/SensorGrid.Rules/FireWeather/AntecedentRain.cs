namespace SensorGrid.Rules.FireWeather;

/// <summary>Antecedent rain index: the rain of the days before, each day worth a constant share of the next. The wetter the ground, the less rain does harm; the drier,
/// the more burns. M. A. Kohler and R. K. Linsley, Predicting the runoff from storm rainfall, Weather Bureau Research Paper 34, 1951.</summary>
public static class AntecedentRain
{
    /// <summary>The index of a day from that of the day before.</summary>
    /// <param name="yesterday">The index of the day before; 0 to begin with.</param>
    /// <param name="rainMillimetres">Rain of the day, mm.</param>
    /// <param name="share">What of the index is left after a day; 0.85 to 0.98, by soil and season.</param>
    public static double Next(double yesterday, double rainMillimetres, double share = 0.85)
    {
        if (!(share is > 0 and < 1))
            throw new ArgumentOutOfRangeException(nameof(share), share, "The share of the index that is left after a day lies between 0 and 1.");
        if (!(rainMillimetres >= 0))
            throw new ArgumentOutOfRangeException(nameof(rainMillimetres), rainMillimetres, "Rain is not negative, and not missing.");
        return (share * yesterday) + rainMillimetres;
    }
}
