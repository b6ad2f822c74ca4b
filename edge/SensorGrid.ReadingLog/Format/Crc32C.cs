using System.Buffers.Binary;
using System.Numerics;

namespace SensorGrid.ReadingLog.Format;

/// <summary>CRC-32C (Castagnoli, reflected 0x82F63B78) by the processor's instruction where it has one. The state is carried without the
/// final inversion, so that parts may be added one after the other.</summary>
internal static class Crc32C
{
    public const uint Initial = 0xFFFF_FFFF;

    public static uint Append(uint state, ulong value) => BitOperations.Crc32C(state, value);

    public static uint Append(uint state, ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length >= sizeof(ulong))
        {
            state = BitOperations.Crc32C(state, BinaryPrimitives.ReadUInt64LittleEndian(bytes));
            bytes = bytes[sizeof(ulong)..];
        }
        foreach (byte b in bytes)
            state = BitOperations.Crc32C(state, b);
        return state;
    }

    public static uint Finish(uint state) => ~state;
}
