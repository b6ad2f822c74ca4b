namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>The definition byte (数据定义) behind an identifier: five bits bytes, three bits digits behind the point. What a frame says counts, not the table:
/// devices use other widths.</summary>
/// <param name="Value">The byte.</param>
public readonly record struct Sl651Definition(byte Value)
{
    /// <summary>Bytes of data, 0 to 31; a sign byte is one of them.</summary>
    public int Bytes => Value >> 3;

    /// <summary>Digits behind the point, 0 to 7.</summary>
    public int Decimals => Value & 7;

    /// <summary>Definition of a width.</summary>
    public static Sl651Definition Of(int bytes, int decimals)
    {
        if (bytes is < 0 or > 31 || decimals is < 0 or > 7)
            throw new Sl651WriteException("overflow", $"{bytes} bytes with {decimals} decimals: at most 31 bytes and 7 decimals can be declared");
        return new((byte)((bytes << 3) | decimals));
    }
}
