using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>Values of one packet until all of it is read: a mark may stand before or behind its values, the packet's own mark and time anywhere. Its buffer is
/// reused.</summary>
internal struct Hj212PendingValues
{
    private Pending[] values = new Pending[64];
    private int count;
    private int command;

    // The factor being read: a run of pairs with one code, in which no suffix comes twice.
    private int groupStart;
    private string? groupFactor;
    private ulong groupSuffixes;
    private Quality? groupMark;
    private long? groupSampledAt;

    private Quality? packetMark;
    private long? dataTime;
    private int badTimeOffset;

    public Hj212PendingValues()
    {
    }

    public void Begin(int commandCode)
    {
        command = commandCode;
        count = groupStart = 0;
        groupFactor = null;
        packetMark = null;
        dataTime = null;
        badTimeOffset = -1;
    }

    public void Take(Hj212Key key, scoped in Hj212PairReader pair, int areaStart, ReadOnlySpan<byte> area, FieldFrame into)
    {
        var value = pair.Value;
        switch (key.Use)
        {
            case Hj212KeyUse.Reading or Hj212KeyUse.Text:
                EnterGroup(key);
                TakeValue(key, value, areaStart + pair.Offset, OffsetIn(area, value), into);
                break;
            case Hj212KeyUse.Mark:
                EnterGroup(key);
                if (TryReadMark(value, areaStart + pair.Offset, into) is { } mark)
                    MarkGroup(mark);
                break;
            case Hj212KeyUse.SampleTime:
                EnterGroup(key);
                if (Hj212Time.TryParse(value, out long sampledAt))
                    DateGroup(sampledAt);
                else if (!value.IsEmpty)
                    into.AddProblem(Hj212Faults.BadTime, areaStart + pair.Offset);
                break;
            case Hj212KeyUse.PacketMark:
                packetMark = TryReadMark(value, areaStart + pair.Offset, into);
                break;
            case Hj212KeyUse.DataTime:
                if (Hj212Time.TryParse(value, out long time))
                    dataTime ??= time;
                else
                    badTimeOffset = areaStart + pair.Offset;
                break;
            case Hj212KeyUse.TooLong:
                into.AddProblem(Hj212Faults.NameTooLong, areaStart + pair.Offset);
                break;
            default:
                break;
        }
    }

    /// <summary>Hands all values on.</summary>
    /// <param name="area">Data area that was read.</param>
    /// <param name="areaStart">Where it begins in the frame.</param>
    /// <param name="receivedAtTicks">Stands in for a time that is absent.</param>
    /// <param name="observedAt">Time of the packet before; becomes this packet's.</param>
    /// <param name="into">Gets them.</param>
    public readonly void Emit(ReadOnlySpan<byte> area, int areaStart, long receivedAtTicks, ref long? observedAt, FieldFrame into)
    {
        observedAt = dataTime ?? (badTimeOffset < 0 ? observedAt : null);
        if (badTimeOffset >= 0 && dataTime is null)
            into.AddProblem(Hj212Faults.BadTime, badTimeOffset);
        else if (observedAt is null && count > 0)
            into.AddProblem(Hj212Faults.BadTime, areaStart);
        foreach (ref readonly var value in values.AsSpan(0, count))
        {
            var quality = value.Mark ?? packetMark ?? Quality.Good;
            long? at = value.SampledAt ?? observedAt;
            if (at is null && quality == Quality.Good)
                quality = Quality.Suspect;
            if (value.IsText)
                into.AddText(value.Element, area.Slice(value.TextStart, value.TextLength), at ?? receivedAtTicks, quality);
            else
                into.Add(new(value.Element, value.Number, at ?? receivedAtTicks, double.IsNaN(value.Number) ? Quality.Missing : quality));
        }
    }

    private void EnterGroup(Hj212Key key)
    {
        if (key.Factor == groupFactor && (groupSuffixes & key.SuffixBit) == 0)
        {
            groupSuffixes |= key.SuffixBit;
            return;
        }
        groupFactor = key.Factor;
        groupStart = count;
        groupSuffixes = key.SuffixBit;
        groupMark = null;
        groupSampledAt = null;
    }

    private void TakeValue(Hj212Key key, ReadOnlySpan<byte> value, int offset, int valueStart, FieldFrame into)
    {
        var element = key.ElementOf(command);
        bool isLog = value.StartsWith("//"u8);
        if (value.IsEmpty)
        {
            Add(new(element, double.NaN, groupMark, groupSampledAt));
        }
        else if (key.Use == Hj212KeyUse.Reading && !isLog && Hj212Number.TryParse(value, element.UnitShift, out double number))
        {
            Add(new(element, number, groupMark, groupSampledAt));
        }
        else if (key.Use == Hj212KeyUse.Reading && !isLog && !key.MayBeText)
        {
            into.AddProblem(Hj212Faults.BadNumber, offset);
        }
        else
        {
            int slashes = isLog ? 2 : 0;
            int closing = isLog && value.Length >= 4 && value.EndsWith("//"u8) ? 2 : 0;
            int length = value.Length - slashes - closing;
            if (length > ushort.MaxValue)
                into.AddProblem(Hj212Faults.TextTooLong, offset);
            else
                Add(new(element, 0, groupMark, groupSampledAt, IsText: true, valueStart + slashes, length));
        }
    }

    private static Quality? TryReadMark(ReadOnlySpan<byte> value, int offset, FieldFrame into)
    {
        if (value.IsEmpty)
            return null;
        Quality quality = Quality.Suspect;
        if (value.Length != 1 || !Hj212Mark.TryMap(value[0], out quality))
            into.AddProblem(Hj212Faults.UnknownMark, offset);
        return quality;
    }

    private void MarkGroup(Quality mark)
    {
        groupMark = mark;
        foreach (ref var value in values.AsSpan(groupStart, count - groupStart))
            value = value with { Mark = mark };
    }

    private void DateGroup(long sampledAt)
    {
        // Of a period the period's own time counts: its mean is of no single sample.
        if (command is 2051 or 2061 or 2031)
            return;
        groupSampledAt = sampledAt;
        foreach (ref var value in values.AsSpan(groupStart, count - groupStart))
            value = value with { SampledAt = sampledAt };
    }

    private void Add(in Pending value)
    {
        if (count == values.Length)
            Array.Resize(ref values, count * 2);
        values[count++] = value;
    }

    private static int OffsetIn(ReadOnlySpan<byte> area, ReadOnlySpan<byte> value) =>
        value.IsEmpty || !area.Overlaps(value, out int offset) ? 0 : offset;

    private readonly record struct Pending(
        FieldElement Element, double Number, Quality? Mark, long? SampledAt, bool IsText = false, int TextStart = 0, int TextLength = 0);
}
