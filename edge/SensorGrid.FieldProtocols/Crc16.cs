using System.Runtime.InteropServices;

namespace SensorGrid.FieldProtocols;

/// <summary>CRC-16 of Modbus, and of SL 651-2014, which sends its high byte first: x^16 + x^15 + x^2 + 1, reflected, from FFFF. "123456789" gives 4B37.</summary>
internal static class Crc16
{
    private const int Slices = 8;
    private const ushort Polynomial = 0xA001;
    private static readonly ushort[] Tables = Build();

    /// <summary>CRC of all bytes.</summary>
    public static ushort Of(ReadOnlySpan<byte> bytes)
    {
        ref ushort table = ref MemoryMarshal.GetArrayDataReference(Tables);
        uint crc = 0xFFFF;
        // Eight bytes in one step: the tables say what each of them does to the CRC of the bytes behind it.
        while (bytes.Length >= Slices)
        {
            ulong word = MemoryMarshal.Read<ulong>(bytes);
            if (!BitConverter.IsLittleEndian)
                word = System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(word);
            word ^= crc;
            crc = (uint)(At(ref table, 7, word) ^ At(ref table, 6, word >> 8) ^ At(ref table, 5, word >> 16) ^ At(ref table, 4, word >> 24) ^
                At(ref table, 3, word >> 32) ^ At(ref table, 2, word >> 40) ^ At(ref table, 1, word >> 48) ^ At(ref table, 0, word >> 56));
            bytes = bytes[Slices..];
        }
        foreach (byte value in bytes)
            crc = (crc >> 8) ^ At(ref table, 0, crc ^ value);
        return (ushort)crc;
    }

    private static ushort At(ref ushort table, int slice, ulong value) =>
        System.Runtime.CompilerServices.Unsafe.Add(ref table, (slice << 8) + (int)(value & 0xFF));

    private static ushort[] Build()
    {
        var tables = new ushort[Slices * 256];
        for (int value = 0; value < 256; value++)
        {
            uint crc = (uint)value;
            for (int bit = 0; bit < 8; bit++)
                crc = (crc & 1) == 0 ? crc >> 1 : (crc >> 1) ^ Polynomial;
            tables[value] = (ushort)crc;
        }
        for (int slice = 1; slice < Slices; slice++)
        {
            for (int value = 0; value < 256; value++)
            {
                ushort before = tables[((slice - 1) << 8) + value];
                tables[(slice << 8) + value] = (ushort)((before >> 8) ^ tables[before & 0xFF]);
            }
        }
        return tables;
    }
}
