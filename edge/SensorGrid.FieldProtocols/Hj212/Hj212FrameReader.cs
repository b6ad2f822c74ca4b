using SensorGrid.FieldProtocols.Frames;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Reads packets of HJ 212 into readings: each pair whose key is a factor or an unknown thing is one, named by its key and by the period of the command
/// (<c>w01018-Rtd</c>, <c>hour/w01018-Avg</c>). Marks, sampling times and the packet's time go to the readings they are about. The page of the protocol says the
/// names, units and qualities.</summary>
/// <param name="stations">What is peculiar to stations; null for the defaults.</param>
/// <param name="maxKeys">Most keys remembered; further ones are understood anew each time they come.</param>
/// <param name="maxStations">Most stations remembered; further ones likewise.</param>
public sealed class Hj212FrameReader(Hj212Stations? stations = null, int maxKeys = 16_384, int maxStations = 65_536) : IFieldFrameReader
{
    private readonly Hj212Stations stations = stations ?? Hj212Stations.Default;
    private readonly Hj212FrameScanner scanner = new(stations);
    private readonly Hj212Memory memory = new(maxKeys, maxStations);
    private Hj212PacketValues values;
    private byte[] plain = [];

    /// <summary>How often a key or a station was not remembered because there was no room.</summary>
    public long NamesNotRemembered => memory.Overflows;

    /// <inheritdoc/>
    public FrameFault Read(ReadOnlySpan<byte> frame, long receivedAtTicks, FieldFrame into)
    {
        into.Clear();
        into.Protocol = FieldProtocol.Hj212;
        if (Hj212Packet.TryOpen(frame, out var packet) && packet.DeclaredLength == packet.Segment.Length && packet.SegmentOffset == 6)
        {
            long? before = null;
            ReadPacket(packet, 0, receivedAtTicks, ref before, into);
            return default;
        }
        return ReadSeveral(frame, receivedAtTicks, into);
    }

    // Packets one behind the other, or one whose length is wrong.
    private FrameFault ReadSeveral(ReadOnlySpan<byte> frames, long receivedAtTicks, FieldFrame into)
    {
        FrameFault first = new(Hj212Faults.Truncated, frames.Length, frames.Length);
        bool hasFault = false, hasPacket = false;
        long? observedAt = null;
        int at = 0;
        while (at < frames.Length)
        {
            var scan = scanner.Scan(frames[at..], isFinal: true);
            if (scan.Outcome == FrameScanOutcome.NeedMore)
                break;
            at += scan.Start;
            if (scan.Outcome == FrameScanOutcome.Fault)
            {
                if (!hasFault)
                    first = scan.Fault with { Offset = at + scan.Fault.Offset };
                hasFault = true;
                at++;
                continue;
            }
            if (Hj212Packet.TryOpen(frames.Slice(at, scan.Length), out var packet))
            {
                ReadPacket(packet, at, receivedAtTicks, ref observedAt, into);
                hasPacket = true;
            }
            at += scan.Length;
        }
        if (!hasPacket)
            return first;
        if (hasFault)
            into.AddProblem(first.Code, first.Offset);
        return default;
    }

    // observedAt: the time of the packet before, for later parts of a report that do not repeat it.
    private void ReadPacket(scoped in Hj212Packet packet, int offset, long receivedAtTicks, ref long? observedAt, FieldFrame into)
    {
        if (into.Station.Length == 0)
            into.Station = memory.Text(packet.Mn);
        if (into.Function.Length == 0)
            into.Function = memory.Text(packet.Cn);
        if (into.Serial is null && Hj212Number.IsDigits(packet.Qn) && packet.Qn.Length <= 18)
            into.Serial = ReadSerial(packet.Qn);
        if (into.SentAtTicks is null && Hj212Time.TryParse(packet.Qn, out long sentAt))
            into.SentAtTicks = sentAt;

        if (packet.DeclaredLength < 0)
            into.AddProblem(Hj212Faults.LengthNotFourDigits, offset + 2);
        else if (packet.DeclaredLength != packet.Segment.Length)
            into.AddProblem(Hj212Faults.LengthMismatch, offset + 2);
        if (packet.Mn.IsEmpty)
            into.AddProblem(Hj212Faults.NoStation, offset + packet.SegmentOffset);

        var area = Open(packet, out bool isCipherText);
        int areaStart = offset + packet.AreaStart;
        if (isCipherText)
        {
            into.AddProblem(Hj212Faults.NotDecrypted, areaStart);
            return;
        }
        values.Begin(packet.Command, into);
        var pairs = new Hj212PairReader(area);
        Hj212Key? before = null;
        while (true)
        {
            if (before is not null)
                before = TakeUsual(before, ref pairs, areaStart);
            if (!pairs.MoveNext())
                break;
            if (pairs.IsMalformed)
                into.AddProblem(Hj212Faults.BadItem, areaStart + pairs.Offset);
            else
                values.Take(before = memory.Key(pairs.Key, before), pairs.Value, areaStart + pairs.Offset);
        }
        values.End(areaStart, receivedAtTicks, ref observedAt);
    }

    // Nearly always the key that came behind this one the last time, with a number. Gives the last one taken.
    private Hj212Key TakeUsual(Hj212Key before, ref Hj212PairReader pairs, int areaStart)
    {
        // A copy that nobody else sees may live in registers.
        var usual = pairs;
        while (before.Next is { } guess && usual.TryFollow(guess))
        {
            before = guess;
            if (!values.TryTakeNumber(guess, ref usual))
                values.Take(guess, usual.TakeValue(), areaStart + usual.Offset);
        }
        pairs = usual;
        return before;
    }

    // The data area as it is to be read.
    private ReadOnlySpan<byte> Open(scoped in Hj212Packet packet, out bool isCipherText)
    {
        isCipherText = false;
        var segment = packet.Segment;
        int from = packet.AreaStart - packet.SegmentOffset;
        if (stations.HasCiphers && Hj212FrameScanner.TryReadCrc(packet.CrcText, out ushort crc))
        {
            if (plain.Length < segment.Length)
                plain = new byte[Math.Max(segment.Length, Hj212FrameScanner.LongestSegment)];
            if (Hj212Encryption.TryOpen(segment, crc, stations, plain))
                return plain.AsSpan(from, segment.Length - from - 2);
        }
        // One in 256 wrong packets passes the check, so cipher text without its key comes here too.
        var area = segment[from..^2];
        isCipherText = area.ContainsAnyInRange((byte)0x00, (byte)0x1F) && (area.ContainsAnyInRange((byte)0x00, (byte)0x08) || area.ContainsAnyInRange((byte)0x0E, (byte)0x1F));
        return area;
    }

    private static long ReadSerial(ReadOnlySpan<byte> digits)
    {
        long serial = 0;
        foreach (byte digit in digits)
            serial = serial * 10 + digit - '0';
        return serial;
    }
}
