namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>What a centre can tell or ask a device (GB/T 26875.3-2011, 8.3.2).</summary>
public sealed class Gb26875CentreCommand
{
    private readonly byte[] unit;

    private Gb26875CentreCommand(Gb26875Command command, ReadOnlySpan<byte> unit)
    {
        Command = command;
        this.unit = unit.ToArray();
        Type = (Gb26875UnitType)unit[0];
    }

    /// <summary>Control or request.</summary>
    public Gb26875Command Command { get; }

    /// <summary>Type of its unit.</summary>
    public Gb26875UnitType Type { get; }

    /// <summary>Whether its unit holds the time of sending, so that it is put together anew each time.</summary>
    internal bool IsClock => Type == Gb26875UnitType.SetDeviceClock;

    /// <summary>Types 81, 85, 86 and 88: state, version, configuration or clock of the device.</summary>
    /// <exception cref="ArgumentException">Another type.</exception>
    public static Gb26875CentreCommand ReadDevice(Gb26875UnitType what) => new(
        what == Gb26875UnitType.InitialiseDevice ? throw new ArgumentException("Initialising is no reading.", nameof(what)) : Gb26875Command.Request,
        new Gb26875UnitWriter().Begin(what).AddDeviceQuery().Unit);

    /// <summary>Types 61, 65, 66 and 68: state, version, configuration or clock of systems.</summary>
    /// <exception cref="ArgumentException">Another type, no system, or more than one packet may ask for.</exception>
    public static Gb26875CentreCommand ReadSystems(Gb26875UnitType what, params ReadOnlySpan<FireSystem> systems)
    {
        var writer = new Gb26875UnitWriter().Begin(what);
        foreach (var system in systems)
            writer.AddSystemQuery(system);
        return Request(writer);
    }

    /// <summary>Types 62, 63 and 67: state, analog values or configuration of parts of one system.</summary>
    /// <exception cref="ArgumentException">Another type, no part, or more than one packet may ask for.</exception>
    public static Gb26875CentreCommand ReadParts(Gb26875UnitType what, FireSystem system, params ReadOnlySpan<PartAddress> parts)
    {
        var writer = new Gb26875UnitWriter().Begin(what);
        foreach (var part in parts)
            writer.AddPartQuery(system, part);
        return Request(writer);
    }

    /// <summary>Type 64: operations at a system from a time on.</summary>
    public static Gb26875CentreCommand ReadSystemOperations(FireSystem system, byte wanted, TimeLabel from) =>
        Request(new Gb26875UnitWriter().Begin(Gb26875UnitType.ReadSystemOperations).AddSystemOperationQuery(system, wanted, from));

    /// <summary>Type 84: operations at the device from a time on.</summary>
    public static Gb26875CentreCommand ReadDeviceOperations(byte wanted, TimeLabel from) =>
        Request(new Gb26875UnitWriter().Begin(Gb26875UnitType.ReadDeviceOperations).AddDeviceOperationQuery(wanted, from));

    /// <summary>Type 89: initialises the device.</summary>
    public static Gb26875CentreCommand Initialise() => Control(new Gb26875UnitWriter().Begin(Gb26875UnitType.InitialiseDevice).AddDeviceQuery());

    /// <summary>Type 90: sets the device's clock to the time of sending.</summary>
    public static Gb26875CentreCommand SetClock() => Control(new Gb26875UnitWriter().Begin(Gb26875UnitType.SetDeviceClock).AddDeviceClock(default));

    /// <summary>Type 91, 查岗: the person on duty has so many minutes to press a key.</summary>
    public static Gb26875CentreCommand RollCall(byte minutes) =>
        Control(new Gb26875UnitWriter().Begin(Gb26875UnitType.RollCall).AddRollCall(minutes));

    /// <summary>The unit to be sent now.</summary>
    internal ReadOnlySpan<byte> UnitAt(TimeLabel now)
    {
        if (IsClock)
            now.Write(unit.AsSpan(Gb26875Unit.HeadBytes));
        return unit;
    }

    /// <summary>Minutes of a roll call.</summary>
    internal byte Minutes => unit[Gb26875Unit.HeadBytes];

    private static Gb26875CentreCommand Control(Gb26875UnitWriter writer) => new(Gb26875Command.Control, writer.Unit);

    private static Gb26875CentreCommand Request(Gb26875UnitWriter writer) => writer.Count > 0
        ? new(Gb26875Command.Request, writer.Unit)
        : throw new ArgumentException("A request names at least one thing.");
}
