using System.Buffers;
using System.Globalization;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Writes packets (HJ 212-2017, 6.3): fields in the standard's order, the length in bytes with four digits, the check in four capital digits, CR LF. Writes a
/// packet whole or, with an error, nothing of it. Allocates nothing but what the output does.</summary>
public static class Hj212FrameWriter
{
    /// <summary>Longest data area of one packet (6.3.2): longer ones are cut between items.</summary>
    public const int LongestArea = 950;

    private const int LongestField = 64;
    private const int LongestHeader = 512;

    /// <summary>Writes one packet.</summary>
    /// <param name="header">Its header.</param>
    /// <param name="area">Its data area, plain, as <see cref="Hj212AreaWriter"/> makes it.</param>
    /// <param name="output">Gets the packet with its line end.</param>
    /// <param name="cipher">Encrypts the area (HJ 212-2025, annex A.2); the check stays that of the plain segment. Null for none.</param>
    public static Hj212WriteError TryWrite(in Hj212Header header, ReadOnlySpan<byte> area, IBufferWriter<byte> output, Sm4? cipher = null)
    {
        Span<byte> head = stackalloc byte[LongestHeader];
        var error = WriteHeader(header, head, out int headLength);
        if (error != Hj212WriteError.None)
            return error;
        int length = headLength + area.Length + 2;
        if (length > Hj212FrameScanner.LongestSegment)
            return Hj212WriteError.SegmentTooLong;

        var packet = output.GetSpan(6 + length + 6);
        "##"u8.CopyTo(packet);
        Hj212Time.WriteDigits(length, packet.Slice(2, 4));
        var segment = packet.Slice(6, length);
        head[..headLength].CopyTo(segment);
        area.CopyTo(segment[headLength..]);
        "&&"u8.CopyTo(segment[^2..]);
        Hj212Crc.Compute(segment).TryFormat(packet.Slice(6 + length, 4), out _, "X4", CultureInfo.InvariantCulture);
        "\r\n"u8.CopyTo(packet[(10 + length)..]);
        cipher?.Encrypt(area, segment[headLength..^2]);
        output.Advance(12 + length);
        return Hj212WriteError.None;
    }

    /// <summary>Into how many packets a report is cut; 1 when it fits into one, 0 when an item alone does not.</summary>
    /// <param name="area">The report. When its first item is a <c>DataTime</c>, each packet begins with it.</param>
    /// <param name="longestArea">Bytes of data area in one packet.</param>
    public static int CountPackets(Hj212AreaWriter area, int longestArea = LongestArea)
    {
        int packets = 0;
        int next = 0;
        do
        {
            int after = EndOfPacket(area, next, longestArea);
            if (after == next && area.ItemCount > 0)
                return 0;
            next = after;
            packets++;
        }
        while (next < area.ItemCount);
        return packets;
    }

    /// <summary>Writes one packet of a report that is cut between items (6.3.4).</summary>
    /// <param name="header">Header of all of them; count and number are put in.</param>
    /// <param name="area">The whole report.</param>
    /// <param name="number">Which packet, from 1.</param>
    /// <param name="output">Gets the packet with its line end.</param>
    /// <param name="cipher">Encrypts the area; null for none.</param>
    /// <param name="longestArea">Bytes of data area in one packet.</param>
    public static Hj212WriteError TryWritePart(
        in Hj212Header header, Hj212AreaWriter area, int number, IBufferWriter<byte> output, Sm4? cipher = null, int longestArea = LongestArea)
    {
        int packets = CountPackets(area, longestArea);
        if (packets == 0)
            return Hj212WriteError.ItemTooLong;
        if (packets == 1)
            return number == 1 ? TryWrite(header, area.Area, output, cipher) : Hj212WriteError.FieldOutOfRange;
        if (number < 1 || number > packets)
            return Hj212WriteError.FieldOutOfRange;
        int first = 0;
        for (int before = 1; before < number; before++)
            first = EndOfPacket(area, first, longestArea);
        int after = EndOfPacket(area, first, longestArea);

        byte[] part = ArrayPool<byte>.Shared.Rent(Math.Max(longestArea, 1));
        int length = 0;
        if (first > 0 && RepeatsTime(area))
            length = Append(area.Item(0), part, length);
        for (int item = first; item < after; item++)
            length = Append(area.Item(item), part, length);
        var error = TryWrite(
            new()
            {
                Qn = header.Qn,
                St = header.St,
                Command = header.Command,
                Pw = header.Pw,
                HasPassword = header.HasPassword,
                Mn = header.Mn,
                Flag = header.Flag,
                PacketCount = packets,
                PacketNumber = number,
            },
            part.AsSpan(0, length), output, cipher);
        ArrayPool<byte>.Shared.Return(part);
        return error;
    }

    private static int Append(ReadOnlySpan<byte> item, byte[] part, int length)
    {
        if (length > 0)
            part[length++] = (byte)';';
        item.CopyTo(part.AsSpan(length));
        return length + item.Length;
    }

    private static bool RepeatsTime(Hj212AreaWriter area) => area.ItemCount > 1 && area.Item(0).StartsWith("DataTime="u8);

    // The item after the last that fits into a packet which begins with this one; the same when none fits.
    private static int EndOfPacket(Hj212AreaWriter area, int first, int longestArea)
    {
        int length = first > 0 && RepeatsTime(area) ? area.Item(0).Length : 0;
        int item = first;
        while (item < area.ItemCount)
        {
            int longer = length + (length > 0 ? 1 : 0) + area.Item(item).Length;
            // A time alone says nothing, so the first value must fit beside it.
            if (longer > longestArea)
                return item == 1 && first == 0 && RepeatsTime(area) ? first : item;
            length = longer;
            item++;
        }
        return item;
    }

    private static Hj212WriteError WriteHeader(in Hj212Header header, Span<byte> into, out int length)
    {
        length = 0;
        if (header.Command is < 1000 or > 9999)
            return Hj212WriteError.FieldOutOfRange;
        bool isSplit = header.PacketCount != 0 || header.PacketNumber != 0;
        if (isSplit && (header.PacketCount is < 1 or > 9999 || header.PacketNumber < 1 || header.PacketNumber > header.PacketCount))
            return Hj212WriteError.FieldOutOfRange;
        foreach (var error in (ReadOnlySpan<Hj212WriteError>)[Check(header.Qn), Check(header.St), Check(header.Pw), Check(header.Mn)])
        {
            if (error != Hj212WriteError.None)
                return error;
        }
        Span<byte> number = stackalloc byte[4];
        Hj212Time.WriteDigits(header.Command, number);
        if (!header.Qn.IsEmpty)
            Field("QN="u8, header.Qn, into, ref length);
        if (!header.St.IsEmpty)
            Field("ST="u8, header.St, into, ref length);
        Field("CN="u8, number, into, ref length);
        if (header.HasPassword)
            Field("PW="u8, header.Pw, into, ref length);
        if (!header.Mn.IsEmpty)
            Field("MN="u8, header.Mn, into, ref length);
        if (header.Flag is { } flag)
        {
            // The bit says whether there are numbers, whatever the caller had in mind.
            int value = isSplit ? flag.Value | 2 : flag.Value & ~2;
            Field("Flag="u8, Digits(value, number), into, ref length);
        }
        if (isSplit)
        {
            Field("PNUM="u8, Digits(header.PacketCount, number), into, ref length);
            Field("PNO="u8, Digits(header.PacketNumber, number), into, ref length);
        }
        "CP=&&"u8.CopyTo(into[length..]);
        length += 5;
        return Hj212WriteError.None;
    }

    private static Hj212WriteError Check(ReadOnlySpan<byte> field)
    {
        if (field.Length > LongestField)
            return Hj212WriteError.FieldTooLong;
        return Hj212AreaWriter.IsPlainText(field) && !field.Contains((byte)'=') ? Hj212WriteError.None : Hj212WriteError.ForbiddenSign;
    }

    private static ReadOnlySpan<byte> Digits(int number, Span<byte> into)
    {
        number.TryFormat(into, out int digits, default, CultureInfo.InvariantCulture);
        return into[..digits];
    }

    private static void Field(ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, Span<byte> into, ref int length)
    {
        name.CopyTo(into[length..]);
        length += name.Length;
        value.CopyTo(into[length..]);
        length += value.Length;
        into[length++] = (byte)';';
    }
}
