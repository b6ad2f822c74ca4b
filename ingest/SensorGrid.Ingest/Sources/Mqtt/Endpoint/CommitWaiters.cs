namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>The connections whose oldest answer waits for the log. The log's thread walks them at each commit and wakes those that are due; the
/// others stay. A connection stands here at most once, however many of its messages wait.</summary>
internal sealed class CommitWaiters(ICommittingSink sink) : ICommitListener
{
    private readonly Lock gate = new();
    private readonly List<ICommitWaiter> waiters = [];

    /// <summary>Called when the log failed, once.</summary>
    public Action? OnFailed { get; set; }

    /// <summary>Connections that wait.</summary>
    public int Count { get { lock (gate) return waiters.Count; } }

    /// <summary>Lets a connection wait.</summary>
    /// <returns>False when it is due already: nobody will wake it.</returns>
    public bool TryAdd(ICommitWaiter waiter)
    {
        lock (gate)
        {
            // The log moves first and tells then: either we see it here, or the commit sees the waiter.
            if (waiter.OldestSequence <= sink.DurableSequence)
                return false;
            if (!waiter.IsWaiting)
            {
                waiter.IsWaiting = true;
                waiters.Add(waiter);
            }
            return true;
        }
    }

    /// <summary>The connection is gone.</summary>
    public void Remove(ICommitWaiter waiter)
    {
        lock (gate)
        {
            if (waiter.IsWaiting)
                waiters.Remove(waiter);
            waiter.IsWaiting = false;
        }
    }

    /// <inheritdoc/>
    public void Committed(long durableSequence)
    {
        lock (gate)
        {
            for (int i = waiters.Count - 1; i >= 0; i--)
            {
                var waiter = waiters[i];
                if (waiter.OldestSequence > durableSequence)
                    continue;
                waiters[i] = waiters[^1];
                waiters.RemoveAt(waiters.Count - 1);
                waiter.IsWaiting = false;
                waiter.Wake();
            }
        }
    }

    /// <inheritdoc/>
    public void Failed()
    {
        lock (gate)
        {
            foreach (var waiter in waiters)
            {
                waiter.IsWaiting = false;
                waiter.Wake();
            }
            waiters.Clear();
        }
        OnFailed?.Invoke();
    }
}

/// <summary>Somebody who waits for the log.</summary>
internal interface ICommitWaiter
{
    /// <summary>What it waits for.</summary>
    long OldestSequence { get; }

    /// <summary>It stands in the list; belongs to the lock of <see cref="CommitWaiters"/>.</summary>
    bool IsWaiting { get; set; }

    /// <summary>Called on the log's thread: must return at once.</summary>
    void Wake();
}
