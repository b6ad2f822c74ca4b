using System.Diagnostics.CodeAnalysis;
using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>The check of HJ 212 (annex A, CRC16): not the Modbus one, though it has the same polynomial. Before each byte the low half of the register is
/// thrown away, so only its high half lives on.</summary>
/// <remarks>
/// <code>
/// register = FFFF
/// for each byte: register = (register >> 8) XOR byte; 8 times: shift right, XOR A001 when a one fell out
/// </code>
/// What lives on is 8 bits, and a step S is linear over GF(2), so bytes go forward many at once, each in a lane of its own, with S of 16 or 32 steps from two
/// tables of sixteen: S(x) = S(lower four bits) XOR S(upper four bits). S(0) is 0, so bytes in front may be filled up with zeros to a whole vector. At the end the
/// upper half of the lanes takes in the lower half, eight, four, two and one step on.
/// </remarks>
public static class Hj212Crc
{
    private const int Lanes = 16;

    // One step over a byte: the whole register after it.
    private static readonly ushort[] Registers = BuildRegisters();

    private static readonly Steps By1 = new(1), By2 = new(2), By4 = new(4), By8 = new(8), By16 = new(Lanes), By32 = new(2 * Lanes);

    /// <summary>The check over a data segment, or over anything else.</summary>
    public static ushort Compute(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0xFFFF;
        int head = (bytes.Length - 1) % Lanes + 1;
        Span<byte> first = stackalloc byte[Lanes];
        first.Clear();
        bytes[..head].CopyTo(first[^head..]);
        first[^head] ^= 0xFF;
        Vector128<byte> lanes = Vector128.Create((ReadOnlySpan<byte>)first);
        bytes = bytes[head..];
        if (bytes.Length >= 2 * Lanes)
        {
            // Two at a time that do not wait for each other; the first of them is a vector ahead.
            var (ahead, behind) = (lanes, Vector128<byte>.Zero);
            var by32 = By32;
            for (; bytes.Length >= 2 * Lanes; bytes = bytes[(2 * Lanes)..])
            {
                behind = by32.Go(behind) ^ Vector128.Create(bytes);
                ahead = by32.Go(ahead) ^ Vector128.Create(bytes[Lanes..]);
            }
            lanes = By16.Go(behind) ^ ahead;
        }
        if (bytes.Length >= Lanes)
            lanes = By16.Go(lanes) ^ Vector128.Create(bytes);
        lanes = Fold(Fold(Fold(Fold(lanes, By8, 8), By4, 4), By2, 2), By1, 1);
        return Registers[lanes.GetElement(Lanes - 1)];
    }

    /// <summary>The true Modbus check over the same bytes, which some loggers send.</summary>
    public static ushort ComputeModbus(ReadOnlySpan<byte> bytes) => Crc16.Of(bytes);

    // The upper lanes of those that count, with the ones that many below them taken in; the others are of no meaning.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector128<byte> Fold(Vector128<byte> lanes, in Steps steps, [ConstantExpected] int half)
    {
        var below = half switch
        {
            8 => Vector128.Shuffle(lanes, Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 2, 3, 4, 5, 6, 7)),
            4 => Vector128.Shuffle(lanes, Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 8, 9, 10, 11)),
            2 => Vector128.Shuffle(lanes, Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 12, 13)),
            _ => Vector128.Shuffle(lanes, Vector128.Create((byte)0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 14)),
        };
        return steps.Go(below) ^ lanes;
    }

    private static ushort[] BuildRegisters()
    {
        var registers = new ushort[256];
        for (int value = 0; value < 256; value++)
        {
            int register = value;
            for (int bit = 0; bit < 8; bit++)
                register = (register & 1) != 0 ? (register >> 1) ^ 0xA001 : register >> 1;
            registers[value] = (ushort)register;
        }
        return registers;
    }

    // A number of steps of the high half, of sixteen lanes at once.
    private readonly struct Steps(int count)
    {
        private readonly Vector128<byte> lower = Build(count, shift: 0), upper = Build(count, shift: 4);

        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        public Vector128<byte> Go(Vector128<byte> lanes)
        {
            var mask = Vector128.Create((byte)0x0F);
            return Vector128.ShuffleNative(lower, lanes & mask) ^ Vector128.ShuffleNative(upper, (lanes >> 4) & mask);
        }

        private static Vector128<byte> Build(int count, int shift)
        {
            Span<byte> half = stackalloc byte[Lanes];
            for (int value = 0; value < half.Length; value++)
            {
                int high = value << shift;
                for (int step = 0; step < count; step++)
                    high = Registers[high] >> 8;
                half[value] = (byte)high;
            }
            return Vector128.Create<byte>(half);
        }
    }
}
