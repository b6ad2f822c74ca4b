namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Waits for one place in the log; for what is rare (commands, wills), because it costs an object.</summary>
internal sealed class DurableWait : ICommitWaiter
{
    private readonly TaskCompletionSource<bool> done = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly ICommittingSink sink;

    private DurableWait(ICommittingSink sink, long sequence)
    {
        this.sink = sink;
        OldestSequence = sequence;
    }

    /// <inheritdoc/>
    public long OldestSequence { get; }

    bool ICommitWaiter.IsWaiting { get; set; }

    /// <summary>Completes when the log is durable up to a place.</summary>
    /// <returns>False when it never will be.</returns>
    public static Task<bool> ForAsync(ICommittingSink sink, CommitWaiters waiters, long sequence)
    {
        var wait = new DurableWait(sink, sequence);
        if (!waiters.TryAdd(wait) || !sink.IsAvailable)
            wait.Answer();
        return wait.done.Task;
    }

    /// <inheritdoc/>
    public void Answer() => done.TrySetResult(sink.DurableSequence >= OldestSequence);
}
