namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>Exact decimals, scaled by powers of ten.</summary>
internal static class ScaledDecimal
{
    private const decimal MostDigits = 999_999_999_999_999_999m;

    /// <summary>value × 10^power.</summary>
    public static decimal Shift(decimal value, int power)
    {
        for (; power > 0; power--)
            value *= 10;
        for (; power < 0; power++)
            value /= 10;
        return value;
    }

    /// <summary>Fewest digits behind the point that hold the value, and all of its digits; false when more than <paramref name="mostDecimals"/>, or more
    /// than eighteen digits are needed.</summary>
    public static bool TrySplit(decimal value, int mostDecimals, out long digits, out int decimals)
    {
        for (decimals = 0; decimals <= mostDecimals; decimals++, value *= 10)
        {
            if (Math.Abs(value) > MostDigits)
                break;
            if (value == decimal.Truncate(value))
            {
                digits = (long)value;
                return true;
            }
        }
        digits = 0;
        return false;
    }

    /// <summary>Decimal digits of a whole number; 0 has none.</summary>
    public static int DigitsOf(long digits)
    {
        int count = 0;
        for (ulong rest = (ulong)Math.Abs(digits); rest > 0; rest /= 10)
            count++;
        return count;
    }
}
