namespace SensorGrid.Alarms;

/// <summary>Acknowledgements that changed nothing, and alarms the register let go of, since the process started.</summary>
public sealed class AlarmRegisterCounters
{
    /// <summary>For an alarm the register does not hold.</summary>
    public long AcknowledgedUnknown { get; internal set; }

    /// <summary>For an alarm that somebody had acknowledged before, and that has not reached red since: the first stays.</summary>
    public long AcknowledgedAgain { get; internal set; }

    /// <summary>Alarms of the past that were held already, by the same rule, scope and onset: the first stays.</summary>
    public long PastKnown { get; internal set; }

    /// <summary>Ended alarms that nobody acknowledged and that had to make room.</summary>
    public long DroppedUnacknowledged { get; internal set; }
}
