using SensorGrid.Ingest.Admission;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Sources;

/// <summary>What became of a message that was taken in without waiting.</summary>
/// <param name="Kind">What.</param>
/// <param name="Sequence">Its number in the log; 0 when it is not there. It is durable once <see cref="ICommittingSink.DurableSequence"/> is as high.</param>
/// <param name="PayloadReason">Why the payload cannot be read.</param>
/// <param name="PayloadPosition">Byte at which it was refused.</param>
/// <param name="NotAllowedReason">Why it is not allowed.</param>
public readonly record struct AdmissionTicket(
    AdmissionTicketKind Kind,
    long Sequence = 0,
    PayloadReason PayloadReason = PayloadReason.None,
    int PayloadPosition = 0,
    NotAllowedReason NotAllowedReason = NotAllowedReason.None);

/// <summary>Outcomes of taking a message in.</summary>
public enum AdmissionTicketKind
{
    /// <summary>It has its place in the log, and its payload was read.</summary>
    Appended = 1,

    /// <summary>It has its place in the log as it came; its payload cannot be read.</summary>
    AppendedUnreadable,

    /// <summary>The sender may not send this. Not in the log.</summary>
    NotAllowed,

    /// <summary>The log's queue is full: stop reading this sender, wait for room, try again.</summary>
    NoRoom,

    /// <summary>It is backlog, and the rules have enough to do with what came before: stop reading this sender, await
    /// <see cref="ICommittingSink.BacklogRoomAsync"/>, try again. Live readings of others go before it meanwhile.</summary>
    NoRoomForBacklog,

    /// <summary>The log failed: no acknowledgement, now or later.</summary>
    Unavailable,
}
