namespace SensorGrid.ReadingLog;

/// <summary>Why the reading log refused or gave up.</summary>
public enum ReadingLogFault
{
    /// <summary>A write or a sync failed. Final for this process: restart it, so that it recovers from what is on the disk.</summary>
    StorageFailed = 1,

    /// <summary>Another process (or another writer of this one) has the log open.</summary>
    Locked,

    /// <summary>The files in the folder do not make one log: renamed, mixed, or damaged beyond what recovery may decide alone.</summary>
    Unreadable,

    /// <summary>A record was asked for that was trimmed away.</summary>
    Trimmed,

    /// <summary>A follower asked for a place beyond the end: its checkpoint belongs to another or a longer log.</summary>
    BeyondEnd,

    /// <summary>An entry is larger than the log accepts.</summary>
    EntryTooLarge,

    /// <summary>Too many callers wait for room. They should await their appends; it is their bound that failed.</summary>
    TooManyWaiting,

    /// <summary>The log was closed.</summary>
    Closed,
}

/// <summary>The one exception of the reading log.</summary>
public sealed class ReadingLogException : Exception
{
    /// <param name="fault">Why.</param>
    /// <param name="message">What, where, and what to do.</param>
    /// <param name="segment">Segment file, when one is concerned.</param>
    /// <param name="offset">Offset in it; -1 when none is concerned.</param>
    /// <param name="innerException">What the operating system said.</param>
    public ReadingLogException(ReadingLogFault fault, string message, string? segment = null, long offset = -1, Exception? innerException = null)
        : base(message, innerException)
    {
        Fault = fault;
        Segment = segment;
        Offset = offset;
    }

    /// <summary>Why.</summary>
    public ReadingLogFault Fault { get; }

    /// <summary>Segment file, when one is concerned.</summary>
    public string? Segment { get; }

    /// <summary>Offset in the segment; -1 when none is concerned.</summary>
    public long Offset { get; }
}
