namespace SensorGrid.Ingest.Following;

/// <summary>Drives one follower: reads the committed stream from its checkpoint on and hands it batch after batch. Whoever starts
/// <see cref="RunAsync"/> awaits it; its failure is the process's failure.</summary>
public sealed class LogFollowerLoop
{
    private readonly CommittedStream stream;
    private readonly ILogFollower follower;
    private readonly TimeProvider time;
    private readonly Lock gate = new();
    private readonly List<(long Sequence, TaskCompletionSource Done)> waiting = [];
    private long applied;

    /// <param name="stream">What it reads.</param>
    /// <param name="follower">Whom it drives.</param>
    /// <param name="metrics">Shows how far behind it is.</param>
    /// <param name="time">Clock of bounded waits.</param>
    public LogFollowerLoop(CommittedStream stream, ILogFollower follower, IngestMetrics metrics, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(follower);
        ArgumentNullException.ThrowIfNull(metrics);
        this.stream = stream;
        this.follower = follower;
        this.time = time;
        applied = follower.NextSequence - 1;
        metrics.ObserveLag(follower.Name, () => Lag);
    }

    /// <summary>Name of the follower.</summary>
    public string Name => follower.Name;

    /// <summary>Last sequence the follower has applied.</summary>
    public long AppliedSequence => Volatile.Read(ref applied);

    /// <summary>Durable records it has not applied yet.</summary>
    public long Lag => Math.Max(0, stream.LastDurableSequence - AppliedSequence);

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="LogFollowerException">The follower failed.</exception>
    /// <exception cref="ReadingLog.ReadingLogException">The log cannot be read where the follower stands.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var reader = stream.CreateReader(follower.Name, follower.NextSequence);
        while (!cancellationToken.IsCancellationRequested)
        {
            CommittedBatch batch;
            try
            {
                batch = await reader.ReadAsync(cancellationToken);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            bool mayPause = follower.Pause > TimeSpan.Zero && !batch.IsFull;
            await ApplyAsync(batch, cancellationToken);
            if (mayPause)
                await Task.Delay(follower.Pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    /// <summary>Waits until the follower has applied a sequence.</summary>
    /// <returns>False when it had not after the time allowed.</returns>
    public async Task<bool> WaitUntilAppliedAsync(long sequence, TimeSpan longest, CancellationToken cancellationToken)
    {
        var done = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        lock (gate)
        {
            if (applied >= sequence)
                return true;
            waiting.Add((sequence, done));
        }
        try
        {
            await done.Task.WaitAsync(longest, time, cancellationToken);
            return true;
        }
        catch (TimeoutException)
        {
            return AppliedSequence >= sequence;
        }
        finally
        {
            lock (gate)
                waiting.Remove((sequence, done));
        }
    }

    private async Task ApplyAsync(CommittedBatch batch, CancellationToken cancellationToken)
    {
        long first = batch[0].Sequence;
        long last = batch[batch.Count - 1].Sequence;
        try
        {
            await follower.ApplyAsync(batch, cancellationToken);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // Not applied, and not counted so: the checkpoint decides at the next start.
            return;
        }
        catch (Exception exception)
        {
            throw new LogFollowerException(follower.Name, first, last, exception);
        }
        lock (gate)
        {
            Volatile.Write(ref applied, last);
            foreach (var (sequence, done) in waiting)
            {
                if (sequence <= last)
                    done.TrySetResult();
            }
        }
    }
}
