using System.Globalization;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Decimal numbers as digits without their point.</summary>
internal static class Sl651Scaled
{
    private const long MostDigits = 999_999_999_999_999_999;

    /// <summary>value × 10^decimals as a whole number; false when digits would be lost or there are more than eighteen.</summary>
    public static bool TryScale(decimal value, int decimals, out long digits)
    {
        digits = 0;
        if (Math.Abs(value) > MostDigits)
            return false;
        decimal scaled = value;
        for (int i = 0; i < decimals; i++)
            scaled *= 10;
        if (scaled != decimal.Truncate(scaled) || Math.Abs(scaled) > MostDigits)
            return false;
        digits = (long)scaled;
        return true;
    }

    /// <summary>Decimal digits of the number, 0 for none; 19 for all that are too many.</summary>
    public static int DigitsOf(long digits)
    {
        if (digits is > MostDigits or < -MostDigits)
            return 19;
        int count = 0;
        for (ulong rest = (ulong)Math.Abs(digits); rest > 0; rest /= 10)
            count++;
        return count;
    }

    /// <summary>The number with its point.</summary>
    public static string ToText(long digits, int decimals)
    {
        if (DigitsOf(digits) > 18)
            throw new Sl651WriteException("overflow", $"{digits} has more than eighteen digits");
        string text = Math.Abs(digits).ToString(CultureInfo.InvariantCulture).PadLeft(decimals + 1, '0');
        string sign = digits < 0 ? "-" : "";
        return decimals == 0 ? sign + text : $"{sign}{text[..^decimals]}.{text[^decimals..]}";
    }
}
