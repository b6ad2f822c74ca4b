namespace SensorGrid.Ingest.Following;

/// <summary>Makes something of the log: time series, alarms, a live picture. Keeps its checkpoint in the same transaction as its output, so
/// that after a crash it gets each record exactly once.</summary>
public interface ILogFollower
{
    /// <summary>Name in counters and messages, e.g. <c>alarms</c>.</summary>
    string Name { get; }

    /// <summary>First sequence it has not made durable; asked once, when its loop starts.</summary>
    long NextSequence { get; }

    /// <summary>How long it may be left alone after a batch that was not full: it then gets fewer and fuller ones, and is woken less often. Zero for
    /// a follower whose work somebody waits for.</summary>
    TimeSpan Pause => TimeSpan.Zero;

    /// <summary>Takes the next records. When this throws, the process ends and recovers: a follower that cannot keep what it made of the log
    /// must not go on without it.</summary>
    ValueTask ApplyAsync(CommittedBatch batch, CancellationToken cancellationToken);
}
