using System.Buffers.Binary;
using System.Globalization;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Address of a device or a centre: six bytes that makers use as they like (GB/T 26875.3-2011, 6.6), kept as the number that is set on the
/// device's panel. Lowest byte first on the wire.</summary>
/// <param name="Value">0 to 2^48 - 1.</param>
public readonly record struct DeviceAddress(ulong Value)
{
    /// <summary>Bytes of an address.</summary>
    public const int Bytes = 6;

    /// <summary>Largest one.</summary>
    public const ulong MaxValue = (1UL << 48) - 1;

    /// <summary>The six bytes in the order they travel, in hex.</summary>
    public string Hex
    {
        get
        {
            Span<byte> bytes = stackalloc byte[8];
            BinaryPrimitives.WriteUInt64LittleEndian(bytes, Value);
            return Convert.ToHexStringLower(bytes[..Bytes]);
        }
    }

    /// <summary>Takes the first six bytes.</summary>
    public static DeviceAddress Read(ReadOnlySpan<byte> from) =>
        new(BinaryPrimitives.ReadUInt32LittleEndian(from) | (ulong)BinaryPrimitives.ReadUInt16LittleEndian(from[4..]) << 32);

    /// <summary>Reads the number as people write it.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out DeviceAddress address)
    {
        bool isNumber = ulong.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out ulong value) && value <= MaxValue;
        address = new(isNumber ? value : 0);
        return isNumber;
    }

    /// <summary>Writes the six bytes.</summary>
    public void Write(Span<byte> to)
    {
        if (Value > MaxValue)
            throw new ArgumentOutOfRangeException(nameof(to), Value, "An address has 48 bits.");
        BinaryPrimitives.WriteUInt32LittleEndian(to, (uint)Value);
        BinaryPrimitives.WriteUInt16LittleEndian(to[4..], (ushort)(Value >> 32));
    }

    /// <summary>The number.</summary>
    public override string ToString() => Value.ToString(CultureInfo.InvariantCulture);
}
