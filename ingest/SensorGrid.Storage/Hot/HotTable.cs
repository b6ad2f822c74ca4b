using DuckDB.NET.Data;
using SensorGrid.Readings;

namespace SensorGrid.Storage.Hot;

/// <summary>The newest readings, in memory: rows are collected, flushed into a DuckDB table in batches, and frozen as one generation
/// when it is time to seal, while the next generation takes new rows. Queries see all generations. Nothing here is durable:
/// after a crash the rows come again from the log.
/// <code>
///  Append ─► HotRows ──flush──► hot_7 (active)          a query flushes first, so it sees what was appended before it
///                               hot_6 (frozen) ──seal──► readings-….parquet, then dropped
/// </code>
/// Thread-safe: one lock, taken per appended message and for a flush.</summary>
internal sealed class HotTable : IDisposable
{
    private readonly Lock gate = new();
    private readonly DuckDBConnection writer;
    private readonly DatastreamTable datastreams;
    private readonly TimeProvider time;
    private readonly HotRows pending;
    private readonly HotChunkAppender chunks;
    private readonly long rowLimit;
    private readonly long textBytesLimit;
    private HotGeneration active;
    private HotGeneration? frozen;
    private long generations;
    private int namesKnown;

    public HotTable(DuckDatabase database, DatastreamTable datastreams, StorageOptions options, TimeProvider time, long coveredSequence)
    {
        writer = database.Connect();
        this.datastreams = datastreams;
        this.time = time;
        pending = new(options.AppendBatchRows);
        chunks = new(writer);
        (rowLimit, textBytesLimit) = (options.HotRowLimit, options.HotTextBytesLimit);
        active = CreateGeneration(coveredSequence);
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
                return new(active.Rows, active.TextBytes, active.Rows + (frozen?.Rows ?? 0), active.TextBytes + (frozen?.TextBytes ?? 0),
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

    /// <summary>Takes one log record's readings, all or none.</summary>
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
            receivedAtTicks -= receivedAtTicks % TimeSpan.TicksPerMicrosecond;
            foreach (ref readonly var reading in readings)
            {
                if (pending.IsFull)
                    Flush_NeedsLock();
                var utf8 = reading.Kind == ReadingKind.Text ? texts.GetTextUtf8(reading) : default;
                active.TextBytes += pending.Add(reading, sequence, receivedAtTicks, utf8);
                active.DatastreamsEnd = Math.Max(active.DatastreamsEnd, reading.Datastream.Value + 1);
            }
            active.Rows += readings.Length;
            active.LastSequence = sequence;
            active.FirstAppendedAt ??= time.GetTimestamp();
            unsealed = (active.Rows, active.TextBytes);
            return AppendOutcome.Taken;
        }
    }

    /// <summary>Flushes what was appended and gives the generations that hold rows. The caller leaves each when it is done.</summary>
    public List<HotGeneration> EnterAll()
    {
        lock (gate)
        {
            Flush_NeedsLock();
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
            Flush_NeedsLock();
            var next = CreateGeneration(active.LastSequence);
            (frozen, active) = (active, next);
            return frozen;
        }
    }

    /// <summary>Forgets the frozen generation: its rows are in a file that queries see. Dropped after the last query on it.</summary>
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
                DuckDatabase.Execute(writer, $"DROP TABLE {sealedOne.TableName}");
        });
    }

    public void Dispose()
    {
        lock (gate)
        {
            chunks.Dispose();
            writer.Dispose();
        }
    }

    private HotGeneration CreateGeneration(long afterSequence)
    {
        var generation = new HotGeneration(++generations, afterSequence);
        DuckDatabase.Execute(writer, $"CREATE TABLE {generation.TableName} ({HotChunkAppender.ColumnsSql})");
        return generation;
    }

    private void Flush_NeedsLock()
    {
        if (pending.Count == 0)
            return;
        chunks.Append(active.TableName, pending);
        pending.Clear();
        AddNames_NeedsLock();
    }

    private bool HasRoom_NeedsLock() =>
        active.Rows + (frozen?.Rows ?? 0) < rowLimit && active.TextBytes + (frozen?.TextBytes ?? 0) < textBytesLimit;

    // Sealed files carry the datastream's name beside its number; this table is where the seal finds it.
    private void AddNames_NeedsLock()
    {
        int count = Math.Max(active.DatastreamsEnd, namesKnown);
        if (count == namesKnown)
            return;
        using var appender = writer.CreateAppender("datastream_names");
        for (; namesKnown < count; namesKnown++)
        {
            appender.AppendRow((Id: namesKnown, Name: datastreams.KeyOf(new(namesKnown)).ToString()),
                static (target, datastream) => target.AppendValue(datastream.Id).AppendValue(datastream.Name));
        }
    }
}

/// <summary>How full the hot table is.</summary>
/// <param name="ActiveRows">Rows that the next seal would take.</param>
/// <param name="ActiveTextBytes">Bytes of their texts.</param>
/// <param name="Rows">All rows in memory.</param>
/// <param name="TextBytes">Bytes of their texts.</param>
/// <param name="ActiveSince">Timestamp of the first record that the next seal would take.</param>
/// <param name="HasFrozen">A seal is under way or has failed.</param>
internal readonly record struct HotFill(
    long ActiveRows, long ActiveTextBytes, long Rows, long TextBytes, long? ActiveSince, bool HasFrozen);
