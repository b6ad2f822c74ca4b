using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Turns what stands in a body into readings: times, units, qualities and names are decided here, for both encodings.</summary>
internal sealed class Sl651Projection(Sl651ReaderOptions options, Sl651Names names)
{
    private const int SlotCount = 12;
    private const long SlotTicks = 5 * TimeSpan.TicksPerMinute;
    private FieldFrame into = null!;
    private Sl651Function function;
    private Sl651Address frameStation;
    private Sl651Address station;
    private long fallbackTicks;
    private long observedTicks;
    private bool isTimeGiven;

    // What a reading is worth whose time is not the one it should have.
    private Quality timeQuality;

    /// <summary>Begins a frame.</summary>
    /// <param name="frame">Gets the readings.</param>
    /// <param name="header">Its header.</param>
    /// <param name="sentAtTicks">Send time; null when it cannot be read.</param>
    /// <param name="receivedAtTicks">Arrival.</param>
    public void Begin(FieldFrame frame, in Sl651Header header, long? sentAtTicks, long receivedAtTicks)
    {
        into = frame;
        function = header.Function;
        station = frameStation = header.Station;
        fallbackTicks = sentAtTicks ?? receivedAtTicks;
        observedTicks = fallbackTicks;
        isTimeGiven = false;
        timeQuality = sentAtTicks is null ? Quality.Suspect : Quality.Good;
    }

    /// <summary>Data from here on are of this station.</summary>
    public void SetStation(Sl651Address address) => station = address;

    /// <summary>Data from here on were true then.</summary>
    public void SetTime(long utcTicks)
    {
        observedTicks = utcTicks;
        isTimeGiven = true;
        timeQuality = Quality.Good;
    }

    /// <summary>The observation time cannot be read: the send time stands in.</summary>
    public void SetBadTime(int offset)
    {
        into.AddProblem(Sl651Problems.BadTime, offset);
        observedTicks = fallbackTicks;
        isTimeGiven = true;
        timeQuality = Quality.Suspect;
    }

    /// <summary>Says so when data stand before the first time, where there should be one.</summary>
    public void NeedTime(int offset)
    {
        if (isTimeGiven || function is Sl651Function.QueryStatus or Sl651Function.SetCard)
            return;
        isTimeGiven = true;
        timeQuality = Quality.Suspect;
        into.AddProblem(Sl651Problems.NoObservationTime, offset);
    }

    /// <summary>An element with packed decimals.</summary>
    public void Bcd(Sl651Element element, Sl651Definition definition, ReadOnlySpan<byte> data, int offset) =>
        BcdAt(element, definition, data, offset, observedTicks);

    /// <summary>An element with values one behind the other, a step apart.</summary>
    public void Series(Sl651Element element, Sl651Definition definition, ReadOnlySpan<byte> data, Sl651Step step, int offset)
    {
        int width = definition.Bytes;
        long at = observedTicks;
        for (; data.Length >= width && at <= DateTime.MaxValue.Ticks; data = data[width..], at += step.Ticks)
            BcdAt(element, definition, data[..width], offset, at);
        if (data.Length > 0)
            into.AddProblem(Sl651Problems.PartialValue, offset, element.Field.Code);
    }

    /// <summary>A number as digits and decimals.</summary>
    public void Number(Sl651Element element, long digits, int decimals, int offset, long atTicks)
    {
        var field = element.Field;
        if (options.NinesAreMissing && Sl651Elements.IsLevel(element.Code) && IsNines(digits, decimals))
            Add(field, double.NaN, atTicks, Quality.Missing);
        else if (element.Code == Sl651Elements.Duration && decimals == 2)
            Minutes(field, digits, offset, atTicks);
        else
            Add(field, DecimalNumber.ToDouble(digits, decimals - field.UnitShift), atTicks, timeQuality);
    }

    /// <summary>A number now.</summary>
    public void Number(Sl651Element element, long digits, int decimals, int offset) => Number(element, digits, decimals, offset, observedTicks);

    /// <summary>A number some steps after the observation time.</summary>
    public void Number(Sl651Element element, long digits, int decimals, int offset, Sl651Step step, int steps) =>
        Number(element, digits, decimals, offset, observedTicks + step.Ticks * steps);

    /// <summary>The sensor gave nothing.</summary>
    public void Missing(FieldElement field) => Add(field, double.NaN, observedTicks, Quality.Missing);

    /// <summary>The sensor gave nothing, some steps after the observation time.</summary>
    public void Missing(FieldElement field, Sl651Step step, int steps) => Add(field, double.NaN, observedTicks + step.Ticks * steps, Quality.Missing);

    /// <summary>What stands there is no number: kept as bad, and told.</summary>
    public void Bad(FieldElement field, string problem, int offset)
    {
        into.AddProblem(problem, offset, field.Code);
        Add(field, double.NaN, observedTicks, Quality.Bad);
    }

    /// <summary>A whole number without a table entry of its own.</summary>
    public void Count(FieldElement field, long value, int decimals = 0) =>
        Add(field, DecimalNumber.ToDouble(value, decimals), observedTicks, timeQuality);

    /// <summary>A boolean.</summary>
    public void Boolean(FieldElement field, bool value) =>
        into.Add(new(Placed(field), value ? 1 : 0, observedTicks, timeQuality, ReadingKind.Boolean));

    /// <summary>The status word, and each of its bits that the standard names.</summary>
    public void Status(uint word)
    {
        Add(Sl651Elements.Of(Sl651Elements.Status).Field, word, observedTicks, timeQuality);
        uint turned = word ^ Sl651StatusBits.Inverted;
        for (int bit = 0; bit < Sl651StatusBits.Count; bit++)
            Boolean(Sl651StatusBits.Elements[bit], (turned >> bit & 1) != 0);
    }

    /// <summary>A text in UTF-8.</summary>
    public void Text(FieldElement field, ReadOnlySpan<byte> utf8, int offset)
    {
        if (utf8.Length > ushort.MaxValue)
            into.AddProblem(Sl651Problems.TextTooLong, offset, field.Code);
        else
            into.AddText(Placed(field), utf8, observedTicks);
    }

    /// <summary>Twelve slots of five minutes: one byte of 0.1 mm each, or two of 0.01 m. All bits set means nothing was measured.</summary>
    public void Slots(Sl651Element element, ReadOnlySpan<byte> data)
    {
        var field = Placed(element.Field);
        bool isRain = data.Length == SlotCount;
        var (at, measuredUntil) = FirstSlot();
        for (int slot = 0; slot < SlotCount; slot++, at += SlotTicks)
        {
            int value = isRain ? data[slot] : (data[2 * slot] << 8) | data[2 * slot + 1];
            bool isMissing = value == (isRain ? 0xFF : 0xFFFF);
            bool isAhead = at > measuredUntil;
            // The rest of the hour that runs is filled with FF or 00: not yet measured, which is neither missing nor zero.
            if (isAhead && (isMissing || value == 0))
                continue;
            if (isMissing)
                into.Add(new(field, double.NaN, at, Quality.Missing));
            else
                into.Add(new(field, DecimalNumber.ToDouble(value, isRain ? 1 : 2), at, isAhead ? Quality.Suspect : timeQuality));
        }
    }

    // Time of the first slot, and the time up to which slots can have been measured.
    private (long First, long Until) FirstSlot()
    {
        int minute = (int)(observedTicks / TimeSpan.TicksPerMinute % 60);
        var rule = options.StationSlotTimes.Count > 0 && options.StationSlotTimes.TryGetValue(names.Station(station), out var own) ? own : options.SlotTimes;
        if (rule == Sl651SlotTimes.Auto)
        {
            rule = minute == 5 || function != Sl651Function.Hourly ? Sl651SlotTimes.First
                : minute == 0 ? Sl651SlotTimes.Last : Sl651SlotTimes.RunningHour;
        }
        // Beijing is a whole number of hours from UTC, so minutes are the same.
        return rule switch
        {
            Sl651SlotTimes.Last => (observedTicks - (SlotCount - 1) * SlotTicks, observedTicks),
            Sl651SlotTimes.RunningHour => (observedTicks - minute * TimeSpan.TicksPerMinute + SlotTicks, observedTicks),
            _ => (observedTicks, Math.Max(fallbackTicks, observedTicks)),
        };
    }

    private void BcdAt(Sl651Element element, Sl651Definition definition, ReadOnlySpan<byte> data, int offset, long atTicks)
    {
        switch (Sl651Number.Read(data, out long digits))
        {
            case Sl651NumberKind.Value:
                Number(element, digits, definition.Decimals, offset, atTicks);
                break;
            case Sl651NumberKind.Missing or Sl651NumberKind.VendorMissing:
                Add(element.Field, double.NaN, atTicks, Quality.Missing);
                break;
            case Sl651NumberKind.NotBcd:
                into.AddProblem(Sl651Problems.NotBcd, offset, element.Field.Code);
                Add(element.Field, double.NaN, atTicks, Quality.Bad);
                break;
            default:
                into.AddProblem(Sl651Problems.TooManyDigits, offset, element.Field.Code);
                Add(element.Field, double.NaN, atTicks, Quality.Bad);
                break;
        }
    }

    // 05 is hours and minutes with a point between, no decimal fraction.
    private void Minutes(FieldElement field, long digits, int offset, long atTicks)
    {
        if (digits < 0 || digits % 100 > 59)
        {
            into.AddProblem(Sl651Problems.BadTime, offset, field.Code);
            Add(field, double.NaN, atTicks, Quality.Bad);
            return;
        }
        Add(field, digits / 100 * 60 + digits % 100, atTicks, timeQuality);
    }

    private static bool IsNines(long digits, int decimals) => (decimals, digits) is (3, 9999999) or (2, 999999) or (3, 99999999) or (2, 99999999);

    private void Add(FieldElement field, double value, long atTicks, Quality quality) => into.Add(new(Placed(field), value, atTicks, quality));

    private FieldElement Placed(FieldElement field) => station == frameStation ? field : names.At(station, field);
}
