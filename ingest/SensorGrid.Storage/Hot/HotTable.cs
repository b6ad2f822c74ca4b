using SensorGrid.Readings;

namespace SensorGrid.Storage.Hot;

/// <summary>The newest readings, in memory: rows go into the active generation, which is frozen when it is time to seal, while the next one takes
/// new rows. Queries see all generations, through DuckDB functions that read this memory. Nothing here is durable: after a crash the rows come again
/// from the log.
/// <code>
///  Append ─► generation 7 (active)  ◄── hot_rows(7, …) ── queries
///            generation 6 (frozen)  ◄── hot_sorted(6) ─── seal ──► readings-….parquet, then dropped
/// </code>
/// Thread-safe: one lock, taken per appended message and when a query or a seal begins, never while rows are read.</summary>
internal sealed class HotTable
{
    private readonly Lock gate = new();
    private readonly TimeProvider time;
    private readonly HotChunkPool pool;
    private readonly Dictionary<long, HotGeneration> byNumber = [];
    private readonly long rowLimit;
    private readonly long textBytesLimit;
    private HotGeneration active;
    private HotGeneration? frozen;
    private long generations;

    public HotTable(DuckDatabase database, StorageOptions options, TimeProvider time, long coveredSequence)
    {
        this.time = time;
        pool = new(((options.SealRows - 1) >> HotChunk.CapacityBits) + 1);
        (rowLimit, textBytesLimit) = (options.HotRowLimit, options.HotTextBytesLimit);
        active = CreateGeneration_NeedsLock(coveredSequence);
        database.Register(new("hot_rows", 4, HotScan.Columns,
            (parameters, wanted) => new HotScan(Find(parameters[0]), parameters[1], parameters[2], parameters[3], wanted)));
        database.Register(new("hot_sorted", 1, SealScan.Columns,
            (parameters, wanted) => (Find(parameters[0]).OpenSealed ?? throw new InvalidOperationException("The generation is not sorted."))(wanted)));
    }

    /// <summary>Last log record taken.</summary>
    public long LastSequence
    {
        get
        {
            lock (gate)
                return active.LastSequence;
        }
    }

    /// <summary>What is in memory, and since when the oldest record of the active generation is.</summary>
    public HotFill Fill
    {
        get
        {
            lock (gate)
            {
                return new(active.Rows, active.TextBytes, active.Rows + (long)(frozen?.Rows ?? 0), active.TextBytes + (frozen?.TextBytes ?? 0),
                    active.FirstAppendedAt, frozen is not null);
            }
        }
    }

    /// <summary>Whether a record is taken now.</summary>
    public bool HasRoom
    {
        get
        {
            lock (gate)
                return HasRoom_NeedsLock();
        }
    }

    /// <summary>Takes one log record's readings, all or none; a query that begins after it sees them.</summary>
    /// <param name="sequence">Number of the log record.</param>
    /// <param name="receivedAtTicks">Its ReceivedAt.</param>
    /// <param name="readings">Its readings.</param>
    /// <param name="texts">The batch that holds their texts.</param>
    /// <param name="unsealed">What the next seal would take: rows, and bytes of their texts.</param>
    public AppendOutcome Append(long sequence, long receivedAtTicks, ReadOnlySpan<Reading> readings, ReadingBatch texts, out (long Rows, long TextBytes) unsealed)
    {
        lock (gate)
        {
            unsealed = (active.Rows, active.TextBytes);
            if (!HasRoom_NeedsLock())
                return AppendOutcome.Full;
            if (sequence <= active.LastSequence)
                return AppendOutcome.AlreadyTaken;
            // Files keep arrival in microseconds; memory does the same, so that sealing changes no answer.
            active.Add(sequence, receivedAtTicks - receivedAtTicks % TimeSpan.TicksPerMicrosecond, readings, texts);
            active.FirstAppendedAt ??= time.GetTimestamp();
            unsealed = (active.Rows, active.TextBytes);
            return AppendOutcome.Taken;
        }
    }

    /// <summary>The generations that hold rows. The caller leaves each when it is done.</summary>
    public List<HotGeneration> EnterAll()
    {
        lock (gate)
        {
            var generations = new List<HotGeneration>(2);
            if (frozen is { Rows: > 0 })
                generations.Add(frozen);
            if (active.Rows > 0)
                generations.Add(active);
            foreach (var generation in generations)
                generation.Use.Enter();
            return generations;
        }
    }

    /// <summary>The generation to seal: the one left frozen by a failed seal, else the active one, which is then frozen while a new
    /// one takes rows. Null when no record came since the last seal.</summary>
    public HotGeneration? Freeze()
    {
        lock (gate)
        {
            if (frozen is not null || !active.HasProgress)
                return frozen;
            (frozen, active) = (active, CreateGeneration_NeedsLock(active.LastSequence));
            return frozen;
        }
    }

    /// <summary>Forgets the frozen generation: its rows are in a file that queries see. Its memory is used again after the last query on it.</summary>
    public void DropFrozen()
    {
        HotGeneration sealedOne;
        lock (gate)
        {
            sealedOne = frozen ?? throw new InvalidOperationException("No generation is frozen.");
            frozen = null;
        }
        sealedOne.Use.Retire(() =>
        {
            lock (gate)
                byNumber.Remove(sealedOne.Number);
            sealedOne.Release();
        });
    }

    private HotGeneration CreateGeneration_NeedsLock(long afterSequence)
    {
        var generation = new HotGeneration(++generations, afterSequence, pool);
        byNumber.Add(generation.Number, generation);
        return generation;
    }

    private HotGeneration Find(long number)
    {
        lock (gate)
            return byNumber[number];
    }

    private bool HasRoom_NeedsLock() =>
        active.Rows + (long)(frozen?.Rows ?? 0) < rowLimit && active.TextBytes + (frozen?.TextBytes ?? 0) < textBytesLimit;
}
