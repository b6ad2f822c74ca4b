using System.Buffers.Binary;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Everything around the body of a frame (6.4, 6.5).</summary>
public readonly record struct Sl651Header
{
    /// <summary>HEX/BCD or ASCII.</summary>
    public Sl651Encoding Encoding { get; init; }

    /// <summary>Which way it goes.</summary>
    public Sl651Direction Direction { get; init; }

    /// <summary>Address of the centre, 0 to 255.</summary>
    public byte Centre { get; init; }

    /// <summary>Address of the station: the gateway.</summary>
    public Sl651Address Station { get; init; }

    /// <summary>Two raw bytes in clear; proves nothing about the sender.</summary>
    public ushort Password { get; init; }

    /// <summary>What the frame is.</summary>
    public Sl651Function Function { get; init; }

    /// <summary>True with SYN: one packet of several.</summary>
    public bool IsPacket { get; init; }

    /// <summary>Number of packets; 0 without SYN.</summary>
    public int Total { get; init; }

    /// <summary>Which of them, from 1; 0 without SYN.</summary>
    public int Sequence { get; init; }

    /// <summary>End character.</summary>
    public Sl651End End { get; init; }

    /// <summary>CRC as sent.</summary>
    public ushort Crc { get; init; }

    /// <summary>L: bytes or signs between STX/SYN and end character, total and number of a packet included.</summary>
    public int Length { get; init; }

    /// <summary>Where the body begins in the frame, behind total and number of a packet.</summary>
    public int BodyOffset { get; init; }

    /// <summary>Bytes or signs of the body.</summary>
    public int BodyLength { get; init; }

    /// <summary>Bytes of the frame.</summary>
    public int FrameLength { get; init; }

    /// <summary>True where the body begins with serial and send time: in all but the later packets of a report; answers to packets have both.</summary>
    public bool HasPrefix => !IsPacket || Sequence == 1 || Direction == Sl651Direction.Down;

    /// <summary>Reads the header of a frame that a scanner found whole; its CRC is not computed again.</summary>
    public static bool TryRead(ReadOnlySpan<byte> frame, out Sl651Header header, out FrameFault fault)
    {
        header = default;
        if (frame.Length > 0 && frame[0] == Sl651Layout.AsciiStart)
            return TryReadAscii(frame, out header, out fault);
        if (frame.Length < Sl651Layout.HexHead + 1 + Sl651Layout.HexTail)
            return No(new(Sl651FrameScanner.Truncated, frame.Length, frame.Length, Sl651Layout.HexHead + 1 + Sl651Layout.HexTail), out fault);
        int field = BinaryPrimitives.ReadUInt16BigEndian(frame[11..]);
        int length = field & 0xFFF;
        if (frame[0] != Sl651Layout.HexStart || frame[1] != Sl651Layout.HexStart || (field & 0x7000) != 0 || length == 0 ||
            frame[13] is not (Sl651Layout.Stx or Sl651Layout.Syn))
            return No(new(NotAFrame, 0, field), out fault);
        if (frame.Length < Sl651Layout.HexHead + length + Sl651Layout.HexTail)
            return No(new(Sl651FrameScanner.Truncated, frame.Length, frame.Length, Sl651Layout.HexHead + length + Sl651Layout.HexTail), out fault);
        bool isPacket = frame[13] == Sl651Layout.Syn;
        if (isPacket && length < Sl651Layout.HexPacketField)
            return No(new(BadPacketField, Sl651Layout.HexHead, length, Sl651Layout.HexPacketField), out fault);
        bool isDown = (field & 0x8000) != 0;
        int packet = isPacket ? (frame[14] << 16) | (frame[15] << 8) | frame[16] : 0;
        int end = Sl651Layout.HexHead + length;
        int skipped = isPacket ? Sl651Layout.HexPacketField : 0;
        header = new()
        {
            Encoding = Sl651Encoding.Hex,
            Direction = isDown ? Sl651Direction.Down : Sl651Direction.Up,
            Centre = isDown ? frame[7] : frame[2],
            Station = Sl651Address.Read(isDown ? frame[2..] : frame[3..]),
            Password = BinaryPrimitives.ReadUInt16BigEndian(frame[8..]),
            Function = (Sl651Function)frame[10],
            IsPacket = isPacket,
            Total = packet >> 12,
            Sequence = packet & 0xFFF,
            End = (Sl651End)frame[end],
            Crc = BinaryPrimitives.ReadUInt16BigEndian(frame[(end + 1)..]),
            Length = length,
            BodyOffset = Sl651Layout.HexHead + skipped,
            BodyLength = length - skipped,
            FrameLength = end + Sl651Layout.HexTail,
        };
        return IsInOrder(header, out fault);
    }

    /// <summary>The bytes have no header of a frame.</summary>
    public const string NotAFrame = "not_a_frame";

    /// <summary>Total and number of a packet are absent, or the number is not from 1 to the total. Found is the number, Expected the total.</summary>
    public const string BadPacketField = "bad_packet_field";

    private static bool TryReadAscii(ReadOnlySpan<byte> frame, out Sl651Header header, out FrameFault fault)
    {
        header = default;
        int least = Sl651Layout.AsciiHead + 1 + Sl651Layout.AsciiTail;
        if (frame.Length < least)
            return No(new(Sl651FrameScanner.Truncated, frame.Length, frame.Length, least), out fault);
        // Centre and station 12 digits, password 4, function 2, direction and length 4.
        if (!Sl651Digits.TryHex(frame[1..13], out ulong addresses) || !Sl651Digits.TryHex(frame[13..23], out ulong rest) ||
            frame[19] is not ((byte)'0' or (byte)'8') || frame[23] is not (Sl651Layout.Stx or Sl651Layout.Syn) || (rest & 0xFFF) == 0)
            return No(new(NotAFrame, 0), out fault);
        int length = (int)(rest & 0xFFF);
        int end = Sl651Layout.AsciiHead + length;
        if (frame.Length < end + Sl651Layout.AsciiTail)
            return No(new(Sl651FrameScanner.Truncated, frame.Length, frame.Length, end + Sl651Layout.AsciiTail), out fault);
        bool isPacket = frame[23] == Sl651Layout.Syn;
        ulong packet = 0;
        if (isPacket && (length < Sl651Layout.AsciiPacketField ||
            !Sl651Digits.TryHex(frame.Slice(Sl651Layout.AsciiHead, Sl651Layout.AsciiPacketField), out packet)))
            return No(new(BadPacketField, Sl651Layout.AsciiHead, length, Sl651Layout.AsciiPacketField), out fault);
        if (!Sl651Digits.TryHex(frame.Slice(end + 1, 4), out ulong crc))
            return No(new(Sl651FrameScanner.CrcMismatch, end + 1), out fault);
        bool isDown = frame[19] == (byte)'8';
        int skipped = isPacket ? Sl651Layout.AsciiPacketField : 0;
        header = new()
        {
            Encoding = Sl651Encoding.Ascii,
            Direction = isDown ? Sl651Direction.Down : Sl651Direction.Up,
            Centre = isDown ? (byte)addresses : (byte)(addresses >> 40),
            Station = new(isDown ? addresses >> 8 : addresses & 0xFF_FFFF_FFFF),
            Password = (ushort)(rest >> 24),
            Function = (Sl651Function)(byte)(rest >> 16),
            IsPacket = isPacket,
            Total = (int)(packet >> 12),
            Sequence = (int)(packet & 0xFFF),
            End = (Sl651End)frame[end],
            Crc = (ushort)crc,
            Length = length,
            BodyOffset = Sl651Layout.AsciiHead + skipped,
            BodyLength = length - skipped,
            FrameLength = end + Sl651Layout.AsciiTail,
        };
        return IsInOrder(header, out fault);
    }

    private static bool IsInOrder(in Sl651Header header, out FrameFault fault)
    {
        fault = default;
        return !header.IsPacket || header.Sequence >= 1 && header.Sequence <= header.Total ||
            No(new(BadPacketField, header.BodyOffset, header.Sequence, header.Total), out fault);
    }

    private static bool No(FrameFault reason, out FrameFault fault)
    {
        fault = reason;
        return false;
    }
}
