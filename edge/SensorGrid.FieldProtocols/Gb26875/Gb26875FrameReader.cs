using System.Globalization;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.Readings;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Packets of GB/T 26875.3-2011 to readings. What it does with each kind of unit and of bad input: edge/docs/gb26875.md. For the fields as
/// they stand on the wire, use <see cref="Gb26875Frame"/>.</summary>
public sealed class Gb26875FrameReader : IFieldFrameReader
{
    private readonly Gb26875ReaderOptions options;
    private readonly FieldNames names;
    private readonly byte[] text = new byte[Gb18030Text.MaxUtf8Bytes(Gb26875Frame.MaxUnitBytes)];

    // Of what is being read.
    private FieldFrame into = null!;
    private long receivedAt;
    private int start;
    private long sentAt;

    /// <summary>With the options' defaults.</summary>
    public Gb26875FrameReader()
        : this(new())
    {
    }

    /// <param name="options">How.</param>
    public Gb26875FrameReader(Gb26875ReaderOptions options)
    {
        this.options = options;
        names = new(options);
    }

    /// <summary>Points and stations whose names are remembered.</summary>
    internal int RememberedNames => names.Count;

    /// <inheritdoc/>
    public FrameFault Read(ReadOnlySpan<byte> frame, long receivedAtTicks, FieldFrame into)
    {
        into.Clear();
        into.Protocol = FieldProtocol.Gb26875;
        var fault = CheckAll(frame);
        if (fault.Code is not null)
            return fault;
        this.into = into;
        receivedAt = receivedAtTicks;
        for (start = 0; start < frame.Length;)
        {
            // It was looked at a moment ago.
            Gb26875Frame.TryReadFirst(frame[start..], out var packet);
            ReadHeader(packet);
            ReadUnit(packet);
            start += packet.Bytes.Length;
        }
        return default;
    }

    // A payload holds one packet, or several of one device one behind the other, as a gateway forwards them.
    private static FrameFault CheckAll(ReadOnlySpan<byte> payload)
    {
        DeviceAddress? device = null;
        int at = 0;
        do
        {
            var fault = Gb26875Frame.TryReadFirst(payload[at..], out var packet);
            if (fault.Code is not null)
                return fault with { Offset = at + fault.Offset };
            if (device is { } first && first != StationOf(packet))
                return new("several_stations", at + Gb26875Frame.SourceAt, (long)StationOf(packet).Value, (long)first.Value);
            device = StationOf(packet);
            at += packet.Bytes.Length;
        }
        while (at < payload.Length);
        return default;
    }

    // Commands of the centre belong to whom they go to.
    private static DeviceAddress StationOf(Gb26875Frame packet) =>
        packet.Command is Gb26875Command.Control or Gb26875Command.Request ? packet.Destination : packet.Source;

    private void ReadHeader(Gb26875Frame packet)
    {
        bool isFirst = start == 0;
        if (isFirst)
        {
            into.Station = names.Station(StationOf(packet));
            into.Function = names.Function(packet.Command, packet.Unit);
            into.Serial = packet.Serial;
        }
        bool hasTime = packet.SentAt.TryToUtc(out sentAt);
        if (isFirst)
            into.SentAtTicks = hasTime ? sentAt : null;
        if (!hasTime)
        {
            sentAt = receivedAt;
            into.AddProblem("invalid_time", start + Gb26875Frame.SentAtAt);
        }
        if (packet.Command is Gb26875Command.Reserved or > Gb26875Command.Deny)
            into.AddProblem("unknown_command", start + Gb26875Frame.CommandAt);
    }

    private void ReadUnit(Gb26875Frame packet)
    {
        var unit = packet.Unit;
        switch (unit.Layout)
        {
            case UnitLayout.Empty:
                if (packet.Command == Gb26875Command.Send)
                    into.Add(new(FieldNames.Heartbeat, 1, sentAt, Kind: ReadingKind.Boolean));
                break;
            case UnitLayout.Standard or UnitLayout.Compact when unit.Form.IsDown:
                if (packet.Command is not (Gb26875Command.Control or Gb26875Command.Request))
                    AddRaw(unit, FieldNames.OfRawUnit(unit.Type), "unexpected_type");
                break;
            case UnitLayout.Standard or UnitLayout.Compact:
                ReadObjects(unit);
                break;
            case UnitLayout.TooShort:
                AddRaw(unit, FieldNames.ShortUnit, "unit_too_short");
                break;
            case UnitLayout.Mismatch:
                ReadObjects(unit);
                AddRaw(unit, FieldNames.OfRawUnit(unit.Type), "unit_length_mismatch");
                break;
            case UnitLayout.Maker:
                AddRaw(unit, FieldNames.OfRawUnit(unit.Type), "maker_layout");
                break;
            default:
                AddRaw(unit, FieldNames.OfRawUnit(unit.Type), "unknown_type");
                break;
        }
    }

    // Whatever is not understood is kept as hex under the number of its type.
    private void AddRaw(Gb26875Unit unit, FieldElement element, string problem)
    {
        into.AddProblem(problem, start + Gb26875Frame.HeaderBytes);
        for (int i = 0; i < unit.Bytes.Length; i++)
        {
            text[2 * i] = (byte)"0123456789abcdef"[unit.Bytes[i] >> 4];
            text[2 * i + 1] = (byte)"0123456789abcdef"[unit.Bytes[i] & 15];
        }
        into.AddText(element, text.AsSpan(0, 2 * unit.Bytes.Length), sentAt);
    }

    private void ReadObjects(Gb26875Unit unit)
    {
        var walker = unit.GetEnumerator();
        while (walker.MoveNext())
        {
            var item = walker.Current;
            int offset = start + Gb26875Frame.HeaderBytes + walker.Offset;
            // 8.3.1.1 to 8.3.1.8: facilities; 8.3.1.9 to 8.3.1.13: the device itself.
            switch (item.Type)
            {
                case Gb26875UnitType.SystemState:
                    long time = TimeOf(item, offset, out var quality);
                    AddState(names.OfSystemState(item.System), item.State, StateBits.System.Count, time, quality, offset + 2);
                    break;
                case Gb26875UnitType.PartState:
                    ReadPartState(item, offset);
                    break;
                case Gb26875UnitType.PartAnalog:
                    ReadAnalog(item, offset);
                    break;
                case Gb26875UnitType.SystemOperation:
                    AddOperation(names.OfSystemOperation(item.System), item, offset);
                    break;
                case Gb26875UnitType.SystemVersion:
                    AddVersion(names.OfSystemVersion(item.System), item);
                    break;
                case Gb26875UnitType.SystemConfiguration:
                    AddText(names.OfSystemConfiguration(item.System), item.Text, sentAt, offset + 3);
                    break;
                case Gb26875UnitType.PartConfiguration:
                    AddText(names.OfPartDescription(item.Part), item.Text, sentAt, offset + 7);
                    break;
                case Gb26875UnitType.SystemClock:
                    AddClock(names.OfSystemClock(item.System), item, offset);
                    break;
                case Gb26875UnitType.DeviceState:
                    time = TimeOf(item, offset, out quality);
                    AddState(FieldNames.OfDeviceState(), item.State, StateBits.Device.Count, time, quality, offset);
                    break;
                case Gb26875UnitType.DeviceOperation:
                    AddOperation(FieldNames.OfDeviceOperation(), item, offset);
                    break;
                case Gb26875UnitType.DeviceVersion:
                    AddVersion(FieldNames.DeviceVersion, item);
                    break;
                case Gb26875UnitType.DeviceConfiguration:
                    AddText(FieldNames.DeviceConfiguration, item.Text, sentAt, offset + 1);
                    break;
                case Gb26875UnitType.DeviceClock:
                    AddClock(FieldNames.DeviceClock, item, offset);
                    break;
            }
        }
    }

    private void ReadPartState(Gb26875Object item, int offset)
    {
        var elements = names.OfPartState(item.Part);
        long time = TimeOf(item, offset, out var quality);
        AddState(elements[..^1], item.State, StateBits.Part.Count, time, quality, offset + 7);
        AddText(elements[^1], item.Text, time, offset + 9, quality);
    }

    // 8.2.1.3: outside of the range of its type, a value is none that the part can measure.
    private void ReadAnalog(Gb26875Object item, int offset)
    {
        long time = TimeOf(item, offset, out var quality);
        var element = names.OfAnalog(item.Part, item.AnalogType);
        if (AnalogTypes.Find(item.AnalogType) is not { } type)
        {
            into.AddProblem("unknown_analog_type", offset + 7);
            into.Add(new(element, item.RawValue, time, quality));
            return;
        }
        if (!type.IsInRange(item.RawValue))
        {
            into.AddProblem("value_out_of_range", offset + 8);
            quality = Quality.Bad;
        }
        into.Add(new(element, type.ToDouble(item.RawValue), time, quality));
    }

    // Bits, then the word. Devices say fire with the bit for normal running clear, which the standard calls test: the fire counts, marked.
    private void AddState(ReadOnlySpan<FieldElement> elements, ushort state, int knownBits, long time, Quality quality, int offset)
    {
        bool isFireInTest = (state & 0b11) == 0b10;
        if (isFireInTest)
            into.AddProblem("fire_in_test", offset);
        if (state >> knownBits != 0)
            into.AddProblem("reserved_bits", offset);
        int bits = options.ReservedBits ? elements.Length - 1 : knownBits;
        for (int i = 0; i < bits; i++)
            into.Add(new(elements[i], (state >> i) & 1, time, i == 1 && isFireInTest ? Quality.Suspect : quality, ReadingKind.Boolean));
        into.Add(new(elements[^1], state, time, quality));
    }

    private void AddOperation(ReadOnlySpan<FieldElement> elements, Gb26875Object item, int offset)
    {
        long time = TimeOf(item, offset, out var quality);
        for (int i = 0; i < StateBits.DeviceOperation.Count; i++)
            into.Add(new(elements[i], (item.Operation >> i) & 1, time, quality, ReadingKind.Boolean));
        into.Add(new(elements[^2], item.Operation, time, quality));
        into.Add(new(elements[^1], item.Operator, time, quality));
    }

    private void AddVersion(FieldElement element, Gb26875Object item)
    {
        Span<byte> version = stackalloc byte[8];
        item.Major.TryFormat(version, out int major, default, CultureInfo.InvariantCulture);
        version[major++] = (byte)'.';
        item.Minor.TryFormat(version[major..], out int minor, default, CultureInfo.InvariantCulture);
        into.AddText(element, version[..(major + minor)], sentAt);
    }

    private void AddText(FieldElement element, ReadOnlySpan<byte> raw, long time, int offset, Quality quality = Quality.Good)
    {
        int length = Gb18030Text.ToUtf8(raw, text, out bool isClean);
        if (!isClean)
            into.AddProblem("bad_text", offset);
        if (length > 0)
            into.AddText(element, text.AsSpan(0, length), time, quality);
    }

    private void AddClock(FieldElement element, Gb26875Object item, int offset)
    {
        bool isTime = item.Time.TryToUtc(out long clock);
        if (!isTime)
            into.AddProblem("invalid_time", offset + item.Bytes.Length - TimeLabel.Bytes);
        double seconds = isTime ? (clock - receivedAt) / (double)TimeSpan.TicksPerSecond : double.NaN;
        into.Add(new(element, seconds, receivedAt, isTime ? Quality.Good : Quality.Missing));
    }

    // 8.2.2: devices with a dead clock send zeros or nonsense; what happened then is taken to have happened when it came.
    private long TimeOf(Gb26875Object item, int offset, out Quality quality)
    {
        bool isTime = item.Time.TryToUtc(out long time);
        quality = isTime ? Quality.Good : Quality.Suspect;
        if (!isTime)
            into.AddProblem("invalid_time", offset + item.Bytes.Length - TimeLabel.Bytes);
        return isTime ? time : receivedAt;
    }
}
