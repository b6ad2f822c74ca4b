namespace SensorGrid.Ingest.Following;

/// <summary>Decoded records between admission and followers, by sequence. Connections publish in any order, mostly before the record is durable;
/// readers take runs in order, up to what is durable. Bounded by records and by bytes; the oldest make room, and whoever still needs those reads
/// the log.
/// <code>
/// sequence   oldest ───────────────────► durable ──────────► newest
/// slots      [ held | not held | held | (still on its way) | held | … ]
/// </code>
/// Not held = too large to keep. One lock, held for a few stores. Readers are woken by commits, not by publications.</summary>
internal sealed class CommittedRing
{
    private readonly Lock gate = new();
    private readonly Slot[] slots;
    private readonly long capacityBytes;

    // Under the lock. The lowest sequence that may be here; only grows.
    private long oldest;
    private long bytes;
    private long durable;
    private TaskCompletionSource? changed;

    /// <param name="records">Slots.</param>
    /// <param name="bytes">Bytes of what is held.</param>
    /// <param name="firstSequence">The first sequence that may be published.</param>
    public CommittedRing(int records, long bytes, long firstSequence)
    {
        slots = new Slot[records];
        capacityBytes = bytes;
        oldest = firstSequence;
        durable = firstSequence - 1;
    }

    /// <summary>Everything up to this sequence is durable: readers may have it.</summary>
    public void Advance(long durableSequence)
    {
        TaskCompletionSource? waiting;
        lock (gate)
        {
            durable = durableSequence;
            waiting = changed;
            changed = null;
        }
        waiting?.TrySetResult();
    }

    /// <summary>Takes a record in, durable or not yet. The caller's hold on the batch passes to the ring.</summary>
    /// <param name="record">The record.</param>
    /// <param name="batch">Its readings; null when it has none.</param>
    /// <param name="cost">Bytes it counts.</param>
    public void Publish(in CommittedRecord record, SharedBatch? batch, int cost) => Put(record.Sequence, new(record, batch, cost, IsHeld: true));

    /// <summary>Says that a record is not kept here.</summary>
    public void Skip(long sequence) => Put(sequence, new(new CommittedRecord { Sequence = sequence }, null, 0, IsHeld: false));

    /// <summary>Takes the run of records that starts at a sequence.</summary>
    /// <param name="next">Where it starts.</param>
    /// <param name="into">Gets the run.</param>
    /// <param name="onChange">Completes when more became durable or a durable one was published; for answers other than <see cref="RingAnswer.Taken"/>.</param>
    public RingAnswer Take(long next, CommittedBatch into, out Task onChange)
    {
        onChange = Task.CompletedTask;
        lock (gate)
        {
            ref var slot = ref SlotOf(next);
            if (next > durable || next < oldest || slot.Record.Sequence != next || !slot.IsHeld)
            {
                changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                onChange = changed.Task;
                return next <= durable && (next < oldest || slot.Record.Sequence == next) ? RingAnswer.Gone : RingAnswer.NotYet;
            }
            while (next <= durable && slot.Record.Sequence == next && slot.IsHeld && !into.IsFull)
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
        TaskCompletionSource? waiting = null;
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
            // One that is not durable yet interests nobody before its commit.
            if (sequence <= durable)
            {
                waiting = changed;
                changed = null;
            }
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
