using System.Globalization;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>A JSON number as it was written: sign, significant digits and a power of ten. Kept decimal, because a double holds a time
/// of today only to 0.24 µs and adding two of them loses more.</summary>
internal struct JsonNumber
{
    public bool Negative;

    /// <summary>True when there is neither a fraction nor an exponent.</summary>
    public bool Integer;

    /// <summary>First 19 significant digits.</summary>
    public ulong Digits;

    /// <summary>Value = Digits × 10^Exponent (below, where digits were dropped).</summary>
    public int Exponent;

    /// <summary>True when the number has more digits than <see cref="Digits"/> holds.</summary>
    public bool Dropped;

    // Arrays, because an unoptimised build allocates for each use of a constant span.
    private static readonly double[] PowersOfTen =
    [
        1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18, 1e19, 1e20, 1e21, 1e22,
    ];

    private static readonly ulong[] WholePowersOfTen =
    [
        1, 10, 100, 1_000, 10_000, 100_000, 1_000_000, 10_000_000, 100_000_000, 1_000_000_000, 10_000_000_000, 100_000_000_000,
        1_000_000_000_000, 10_000_000_000_000, 100_000_000_000_000, 1_000_000_000_000_000, 10_000_000_000_000_000,
        100_000_000_000_000_000, 1_000_000_000_000_000_000, 10_000_000_000_000_000_000,
    ];

    /// <summary>The nearest double.</summary>
    /// <param name="text">The number's text, for the cases the quick way cannot round correctly.</param>
    /// <param name="value">The nearest double.</param>
    /// <returns>False when it is beyond a double.</returns>
    public readonly bool TryToDouble(ReadOnlySpan<byte> text, out double value)
    {
        // Both operands are exact doubles here, so the one operation rounds once: correct (Clinger 1990).
        if (!Dropped && Digits <= 1UL << 53 && Exponent is >= -22 and <= 22)
        {
            double digits = Digits;
            value = Exponent < 0 ? digits / PowersOfTen[-Exponent] : digits * PowersOfTen[Exponent];
            if (Negative)
                value = -value;
            return true;
        }
        return double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out value) && double.IsFinite(value);
    }

    /// <summary>Seconds as ticks of 100 ns, rounded to the nearest, halves away from zero.</summary>
    /// <returns>False when it is <see cref="SenMlLimits.TimeSeconds"/> away or more.</returns>
    public readonly bool TryToTicks(out long ticks)
    {
        ticks = 0;
        if (Digits == 0)
            return true;
        int shift = Exponent + 7;
        ulong whole;
        if (shift >= 0)
        {
            if (shift > 19)
                return false;
            whole = Digits;
            ulong high = Math.BigMul(whole, WholePowersOfTen[shift], out whole);
            if (high != 0)
                return false;
        }
        else if (shift < -19)
        {
            // Digits < 10^19, so this is below a half tick whatever the dropped digits are.
            return true;
        }
        else
        {
            // Dropped digits cannot change the rounding: below 10^11 s, 19 digits reach past the tick, and a half rounds away from zero.
            ulong divisor = WholePowersOfTen[-shift];
            (whole, ulong rest) = Math.DivRem(Digits, divisor);
            if (rest >= divisor - rest)
                whole++;
        }
        if (whole >= (ulong)SenMlLimits.TimeSeconds * TimeSpan.TicksPerSecond)
            return false;
        ticks = Negative ? -(long)whole : (long)whole;
        return true;
    }
}
