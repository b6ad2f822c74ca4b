namespace SensorGrid.Ingest.Following;

/// <summary>Decoded records between admission and followers, by sequence. Connections publish in any order, mostly before the record is durable;
/// readers take runs in order, up to what is durable. A record goes when every reader has taken it, so that what is in use stays small enough for
/// the processor's cache. Bounded by records and by bytes: then the oldest make room, and whoever still needs those reads the log.
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

    // Under the lock, as all below.
    private readonly List<RingReader> readers = [];

    // The lowest sequence that may be here; only grows.
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

    /// <summary>One more reader: what it has not taken is kept for it, as far as there is room and it is not too far behind.</summary>
    /// <param name="next">First sequence it wants.</param>
    public RingReader Enter(long next)
    {
        var reader = new RingReader { Next = next };
        lock (gate)
            readers.Add(reader);
        return reader;
    }

    /// <summary>A reader is gone.</summary>
    public void Leave(RingReader reader)
    {
        lock (gate)
        {
            readers.Remove(reader);
            DropTaken_NeedsLock();
        }
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

    /// <summary>Takes a record in, durable or not yet. The caller's hold on it passes to the ring.</summary>
    public void Publish(CommittedRecord record) => Put(record.Sequence, record);

    /// <summary>Says that a record is not kept here.</summary>
    public void Skip(long sequence) => Put(sequence, null);

    /// <summary>Takes the run of records that starts where the reader stands. It stands behind the run then.</summary>
    /// <param name="reader">Who reads.</param>
    /// <param name="into">Gets the run.</param>
    /// <param name="onChange">Completes when more became durable or a durable one was published; for answers other than <see cref="RingAnswer.Taken"/>.</param>
    public RingAnswer Take(RingReader reader, CommittedBatch into, out Task onChange)
    {
        onChange = Task.CompletedTask;
        lock (gate)
        {
            long next = reader.Next;
            var slot = SlotOf(next);
            if (next > durable || next < oldest || slot.Sequence != next || slot.Record is null)
            {
                changed ??= new(TaskCreationOptions.RunContinuationsAsynchronously);
                onChange = changed.Task;
                return next <= durable && (next < oldest || slot.Sequence == next) ? RingAnswer.Gone : RingAnswer.NotYet;
            }
            while (next <= durable && slot.Sequence == next && slot.Record is { } record && !into.IsFull)
            {
                record.Hold();
                into.Add(record);
                slot = SlotOf(++next);
            }
            reader.Next = next;
            DropTaken_NeedsLock();
            return RingAnswer.Taken;
        }
    }

    /// <summary>A reader got its next records elsewhere.</summary>
    public void Passed(RingReader reader, long next)
    {
        lock (gate)
        {
            reader.Next = next;
            DropTaken_NeedsLock();
        }
    }

    private void Put(long sequence, CommittedRecord? record)
    {
        TaskCompletionSource? waiting = null;
        lock (gate)
        {
            if (sequence < oldest)
            {
                // So late that it fell out already.
                Release(record);
            }
            else
            {
                while (sequence - oldest >= slots.Length)
                    DropOldest_NeedsLock();
                bytes += record?.Cost ?? 0;
                SlotOf(sequence) = new(sequence, record);
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

    // A reader that is further behind than half of the ring reads the log; what it could reach is kept for it when it comes closer.
    private void DropTaken_NeedsLock()
    {
        long taken = readers.Count == 0 ? oldest : durable + 1;
        foreach (var reader in readers)
        {
            if (reader.Next > durable - slots.Length / 2)
                taken = Math.Min(taken, reader.Next);
        }
        while (oldest < taken)
            DropOldest_NeedsLock();
    }

    private void DropOldest_NeedsLock()
    {
        ref var slot = ref SlotOf(oldest);
        if (slot.Sequence == oldest)
        {
            bytes -= slot.Record?.Cost ?? 0;
            Release(slot.Record);
            slot = default;
        }
        oldest++;
    }

    private static void Release(CommittedRecord? record)
    {
        if (record is not null)
            CommittedRecordPool.Release([record]);
    }

    private ref Slot SlotOf(long sequence) => ref slots[(int)(sequence % slots.Length)];

    private readonly record struct Slot(long Sequence, CommittedRecord? Record);
}

/// <summary>Where a reader stands in the ring.</summary>
internal sealed class RingReader
{
    /// <summary>First sequence it has not taken; belongs to the lock of <see cref="CommittedRing"/> once it has entered.</summary>
    public required long Next { get; set; }
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
