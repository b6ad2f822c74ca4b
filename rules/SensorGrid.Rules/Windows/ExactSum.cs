using System.Numerics;

namespace SensorGrid.Rules.Windows;

/// <summary>The exact sum of any number of doubles, from which values can be taken out again without a trace. A rounded
/// running sum would drift, and two engines with the same readings in the window but another past would differ in the last
/// digit; here the sum depends on what is in the window and on nothing else.</summary>
/// <remarks>A fixed-point number: digit i counts units of 2^(32 i - 1074). All doubles together need 68 digits; kept are those from the lowest
/// to the highest that the values so far have touched, because the readings of one sensor are of one size: half a dozen instead of 68. Digits are
/// 64 bits wide, so that 2^30 values can be added before their carries must move on; <see cref="Value"/> moves them on.</remarks>
internal sealed class ExactSum
{
    // A value covers three digits at most. Above them is one for the carries of 2^63 of the largest values, and the sign.
    private const int DigitsOfValue = 3;
    private const int SmallestCount = DigitsOfValue + 2;
    private const uint CarriesBeforeSettling = 1u << 30;

    private long[] digits = [];
    private int lowest;
    private uint unsettled;

    public void Clear()
    {
        Array.Clear(digits);
        unsettled = 0;
    }

    public void Add(double value) => Accumulate(value, 1);

    public void Remove(double value) => Accumulate(value, -1);

    /// <summary>The sum, rounded once to the nearest double (ties to even).</summary>
    public double Value
    {
        get
        {
            if (digits.Length == 0)
                return 0;
            Settle();
            // Settled digits lie in 0 … 2^32-1 but for the top one, which carries the sign.
            int count = digits.Length;
            if (digits[count - 1] >= 0)
                return Round(digits, lowest);
            Span<long> negated = stackalloc long[count];
            long borrow = 0;
            for (int i = 0; i < count; i++)
            {
                long digit = -digits[i] + borrow;
                borrow = i < count - 1 ? digit >> 32 : 0;
                negated[i] = i < count - 1 ? digit & 0xFFFF_FFFF : digit;
            }
            return -Round(negated, lowest);
        }
    }

    private void Accumulate(double value, int sign)
    {
        long bits = BitConverter.DoubleToInt64Bits(value);
        int exponentField = (int)(bits >> 52) & 0x7FF;
        ulong mantissa = (ulong)bits & 0xF_FFFF_FFFF_FFFF;
        // A subnormal has the exponent of the smallest normal and no hidden bit.
        int exponent = exponentField == 0 ? 0 : exponentField - 1;
        if (exponentField != 0)
            mantissa |= 1UL << 52;
        if (mantissa == 0)
            return;
        if (bits < 0)
            sign = -sign;

        UInt128 shifted = (UInt128)mantissa << (exponent & 31);
        int first = exponent >> 5;
        if (first < lowest || first - lowest > digits.Length - DigitsOfValue - 1)
            Cover(first);
        first -= lowest;
        digits[first] += sign * (long)(uint)shifted;
        digits[first + 1] += sign * (long)(uint)(shifted >> 32);
        digits[first + 2] += sign * (long)(uint)(shifted >> 64);
        if (++unsettled == CarriesBeforeSettling)
            Settle();
    }

    // Makes room for a value that begins at a digit. The top digit holds carries and sign of what is below: above it nothing is needed for them.
    private void Cover(int first)
    {
        if (digits.Length == 0)
        {
            (lowest, digits) = (first, new long[SmallestCount]);
            return;
        }
        Settle();
        int from = Math.Min(lowest, first);
        int count = Math.Max(lowest + digits.Length, first + DigitsOfValue + 1) - from;
        var more = new long[count];
        digits.CopyTo(more, lowest - from);
        // A negative top digit that is no longer the top one takes its sign upwards.
        int top = lowest - from + digits.Length - 1;
        for (; top < count - 1; top++)
        {
            more[top + 1] += more[top] >> 32;
            more[top] &= 0xFFFF_FFFF;
        }
        (lowest, digits) = (from, more);
    }

    private void Settle()
    {
        if (unsettled == 0)
            return;
        long carry = 0;
        for (int i = 0; i < digits.Length - 1; i++)
        {
            long digit = digits[i] + carry;
            digits[i] = digit & 0xFFFF_FFFF;
            carry = digit >> 32;
        }
        digits[^1] += carry;
        unsettled = 0;
    }

    // Digits are settled and not negative; the first of them is the one at a given place.
    private static double Round(ReadOnlySpan<long> digits, int lowest)
    {
        int top = digits.Length - 1;
        while (top >= 0 && digits[top] == 0)
            top--;
        if (top < 0)
            return 0;
        int highestBit = (lowest + top) * 32 + BitOperations.Log2((ulong)digits[top]);
        if (highestBit <= 52)
            return BitConverter.Int64BitsToDouble((long)(Digit(digits, -lowest) | (Digit(digits, 1 - lowest) << 32)));

        int lowestKept = highestBit - 52;
        long fraction = BitsAt(digits, lowest, lowestKept) & 0xF_FFFF_FFFF_FFFF;
        bool half = (BitsAt(digits, lowest, lowestKept - 1) & 1) != 0;
        bool roundUp = half && ((fraction & 1) != 0 || AnyBelow(digits, lowest, lowestKept - 1));
        // A carry out of the fraction runs into the exponent, which is what rounding up to the next power of two means.
        int exponentField = Math.Min(highestBit - 51, 0x7FF);
        long result = exponentField == 0x7FF ? 0x7FFL << 52 : ((long)exponentField << 52) + fraction + (roundUp ? 1 : 0);
        return BitConverter.Int64BitsToDouble(result);
    }

    // The 64 bits from one bit position upwards.
    private static long BitsAt(ReadOnlySpan<long> digits, int lowest, int bit)
    {
        int first = (bit >> 5) - lowest;
        UInt128 window = Digit(digits, first) | ((UInt128)Digit(digits, first + 1) << 32) | ((UInt128)Digit(digits, first + 2) << 64);
        return (long)(ulong)(window >> (bit & 31));
    }

    private static ulong Digit(ReadOnlySpan<long> digits, int index) => (uint)index < (uint)digits.Length ? (ulong)digits[index] : 0;

    private static bool AnyBelow(ReadOnlySpan<long> digits, int lowest, int bit)
    {
        int whole = (bit >> 5) - lowest;
        for (int i = 0; i < whole && i < digits.Length; i++)
        {
            if (digits[i] != 0)
                return true;
        }
        return (Digit(digits, whole) & ((1UL << (bit & 31)) - 1)) != 0;
    }
}
