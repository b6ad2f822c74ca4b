namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>What the data bytes of an element turned out to be.</summary>
public enum Sl651NumberKind : byte
{
    /// <summary>A number.</summary>
    Value,

    /// <summary>All bytes FF: the sensor gave nothing.</summary>
    Missing,

    /// <summary>All bytes AA, by which some devices say the same.</summary>
    VendorMissing,

    /// <summary>A nibble that is no digit.</summary>
    NotBcd,

    /// <summary>More than eighteen digits.</summary>
    TooLong,
}

/// <summary>Packed decimals without their point (附录 C, 附录 E): padded with zeros on the left; negative when the first byte is FF and not all are.</summary>
public static class Sl651Number
{
    private const int MostBytes = 9;

    /// <summary>Reads the digits.</summary>
    /// <param name="data">The bytes that the definition announced; at least one.</param>
    /// <param name="digits">All digits as one number, with its sign.</param>
    public static Sl651NumberKind Read(ReadOnlySpan<byte> data, out long digits)
    {
        digits = 0;
        bool isNegative = false;
        byte first = data[0];
        if (first == 0xFF)
        {
            if (!data.ContainsAnyExcept((byte)0xFF))
                return Sl651NumberKind.Missing;
            isNegative = true;
            data = data[1..];
        }
        else if (first == 0xAA && !data.ContainsAnyExcept((byte)0xAA))
        {
            return Sl651NumberKind.VendorMissing;
        }
        if (data.Length > MostBytes)
        {
            int zeros = data.IndexOfAnyExcept((byte)0);
            data = zeros < 0 ? data[..1] : data[zeros..];
        }
        bool isTooLong = data.Length > MostBytes;
        long value = 0;
        foreach (byte two in data)
        {
            int pair = Sl651Digits.Pair(two);
            if (pair < 0)
                return Sl651NumberKind.NotBcd;
            value = unchecked(value * 100 + pair);
        }
        if (isTooLong)
            return Sl651NumberKind.TooLong;
        digits = isNegative ? -value : value;
        return Sl651NumberKind.Value;
    }
}
