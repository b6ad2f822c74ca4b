using System.Globalization;

namespace SensorGrid.Simulators.Recordings;

/// <summary>
/// Numbers in cells. The usual shape, <c>[-]digits[.digits]</c> with up to fifteen digits, is read by hand; both the digits and the power of ten are
/// then exact as doubles, so their quotient is the nearest double, as the runtime's parser would find it. All else goes to that parser.
/// </summary>
internal static class CellNumber
{
    // 10^15 < 2^53.
    private const int MostDigits = 15;

    private static readonly double[] Powers = [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15];

    /// <summary>Reads a finite number.</summary>
    public static bool TryDouble(ReadOnlySpan<byte> cell, out double value)
    {
        if (TryDigits(cell, out long digits, out int places, out bool isNegative))
        {
            value = digits / Powers[places];
            if (isNegative)
                value = -value;
            return true;
        }
        return double.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>Reads a number as it is written.</summary>
    public static bool TryDecimal(ReadOnlySpan<byte> cell, out decimal value)
    {
        if (TryDigits(cell, out long digits, out int places, out bool isNegative))
        {
            value = new((int)digits, (int)(digits >> 32), 0, isNegative, (byte)places);
            return true;
        }
        return decimal.TryParse(cell, NumberStyles.Float, CultureInfo.InvariantCulture, out value);
    }

    private static bool TryDigits(ReadOnlySpan<byte> cell, out long digits, out int places, out bool isNegative)
    {
        (digits, places) = (0, 0);
        isNegative = cell.Length > 0 && cell[0] == '-';
        int at = isNegative ? 1 : 0;
        int count = cell.Length - at;
        int point = -1;
        // One byte more for the point.
        if (count is 0 or > MostDigits + 1)
            return false;
        for (int i = at; i < cell.Length; i++)
        {
            int digit = cell[i] - '0';
            if ((uint)digit <= 9)
                digits = digits * 10 + digit;
            else if (cell[i] == '.' && point < 0)
                point = i;
            else
                return false;
        }
        if (point < 0)
            return count <= MostDigits;
        places = cell.Length - 1 - point;
        return count > 1;
    }
}
