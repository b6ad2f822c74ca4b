using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Writes whole frames around bodies (6.4, 6.5): the length when the body is known, the CRC last, its high byte first. What does not fit is refused.</summary>
public static class Sl651FrameWriter
{
    /// <summary>Most bytes of a body in one frame.</summary>
    public const int MaxBody = Sl651Layout.MaxBody;

    /// <summary>Most packets of one report: their number has twelve bits.</summary>
    public const int MaxPackets = 4095;

    /// <summary>Most bytes of a body in one packet.</summary>
    /// <param name="encoding">HEX or ASCII.</param>
    public static int MaxPiece(Sl651Encoding encoding) =>
        Sl651Layout.MaxBody - (encoding == Sl651Encoding.Hex ? Sl651Layout.HexPacketField : Sl651Layout.AsciiPacketField);

    /// <summary>Writes a single frame (STX).</summary>
    public static void Write(IBufferWriter<byte> output, in Sl651FrameHead head, ReadOnlySpan<byte> body) => WriteFrame(output, head, 0, 0, body);

    /// <summary>Writes one packet of a report (SYN).</summary>
    /// <param name="output">Gets the frame.</param>
    /// <param name="head">Its head; the end character is this packet's.</param>
    /// <param name="total">Number of packets, 1 to 4095.</param>
    /// <param name="sequence">Which of them, from 1.</param>
    /// <param name="piece">Its piece of the body.</param>
    public static void WritePacket(IBufferWriter<byte> output, in Sl651FrameHead head, int total, int sequence, ReadOnlySpan<byte> piece)
    {
        if (total is < 1 or > MaxPackets || sequence < 1 || sequence > total)
            throw new Sl651WriteException("bad_packet_field", $"packet {sequence} of {total}: 1 to {MaxPackets} packets, numbered from 1");
        WriteFrame(output, head, total, sequence, piece);
    }

    /// <summary>Writes a body as one frame when it fits into a piece, else cut into packets: all but the last end with ETB, the last as the head says.</summary>
    /// <returns>Frames written.</returns>
    public static int WriteReport(IBufferWriter<byte> output, in Sl651FrameHead head, ReadOnlySpan<byte> body, int pieceBytes)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(pieceBytes, Sl651Layout.AsciiPrefix);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(pieceBytes, MaxPiece(head.Encoding));
        if (body.Length <= pieceBytes)
        {
            Write(output, head, body);
            return 1;
        }
        int total = (body.Length + pieceBytes - 1) / pieceBytes;
        if (total > MaxPackets)
            throw new Sl651WriteException("overflow", $"a body of {body.Length} bytes in pieces of {pieceBytes} needs {total} packets; {MaxPackets} can be numbered");
        for (int sequence = 1; sequence <= total; sequence++)
        {
            int from = (sequence - 1) * pieceBytes;
            WritePacket(output, sequence == total ? head : head with { End = Sl651End.Etb }, total, sequence, body.Slice(from, Math.Min(pieceBytes, body.Length - from)));
        }
        return total;
    }

    /// <summary>Writes the confirmation of a report (M2): its serial, our clock.</summary>
    public static void WriteConfirmation(IBufferWriter<byte> output, in Sl651FrameHead head, int serial, long nowTicks) =>
        Write(output, head, Prefix(head.Encoding, serial, nowTicks, stackalloc byte[Sl651Layout.AsciiPrefix]));

    /// <summary>Writes the answer to packets (M3): with EOT or ESC and the total all are confirmed, with NAK and a number that packet is asked for again.</summary>
    public static void WritePacketAnswer(IBufferWriter<byte> output, in Sl651FrameHead head, int total, int sequence, int serial, long nowTicks) =>
        WritePacket(output, head, total, sequence, Prefix(head.Encoding, serial, nowTicks, stackalloc byte[Sl651Layout.AsciiPrefix]));

    /// <summary>Serial and send time in front of a body.</summary>
    /// <returns>The part of <paramref name="into"/> that was used: 8 bytes, in ASCII 16.</returns>
    internal static ReadOnlySpan<byte> Prefix(Sl651Encoding encoding, int serial, long sentAtTicks, Span<byte> into)
    {
        if (serial is < 0 or > ushort.MaxValue)
            throw new Sl651WriteException("overflow", $"{serial} is no serial number: 0 to {ushort.MaxValue}");
        Span<byte> bcd = stackalloc byte[6];
        Sl651Time.Write(sentAtTicks, bcd);
        if (encoding == Sl651Encoding.Hex)
        {
            BinaryPrimitives.WriteUInt16BigEndian(into, (ushort)serial);
            bcd.CopyTo(into[2..]);
            return into[..Sl651Layout.HexPrefix];
        }
        serial.TryFormat(into, out _, "X4", CultureInfo.InvariantCulture);
        Convert.TryToHexString(bcd, into[4..], out _);
        return into[..Sl651Layout.AsciiPrefix];
    }

    private static void WriteFrame(IBufferWriter<byte> output, in Sl651FrameHead head, int total, int sequence, ReadOnlySpan<byte> body)
    {
        bool isPacket = total > 0;
        bool isHex = head.Encoding == Sl651Encoding.Hex;
        int field = !isPacket ? 0 : isHex ? Sl651Layout.HexPacketField : Sl651Layout.AsciiPacketField;
        int length = field + body.Length;
        if (length is 0 or > Sl651Layout.MaxBody)
            throw new Sl651WriteException("overflow", $"a body of {body.Length} bytes: 1 to {Sl651Layout.MaxBody - field} fit into this frame; cut it into packets");
        if (head.Station.Value >> 40 != 0)
            throw new Sl651WriteException("bad_address", $"{head.Station.Value:X} has more than five bytes");
        int frameBytes = (isHex ? Sl651Layout.HexHead + Sl651Layout.HexTail : Sl651Layout.AsciiHead + Sl651Layout.AsciiTail) + length;
        var frame = output.GetSpan(frameBytes)[..frameBytes];
        if (isHex)
            FillHex(frame, head, total, sequence, body, length, field);
        else
            FillAscii(frame, head, total, sequence, body, length, field);
        output.Advance(frameBytes);
    }

    private static void FillHex(Span<byte> frame, in Sl651FrameHead head, int total, int sequence, ReadOnlySpan<byte> body, int length, int field)
    {
        frame[0] = frame[1] = Sl651Layout.HexStart;
        bool isDown = head.Direction == Sl651Direction.Down;
        frame[isDown ? 7 : 2] = head.Centre;
        head.Station.Write(frame[(isDown ? 2 : 3)..]);
        BinaryPrimitives.WriteUInt16BigEndian(frame[8..], head.Password);
        frame[10] = (byte)head.Function;
        BinaryPrimitives.WriteUInt16BigEndian(frame[11..], (ushort)(((int)head.Direction << 12) | length));
        frame[13] = field > 0 ? Sl651Layout.Syn : Sl651Layout.Stx;
        if (field > 0)
        {
            frame[14] = (byte)(total >> 4);
            frame[15] = (byte)((total << 4) | (sequence >> 8));
            frame[16] = (byte)sequence;
        }
        body.CopyTo(frame[(Sl651Layout.HexHead + field)..]);
        int end = Sl651Layout.HexHead + length;
        frame[end] = (byte)head.End;
        BinaryPrimitives.WriteUInt16BigEndian(frame[(end + 1)..], Crc16.Of(frame[..(end + 1)]));
    }

    private static void FillAscii(Span<byte> frame, in Sl651FrameHead head, int total, int sequence, ReadOnlySpan<byte> body, int length, int field)
    {
        string addresses = head.Direction == Sl651Direction.Down ? $"{head.Station}{head.Centre:X2}" : $"{head.Centre:X2}{head.Station}";
        string packet = field > 0 ? $"{total:X3}{sequence:X3}" : "";
        char start = (char)(field > 0 ? Sl651Layout.Syn : Sl651Layout.Stx);
        string text = $"\u0001{addresses}{head.Password:X4}{(byte)head.Function:X2}{(int)head.Direction:X1}{length:X3}{start}{packet}";
        int at = Encoding.ASCII.GetBytes(text, frame);
        body.CopyTo(frame[at..]);
        int end = at + body.Length;
        frame[end] = (byte)head.End;
        Crc16.Of(frame[..(end + 1)]).TryFormat(frame[(end + 1)..], out _, "X4", CultureInfo.InvariantCulture);
    }
}
