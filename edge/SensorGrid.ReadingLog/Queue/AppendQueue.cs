using System.Buffers;
using SensorGrid.ReadingLog.Format;

namespace SensorGrid.ReadingLog.Queue;

/// <summary>Between the callers of the log and its writer thread: numbers records, copies them into the batch that is written next, and
/// makes callers wait when that batch is full. One lock, held for a copy.
/// <code>
/// callers ─ encode ─► filling batch ─(swap)─► written batch ─► disk
///    └─ no room ─► waiting list (copied, bounded) ─┘ when the writer took the batch
/// </code></summary>
internal sealed class AppendQueue : IDisposable
{
    private readonly ReadingLogOptions options;
    private readonly TimeProvider time;
    private readonly ReadingLogMetrics metrics;
    private readonly object gate = new();

    // Under the lock.
    private AppendBatch filling = new();
    private AppendBatch spare = new();
    private PendingAppend? firstWaiting;
    private PendingAppend? lastWaiting;
    private int waitingRecords;
    private long waitingBytes;
    private long nextSequence;
    private long lastTicks;
    private bool closing;
    private ReadingLogException? failure;

    private readonly CommitPace pace;
    private readonly Func<Gathering> gathered;
    private TaskCompletionSource? room;

    // The writer's pause at a full disk ends by a timer of the log's clock.
    private readonly ITimer pauseTimer;
    private bool pauseOver;

    private readonly Lock poolGate = new();
    private readonly Stack<PendingAppend> pool = new();

    public AppendQueue(ReadingLogOptions options, TimeProvider time, ReadingLogMetrics metrics, long nextSequence, long lastTicks)
    {
        this.options = options;
        this.time = time;
        this.metrics = metrics;
        this.nextSequence = nextSequence;
        this.lastTicks = lastTicks;
        pace = new(options.CommitInterval, options.CrowdCommitInterval);
        gathered = Gathered;
        pauseTimer = time.CreateTimer(static queue => ((AppendQueue)queue!).EndPause(), this, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    public long NextSequence
    {
        get
        {
            lock (gate)
                return nextSequence;
        }
    }

    public long LastTicks
    {
        get
        {
            lock (gate)
                return lastTicks;
        }
    }

    /// <summary>Takes an entry in, now or when there is room.</summary>
    /// <param name="entry">The entry; copied before this returns.</param>
    /// <param name="untilDurable">Whether to answer when it is durable, or as soon as it has its place.</param>
    /// <param name="cancellation">Honoured while it waits for room; a record that has its place is written.</param>
    /// <param name="stamp">Its place, when <paramref name="pending"/> is null.</param>
    /// <param name="pending">Who to await; null when there is nothing to wait for.</param>
    public void Append(in ReadingLogEntry entry, bool untilDurable, CancellationToken cancellation, out ReadingLogStamp stamp, out PendingAppend? pending)
    {
        cancellation.ThrowIfCancellationRequested();
        int length = CheckedLength(entry);
        long ticks = TicksOf(entry);
        pending = null;
        stamp = default;
        lock (gate)
        {
            ThrowIfClosed();
            if (firstWaiting is null && HasRoom(length))
            {
                stamp = Put(entry, length, ticks);
                if (untilDurable)
                {
                    pending = Rent();
                    pending.Stamp = stamp;
                    filling.Await(pending);
                }
                return;
            }
            pending = Wait(entry, length, ticks, untilDurable, cancellation);
        }
        metrics.AppendWaited();
        // Outside the lock: a token that is cancelled already calls back at once.
        if (cancellation.CanBeCanceled)
            Register(pending, cancellation);
    }

    /// <summary>Takes an entry in when there is room now.</summary>
    /// <param name="entry">The entry; copied before this returns.</param>
    /// <param name="stamp">Its place.</param>
    /// <returns>False when there is no room: <see cref="RoomAsync"/> says when to try again.</returns>
    public bool TryAppend(in ReadingLogEntry entry, out ReadingLogStamp stamp)
    {
        int length = CheckedLength(entry);
        long ticks = TicksOf(entry);
        lock (gate)
        {
            ThrowIfClosed();
            if (firstWaiting is not null || !HasRoom(length))
            {
                stamp = default;
                return false;
            }
            stamp = Put(entry, length, ticks);
            return true;
        }
    }

    /// <summary>Completes when the writer has taken the batch that is full now, or the log takes no more.</summary>
    public Task RoomAsync()
    {
        lock (gate)
        {
            if (failure is not null || closing || (firstWaiting is null && HasRoom(0)))
                return Task.CompletedTask;
            room ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
            return room.Task;
        }
    }

    /// <summary>The writer's turn: waits for records and takes them all.</summary>
    /// <returns>False when the log is closing and everything was taken.</returns>
    public bool Take(out AppendBatch batch)
    {
        lock (gate)
        {
            while (filling.Records == 0 && !closing)
                Monitor.Wait(gate);
            if (HasRoom(0) && !closing)
            {
                // Callers go on filling the batch meanwhile.
                Monitor.Exit(gate);
                try
                {
                    pace.Keep(gathered);
                }
                finally
                {
                    Monitor.Enter(gate);
                }
            }
            batch = filling;
            filling = spare;
            spare = batch;
            LetIn();
            return batch.Records > 0;
        }
    }

    /// <summary>The writer is done with a batch.</summary>
    public void Release(AppendBatch batch) => batch.Clear(options.QueueBytes);

    /// <summary>Lets the writer thread wait, for a retry.</summary>
    /// <returns>False when the log is being closed.</returns>
    public bool Pause(TimeSpan duration)
    {
        lock (gate)
        {
            PauseFor(duration);
            return !closing;
        }
    }

    /// <summary>No more appends; what is queued is still written.</summary>
    public void Close()
    {
        lock (gate)
        {
            closing = true;
            Monitor.PulseAll(gate);
            SayRoom_NeedsLock();
        }
    }

    /// <summary>Everybody who waits, now or later, gets this.</summary>
    public void Fail(ReadingLogException exception)
    {
        lock (gate)
        {
            failure ??= exception;
            foreach (var append in filling.Pending)
                append.Fail(exception);
            filling.Clear(options.QueueBytes);
            while (firstWaiting is { } waiting)
            {
                Unlink(waiting);
                waiting.Fail(exception);
            }
            Monitor.PulseAll(gate);
            SayRoom_NeedsLock();
        }
    }

    public void Dispose() => pauseTimer.Dispose();

    public void Return(PendingAppend append)
    {
        append.Cancellation = default;
        lock (poolGate)
        {
            // As many as the queue can hold are enough.
            if (pool.Count < options.QueueRecords)
                pool.Push(append);
        }
    }

    private int CheckedLength(in ReadingLogEntry entry)
    {
        int payload = options.MaxPayloadOf(entry.Kind);
        if (entry.Payload.Length > payload)
            throw TooLarge(entry, $"its payload has {entry.Payload.Length} bytes and {payload} are allowed; raise " + (entry.Kind == ReadingLogKind.Command ? nameof(options.MaxCommandBytes) : nameof(options.MaxPayloadBytes)));
        if (entry.Origin.SourceBytes > RecordFormat.MaxNameBytes || entry.Origin.PrincipalBytes > RecordFormat.MaxNameBytes)
            throw TooLarge(entry, $"source and principal may have {RecordFormat.MaxNameBytes} bytes each");
        if (entry.Origin.TopicBytes > RecordFormat.MaxTopicBytes)
            throw TooLarge(entry, $"a topic may have {RecordFormat.MaxTopicBytes} bytes");
        return (int)RecordFormat.PaddedLengthOf(entry);
    }

    private static ReadingLogException TooLarge(in ReadingLogEntry entry, string why) =>
        new(ReadingLogFault.EntryTooLarge, $"The reading log refuses a {entry.Kind} entry: {why}.");

    private void ThrowIfClosed()
    {
        if (failure is not null)
            throw new ReadingLogException(failure.Fault, failure.Message, failure.Segment, failure.Offset, failure);
        if (closing)
            throw new ReadingLogException(ReadingLogFault.Closed, "The reading log is closed.");
    }

    // An empty batch takes a record of any allowed size.
    private bool HasRoom(int length) =>
        filling.Records == 0 || (filling.Records < options.QueueRecords && filling.Bytes + (long)length <= options.QueueBytes);

    private ReadingLogStamp Place(Span<byte> record, long ticks)
    {
        lastTicks = Math.Max(lastTicks, ticks);
        var stamp = new ReadingLogStamp(nextSequence++, lastTicks);
        RecordFormat.Stamp(record, stamp.Sequence, stamp.ReceivedAtTicks);
        return stamp;
    }

    private PendingAppend Rent()
    {
        lock (poolGate)
            return pool.TryPop(out var append) ? append : new PendingAppend(this);
    }

    private PendingAppend Wait(in ReadingLogEntry entry, int length, long ticks, bool untilDurable, CancellationToken cancellation)
    {
        if (waitingRecords >= options.WaitingRecords || (waitingRecords > 0 && waitingBytes + length > options.WaitingBytes))
        {
            metrics.AppendRefused();
            throw new ReadingLogException(
                ReadingLogFault.TooManyWaiting,
                $"The reading log's queue is full and {waitingRecords} appends ({waitingBytes} bytes) wait for room already. Await appends before sending more, "
                + $"or raise {nameof(options.QueueBytes)}, {nameof(options.WaitingRecords)} or {nameof(options.WaitingBytes)}.");
        }
        var append = Rent();
        append.Waiting = ArrayPool<byte>.Shared.Rent(length);
        append.WaitingLength = length;
        append.WaitingTicks = ticks;
        append.UntilDurable = untilDurable;
        append.Cancellation = cancellation;
        RecordFormat.Write(entry, append.Waiting.AsSpan(0, length));
        append.Before = lastWaiting;
        if (lastWaiting is null)
            firstWaiting = append;
        else
            lastWaiting.After = append;
        lastWaiting = append;
        waitingRecords++;
        waitingBytes += length;
        return append;
    }

    private void Register(PendingAppend append, CancellationToken cancellation)
    {
        var registration = cancellation.UnsafeRegister(static (state, token) => ((PendingAppend)state!).CancelWaiting(token), append);
        lock (gate)
        {
            // Nobody else has the object yet, so it cannot serve another append.
            if (append.Waiting is not null)
            {
                append.Registration = registration;
                return;
            }
        }
        registration.Unregister();
    }

    /// <summary>Gives up a place in the waiting list. A record that is in a batch already is written all the same.</summary>
    public void CancelWaiting(PendingAppend append, CancellationToken token)
    {
        lock (gate)
        {
            // The object may serve another caller by now.
            if (append.Waiting is null || append.Cancellation != token)
                return;
            Unlink(append);
            append.Fail(new OperationCanceledException(token));
        }
    }

    private long TicksOf(in ReadingLogEntry entry) => entry.ReceivedAtTicks > 0 ? entry.ReceivedAtTicks : time.GetUtcNow().UtcTicks;

    private ReadingLogStamp Put(in ReadingLogEntry entry, int length, long ticks)
    {
        bool wake = filling.Records == 0;
        var to = filling.Reserve(length, entry.Origin);
        RecordFormat.Write(entry, to);
        var stamp = Place(to, ticks);
        if (wake)
            Monitor.PulseAll(gate);
        return stamp;
    }

    // A full batch, and a log that is being closed, is not waited with.
    private Gathering Gathered()
    {
        lock (gate)
            return new(filling.Records, filling.Following, MustGo: !HasRoom(0) || closing);
    }

    private void SayRoom_NeedsLock()
    {
        room?.TrySetResult();
        room = null;
    }

    // Takes waiting entries into the batch that is filled now, in their order.
    private void LetIn()
    {
        SayRoom_NeedsLock();
        while (firstWaiting is { } append && HasRoom(append.WaitingLength))
        {
            var to = filling.Reserve(append.WaitingLength);
            append.Waiting.AsSpan(0, append.WaitingLength).CopyTo(to);
            append.Stamp = Place(to, append.WaitingTicks);
            bool untilDurable = append.UntilDurable;
            Unlink(append);
            if (untilDurable)
                filling.Await(append);
            else
                append.Complete();
        }
    }

    private void Unlink(PendingAppend append)
    {
        if (append.Before is null)
            firstWaiting = append.After;
        else
            append.Before.After = append.After;
        if (append.After is null)
            lastWaiting = append.Before;
        else
            append.After.Before = append.Before;
        append.Before = append.After = null;
        waitingRecords--;
        waitingBytes -= append.WaitingLength;
        ArrayPool<byte>.Shared.Return(append.Waiting!);
        append.Waiting = null;
        // Not Dispose: that would wait for a callback which waits for the lock held here.
        append.Registration.Unregister();
        append.Registration = default;
    }

    private void PauseFor(TimeSpan duration)
    {
        pauseOver = false;
        pauseTimer.Change(duration, Timeout.InfiniteTimeSpan);
        while (!pauseOver && !closing)
            Monitor.Wait(gate);
        pauseTimer.Change(Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
    }

    private void EndPause()
    {
        lock (gate)
        {
            pauseOver = true;
            Monitor.PulseAll(gate);
        }
    }
}
