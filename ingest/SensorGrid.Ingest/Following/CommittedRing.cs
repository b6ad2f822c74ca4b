namespace SensorGrid.Ingest.Following;

/// <summary>Decoded records between admission and followers, by sequence. Connections publish in any order (their appends became durable
/// together); readers take runs in order. Bounded by records and by bytes; the oldest make room, and whoever still needs those reads the log.
/// <code>
/// sequence   oldest ─────────────► newest
/// slots      [ held | not held | held | (still on its way) | held | … ]
/// </code>
/// Not held = durable but too large to keep. One lock, held for a few stores.</summary>
internal sealed class CommittedRing
{
    private readonly Lock gate = new();
    private readonly Slot[] slots;
    private readonly long capacityBytes;

    // Under the lock. The lowest sequence that may be here; only grows.
    private long oldest;
    private long bytes;
    private TaskCompletionSource? changed;

    public CommittedRing(int records, long bytes, long firstSequence)
    {
        slots = new Slot[records];
        capacityBytes = bytes;
        oldest = firstSequence;
    }

    /// <summary>Takes a durable record in. The caller's hold on the batch passes to the ring.</summary>
    /// <param name="record">The record.</param>
    /// <param name="batch">Its readings; null when it has none.</param>
    /// <param name="cost">Bytes it counts.</param>
    public void Publish(in CommittedRecord record, SharedBatch? batch, int cost) => Put(record.Sequence, new(record, batch, cost, IsHeld: true));

    /// <summary>Says that a durable record is not kept here.</summary>
    public void Skip(long sequence) => Put(sequence, new(new CommittedRecord { Sequence = sequence }, null, 0, IsHeld: false));

    /// <summary>Takes the run of records that starts at a sequence.</summary>
    /// <param name="next">Where it starts.</param>
    /// <param name="into">Gets the run.</param>
    /// <param name="onChange">Completes when more was published; for answers other than <see cref="RingAnswer.Taken"/>.</param>
    public RingAnswer Take(long next, CommittedBatch into, out Task onChange)
    {
        onChange = Task.CompletedTask;
        lock (gate)
        {
            ref var slot = ref SlotOf(next);
            if (next < oldest || slot.Record.Sequence != next || !slot.IsHeld)
            {
                changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                onChange = changed.Task;
                return next < oldest || slot.Record.Sequence == next ? RingAnswer.Gone : RingAnswer.NotYet;
            }
            while (slot.Record.Sequence == next && slot.IsHeld && !into.IsFull)
            {
                into.Add(slot.Record, slot.Batch);
                next++;
                slot = ref SlotOf(next);
            }
            return RingAnswer.Taken;
        }
    }

    private void Put(long sequence, in Slot taken)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            if (sequence < oldest)
            {
                // So late that it fell out already.
                taken.Batch?.Release();
            }
            else
            {
                while (sequence - oldest >= slots.Length)
                    DropOldest_NeedsLock();
                bytes += taken.Cost;
                SlotOf(sequence) = taken;
                while (bytes > capacityBytes)
                    DropOldest_NeedsLock();
            }
            waiting = changed;
            changed = null;
        }
        waiting?.TrySetResult();
    }

    private void DropOldest_NeedsLock()
    {
        ref var slot = ref SlotOf(oldest);
        if (slot.Record.Sequence == oldest)
        {
            bytes -= slot.Cost;
            slot.Batch?.Release();
            slot = default;
        }
        oldest++;
    }

    private ref Slot SlotOf(long sequence) => ref slots[(int)(sequence % slots.Length)];

    private readonly record struct Slot(CommittedRecord Record, SharedBatch? Batch, int Cost, bool IsHeld);
}

/// <summary>What the ring has of a sequence.</summary>
internal enum RingAnswer
{
    /// <summary>It was handed over, perhaps with records after it.</summary>
    Taken = 1,

    /// <summary>It was here, or never will be: read the log.</summary>
    Gone,

    /// <summary>It is not here yet.</summary>
    NotYet,
}
