using System.Globalization;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Address of a station (tables 13 and 14): five bytes, written as ten hex digits. Devices put A to F into it, so it is never read as a
/// decimal number.</summary>
/// <param name="Value">The five bytes as one number, the first byte highest.</param>
public readonly record struct Sl651Address(ulong Value)
{
    /// <summary>Digits of the text.</summary>
    public const int Digits = 10;

    /// <summary>Bytes in a HEX frame.</summary>
    public const int Bytes = 5;

    /// <summary>True when the first byte is 00: the other four hold the eight digits of a national hydrological station (table 13).</summary>
    public bool IsNational => Value >> 32 == 0;

    /// <summary>Six digits of the county (GB/T 2260) of an address of table 14.</summary>
    public string County => (Value >> 16).ToString("X6", CultureInfo.InvariantCulture);

    /// <summary>Number in the county of an address of table 14: 1 to 60000 station, up to 65534 relay, 65535 all, 0 none.</summary>
    public int Number => (int)(Value & 0xFFFF);

    /// <summary>Address of five bytes.</summary>
    public static Sl651Address Read(ReadOnlySpan<byte> bytes) =>
        new(((ulong)bytes[0] << 32) | ((ulong)bytes[1] << 24) | ((ulong)bytes[2] << 16) | ((ulong)bytes[3] << 8) | bytes[4]);

    /// <summary>Address of ten hex digits.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, out Sl651Address address)
    {
        address = default;
        if (text.Length != Digits || !ulong.TryParse(text, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out ulong value))
            return false;
        address = new(value);
        return true;
    }

    /// <summary>Address of a station by table 14.</summary>
    /// <param name="county">Six digits of the county.</param>
    /// <param name="number">0 to 65535.</param>
    public static Sl651Address Of(string county, int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(number, ushort.MaxValue);
        if (county.Length != 6 || county.AsSpan().ContainsAnyExceptInRange('0', '9'))
            throw new Sl651WriteException("bad_address", $"'{county}' is not a county of six digits (GB/T 2260)");
        return new((ulong.Parse(county, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) << 16) | (uint)number);
    }

    /// <summary>Writes the five bytes.</summary>
    public void Write(Span<byte> bytes)
    {
        for (int i = 0; i < Bytes; i++)
            bytes[i] = (byte)(Value >> (8 * (Bytes - 1 - i)));
    }

    /// <summary>Ten hex digits: the gateway's id.</summary>
    public override string ToString() => Value.ToString("X10", CultureInfo.InvariantCulture);
}
