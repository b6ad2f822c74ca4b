namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>The two encodings of SL 651-2014 (6.4, 6.5). A link uses one of them.</summary>
public enum Sl651Encoding : byte
{
    /// <summary>HEX/BCD: binary header, packed decimals; frames begin with 7E 7E.</summary>
    Hex,

    /// <summary>ASCII: the header in hex digits, the body in words; frames begin with 01 (SOH).</summary>
    Ascii,
}

/// <summary>Which way a frame goes: the high four bits of the length. It decides the order of the two addresses.</summary>
public enum Sl651Direction : byte
{
    /// <summary>Station to centre (上行).</summary>
    Up = 0,

    /// <summary>Centre to station (下行).</summary>
    Down = 8,
}

/// <summary>What stands between body and CRC.</summary>
public enum Sl651End : byte
{
    /// <summary>Uplink: nothing more follows.</summary>
    Etx = 0x03,

    /// <summary>Downlink: confirmed, the transfer is over and the station may leave.</summary>
    Eot = 0x04,

    /// <summary>Downlink: a query or command.</summary>
    Enq = 0x05,

    /// <summary>Downlink: confirmed, the next frame is awaited.</summary>
    Ack = 0x06,

    /// <summary>Downlink: a packet is missing or bad.</summary>
    Nak = 0x15,

    /// <summary>Uplink: more frames follow.</summary>
    Etb = 0x17,

    /// <summary>Downlink: confirmed, the station stays reachable for ten minutes.</summary>
    Esc = 0x1B,
}

/// <summary>Sizes and bytes of the frame.</summary>
internal static class Sl651Layout
{
    public const byte HexStart = 0x7E;
    public const byte AsciiStart = 0x01;
    public const byte Stx = 0x02;
    public const byte Syn = 0x16;

    /// <summary>Most of L: it has twelve bits.</summary>
    public const int MaxBody = 4095;

    /// <summary>Bytes of a HEX frame before its body, and of start to STX/SYN.</summary>
    public const int HexHead = 14;

    /// <summary>HEX: end character and CRC.</summary>
    public const int HexTail = 3;

    /// <summary>ASCII: SOH, 22 hex digits, STX or SYN.</summary>
    public const int AsciiHead = 24;

    /// <summary>ASCII: end character and four hex digits.</summary>
    public const int AsciiTail = 5;

    /// <summary>Total and number of a packet, behind SYN: twelve bits each.</summary>
    public const int HexPacketField = 3;

    /// <summary>The same in hex digits.</summary>
    public const int AsciiPacketField = 6;

    /// <summary>Serial and send time in front of a HEX body.</summary>
    public const int HexPrefix = 8;

    /// <summary>The same in digits.</summary>
    public const int AsciiPrefix = 16;

    public static bool IsEnd(byte value) => value is (byte)Sl651End.Etx or (byte)Sl651End.Eot or (byte)Sl651End.Enq or (byte)Sl651End.Ack or
        (byte)Sl651End.Nak or (byte)Sl651End.Etb or (byte)Sl651End.Esc;
}
