using System.Runtime.CompilerServices;
using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Puts the values of one packet into a frame. A mark may stand before or behind its values, the packet's own mark and time anywhere, so a value has stand-ins
/// for both until they are known.</summary>
internal struct Hj212PacketValues
{
    private const Quality NoMark = (Quality)byte.MaxValue;
    private const long NoTime = long.MinValue;

    private FieldFrame into;
    private int command;
    private int first;

    // The factor being read: a run of pairs with one code, in which no suffix comes twice.
    private int groupStart;
    private string? groupFactor;
    private ulong groupSuffixes;
    private Quality groupMark;
    private long groupSampledAt;

    private Quality packetMark;
    private long dataTime;
    private int badTimeOffset;

    public void Begin(int commandCode, FieldFrame frame)
    {
        into = frame;
        command = commandCode;
        first = groupStart = frame.ReadingCount;
        groupFactor = null;
        groupMark = packetMark = NoMark;
        groupSampledAt = dataTime = NoTime;
        badTimeOffset = -1;
    }

    /// <summary>Takes a pair.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="value">Its value.</param>
    /// <param name="offset">Where it stands in the frame.</param>
    public void Take(Hj212Key key, ReadOnlySpan<byte> value, int offset)
    {
        switch (key.Use)
        {
            case Hj212KeyUse.Reading or Hj212KeyUse.Text:
                EnterGroup(key);
                TakeValue(key, value, offset);
                break;
            case Hj212KeyUse.Mark:
                EnterGroup(key);
                if (!value.IsEmpty)
                    MarkGroup(ReadMark(value, offset));
                break;
            case Hj212KeyUse.SampleTime:
                EnterGroup(key);
                if (Hj212Time.TryParse(value, out long sampledAt))
                    DateGroup(sampledAt);
                else if (!value.IsEmpty)
                    into.AddProblem(Hj212Faults.BadTime, offset);
                break;
            case Hj212KeyUse.PacketMark:
                packetMark = value.IsEmpty ? NoMark : ReadMark(value, offset);
                break;
            case Hj212KeyUse.DataTime:
                if (!Hj212Time.TryParse(value, out long time))
                    badTimeOffset = offset;
                else if (dataTime == NoTime)
                    dataTime = time;
                break;
            case Hj212KeyUse.TooLong:
                into.AddProblem(Hj212Faults.NameTooLong, offset);
                break;
            default:
                break;
        }
    }

    /// <summary>Takes the pair that a reader stands in, if its value is a plain number.</summary>
    /// <param name="key">Its key.</param>
    /// <param name="pairs">Stands behind the key; behind the value afterwards.</param>
    /// <returns>False when it is to be taken as any other is.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTakeNumber(Hj212Key key, ref Hj212PairReader pairs)
    {
        if (key.Use != Hj212KeyUse.Reading)
            return false;
        var element = key.ElementOf(command);
        if (!pairs.TryTakeNumber(element.UnitShift, out double number))
            return false;
        EnterGroup(key);
        into.Add(element, number, At, groupMark, ReadingKind.Number);
        return true;
    }

    /// <summary>All pairs were taken.</summary>
    /// <param name="areaStart">Where the data area begins in the frame.</param>
    /// <param name="receivedAtTicks">Stands in for a time that is absent.</param>
    /// <param name="observedAt">Time of the packet before; becomes this packet's.</param>
    public readonly void End(int areaStart, long receivedAtTicks, ref long? observedAt)
    {
        var added = into.Added[first..];
        if (dataTime != NoTime)
            observedAt = dataTime;
        else if (badTimeOffset >= 0)
            observedAt = null;
        if (observedAt is null && (badTimeOffset >= 0 || added.Length > 0))
            into.AddProblem(Hj212Faults.BadTime, badTimeOffset >= 0 ? badTimeOffset : areaStart);
        long packetTime = observedAt ?? NoTime;
        var unmarked = packetMark != NoMark ? packetMark : Quality.Good;
        foreach (ref var reading in added)
        {
            if (reading.Quality == NoMark)
                reading.Quality = unmarked;
            if (reading.ObservedAtTicks == NoTime)
                reading.ObservedAtTicks = packetTime;
            if (reading.ObservedAtTicks == NoTime)
            {
                reading.ObservedAtTicks = receivedAtTicks;
                if (reading.Quality == Quality.Good)
                    reading.Quality = Quality.Suspect;
            }
            if (double.IsNaN(reading.Value))
                reading.Quality = Quality.Missing;
        }
    }

    // As far as it is known: the packet's time stands first, and the first one stays.
    private readonly long At => groupSampledAt != NoTime ? groupSampledAt : dataTime;

    private void EnterGroup(Hj212Key key)
    {
        if (key.Factor == groupFactor && (groupSuffixes & key.SuffixBit) == 0)
        {
            groupSuffixes |= key.SuffixBit;
            return;
        }
        groupFactor = key.Factor;
        groupStart = into.ReadingCount;
        groupSuffixes = key.SuffixBit;
        groupMark = NoMark;
        groupSampledAt = NoTime;
    }

    private readonly void TakeValue(Hj212Key key, ReadOnlySpan<byte> value, int offset)
    {
        var element = key.ElementOf(command);
        bool isNumber = key.Use == Hj212KeyUse.Reading;
        if (value.IsEmpty)
        {
            into.Add(new(element, double.NaN, At, groupMark));
        }
        else if (isNumber && Hj212Number.TryParse(value, element.UnitShift, out double number))
        {
            into.Add(new(element, number, At, groupMark));
        }
        else if (value.StartsWith("//"u8))
        {
            TakeText(element, value.Length >= 4 && value.EndsWith("//"u8) ? value[2..^2] : value[2..], offset);
        }
        else if (isNumber && !key.MayBeText)
        {
            into.AddProblem(Hj212Faults.BadNumber, offset);
        }
        else
        {
            TakeText(element, value, offset);
        }
    }

    private readonly void TakeText(FieldElement element, ReadOnlySpan<byte> text, int offset)
    {
        if (text.Length > ushort.MaxValue)
            into.AddProblem(Hj212Faults.TextTooLong, offset);
        else
            into.AddText(element, text, At, groupMark);
    }

    private readonly Quality ReadMark(ReadOnlySpan<byte> value, int offset)
    {
        Quality quality = Quality.Suspect;
        if (value.Length != 1 || !Hj212Mark.TryMap(value[0], out quality))
            into.AddProblem(Hj212Faults.UnknownMark, offset);
        return quality;
    }

    private void MarkGroup(Quality mark)
    {
        groupMark = mark;
        foreach (ref var reading in into.Added[groupStart..])
            reading.Quality = mark;
    }

    private void DateGroup(long sampledAt)
    {
        // Of a period the period's own time counts: its mean is of no single sample.
        if (command is 2051 or 2061 or 2031)
            return;
        groupSampledAt = sampledAt;
        foreach (ref var reading in into.Added[groupStart..])
            reading.ObservedAtTicks = sampledAt;
    }
}
