namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>A device's store in memory: states and values of its facilities, its operations, and the uploads that were not confirmed yet. For
/// simulators and tests; it outlives sessions as a real device's memory outlives its connections.</summary>
/// <param name="maxUploads">Uploads that may wait; further ones are refused, as a device whose memory is full says.</param>
/// <param name="maxRecords">Operations kept to be asked for, the newest; and points of each kind.</param>
public sealed class Gb26875StationMemory(int maxUploads = 10_000, int maxRecords = 10_000) : IGb26875StationStore
{
    private readonly LinkedList<StationUpload> urgent = [];
    private readonly LinkedList<StationUpload> ordinary = [];
    private readonly Dictionary<FireSystem, (ushort State, TimeLabel Time)> systems = [];
    private readonly Dictionary<FirePart, (ushort State, string Text, TimeLabel Time)> parts = [];
    private readonly Dictionary<(FirePart Part, byte Type), (short Raw, TimeLabel Time)> analogs = [];

    // Null stands for the device itself.
    private readonly Queue<(FireSystem? System, byte Operation, byte Operator, long AtTicks)> operations = [];
    private readonly Gb26875UnitWriter writer = new();
    private (byte State, TimeLabel Time) deviceState = (1, default);
    private string configuration = "SensorGrid";
    private long lastId;
    private ushort nextSerial;

    /// <summary>Uploads that were not confirmed yet.</summary>
    public int UploadsWaiting => urgent.Count + ordinary.Count;

    /// <summary>Software version of the device and of its systems.</summary>
    public (byte Major, byte Minor) Version { get; set; } = (1, 0);

    /// <summary>Configuration of the device and of its systems: at most 255 bytes of GB 18030.</summary>
    public string Configuration
    {
        get => configuration;
        set
        {
            Gb18030Text.FromString(value, byte.MaxValue, "The configuration of a device");
            configuration = value;
        }
    }

    /// <summary>How often it was initialised.</summary>
    public int Initialisations { get; private set; }

    /// <summary>Minutes of the last roll call that nobody answered yet; null when there is none.</summary>
    public byte? RollCallMinutes { get; private set; }

    /// <summary>State of the device itself (type 21) changed.</summary>
    public bool SetDeviceState(byte state, long atTicks)
    {
        deviceState = (state, TimeLabel.FromUtc(atTicks));
        return Upload(IsFire(state), writer.Begin(Gb26875UnitType.DeviceState).AddDeviceState(state, deviceState.Time));
    }

    /// <summary>State of a system (type 1) changed.</summary>
    public bool SetSystemState(FireSystem system, ushort state, long atTicks)
    {
        var time = TimeLabel.FromUtc(atTicks);
        return TryKeep(systems, system, (state, time)) &&
            Upload(IsFire(state), writer.Begin(Gb26875UnitType.SystemState).AddSystemState(system, state, time));
    }

    /// <summary>State of a part (type 2) changed.</summary>
    public bool SetPartState(FirePart part, ushort state, string text, long atTicks)
    {
        var time = TimeLabel.FromUtc(atTicks);
        writer.Begin(Gb26875UnitType.PartState).AddPartState(part, state, text, time);
        return TryKeep(parts, part, (state, text, time)) && Upload(IsFire(state), writer);
    }

    /// <summary>A part measured something (type 3).</summary>
    public bool SetAnalog(FirePart part, byte type, short raw, long atTicks)
    {
        var time = TimeLabel.FromUtc(atTicks);
        return TryKeep(analogs, (part, type), (raw, time)) &&
            Upload(false, writer.Begin(Gb26875UnitType.PartAnalog).AddAnalog(part, type, raw, time));
    }

    /// <summary>Somebody did something at a system (type 4), or at the device (type 24) when it is null.</summary>
    /// <param name="system">Where.</param>
    /// <param name="operation">操作标志.</param>
    /// <param name="operatorNumber">Who.</param>
    /// <param name="atTicks">When.</param>
    /// <param name="isUploaded">False: it is only kept, to be asked for.</param>
    public bool Operate(FireSystem? system, byte operation, byte operatorNumber, long atTicks, bool isUploaded = true)
    {
        if (operations.Count == maxRecords)
            operations.Dequeue();
        operations.Enqueue((system, operation, operatorNumber, atTicks));
        var time = TimeLabel.FromUtc(atTicks);
        return !isUploaded || Upload(false, system is { } its
            ? writer.Begin(Gb26875UnitType.SystemOperation).AddSystemOperation(its, operation, operatorNumber, time)
            : writer.Begin(Gb26875UnitType.DeviceOperation).AddDeviceOperation(operation, operatorNumber, time));
    }

    /// <summary>The person on duty presses the key.</summary>
    public bool AnswerRollCall(byte operatorNumber, long atTicks)
    {
        RollCallMinutes = null;
        return Operate(null, 1 << 5, operatorNumber, atTicks);
    }

    /// <inheritdoc/>
    public ushort NextSerial() => nextSerial++;

    /// <inheritdoc/>
    public bool TryPeek(bool isUrgent, out StationUpload upload)
    {
        var first = (isUrgent ? urgent : ordinary).First;
        upload = first?.Value ?? default;
        return first is not null;
    }

    /// <inheritdoc/>
    public void Confirmed(long id)
    {
        if (Find(id) is { } node)
            node.List!.Remove(node);
    }

    /// <inheritdoc/>
    public void Refused(long id)
    {
        if (Find(id) is not { } node)
            return;
        var list = node.List!;
        list.Remove(node);
        list.AddLast(node);
    }

    /// <inheritdoc/>
    public bool TryAnswer(Gb26875Unit request, long nowTicks, Gb26875UnitWriter answer)
    {
        if (request.Layout != UnitLayout.Standard || UnitTypeForm.AnswerTo(request.Type) is var type && type == default)
            return false;
        answer.Begin(type);
        byte most = UnitTypeForm.Of(type).MaxCount;
        foreach (var item in request)
        {
            if (!TryAnswer(item, TimeLabel.OfNow(nowTicks), most, answer))
                return false;
        }
        // A system or part that is not there has no answer; operations may well be none.
        return answer.Count > 0 || type is Gb26875UnitType.SystemOperation or Gb26875UnitType.DeviceOperation;
    }

    /// <inheritdoc/>
    public bool TryDo(Gb26875Unit control, long nowTicks)
    {
        foreach (var item in control)
        {
            if (item.Type == Gb26875UnitType.InitialiseDevice)
                Initialisations++;
            else if (item.Type == Gb26875UnitType.RollCall)
                RollCallMinutes = item.Minutes;
        }
        return true;
    }

    private bool TryAnswer(Gb26875Object item, TimeLabel now, byte most, Gb26875UnitWriter answer)
    {
        switch (item.Type)
        {
            case Gb26875UnitType.ReadSystemState:
                if (systems.TryGetValue(item.System, out var system) && answer.Count < most)
                    answer.AddSystemState(item.System, system.State, system.Time);
                return true;
            case Gb26875UnitType.ReadPartState:
                foreach (var (part, kept) in PartsOf(item, parts).Take(most - answer.Count))
                    answer.AddPartState(part, kept.State, kept.Text, kept.Time);
                return true;
            case Gb26875UnitType.ReadPartConfiguration:
                foreach (var (part, kept) in PartsOf(item, parts).Take(most - answer.Count))
                    answer.AddPartConfiguration(part, kept.Text);
                return true;
            case Gb26875UnitType.ReadPartAnalog:
                var (of, address) = (item.System, item.Part.Address);
                var values = analogs.Where(each => each.Key.Part.System == of && each.Key.Part.Address == address);
                foreach (var (key, kept) in values.Take(most - answer.Count))
                    answer.AddAnalog(key.Part, key.Type, kept.Raw, kept.Time);
                return true;
            case Gb26875UnitType.ReadSystemOperations:
                AddOperations(item.System, item.Time, item.Wanted, answer);
                return true;
            case Gb26875UnitType.ReadDeviceOperations:
                AddOperations(null, item.Time, item.Wanted, answer);
                return true;
            case Gb26875UnitType.ReadSystemVersion:
                answer.AddSystemVersion(item.System, Version.Major, Version.Minor);
                return true;
            case Gb26875UnitType.ReadSystemConfiguration:
                answer.AddSystemConfiguration(item.System, Configuration);
                return true;
            case Gb26875UnitType.ReadSystemClock:
                answer.AddSystemClock(item.System, now);
                return true;
            case Gb26875UnitType.ReadDeviceState:
                answer.AddDeviceState(deviceState.State, now);
                return true;
            case Gb26875UnitType.ReadDeviceVersion:
                answer.AddDeviceVersion(Version.Major, Version.Minor);
                return true;
            case Gb26875UnitType.ReadDeviceConfiguration:
                answer.AddDeviceConfiguration(Configuration);
                return true;
            case Gb26875UnitType.ReadDeviceClock:
                answer.AddDeviceClock(now);
                return true;
            default:
                return false;
        }
    }

    // Requests name parts without their type.
    private static IEnumerable<KeyValuePair<FirePart, T>> PartsOf<T>(Gb26875Object item, Dictionary<FirePart, T> of)
    {
        var (system, address) = (item.System, item.Part.Address);
        return of.Where(each => each.Key.System == system && each.Key.Address == address);
    }

    private void AddOperations(FireSystem? system, TimeLabel from, byte wanted, Gb26875UnitWriter answer)
    {
        if (!from.TryToUtc(out long fromTicks))
            return;
        foreach (var kept in operations.Where(each => each.System == system && each.AtTicks >= fromTicks).OrderBy(each => each.AtTicks).Take(wanted))
        {
            var time = TimeLabel.FromUtc(kept.AtTicks);
            if (system is { } its)
                answer.AddSystemOperation(its, kept.Operation, kept.Operator, time);
            else
                answer.AddDeviceOperation(kept.Operation, kept.Operator, time);
        }
    }

    private static bool IsFire(int state) => (state >> 1 & 1) == 1;

    private bool TryKeep<TKey, TValue>(Dictionary<TKey, TValue> kept, TKey key, TValue value)
        where TKey : notnull
    {
        if (kept.Count >= maxRecords && !kept.ContainsKey(key))
            return false;
        kept[key] = value;
        return true;
    }

    private bool Upload(bool isUrgent, Gb26875UnitWriter unit)
    {
        if (UploadsWaiting >= maxUploads)
            return false;
        (isUrgent ? urgent : ordinary).AddLast(new StationUpload(++lastId, unit.Unit.ToArray()));
        return true;
    }

    private LinkedListNode<StationUpload>? Find(long id) => Find(urgent, id) ?? Find(ordinary, id);

    private static LinkedListNode<StationUpload>? Find(LinkedList<StationUpload> list, long id)
    {
        for (var node = list.First; node is not null; node = node.Next)
        {
            if (node.Value.Id == id)
                return node;
        }
        return null;
    }
}
