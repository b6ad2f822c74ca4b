namespace SensorGrid.Ingest.Sources;

/// <summary>Where a source with many messages in flight puts them: a message is taken in without waiting, and the source is told when everything
/// up to a sequence is durable. Nothing may be acknowledged before that.</summary>
public interface ICommittingSink
{
    /// <summary>False once the log has failed: no message will be acknowledged again by this process.</summary>
    bool IsAvailable { get; }

    /// <summary>Everything up to this sequence is durable.</summary>
    long DurableSequence { get; }

    /// <summary>Takes one message; never waits, and never throws for what a sender did. The payload is copied before it returns. May be called by
    /// many connections at once.</summary>
    AdmissionTicket Admit(in IncomingMessage message);

    /// <summary>Completes when an <see cref="Admit"/> that answered <see cref="AdmissionTicketKind.NoRoom"/> is worth trying again, or the log
    /// failed.</summary>
    ValueTask RoomAsync(CancellationToken cancellationToken);

    /// <summary>The same for <see cref="AdmissionTicketKind.NoRoomForBacklog"/>.</summary>
    ValueTask BacklogRoomAsync(CancellationToken cancellationToken) => RoomAsync(cancellationToken);

    /// <summary>From now on the listener is told of each commit.</summary>
    void Subscribe(ICommitListener listener);

    /// <summary>The listener is told no more; a call under way may still come through.</summary>
    void Unsubscribe(ICommitListener listener);
}

/// <summary>Told of commits, on the log's thread: must return at once and never throw.</summary>
public interface ICommitListener
{
    /// <summary>Everything up to this sequence is durable.</summary>
    void Committed(long durableSequence);

    /// <summary>The log failed or is closed: nothing more will become durable. May be said more than once.</summary>
    void Failed();
}
