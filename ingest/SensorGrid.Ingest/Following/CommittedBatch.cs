using SensorGrid.Readings;

namespace SensorGrid.Ingest.Following;

/// <summary>A run of durable records in the order of the log, none left out, for one follower. Reused for the next run.</summary>
public sealed class CommittedBatch
{
    /// <summary>What records without readings share.</summary>
    internal static readonly ReadingBatch NoReadings = new();

    private readonly CommittedRecord[] records;
    private readonly SharedBatch?[] held;

    internal CommittedBatch(int capacity)
    {
        records = new CommittedRecord[capacity];
        held = new SharedBatch?[capacity];
    }

    /// <summary>Number of records.</summary>
    public int Count { get; private set; }

    /// <summary>The records, in order.</summary>
    public ReadOnlySpan<CommittedRecord> Records => records.AsSpan(0, Count);

    /// <summary>One record.</summary>
    public ref readonly CommittedRecord this[int index] => ref Records[index];

    internal bool IsFull => Count == records.Length;

    internal void Add(in CommittedRecord record, SharedBatch? hold)
    {
        hold?.Hold();
        records[Count] = record;
        held[Count++] = hold;
    }

    internal void Clear()
    {
        for (int i = 0; i < Count; i++)
        {
            held[i]?.Release();
            held[i] = null;
            records[i] = default;
        }
        Count = 0;
    }
}
