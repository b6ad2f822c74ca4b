namespace SensorGrid.Readings.Wire;

/// <summary>What became of one payload.</summary>
/// <param name="Reason">Why it was refused; <see cref="PayloadReason.None"/> when it was read.</param>
/// <param name="Position">Byte offset at which it was refused.</param>
/// <param name="Counters">What was met on the way.</param>
public readonly record struct PayloadOutcome(PayloadReason Reason, int Position, PayloadCounters Counters)
{
    /// <summary>True when the payload was read.</summary>
    public bool IsRead => Reason == PayloadReason.None;
}

/// <summary>What one payload held besides its readings. Everything dropped is counted here.</summary>
public record struct PayloadCounters
{
    /// <summary>Resolved records.</summary>
    public int Records { get; set; }

    /// <summary>Readings put into the batch.</summary>
    public int Readings { get; set; }

    /// <summary>Records with only a sum: dropped, a sum is not a reading here.</summary>
    public int SumOnly { get; set; }

    /// <summary>Latitudes without their longitude and the reverse: dropped.</summary>
    public int UnpairedPositions { get; set; }

    /// <summary>Readings dropped because the table of datastreams, or the gateway's share of it, is full.</summary>
    public int DatastreamLimit { get; set; }

    /// <summary>Readings with a unit that is not registered: kept.</summary>
    public int UnknownUnits { get; set; }

    /// <summary>Readings with a secondary unit in a pack whose version does not allow it: kept.</summary>
    public int UnitVersionBreaches { get; set; }

    /// <summary>Items of good frames that could not be used.</summary>
    public int FrameProblems { get; set; }

    /// <summary>Readings whose time was sent relative to now: kept. Meaningless in a retained message.</summary>
    public int RelativeTimes { get; set; }
}
