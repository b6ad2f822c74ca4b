namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Asks a device for what it recorded in a time. The standard keeps no history of states or values, only of operations (types 64 and 84),
/// so: the states as they are now, then the operations of the device and of each system known, in pieces, from a time on, until a piece reaches the
/// end of the outage or is not full.</summary>
internal sealed class OutageRefill
{
    private static readonly long FirstLabel = new DateTime(1999, 12, 31, 16, 0, 0).Ticks;
    private static readonly long LastLabel = new DateTime(2099, 12, 31, 15, 59, 59).Ticks;

    private readonly Queue<Gb26875CentreCommand> states = [];

    // Null stands for the device itself.
    private readonly Queue<FireSystem?> left = [];
    private readonly long fromTicks;
    private readonly long untilTicks;
    private readonly byte wanted;
    private long cursor;

    public OutageRefill(ConnectedDevice device, long fromTicks, long untilTicks, byte wanted)
    {
        Device = device;
        this.fromTicks = Math.Clamp(fromTicks, FirstLabel, LastLabel);
        this.untilTicks = Math.Min(untilTicks, LastLabel);
        this.wanted = wanted;
        cursor = this.fromTicks;
        states.Enqueue(Gb26875CentreCommand.ReadDevice(Gb26875UnitType.ReadDeviceState));
        left.Enqueue(null);
        if (device.Systems.Count == 0)
            return;
        states.Enqueue(Gb26875CentreCommand.ReadSystems(Gb26875UnitType.ReadSystemState, [.. device.Systems]));
        foreach (var system in device.Systems)
            left.Enqueue(system);
    }

    public ConnectedDevice Device { get; }

    /// <summary>The next question; null when all is asked.</summary>
    public Gb26875CentreCommand? Next()
    {
        if (states.TryPeek(out var state))
            return state;
        if (!left.TryPeek(out var system))
            return null;
        var from = TimeLabel.FromUtc(cursor);
        return system is { } its
            ? Gb26875CentreCommand.ReadSystemOperations(its, wanted, from)
            : Gb26875CentreCommand.ReadDeviceOperations(wanted, from);
    }

    /// <summary>The last question was answered, and the answer is durable.</summary>
    public void Answered(Gb26875Unit unit)
    {
        if (states.TryDequeue(out _))
            return;
        long newest = long.MinValue;
        foreach (var item in unit)
        {
            if (item.Time.TryToUtc(out long at))
                newest = Math.Max(newest, at);
        }
        // A device that gives what lies before the start does not look at it: asking on would not end.
        long start = cursor - cursor % TimeSpan.TicksPerSecond;
        bool isMore = unit.Bytes.Length > 1 && unit.Count >= wanted && newest >= start && newest < untilTicks;
        // Records of the newest second may be missing from the piece, unless it holds nothing else.
        cursor = newest > start ? newest : start + TimeSpan.TicksPerSecond;
        if (!isMore || cursor >= untilTicks)
            EndOfSystem();
    }

    /// <summary>The last question was denied or not answered.</summary>
    public void Failed()
    {
        if (!states.TryDequeue(out _))
            EndOfSystem();
    }

    private void EndOfSystem()
    {
        left.Dequeue();
        cursor = fromTicks;
    }
}
