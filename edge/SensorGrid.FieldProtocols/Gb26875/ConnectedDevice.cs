namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>A device that spoke on a connection.</summary>
internal sealed class ConnectedDevice(DeviceAddress address)
{
    // Systems whose operations are asked for after an outage; a device watches a handful.
    private const int MaxSystems = 32;

    private readonly List<FireSystem> systems = [];

    public DeviceAddress Address { get; } = address;

    /// <summary>As ids have it.</summary>
    public string Station { get; } = address.ToString();

    /// <summary>How the device calls the centre.</summary>
    public DeviceAddress Centre { get; set; }

    public byte MajorVersion { get; set; } = 1;

    public byte UserVersion { get; set; } = 1;

    /// <summary>Next setting of its clock, UTC ticks.</summary>
    public long ClockDueAt { get; set; } = long.MaxValue;

    /// <summary>Last one.</summary>
    public long ClockSetAt { get; set; } = long.MinValue;

    /// <summary>Next question for its state, UTC ticks.</summary>
    public long PollDueAt { get; set; } = long.MaxValue;

    public IReadOnlyList<FireSystem> Systems => systems;

    /// <summary>Notes the systems that an upload names.</summary>
    public void Learn(Gb26875Unit unit)
    {
        foreach (var item in unit)
        {
            if (item.Type > Gb26875UnitType.SystemClock)
                return;
            if (systems.Count < MaxSystems && !systems.Contains(item.System))
                systems.Add(item.System);
        }
    }
}
