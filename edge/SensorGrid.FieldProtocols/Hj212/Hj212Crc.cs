using System.Buffers.Binary;
using System.Runtime.Intrinsics;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>The check of HJ 212 (annex A, CRC16): not the Modbus one, though it has the same polynomial. Before each byte the low half of the register is
/// thrown away, so only its high half lives on.</summary>
/// <remarks>
/// <code>
/// register = FFFF
/// for each byte: register = (register >> 8) XOR byte; 8 times: shift right, XOR A001 when a one fell out
/// </code>
/// What lives on is 8 bits, and a step S is linear over GF(2): a byte that k others follow counts as S^k of it, and all are added by XOR. Of this polynomial S^8 is the
/// identity (<see cref="Forward"/> is where that would fail), so bytes eight apart are added as they are, whole words at a time, and eight bytes remain to go forward.
/// </remarks>
public static class Hj212Crc
{
    private const int Period = sizeof(ulong);
    private const int Wide = 32;

    // One step over a byte: the whole register after it.
    private static readonly ushort[] Registers = BuildRegisters();

    // By place in a word whose last byte is the last of all, and by byte: what lives on of it.
    private static readonly byte[] Forward = BuildForward();

    /// <summary>The check over a data segment, or over anything else.</summary>
    public static ushort Compute(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0xFFFF;
        // The register before the first byte.
        ulong sum = 0xFF ^ Add(bytes);
        // The first byte stands lowest; the last one comes to stand highest.
        sum = ulong.RotateLeft(sum, -8 * bytes.Length);
        byte lives = 0;
        for (int place = 0; place < Period; place++, sum >>= 8)
            lives ^= Forward[place << 8 | (byte)sum];
        return Registers[lives];
    }

    /// <summary>The true Modbus check over the same bytes, which some loggers send.</summary>
    public static ushort ComputeModbus(ReadOnlySpan<byte> bytes) => Crc16.Of(bytes);

    // XOR of all words, the last one filled up with zeros.
    private static ulong Add(ReadOnlySpan<byte> bytes)
    {
        ulong sum = 0;
        if (bytes.Length >= 2 * Wide)
        {
            var (even, odd) = (Vector256<byte>.Zero, Vector256<byte>.Zero);
            for (; bytes.Length >= 2 * Wide; bytes = bytes[(2 * Wide)..])
            {
                even ^= Vector256.Create(bytes);
                odd ^= Vector256.Create(bytes[Wide..]);
            }
            even ^= odd;
            var words = (even.GetLower() ^ even.GetUpper()).AsUInt64();
            sum = words[0] ^ words[1];
        }
        for (; bytes.Length >= Period; bytes = bytes[Period..])
            sum ^= BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        for (int i = 0; i < bytes.Length; i++)
            sum ^= (ulong)bytes[i] << (8 * i);
        return sum;
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

    private static byte[] BuildForward()
    {
        byte[] forward = new byte[Period << 8];
        for (int value = 0; value < 256; value++)
        {
            int high = value;
            for (int place = Period - 1; place >= 0; place--)
            {
                forward[place << 8 | value] = (byte)high;
                high = Registers[high] >> 8;
            }
            if (high != value)
                throw new System.Diagnostics.UnreachableException("eight steps are not the identity");
        }
        return forward;
    }
}
