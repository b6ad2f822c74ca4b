using SensorGrid.Ingest.Admission;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Sources;

/// <summary>Where sources put messages without waiting for the disk: a message gets its place in the log at once and is durable when the
/// log has come that far. Any number of callers.</summary>
public interface ICommittingSink
{
    /// <summary>False once the log failed: nothing will be durable any more, so a source should not invite messages.</summary>
    bool IsAvailable { get; }

    /// <summary>Everything up to here is on disk.</summary>
    long DurableSequence { get; }

    /// <summary>Takes one message. Never waits; the payload is copied before it returns. The message is durable once
    /// <see cref="DurableSequence"/> has reached the ticket's sequence. Never throws for what a sender did.</summary>
    AdmissionTicket Admit(in IncomingMessage message);

    /// <summary>Completes when an <see cref="Admit"/> that answered <see cref="AdmissionTicketKind.NoRoom"/> is worth trying again, or the log failed.</summary>
    ValueTask RoomAsync(CancellationToken cancellationToken);

    /// <summary>Tells a listener of every commit from now on.</summary>
    void Subscribe(ICommitListener listener);

    /// <summary>Tells it no more; one call may still be on its way.</summary>
    void Unsubscribe(ICommitListener listener);
}

/// <summary>Hears, on the log's thread, how far the log is durable. Must return at once.</summary>
public interface ICommitListener
{
    /// <summary>Everything up to a sequence is on disk.</summary>
    void Committed(long durableSequence);

    /// <summary>The log failed: what is not durable by now never will be.</summary>
    void Failed();
}

/// <summary>What became of a message, as far as it is known before the disk.</summary>
/// <param name="Kind">What.</param>
/// <param name="Sequence">Its place in the log; 0 when it has none.</param>
/// <param name="PayloadReason">Why the payload cannot be read.</param>
/// <param name="PayloadPosition">Byte at which it was refused.</param>
/// <param name="NotAllowedReason">Why it is not allowed.</param>
public readonly record struct AdmissionTicket(
    AdmissionTicketKind Kind, long Sequence, PayloadReason PayloadReason, int PayloadPosition, NotAllowedReason NotAllowedReason);

/// <summary>Kinds of tickets.</summary>
public enum AdmissionTicketKind
{
    /// <summary>It has a place in the log and can be read.</summary>
    Appended = 1,

    /// <summary>It has a place in the log, as it came; its payload cannot be read.</summary>
    AppendedUnreadable,

    /// <summary>Refused before the log: this sender may not send this.</summary>
    NotAllowed,

    /// <summary>The log has no room now: wait for <see cref="ICommittingSink.RoomAsync"/> and try again.</summary>
    NoRoom,

    /// <summary>The log failed or is closed.</summary>
    Unavailable,
}
