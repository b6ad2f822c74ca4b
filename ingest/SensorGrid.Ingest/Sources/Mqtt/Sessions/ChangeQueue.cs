using System.Diagnostics.CodeAnalysis;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>The changes that wait for the session store's writer, and those who wait for them. Each has a number; numbers and queue have one
/// order. A change that is made is always taken: the bound is kept by whoever waits for room before making one.
/// <code>
/// state     make            take (all that wait)   committed                      fail, close
/// open      number, queue   batch                  tell those who wait for it     tell everybody, closed
/// ending    number only     batch, then nothing    the same                       the same
/// closed    number only     nothing                —                              do nothing
/// </code></summary>
internal sealed class ChangeQueue(int maxChanges, long maxBytes)
{
    // A queued change without a message: the record and its place in the list.
    private const int ChangeCost = 96;

    // A monitor, because the writer waits on it: pulsed when it has something to do.
    private readonly object gate = new();
    private List<StoreChange> pending = [];
    private long pendingBytes;
    private long made;
    private long beingWritten;
    private long durable;
    private TaskCompletionSource written = NewSignal();
    private TaskCompletionSource writtenNext = NewSignal();
    private TaskCompletionSource room = NewSignal();
    private SessionStoreException? closed;
    private bool ending;

    /// <summary>Changes that wait to be taken.</summary>
    public int Count { get { lock (gate) return pending.Count; } }

    /// <summary>False once nothing will become durable any more.</summary>
    public bool IsOpen => Volatile.Read(ref closed) is null;

    public long Make(StoreChange change, ref long lastId)
    {
        lock (gate)
        {
            long number = ++made;
            if (closed is not null || ending)
                return number;
            // Numbered here: the writer reads it only after it has taken the change from the queue.
            change.Carried?.TakeStoreId(ref lastId);
            pending.Add(change);
            pendingBytes += ChangeCost + (change.Carried?.Size ?? 0);
            if (pending.Count == 1)
                Monitor.Pulse(gate);
            return number;
        }
    }

    public ValueTask WhenDurableAsync(long change)
    {
        if (change <= Volatile.Read(ref durable))
            return default;
        lock (gate)
        {
            if (change <= durable)
                return default;
            if (closed is not null)
                return ValueTask.FromException(closed);
            return new((change <= beingWritten ? written : writtenNext).Task);
        }
    }

    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (closed is not null)
                    throw closed;
                if (pending.Count < maxChanges && pendingBytes < maxBytes)
                    return;
                wait = room.Task;
            }
            await wait.WaitAsync(cancellationToken);
        }
    }

    /// <summary>For the writer: waits for changes and takes all there are. False when the end was asked for and nothing is left.</summary>
    public bool TryTake([NotNullWhen(true)] out List<StoreChange>? batch)
    {
        TaskCompletionSource opened;
        lock (gate)
        {
            while (pending.Count == 0 && !ending)
                Monitor.Wait(gate);
            batch = pending;
            if (batch.Count == 0)
                return false;
            pending = [];
            pendingBytes = 0;
            beingWritten = made;
            (written, writtenNext) = (writtenNext, NewSignal());
            (opened, room) = (room, NewSignal());
        }
        opened.SetResult();
        return true;
    }

    /// <summary>For the writer: what it took is on disk.</summary>
    public void Committed()
    {
        TaskCompletionSource done;
        lock (gate)
        {
            durable = beingWritten;
            done = written;
        }
        done.SetResult();
    }

    /// <summary>For the writer: waits for a while, or until the end is asked for.</summary>
    /// <returns>False when it was.</returns>
    public bool Pause(TimeProvider time, TimeSpan pause)
    {
        using var over = time.CreateTimer(Wake, null, pause, Timeout.InfiniteTimeSpan);
        long began = time.GetTimestamp();
        lock (gate)
        {
            // Also pulsed by new changes, which do not end the pause.
            while (!ending && time.GetElapsedTime(began) < pause)
                Monitor.Wait(gate);
            return !ending;
        }
    }

    /// <summary>Takes no more changes; the writer ends when it has taken those there are.</summary>
    public void BeginEnd()
    {
        lock (gate)
        {
            ending = true;
            Monitor.Pulse(gate);
        }
    }

    /// <summary>Nothing becomes durable from now on.</summary>
    public void Close(SessionStoreException reason)
    {
        TaskCompletionSource[] waiting;
        lock (gate)
        {
            if (closed is not null)
                return;
            closed = reason;
            pending.Clear();
            waiting = [written, writtenNext, room];
        }
        foreach (var signal in waiting)
        {
            signal.TrySetException(reason);
            // Seen here: nobody need have waited.
            _ = signal.Task.Exception;
        }
    }

    private void Wake(object? state)
    {
        lock (gate)
            Monitor.Pulse(gate);
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
