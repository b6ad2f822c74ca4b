namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>The check of HJ 212 (annex A, CRC16): not the Modbus one, though it has the same polynomial. Before each byte the low half of the register is
/// thrown away, so only its high half lives on.</summary>
/// <remarks>
/// <code>
/// register = FFFF
/// for each byte: register = (register >> 8) XOR byte; 8 times: shift right, XOR A001 when a one fell out
/// </code>
/// What lives on is 8 bits and each step is linear over GF(2), so eight bytes are taken at once: each through the table of as many steps as follow it.
/// </remarks>
public static class Hj212Crc
{
    private const int Stride = 8;

    // One step over a byte: the whole register after it.
    private static readonly ushort[] Registers = BuildRegisters();

    // [k * 256 + value]: the high half after 8 - k steps that began with the value.
    private static readonly byte[] Steps = BuildSteps();

    /// <summary>The check over a data segment, or over anything else.</summary>
    public static ushort Compute(ReadOnlySpan<byte> bytes)
    {
        if (bytes.IsEmpty)
            return 0xFFFF;
        int high = 0xFF;
        var last = bytes[^1];
        bytes = bytes[..^1];
        var steps = Steps.AsSpan(0, Stride * 256);
        while (bytes.Length >= Stride)
        {
            high = steps[high ^ bytes[0]] ^ steps[256 + bytes[1]] ^ steps[512 + bytes[2]] ^ steps[768 + bytes[3]] ^
                steps[1024 + bytes[4]] ^ steps[1280 + bytes[5]] ^ steps[1536 + bytes[6]] ^ steps[1792 + bytes[7]];
            bytes = bytes[Stride..];
        }
        foreach (byte value in bytes)
            high = Registers[high ^ value] >> 8;
        return Registers[high ^ last];
    }

    /// <summary>The true Modbus check over the same bytes, which some loggers send.</summary>
    public static ushort ComputeModbus(ReadOnlySpan<byte> bytes)
    {
        ushort register = 0xFFFF;
        foreach (byte value in bytes)
            register = (ushort)((register >> 8) ^ Registers[(register ^ value) & 0xFF]);
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

    private static byte[] BuildSteps()
    {
        var steps = new byte[Stride * 256];
        for (int value = 0; value < 256; value++)
        {
            int high = value;
            for (int k = Stride - 1; k >= 0; k--)
            {
                high = Registers[high] >> 8;
                steps[k * 256 + value] = (byte)high;
            }
        }
        return steps;
    }
}
