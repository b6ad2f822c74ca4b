namespace SensorGrid.Ingest.Following;

/// <summary>A run of durable records in the order of the log, none left out, for one follower. Reused for the next run.</summary>
public sealed class CommittedBatch
{
    private readonly CommittedRecord[] records;

    internal CommittedBatch(int capacity) => records = new CommittedRecord[capacity];

    /// <summary>Number of records.</summary>
    public int Count { get; private set; }

    /// <summary>The records, in order.</summary>
    public ReadOnlySpan<CommittedRecord> Records => records.AsSpan(0, Count);

    /// <summary>One record.</summary>
    public CommittedRecord this[int index] => Records[index];

    /// <summary>As many records as it takes: there may be more.</summary>
    internal bool IsFull => Count == records.Length;

    /// <summary>Adds a record; the caller's hold on it passes to the batch.</summary>
    internal void Add(CommittedRecord held) => records[Count++] = held;

    internal void Clear()
    {
        CommittedRecordPool.Release(Records);
        Array.Clear(records, 0, Count);
        Count = 0;
    }
}
