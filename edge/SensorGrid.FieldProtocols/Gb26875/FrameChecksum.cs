namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>校验和 (GB/T 26875.3-2011, 6.6): the low byte of the plain sum of control unit and application unit.</summary>
internal static class FrameChecksum
{
    public static byte Of(ReadOnlySpan<byte> bytes)
    {
        // Eight bytes at a time in four lanes of 16 bits: 128 rounds of two bytes of 255 fit.
        const ulong Even = 0x00FF00FF00FF00FF;
        ulong lanes = 0;
        uint sum = 0;
        for (int round = 0; bytes.Length >= sizeof(ulong); round++)
        {
            ulong word = BitConverter.ToUInt64(bytes);
            lanes += (word & Even) + ((word >> 8) & Even);
            bytes = bytes[sizeof(ulong)..];
            if (round % 128 == 127)
                (sum, lanes) = (sum + SumOf(lanes), 0);
        }
        sum += SumOf(lanes);
        foreach (byte value in bytes)
            sum += value;
        return (byte)sum;
    }

    private static uint SumOf(ulong lanes) =>
        (uint)(lanes & 0xFFFF) + (uint)((lanes >> 16) & 0xFFFF) + (uint)((lanes >> 32) & 0xFFFF) + (uint)(lanes >> 48);
}
