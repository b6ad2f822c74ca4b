using System.Runtime.InteropServices;
using System.Runtime.Intrinsics;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>The check of HJ 212 (annex A, CRC16): not the Modbus one, though it has the same polynomial. Before each byte the low half of the register is
/// thrown away, so only its high half lives on.</summary>
/// <remarks>
/// <code>
/// register = FFFF
/// for each byte: register = (register >> 8) XOR byte; 8 times: shift right, XOR A001 when a one fell out
/// </code>
/// What lives on is 8 bits, and a step is linear over GF(2). So sixteen bytes go forward at once, each in a lane of its own by sixteen steps, and the lanes are put
/// together at the end, as if they were the last sixteen bytes.
/// </remarks>
public static class Hj212Crc
{
    private const int Lanes = 16;

    // One step over a byte: the whole register after it.
    private static readonly ushort[] Registers = BuildRegisters();

    // Sixteen steps of the high half, for its lower and its upper four bits.
    private static readonly Vector128<byte> LowerHalf = BuildHalf(shift: 0);
    private static readonly Vector128<byte> UpperHalf = BuildHalf(shift: 4);

    /// <summary>The check over a data segment, or over anything else.</summary>
    public static ushort Compute(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0xFFFF;
        if (bytes.Length < 2 * Lanes)
            return Finish(0xFF, bytes);
        var lanes = Vector128.Create(bytes) ^ Vector128.CreateScalar((byte)0xFF);
        bytes = bytes[Lanes..];
        var (lower, upper, mask) = (LowerHalf, UpperHalf, Vector128.Create((byte)0x0F));
        while (bytes.Length > Lanes)
        {
            lanes = Vector128.ShuffleNative(lower, lanes & mask) ^ Vector128.ShuffleNative(upper, (lanes >> 4) & mask) ^ Vector128.Create(bytes);
            bytes = bytes[Lanes..];
        }
        Span<byte> last = stackalloc byte[Lanes];
        lanes.CopyTo(last);
        return Finish(Finish(0, last) >> 8, bytes);
    }

    /// <summary>The true Modbus check over the same bytes, which some loggers send.</summary>
    public static ushort ComputeModbus(ReadOnlySpan<byte> bytes) => Crc16.Of(bytes);

    // Byte by byte, at least one.
    private static ushort Finish(int high, ReadOnlySpan<byte> bytes)
    {
        ref ushort registers = ref MemoryMarshal.GetArrayDataReference(Registers);
        ushort register = 0;
        foreach (byte value in bytes)
        {
            register = System.Runtime.CompilerServices.Unsafe.Add(ref registers, (byte)(high ^ value));
            high = register >> 8;
        }
        return register;
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

    private static Vector128<byte> BuildHalf(int shift)
    {
        Span<byte> half = stackalloc byte[Lanes];
        for (int value = 0; value < half.Length; value++)
        {
            int high = value << shift;
            for (int step = 0; step < Lanes; step++)
                high = Registers[high] >> 8;
            half[value] = (byte)high;
        }
        return Vector128.Create<byte>(half);
    }
}
