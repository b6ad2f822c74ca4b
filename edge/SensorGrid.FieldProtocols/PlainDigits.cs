using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SensorGrid.FieldProtocols;

/// <summary>Decimal digits of texts, eight at a time in one register, so that how many there are costs no guess.</summary>
internal static class PlainDigits
{
    /// <summary>Most digits, and signs, that are taken at once.</summary>
    public const int AtOnce = sizeof(ulong);

    private const ulong Zeros = 0x3030_3030_3030_3030, HighBits = 0x8080_8080_8080_8080, LowBits = ~HighBits;

    /// <summary>Eight digits as a number; false when one of them is none.</summary>
    /// <param name="text">At least eight bytes.</param>
    /// <param name="number">0 to 99,999,999.</param>
    public static bool TryReadEight(ReadOnlySpan<byte> text, out int number)
    {
        ulong digits = BinaryPrimitives.ReadUInt64LittleEndian(text) ^ Zeros;
        number = (int)Join(digits);
        return OthersThanDigits(digits) == 0;
    }

    /// <summary>A short number: digits, perhaps a point and digits, and a sign behind them, all within eight bytes.</summary>
    /// <param name="text">At least eight bytes.</param>
    /// <param name="digits">All its digits as one whole number.</param>
    /// <param name="decimals">How many of them stand behind the point.</param>
    /// <param name="end">Where the sign behind it stands.</param>
    /// <returns>False when it is longer, or no number.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static bool TryReadShort(ReadOnlySpan<byte> text, out uint digits, out int decimals, out int end)
    {
        ulong word = BinaryPrimitives.ReadUInt64LittleEndian(text) ^ Zeros;
        ulong others = OthersThanDigits(word);
        int point = BitOperations.TrailingZeroCount(others) >> 3;
        (end, decimals) = (point, 0);
        int count = point;
        if (point < AtOnce && text[point] == '.')
        {
            end = BitOperations.TrailingZeroCount(others & (others - 1)) >> 3;
            decimals = end - point - 1;
            count = end - 1;
            ulong whole = (1UL << (8 * point)) - 1;
            word = (word & whole) | ((word >> 8) & ~whole);
        }
        if (end >= AtOnce || count == 0)
        {
            digits = 0;
            return false;
        }
        // The last digit comes to stand highest, and zeros in front.
        digits = Join(word << (8 * (AtOnce - count)));
        return true;
    }

    // The high bit of each byte that is no digit, once the sign 0 is taken from all.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static ulong OthersThanDigits(ulong digits) => (((digits & LowBits) + 0x7676_7676_7676_7676) | digits) & HighBits;

    // The first digit stands lowest.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static uint Join(ulong digits)
    {
        ulong pairs = (digits * 10 + (digits >> 8)) & 0x00FF_00FF_00FF_00FF;
        ulong fours = (pairs * 100 + (pairs >> 16)) & 0x0000_FFFF_0000_FFFF;
        return (uint)(fours * 10_000 + (fours >> 32));
    }
}
