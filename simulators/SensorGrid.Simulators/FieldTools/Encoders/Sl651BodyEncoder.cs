using System.Globalization;
using SensorGrid.FieldProtocols.Sl651;
using SensorGrid.Readings;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>Readings to the body of an uplink: station groups and times where they change, then the items.</summary>
internal sealed class Sl651BodyEncoder(Sl651BodyWriter body, Sl651Address station, Sl651Function function, byte stationClass, long sentAtTicks)
{
    private const int SlotCount = 12;
    private const long SlotTicks = 5 * TimeSpan.TicksPerMinute;
    private const int FirstSlots = 0xF4;
    private readonly Sl651BodyShape shape = Sl651Functions.Shape(function, Sl651Direction.Up, Sl651End.Etx);
    private Sl651Address current;
    private long? currentTime;

    /// <summary>Writes a body behind serial and send time.</summary>
    public void Write(IReadOnlyList<FrameValue> readings)
    {
        if (shape == Sl651BodyShape.Unknown)
        {
            if (readings.Count > 0)
                throw readings[0].Refuse("code", $"the standard has no function {function.ToText()}, so there is no layout to write readings in.");
            return;
        }
        if (function != Sl651Function.KeepAlive && shape != Sl651BodyShape.Text)
            Station(station);
        WriteItems(readings);
    }

    /// <summary>Writes what stands behind the group of the frame's own station.</summary>
    public void WriteItems(IReadOnlyList<FrameValue> readings)
    {
        current = station;
        switch (shape)
        {
            case Sl651BodyShape.Elements or Sl651BodyShape.Series or Sl651BodyShape.Text:
                Elements(readings);
                break;
            case Sl651BodyShape.Parameters:
                foreach (var reading in readings)
                    Parameter(reading);
                break;
            case Sl651BodyShape.Version when readings.Count == 1:
                body.Version(readings[0].Text);
                break;
            case Sl651BodyShape.Events:
                body.Events([.. readings.Select(reading => (ushort)reading.Whole(0, ushort.MaxValue))]);
                break;
            case Sl651BodyShape.Switches:
                body.Switches(BitsOf(readings));
                break;
            case Sl651BodyShape.Gates:
                int gates = readings.Count / 2;
                body.Gates(
                    [.. readings.Take(gates).Select(reading => reading.Boolean)],
                    [.. readings.Skip(gates).Select(reading => (int)reading.Whole(0, 9999))]);
                break;
            case Sl651BodyShape.Quota when readings.Count == 1:
                body.Quota(readings[0].Boolean);
                break;
            default:
                // Whatever does not belong here is told when the frame is compared.
                break;
        }
    }

    private void Station(Sl651Address address)
    {
        current = address;
        body.Station(address, Sl651Functions.HasClass(function) ? stationClass : null);
    }

    private void Elements(IReadOnlyList<FrameValue> readings)
    {
        for (int i = 0; i < readings.Count;)
        {
            var reading = readings[i];
            if (shape != Sl651BodyShape.Text)
                MoveTo(reading);
            // Bits of the status word come with it.
            if (reading.Code.StartsWith("45.", StringComparison.Ordinal))
            {
                i++;
                continue;
            }
            int code = CodeOf(reading);
            if (code is >= FirstSlots and <= 0xFC)
                i += Slots(readings, i, code);
            else if (shape == Sl651BodyShape.Series && StepOf(readings, i) is { } step)
                i += Series(readings, i, code, step);
            else
            {
                Element(reading, code);
                i++;
            }
        }
    }

    // A reading of another station says so in its name: 0012345678/Z.
    private void MoveTo(FrameValue reading)
    {
        var address = station;
        if (reading.Name is { } name && name.Length > Sl651Address.Digits && name[Sl651Address.Digits] == '/' &&
            Sl651Address.TryParse(name.AsSpan(0, Sl651Address.Digits), out var other))
            address = other;
        if (address == current)
            return;
        currentTime = null;
        Station(address);
    }

    private void Element(FrameValue reading, int code)
    {
        if (shape != Sl651BodyShape.Text)
            At(TimeOf(reading));
        switch (code)
        {
            case 0xF2:
                body.ManualText(reading.Text);
                break;
            case 0xF3:
                // The object holds how large it is; zeros stand in for the picture.
                body.Picture(new byte[reading.Whole(0, Sl651FrameWriter.MaxBody)]);
                break;
            case 0xFD:
                body.Bulk(BytesOf(reading));
                break;
            case Sl651Elements.Status when !reading.IsMissing:
                body.Status((uint)reading.Whole(0, uint.MaxValue));
                break;
            default:
                var natural = Sl651Elements.Of(code).Natural;
                if (reading.IsMissing)
                    body.Missing(code, natural.Bytes > 0 ? natural : Sl651Definition.Of(1, 0));
                else
                    Number(reading, code, natural, out var definition, out long digits).Digits(code, digits, definition);
                break;
        }
    }

    private Sl651BodyWriter Number(FrameValue reading, int code, Sl651Definition natural, out Sl651Definition definition, out long digits)
    {
        int shift = Sl651Elements.Of(code).Field.UnitShift;
        decimal value = ScaledDecimal.Shift(reading.Number, -shift);
        // 05 is hours and minutes with a point between.
        if (code == Sl651Elements.Duration && value == decimal.Truncate(value) && value >= 0)
            value = decimal.Truncate(value / 60) + value % 60 / 100;
        if (!ScaledDecimal.TrySplit(value, 7, out digits, out int decimals))
            throw reading.Refuse("value", $"{reading.Code} has at most 7 digits behind the point and 18 in all.");
        for (; decimals < natural.Decimals && ScaledDecimal.DigitsOf(digits) < 18; decimals++)
            digits *= 10;
        definition = Sl651Definition.Of(Math.Max(natural.Bytes, BytesFor(digits)), decimals);
        return body;
    }

    private static int BytesFor(long digits) => Math.Max(1, (ScaledDecimal.DigitsOf(digits) + 1) / 2 + (digits < 0 ? 1 : 0));

    private void Parameter(FrameValue reading)
    {
        int code = CodeOf(reading);
        if (Sl651Parameters.IsBinary(code))
        {
            byte[] data = BytesOf(reading);
            body.Parameter(code, code == 0x0E ? new((byte)data.Length) : Sl651Definition.Of(data.Length, 0), data);
            return;
        }
        var natural = Sl651Parameters.Of(code).Natural;
        if (!ScaledDecimal.TrySplit(reading.Number, 7, out long digits, out int decimals))
            throw reading.Refuse("value", $"{reading.Code} has at most 7 digits behind the point and 18 in all.");
        for (; decimals < natural.Decimals; decimals++)
            digits *= 10;
        body.ParameterDigits(code, digits, Sl651Definition.Of(Math.Max(natural.Bytes, BytesFor(digits)), decimals));
    }

    // Twelve slots of an hour, of which those that are not yet measured were not printed.
    private int Slots(IReadOnlyList<FrameValue> readings, int from, int code)
    {
        long first = TimeOf(readings[from]);
        int scale = code == FirstSlots ? 1 : 2;
        var slots = new int?[SlotCount];
        int count = 0;
        int last = 0;
        for (int next = -1; from + count < readings.Count; count++)
        {
            var reading = readings[from + count];
            long slot = (TimeOf(reading) - first) / SlotTicks;
            if (reading.Code != readings[from].Code || reading.Name != readings[from].Name || slot <= next || slot >= SlotCount || (TimeOf(reading) - first) % SlotTicks != 0)
                break;
            next = (int)slot;
            if (!reading.IsMissing)
            {
                decimal value = ScaledDecimal.Shift(reading.Number, scale);
                slots[slot] = value == decimal.Truncate(value) && value is >= 0 and < 65535 ? (int)value : throw reading.Refuse("value", $"a slot holds whole steps of {(scale == 1 ? "0.1 mm" : "0.01 m")}.");
            }
            if (reading.Quality != Quality.Suspect)
                last = next;
        }
        At(SlotTime(first, first + last * SlotTicks, last == SlotCount - 1));
        if (code == FirstSlots)
            body.RainSlots(slots);
        else
            body.LevelSlots(code - FirstSlots, slots);
        return count;
    }

    // The time that stands before slots: that of the first, but in hourly reports the end of the hour, or how far an hour that runs has come.
    private long SlotTime(long first, long last, bool isWhole)
    {
        if (function != Sl651Function.Hourly || first / TimeSpan.TicksPerMinute % 60 != 5)
            return first;
        return isWhole || last / TimeSpan.TicksPerMinute % 60 is not (0 or 5) ? last : first;
    }

    // The step of what stands at the end: one element at equal times.
    private static Sl651Step? StepOf(IReadOnlyList<FrameValue> readings, int from)
    {
        if (readings.Count - from < 2 || readings[from].ObservedAtTicks is not { } at || readings[from + 1].ObservedAtTicks is not { } next)
            return null;
        long ticks = next - at;
        for (int i = from + 1; i < readings.Count; i++)
        {
            if (readings[i].Code != readings[from].Code || readings[i].Name != readings[from].Name || readings[i].ObservedAtTicks - readings[i - 1].ObservedAtTicks != ticks)
                return null;
        }
        var step = ticks % TimeSpan.TicksPerDay == 0 ? new Sl651Step((int)(ticks / TimeSpan.TicksPerDay), 0, 0)
            : ticks % TimeSpan.TicksPerHour == 0 ? new(0, (int)(ticks / TimeSpan.TicksPerHour), 0)
            : new(0, 0, (int)(ticks / TimeSpan.TicksPerMinute));
        return step.IsValid && !step.IsNone && step.Ticks == ticks ? step : null;
    }

    private int Series(IReadOnlyList<FrameValue> readings, int from, int code, Sl651Step step)
    {
        At(TimeOf(readings[from]));
        var natural = Sl651Elements.Of(code).Natural;
        var numbers = new (long Digits, Sl651Definition Definition)?[readings.Count - from];
        int bytes = Math.Max(1, natural.Bytes), decimals = natural.Decimals;
        for (int i = 0; i < numbers.Length; i++)
        {
            if (readings[from + i].IsMissing)
                continue;
            Number(readings[from + i], code, natural, out var definition, out long digits);
            numbers[i] = (digits, definition);
            decimals = Math.Max(decimals, definition.Decimals);
        }
        var scaled = new long?[numbers.Length];
        for (int i = 0; i < numbers.Length; i++)
        {
            if (numbers[i] is not { } number)
                continue;
            long digits = number.Digits;
            for (int have = number.Definition.Decimals; have < decimals; have++)
                digits *= 10;
            scaled[i] = digits;
            bytes = Math.Max(bytes, BytesFor(digits));
        }
        body.Step(step).Series(code, Sl651Definition.Of(bytes, decimals), scaled);
        return scaled.Length;
    }

    private long TimeOf(FrameValue reading) => reading.ObservedAtTicks ?? sentAtTicks - sentAtTicks % TimeSpan.TicksPerMinute;

    // Written where it changes; what has seconds can only be the time of sending, which stands in where a body has no time.
    private void At(long ticks)
    {
        if (ticks == currentTime || (ticks == sentAtTicks && ticks % TimeSpan.TicksPerMinute != 0) ||
            (currentTime is null && ticks == sentAtTicks && function is Sl651Function.QueryStatus or Sl651Function.SetCard))
            return;
        currentTime = ticks;
        body.ObservedAt(ticks);
    }

    private static byte[] BitsOf(IReadOnlyList<FrameValue> readings)
    {
        byte[] states = new byte[(readings.Count + 7) / 8];
        for (int i = 0; i < readings.Count; i++)
            states[i / 8] |= (byte)((readings[i].Boolean ? 1 : 0) << (i % 8));
        return states;
    }

    private static int CodeOf(FrameValue reading) =>
        reading.Code.Length is 2 or 4 && int.TryParse(reading.Code, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out int code) && code is < 0x100 or >= 0xFF00
            ? code
            : throw reading.Refuse("code", $"'{reading.Code}' is no identifier of two hex digits, or four from FF00 on.");

    private static byte[] BytesOf(FrameValue reading)
    {
        try
        {
            return Convert.FromHexString(reading.Text);
        }
        catch (FormatException e)
        {
            throw new FrameEncodeException($"readings[{reading.Index}].value", $"{reading.Code} is bytes as hex digits.", e);
        }
    }
}
