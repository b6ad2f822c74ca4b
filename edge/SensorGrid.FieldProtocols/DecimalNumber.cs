using System.Runtime.CompilerServices;

namespace SensorGrid.FieldProtocols;

/// <summary>Decimal digits with a scale, as these protocols write numbers, to the nearest double: one rounding, never two.</summary>
public static class DecimalNumber
{
    private static readonly double[] PowersOfTen =
        [1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22];

    /// <summary>digits × 10^-decimals.</summary>
    /// <param name="digits">All digits as one whole number; exact up to 2^53.</param>
    /// <param name="decimals">How many of them stand behind the point; negative shifts the other way. -22 to 22.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double ToDouble(long digits, int decimals) =>
        // Both sides are exact doubles, so the one operation rounds correctly.
        decimals >= 0 ? digits / PowersOfTen[decimals] : digits * PowersOfTen[-decimals];
}
