using System.Runtime.CompilerServices;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Packed decimals and hex digits.</summary>
internal static class Sl651Digits
{
    private static readonly sbyte[] Pairs = BuildPairs();

    /// <summary>0 to 99 of a BCD byte; -1 when a nibble is no digit.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static int Pair(byte bcd) => Pairs[bcd];

    /// <summary>The BCD byte of 0 to 99.</summary>
    public static byte ToBcd(int pair) => (byte)(((pair / 10) << 4) | (pair % 10));

    /// <summary>0 to 15 of a hex digit (either case); -1 when it is none.</summary>
    public static int Hex(byte sign) => sign switch
    {
        >= (byte)'0' and <= (byte)'9' => sign - '0',
        >= (byte)'A' and <= (byte)'F' => sign - 'A' + 10,
        >= (byte)'a' and <= (byte)'f' => sign - 'a' + 10,
        _ => -1,
    };

    /// <summary>A hex number of at most sixteen digits; false when a sign is none.</summary>
    public static bool TryHex(ReadOnlySpan<byte> signs, out ulong value)
    {
        value = 0;
        foreach (byte sign in signs)
        {
            int digit = Hex(sign);
            if (digit < 0)
                return false;
            value = (value << 4) | (uint)digit;
        }
        return true;
    }

    private static sbyte[] BuildPairs()
    {
        var pairs = new sbyte[256];
        for (int value = 0; value < 256; value++)
            pairs[value] = (value >> 4) < 10 && (value & 15) < 10 ? (sbyte)((value >> 4) * 10 + (value & 15)) : (sbyte)-1;
        return pairs;
    }
}
