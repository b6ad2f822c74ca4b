using SensorGrid.ReadingLog;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Following;

/// <summary>A durable record of the log as followers get it: decoded. Several followers look at the same one, and it is used again when the last
/// of them lets go: valid until the follower's next batch, and to be read only.</summary>
public sealed class CommittedRecord
{
    private int holders;

    internal CommittedRecord(CommittedRecordPool pool) => Pool = pool;

    /// <summary>Its number in the log.</summary>
    public long Sequence { get; private set; }

    /// <summary>What it is.</summary>
    public ReadingLogKind Kind { get; private set; }

    /// <summary>When it was received (UTC ticks); never less than that of the record before.</summary>
    public long ReceivedAtTicks { get; private set; }

    /// <summary>Where it came in.</summary>
    public string Source { get; private set; } = "";

    /// <summary>Who sent it.</summary>
    public string Principal { get; private set; } = "";

    /// <summary>MQTT topic, or the type of a command.</summary>
    public string Topic { get; private set; } = "";

    /// <summary>Gateway of the topic; empty for ticks, commands and topics that are no telemetry topic.</summary>
    public string Gateway { get; private set; } = "";

    /// <summary>What decoding its payload gave: why it was refused, what was dropped.</summary>
    public PayloadOutcome Outcome { get; private set; }

    /// <summary>Its readings, not yet assessed; empty unless it is a readable pack.</summary>
    public ReadingBatch Readings { get; } = new();

    /// <summary>The payload of a command; empty for every other kind (whoever needs their bytes follows the log itself).</summary>
    public ReadOnlyMemory<byte> Payload { get; private set; }

    /// <summary>Bytes it stands for, for the ring's bound.</summary>
    internal int Cost { get; private set; }

    /// <summary>Says what it is. Its readings are in <see cref="Readings"/> already.</summary>
    /// <param name="stamp">Its place.</param>
    /// <param name="kind">What it is.</param>
    /// <param name="source">Where it came in.</param>
    /// <param name="principal">Who sent it.</param>
    /// <param name="topic">MQTT topic, or the type of a command.</param>
    /// <param name="gateway">Gateway of the topic, or empty.</param>
    /// <param name="outcome">What decoding gave.</param>
    /// <param name="payload">Of a command.</param>
    /// <param name="cost">Bytes it stands for.</param>
    internal void Set(
        ReadingLogStamp stamp, ReadingLogKind kind, string source, string principal, string topic, string gateway, in PayloadOutcome outcome,
        ReadOnlyMemory<byte> payload, int cost)
    {
        Sequence = stamp.Sequence;
        ReceivedAtTicks = stamp.ReceivedAtTicks;
        Kind = kind;
        Source = source;
        Principal = principal;
        Topic = topic;
        Gateway = gateway;
        Outcome = outcome;
        Payload = payload;
        Cost = cost;
    }

    internal void Hold() => Interlocked.Increment(ref holders);

    /// <summary>Lets go of it.</summary>
    /// <returns>Whether nobody holds it now: it belongs to the pool.</returns>
    internal bool LetGo() => Interlocked.Decrement(ref holders) == 0;

    /// <summary>Where it goes when nobody holds it.</summary>
    internal CommittedRecordPool Pool { get; }
}

/// <summary>Keeps records for reuse. One that grew large is let go, so that one large pack does not stay in memory for good.</summary>
internal sealed class CommittedRecordPool(int capacity)
{
    private const int LargestKept = 1024;
    private const int LargestCostKept = 64 * 1024;

    private readonly Lock gate = new();

    // The last one returned goes first: it is still in the processor's cache.
    private readonly Stack<CommittedRecord> free = new();

    /// <summary>A record without readings, held once by the caller.</summary>
    public CommittedRecord Rent()
    {
        CommittedRecord? record;
        lock (gate)
        {
            if (!free.TryPop(out record))
                record = new(this);
        }
        record.Hold();
        return record;
    }

    /// <summary>Lets go of records, in one go.</summary>
    public static void Release(ReadOnlySpan<CommittedRecord> records)
    {
        if (records.IsEmpty)
            return;
        // All of one stream have one pool.
        var pool = records[0].Pool;
        lock (pool.gate)
        {
            foreach (var record in records)
            {
                if (record.LetGo())
                    pool.Return_NeedsLock(record);
            }
        }
    }

    private void Return_NeedsLock(CommittedRecord record)
    {
        if (free.Count == capacity || record.Readings.Count > LargestKept || record.Cost > LargestCostKept)
            return;
        record.Readings.Clear();
        free.Push(record);
    }
}
