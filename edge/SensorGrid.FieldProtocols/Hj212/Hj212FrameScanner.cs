using System.Buffers.Binary;
using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Where packets of HJ 212 begin and end (HJ 212-2017, 6.3; the same in all editions):</summary>
/// <remarks>
/// <code>
/// | 2  | 4      | 0..9999      | 4   | 2     |
/// | ## | length | data segment | CRC | CR LF |
/// </code>
/// A frame goes to the CRC: line ends come late, twice or not at all, so they are what stands between frames. The length is believed when the segment ends with
/// <c>&amp;&amp;</c> there and the check fits; else the text up to the next line's end, or up to the next head, may be the packet, if its check fits.
/// The check is worth 8 bits only, so the structure must be right too.
/// </remarks>
/// <param name="stations">What is peculiar to stations; null for the defaults.</param>
/// <param name="maxSegmentBytes">Longest data segment. The standard says 1024, the field sends more.</param>
public sealed class Hj212FrameScanner(Hj212Stations? stations = null, int maxSegmentBytes = Hj212FrameScanner.LongestSegment) : IFrameScanner
{
    /// <summary>Most bytes that four digits can announce.</summary>
    public const int LongestSegment = 9999;

    private const int LengthDigits = 4;
    private const int MostLengthDigits = 6;
    private const int HeadBytes = 2 + LengthDigits;
    private const int CrcBytes = 4;
    private readonly Hj212Stations stations = stations ?? Hj212Stations.Default;

    /// <inheritdoc/>
    public int MaxFrameBytes => HeadBytes + maxSegmentBytes + CrcBytes;

    /// <inheritdoc/>
    public FrameScan Scan(ReadOnlySpan<byte> bytes, bool isFinal)
    {
        int start = bytes.IndexOf("##"u8);
        if (start < 0)
        {
            start = bytes.Length;
            // The second half of a head may still come.
            if (!isFinal && start > 0 && bytes[^1] == '#')
                start--;
            return FrameScan.NeedMore(start) with { Filler = CountLineEnds(bytes[..start]) };
        }
        return ScanHead(bytes[start..], start, isFinal) with { Filler = start == 0 ? 0 : CountLineEnds(bytes[..start]) };
    }

    private FrameScan ScanHead(ReadOnlySpan<byte> rest, int start, bool isFinal)
    {
        int digits = CountDigits(rest);
        if (digits < LengthDigits)
        {
            if (rest.Length == 2 + digits)
                return isFinal ? Truncated(start, rest, HeadBytes) : FrameScan.NeedMore(start);
            return digits > 0 && char.IsAsciiLetter((char)rest[2 + digits])
                ? ScanLine(rest, start, digits, announced: -1, isFinal)
                : FrameScan.Broken(start, new(Hj212Faults.LengthNotFourDigits, 2 + digits, rest[2 + digits]));
        }
        int length = ReadDigits(rest.Slice(2, LengthDigits));
        if (length > maxSegmentBytes)
            return FrameScan.Broken(start, new(Hj212Faults.LengthTooLarge, 2, length, maxSegmentBytes));
        int announced = HeadBytes + length + CrcBytes;
        if (rest.Length < announced)
            return ScanLine(rest, start, digits, announced, isFinal);

        var segment = rest.Slice(HeadBytes, length);
        if (!segment.EndsWith("&&"u8) || !TryReadCrc(rest.Slice(HeadBytes + length, CrcBytes), out ushort crc))
            return ScanLine(rest, start, digits, announced, isFinal);
        if (!IsCrcRight(segment, crc))
            return FrameScan.Broken(start, new(Hj212Faults.CrcMismatch, HeadBytes + length, crc, Hj212Crc.Compute(segment)));
        return Hj212Packet.AreaOffset(segment) < 0 ? FrameScan.Broken(start, new(Hj212Faults.NoDataArea, HeadBytes)) : FrameScan.Frame(start, announced);
    }

    // The packet does not end where it says, or says nothing usable, or has not come so far: the line may still be one.
    private FrameScan ScanLine(ReadOnlySpan<byte> rest, int start, int digits, int announced, bool isFinal)
    {
        var window = rest[..Math.Min(rest.Length, MaxFrameBytes)];
        int segmentStart = 2 + Math.Min(digits, MostLengthDigits);
        bool isComplete = rest.Length >= announced;
        int lineLength = FindLineEnd(window, anyHead: announced < 0);
        if (lineLength < 0)
        {
            // As long as nothing ends the line, it may go on, but no further than a packet can.
            if (!isFinal && window.Length < MaxFrameBytes)
                return FrameScan.NeedMore(start);
            lineLength = window.Length;
        }
        var line = window[..lineLength];
        int end = line.LastIndexOf("&&"u8);
        ushort crc = 0;
        bool looksWhole = end >= segmentStart && end + 2 + CrcBytes <= line.Length && TryReadCrc(line.Slice(end + 2, CrcBytes), out crc);
        var segment = looksWhole ? line[segmentStart..(end + 2)] : default;
        if (looksWhole && IsLineWelcome(segment) && Hj212Packet.AreaOffset(segment) >= 0 && IsPlainCrcRight(segment, crc))
            return FrameScan.Frame(start, end + 2 + CrcBytes);
        // Without a usable length there is nothing to wait for once the line is whole.
        if (!isComplete && !isFinal && announced >= 0)
            return FrameScan.NeedMore(start);
        if (announced < 0)
            return FrameScan.Broken(start, new(Hj212Faults.LengthNotFourDigits, 2 + digits, rest[2 + digits]));
        if (looksWhole)
            return FrameScan.Broken(start, new(Hj212Faults.LengthMismatch, 2, announced - HeadBytes - CrcBytes, segment.Length));
        return line.Length < announced
            ? Truncated(start, line, announced)
            : FrameScan.Broken(start, new(Hj212Faults.LengthMismatch, 2, announced - HeadBytes - CrcBytes));
    }

    private static FrameScan Truncated(int start, ReadOnlySpan<byte> came, int announced) =>
        FrameScan.Broken(start, new(Hj212Faults.Truncated, came.Length, came.Length, announced));

    private bool IsCrcRight(ReadOnlySpan<byte> segment, ushort crc)
    {
        if (Hj212Crc.Compute(segment) == crc)
            return true;
        Span<byte> plain = stations.HasCiphers ? stackalloc byte[segment.Length] : default;
        return (stations.HasCiphers && Hj212Encryption.TryOpen(segment, crc, stations, plain)) || IsModbusCrcRight(segment, crc);
    }

    private bool IsPlainCrcRight(ReadOnlySpan<byte> segment, ushort crc) => Hj212Crc.Compute(segment) == crc || IsModbusCrcRight(segment, crc);

    // Seen with its high byte first, as the standard writes its own check, and with its low byte first, as Modbus does.
    private bool IsModbusCrcRight(ReadOnlySpan<byte> segment, ushort crc)
    {
        if (!stations.Of(Hj212Packet.FindMn(segment)).AcceptModbusCrc)
            return false;
        ushort modbus = Hj212Crc.ComputeModbus(segment);
        return modbus == crc || BinaryPrimitives.ReverseEndianness(modbus) == crc;
    }

    // Cipher text may hold anything, so its lines end nowhere.
    private bool IsLineWelcome(ReadOnlySpan<byte> segment)
    {
        var station = stations.Of(Hj212Packet.FindMn(segment));
        return station.AcceptWrongLength && station.Cipher is null;
    }

    // CR, LF or the head of the next packet; -1 when there is none yet. Behind an odd length any head will do, so that a flood of such beginnings costs no
    // look over the whole window for each.
    private static int FindLineEnd(ReadOnlySpan<byte> window, bool anyHead)
    {
        int from = 2;
        while (from < window.Length)
        {
            int at = window[from..].IndexOfAny((byte)'\r', (byte)'\n', (byte)'#');
            if (at < 0)
                return -1;
            at += from;
            if (window[at] != '#')
                return at;
            var head = window[at..];
            if (head.Length < HeadBytes)
            {
                from = at + 1;
                continue;
            }
            if (head[1] == '#' && (anyHead || CountDigits(head) >= LengthDigits))
                return at;
            from = at + 1;
        }
        return -1;
    }

    /// <summary>Digits behind a head, at most one more than are ever taken.</summary>
    internal static int CountDigits(ReadOnlySpan<byte> frame)
    {
        int digits = 0;
        while (digits <= MostLengthDigits && 2 + digits < frame.Length && char.IsAsciiDigit((char)frame[2 + digits]))
            digits++;
        return digits;
    }

    /// <summary>Digits as a number.</summary>
    internal static int ReadDigits(ReadOnlySpan<byte> digits)
    {
        int number = 0;
        foreach (byte digit in digits)
            number = number * 10 + digit - '0';
        return number;
    }

    /// <summary>Four hexadecimal digits in either case.</summary>
    internal static bool TryReadCrc(ReadOnlySpan<byte> text, out ushort crc)
    {
        int value = 0;
        foreach (byte digit in text)
        {
            int half = digit switch
            {
                >= (byte)'0' and <= (byte)'9' => digit - '0',
                >= (byte)'A' and <= (byte)'F' => digit - 'A' + 10,
                >= (byte)'a' and <= (byte)'f' => digit - 'a' + 10,
                _ => -1,
            };
            if (half < 0)
            {
                crc = 0;
                return false;
            }
            value = (value << 4) | half;
        }
        crc = (ushort)value;
        return true;
    }

    private static int CountLineEnds(ReadOnlySpan<byte> between)
    {
        int count = 0;
        foreach (byte value in between)
            count += value is (byte)'\r' or (byte)'\n' ? 1 : 0;
        return count;
    }
}
