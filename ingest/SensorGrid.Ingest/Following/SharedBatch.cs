using SensorGrid.Readings;

namespace SensorGrid.Ingest.Following;

/// <summary>A decoded batch that the ring and several followers look at; it goes back to its pool when the last of them lets go.
/// Whoever holds one may read it from any thread; nobody writes it after it was published.</summary>
internal sealed class SharedBatch
{
    private readonly SharedBatchPool pool;
    private int holders;

    internal SharedBatch(SharedBatchPool pool) => this.pool = pool;

    public ReadingBatch Readings { get; } = new();

    /// <summary>Bytes it stands for, for the ring's bound.</summary>
    public int Cost { get; set; }

    public void Hold() => Interlocked.Increment(ref holders);

    public void Release()
    {
        if (Interlocked.Decrement(ref holders) == 0)
            pool.Return(this);
    }
}

/// <summary>Keeps batches for reuse. A batch that grew large is let go, so that one large pack does not stay in memory for good.</summary>
internal sealed class SharedBatchPool(int capacity)
{
    private const int LargestKept = 1024;
    private const int LargestCostKept = 64 * 1024;

    private readonly Lock gate = new();
    private readonly Stack<SharedBatch> free = new();

    /// <summary>An empty batch, held once by the caller.</summary>
    public SharedBatch Rent()
    {
        SharedBatch? batch;
        lock (gate)
        {
            if (!free.TryPop(out batch))
                batch = new(this);
        }
        batch.Hold();
        return batch;
    }

    internal void Return(SharedBatch batch)
    {
        if (batch.Readings.Count > LargestKept || batch.Cost > LargestCostKept)
            return;
        batch.Readings.Clear();
        batch.Cost = 0;
        lock (gate)
        {
            if (free.Count < capacity)
                free.Push(batch);
        }
    }
}
