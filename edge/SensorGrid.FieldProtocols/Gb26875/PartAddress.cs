using System.Buffers.Binary;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>How a maker divides the four bytes of a part address. The standard leaves it open, and makers disagree.</summary>
public enum PartAddressOrder : byte
{
    /// <summary>The first word is the zone or circuit (回路), the second the point (节点).</summary>
    ZoneThenPoint,

    /// <summary>The first word is the point, the second the zone.</summary>
    PointThenZone,
}

/// <summary>部件地址: four bytes with a maker's meaning (GB/T 26875.3-2011, 8.2.1.2), kept whole.</summary>
/// <param name="Value">The bytes as a number, the first one lowest.</param>
public readonly record struct PartAddress(uint Value)
{
    /// <summary>Bytes of an address.</summary>
    public const int Bytes = 4;

    /// <summary>The bytes in the order they travel, in hex, as names of datastreams have them.</summary>
    public string Hex => BinaryPrimitives.ReverseEndianness(Value).ToString("x8", System.Globalization.CultureInfo.InvariantCulture);

    /// <summary>Takes the first four bytes.</summary>
    public static PartAddress Read(ReadOnlySpan<byte> from) => new(BinaryPrimitives.ReadUInt32LittleEndian(from));

    /// <summary>Writes the four bytes.</summary>
    public void Write(Span<byte> to) => BinaryPrimitives.WriteUInt32LittleEndian(to, Value);

    /// <summary>Zone and point, as a maker divides the address.</summary>
    public (ushort Zone, ushort Point) Split(PartAddressOrder order)
    {
        var (first, second) = ((ushort)Value, (ushort)(Value >> 16));
        return order == PartAddressOrder.ZoneThenPoint ? (first, second) : (second, first);
    }

    /// <inheritdoc/>
    public override string ToString() => Hex;
}
