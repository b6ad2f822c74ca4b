using System.Buffers.Binary;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Where a frame of SL 651-2014 begins and ends (6.4 ASCII, 6.5 HEX/BCD), in either encoding.</summary>
/// <remarks>
/// <code>
/// HEX    7E 7E │ addresses 6 │ password 2 │ function 1 │ direction 4 bit, L 12 bit │ STX or SYN │ L bytes │ end 1 │ CRC 2
/// ASCII  SOH   │ the same fields as 22 hex digits                               │ STX or SYN │ L signs │ end 1 │ CRC 4 digits
/// </code>
/// A start whose direction, length or STX/SYN cannot be right is noise and passed over byte by byte; one whose CRC is wrong is a fault and costs its first
/// byte only, for 7E 7E may stand in data and one stray 7E may stand before a frame.
/// </remarks>
public sealed class Sl651FrameScanner : IFrameScanner
{
    /// <summary>The CRC is not that of the bytes. Found is the one sent, Expected the one computed.</summary>
    public const string CrcMismatch = "crc_mismatch";

    /// <summary>The frame ends before its length says. Found and Expected are bytes.</summary>
    public const string Truncated = "truncated";

    /// <summary>The CRC is right and the end character is none of the seven. Found is the character.</summary>
    public const string BadEnd = "bad_end";

    /// <inheritdoc/>
    public int MaxFrameBytes => Sl651Layout.AsciiHead + Sl651Layout.MaxBody + Sl651Layout.AsciiTail;

    /// <inheritdoc/>
    public FrameScan Scan(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        int start = 0;
        while (true)
        {
            int next = bytes[start..].IndexOfAny(Sl651Layout.HexStart, Sl651Layout.AsciiStart);
            if (next < 0)
                return FrameScan.NeedMore(bytes.Length);
            start += next;
            var rest = bytes[start..];
            bool isHex = rest[0] == Sl651Layout.HexStart;
            int head = isHex ? HexHead(rest, out int length) : AsciiHead(rest, out length);
            switch (head)
            {
                case Noise:
                    start++;
                    continue;
                // One 7E or 01 alone says nothing yet; when nothing follows it was noise.
                case Maybe when isFinal && rest.Length == 1:
                    return FrameScan.NeedMore(bytes.Length);
                case Maybe:
                    return isFinal
                        ? FrameScan.Broken(start, new(Truncated, rest.Length, rest.Length, isHex ? Sl651Layout.HexHead : Sl651Layout.AsciiHead))
                        : FrameScan.NeedMore(start);
                default:
                    if (rest.Length >= length)
                        return Check(rest[..length], start, isHex);
                    return isFinal
                        ? FrameScan.Broken(start, new(Truncated, rest.Length, rest.Length, length))
                        : FrameScan.NeedMore(start);
            }
        }
    }

    private const int Noise = 0;
    private const int Maybe = 1;
    private const int Plausible = 2;

    private static int HexHead(ReadOnlySpan<byte> rest, out int length)
    {
        length = 0;
        if (rest.Length >= Sl651Layout.HexHead)
        {
            int field = BinaryPrimitives.ReadUInt16BigEndian(rest[11..]);
            length = Sl651Layout.HexHead + (field & 0xFFF) + Sl651Layout.HexTail;
            return rest[1] == Sl651Layout.HexStart && (field & 0x7000) == 0 && (field & 0xFFF) != 0 && rest[13] is Sl651Layout.Stx or Sl651Layout.Syn
                ? Plausible : Noise;
        }
        // What is there already may rule it out, so that noise does not wait for more.
        if (rest.Length > 1 && rest[1] != Sl651Layout.HexStart)
            return Noise;
        return rest.Length > 11 && (rest[11] & 0x70) != 0 ? Noise : Maybe;
    }

    private static int AsciiHead(ReadOnlySpan<byte> rest, out int length)
    {
        length = 0;
        int have = Math.Min(rest.Length, Sl651Layout.AsciiHead - 1);
        for (int i = 1; i < have; i++)
        {
            if (Sl651Digits.Hex(rest[i]) < 0)
                return Noise;
        }
        if (have > 19 && rest[19] is not ((byte)'0' or (byte)'8'))
            return Noise;
        if (rest.Length < Sl651Layout.AsciiHead)
            return Maybe;
        Sl651Digits.TryHex(rest[20..23], out ulong body);
        length = Sl651Layout.AsciiHead + (int)body + Sl651Layout.AsciiTail;
        return body != 0 && rest[23] is Sl651Layout.Stx or Sl651Layout.Syn ? Plausible : Noise;
    }

    // The CRC comes first: when it is wrong the end character proves nothing.
    private static FrameScan Check(ReadOnlySpan<byte> frame, int start, bool isHex)
    {
        int end = frame.Length - (isHex ? Sl651Layout.HexTail : Sl651Layout.AsciiTail);
        ushort computed = Crc16.Of(frame[..(end + 1)]);
        ulong sent;
        if (isHex)
            sent = BinaryPrimitives.ReadUInt16BigEndian(frame[(end + 1)..]);
        else if (!Sl651Digits.TryHex(frame[(end + 1)..], out sent))
            return FrameScan.Broken(start, new(CrcMismatch, end + 1, BinaryPrimitives.ReadUInt32BigEndian(frame[(end + 1)..]), computed));
        if (sent != computed)
            return FrameScan.Broken(start, new(CrcMismatch, end + 1, (long)sent, computed));
        return Sl651Layout.IsEnd(frame[end]) ? FrameScan.Frame(start, frame.Length) : FrameScan.Broken(start, new(BadEnd, end, frame[end]));
    }
}
