using System.Collections.Concurrent;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>The connections whose oldest answer waits for the log. The log's thread walks them at each commit and hands those that are due to a few
/// workers of the pool, each of which answers one connection after the other: a work item for each connection would cost more than its answer.
/// The others stay. A connection stands here at most once, however many of its messages wait.</summary>
internal sealed class CommitWaiters(ICommittingSink sink) : ICommitListener, IThreadPoolWorkItem
{
    // So many connections are answered before a further worker would be done sooner.
    private const int WorthAWorker = 64;

    private readonly Lock gate = new();
    private readonly List<ICommitWaiter> waiters = [];
    private readonly ConcurrentQueue<ICommitWaiter> due = new();
    private int workers;

    /// <summary>Called when the log failed, once.</summary>
    public Action? OnFailed { get; set; }

    /// <summary>Connections that wait.</summary>
    public int Count { get { lock (gate) return waiters.Count; } }

    /// <summary>Lets a connection wait.</summary>
    /// <returns>False when it is due already: nobody will answer it.</returns>
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
    public void Committed(long durableSequence) => Release(durableSequence);

    /// <inheritdoc/>
    public void Failed()
    {
        Release(long.MaxValue);
        OnFailed?.Invoke();
    }

    void IThreadPoolWorkItem.Execute()
    {
        do
        {
            while (due.TryDequeue(out var waiter))
                waiter.Answer();
            Interlocked.Decrement(ref workers);
            // One that came after the last look would wait for the next commit.
        }
        while (!due.IsEmpty && TryHire());
    }

    private void Release(long upTo)
    {
        lock (gate)
        {
            for (int i = waiters.Count - 1; i >= 0; i--)
            {
                var waiter = waiters[i];
                if (waiter.OldestSequence > upTo)
                    continue;
                waiters[i] = waiters[^1];
                waiters.RemoveAt(waiters.Count - 1);
                waiter.IsWaiting = false;
                due.Enqueue(waiter);
            }
        }
        while (TryHire())
            ThreadPool.UnsafeQueueUserWorkItem(this, preferLocal: false);
    }

    // One more worker, when there is work for it.
    private bool TryHire()
    {
        int wanted = Math.Min(Environment.ProcessorCount, (due.Count + WorthAWorker - 1) / WorthAWorker);
        int now = Volatile.Read(ref workers);
        while (now < wanted)
        {
            int seen = Interlocked.CompareExchange(ref workers, now + 1, now);
            if (seen == now)
                return true;
            now = seen;
        }
        return false;
    }
}

/// <summary>Somebody who waits for the log.</summary>
internal interface ICommitWaiter
{
    /// <summary>What it waits for.</summary>
    long OldestSequence { get; }

    /// <summary>It stands in the list; belongs to the lock of <see cref="CommitWaiters"/>.</summary>
    bool IsWaiting { get; set; }

    /// <summary>The log has come that far, or failed. On a thread of the pool that has others to answer: must not wait.</summary>
    void Answer();
}
