namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>One packet as it stands on the wire, without copying: header fields, data area, check (HJ 212-2017, 6.3.2). Liberal: fields in any order, names in any
/// case, blanks around, any may be absent; the first of a name counts.</summary>
/// <remarks><code>
/// | ## | length | QN=…;ST=…;CN=…;PW=…;MN=…;Flag=…;PNUM=…;PNO=…;CP=&amp;&amp; | data area | &amp;&amp; | CRC |
/// </code></remarks>
public readonly ref struct Hj212Packet
{
    private const int LongestCode = 9;

    private Hj212Packet(ReadOnlySpan<byte> frame, int segmentStart, int areaStart, int declaredLength)
    {
        Segment = frame[segmentStart..^4];
        SegmentOffset = segmentStart;
        AreaStart = segmentStart + areaStart;
        DeclaredLength = declaredLength;
        CrcText = frame[^4..];
        var header = new Hj212HeaderFields(Segment[..(areaStart - "CP=&&".Length)]);
        while (header.MoveNext())
        {
            var value = header.Value;
            switch (header.Field)
            {
                case Hj212HeaderField.Qn when Qn.IsEmpty:
                    Qn = value;
                    break;
                case Hj212HeaderField.St when St.IsEmpty:
                    St = value;
                    break;
                case Hj212HeaderField.Cn when Cn.IsEmpty:
                    Cn = value;
                    break;
                case Hj212HeaderField.Pw when Pw.IsEmpty:
                    Pw = value;
                    break;
                case Hj212HeaderField.Mn when Mn.IsEmpty:
                    Mn = value;
                    break;
                case Hj212HeaderField.Flag when FlagText.IsEmpty:
                    FlagText = value;
                    break;
                case Hj212HeaderField.Pnum when PnumText.IsEmpty:
                    PnumText = value;
                    break;
                case Hj212HeaderField.Pno when PnoText.IsEmpty:
                    PnoText = value;
                    break;
                default:
                    break;
            }
        }
    }

    /// <summary>Length as the packet says it; -1 when it does not say it in four digits.</summary>
    public int DeclaredLength { get; }

    /// <summary>The data segment.</summary>
    public ReadOnlySpan<byte> Segment { get; }

    /// <summary>Where <see cref="Segment"/> begins in the frame.</summary>
    public int SegmentOffset { get; }

    /// <summary>Where <see cref="Area"/> begins in the frame.</summary>
    public int AreaStart { get; }

    /// <summary>The data area between <c>CP=&amp;&amp;</c> and the last <c>&amp;&amp;</c>: cipher text when the station encrypts.</summary>
    public ReadOnlySpan<byte> Area => Segment[(AreaStart - SegmentOffset)..^2];

    /// <summary>The header up to <c>CP</c>, for <see cref="Hj212HeaderFields"/>.</summary>
    public ReadOnlySpan<byte> Header => Segment[..(AreaStart - SegmentOffset - "CP=&&".Length)];

    /// <summary>The check as four hexadecimal digits.</summary>
    public ReadOnlySpan<byte> CrcText { get; }

    /// <summary>Request number, usually the time of sending as 17 digits; empty when absent, as all these.</summary>
    public ReadOnlySpan<byte> Qn { get; }

    /// <summary>System code.</summary>
    public ReadOnlySpan<byte> St { get; }

    /// <summary>Command code.</summary>
    public ReadOnlySpan<byte> Cn { get; }

    /// <summary>Password. In most nets everybody's is 123456: no secret, and nothing is decided by it unless a station's is to be checked.</summary>
    public ReadOnlySpan<byte> Pw { get; }

    /// <summary>Device id.</summary>
    public ReadOnlySpan<byte> Mn { get; }

    /// <summary>Flag as it came.</summary>
    public ReadOnlySpan<byte> FlagText { get; }

    /// <summary>Number of packets as it came.</summary>
    public ReadOnlySpan<byte> PnumText { get; }

    /// <summary>Packet number as it came.</summary>
    public ReadOnlySpan<byte> PnoText { get; }

    /// <summary>The flag; null when absent or no number from 0 to 255.</summary>
    public Hj212Flag? Flag => TryReadNumber(FlagText, out int flag) && flag <= byte.MaxValue ? new Hj212Flag((byte)flag) : null;

    /// <summary>Command code as a number; -1 when it is none.</summary>
    public int Command => TryReadNumber(Cn, out int command) ? command : -1;

    /// <summary>How many packets make the report; 0 when it does not say so.</summary>
    public int PacketCount => TryReadNumber(PnumText, out int count) ? count : 0;

    /// <summary>Which of them it is, from 1; 0 when it does not say so.</summary>
    public int PacketNumber => TryReadNumber(PnoText, out int number) ? number : 0;

    /// <summary>Whether the packet is one of several.</summary>
    public bool IsSplit => PacketCount > 1 && PacketNumber >= 1 && PacketNumber <= PacketCount;

    /// <summary>The pairs of the data area.</summary>
    public Hj212PairReader Pairs => new(Area);

    /// <summary>Opens a frame that the scanner found whole; CR and LF may stand behind it.</summary>
    /// <returns>False when it has not the form of a packet. The check is not computed again.</returns>
    public static bool TryOpen(ReadOnlySpan<byte> frame, out Hj212Packet packet)
    {
        packet = default;
        while (frame.Length > 0 && frame[^1] is (byte)'\r' or (byte)'\n')
            frame = frame[..^1];
        if (!frame.StartsWith("##"u8))
            return false;
        int digits = Hj212FrameScanner.CountDigits(frame);
        int declared = digits >= 4 ? Hj212FrameScanner.ReadDigits(frame.Slice(2, 4)) : -1;
        // A segment may begin with digits, so a length that fits decides where it begins.
        int segmentStart = frame.Length == 6 + declared + 4 ? 6 : 2 + Math.Min(digits, 6);
        if (frame.Length < segmentStart + 4)
            return false;
        var segment = frame[segmentStart..^4];
        int area = AreaOffset(segment);
        if (area < 0 || !segment.EndsWith("&&"u8))
            return false;
        packet = new(frame, segmentStart, area, declared);
        return true;
    }

    /// <summary>Where the data area begins in a segment; -1 when there is none.</summary>
    internal static int AreaOffset(ReadOnlySpan<byte> segment)
    {
        int at = segment.IndexOf("CP=&&"u8);
        // The closing && are others than the opening ones.
        return at < 0 || segment.Length < at + "CP=&&&&".Length ? -1 : at + "CP=&&".Length;
    }

    /// <summary>MN out of a segment or a header, without looking at anything else.</summary>
    internal static ReadOnlySpan<byte> FindMn(ReadOnlySpan<byte> segment)
    {
        int area = segment.IndexOf("CP=&&"u8);
        var fields = new Hj212HeaderFields(area < 0 ? segment : segment[..area]);
        while (fields.MoveNext())
        {
            if (fields.Field == Hj212HeaderField.Mn)
                return fields.Value;
        }
        return default;
    }

    private static bool TryReadNumber(ReadOnlySpan<byte> digits, out int number)
    {
        number = 0;
        if (digits.Length is 0 or > LongestCode)
            return false;
        foreach (byte digit in digits)
        {
            if (!char.IsAsciiDigit((char)digit))
                return false;
            number = number * 10 + digit - '0';
        }
        return true;
    }
}
