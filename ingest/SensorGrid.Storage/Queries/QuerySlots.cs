namespace SensorGrid.Storage.Queries;

/// <summary>A bounded number of queries at once, and a bounded number that wait for their turn. One more is refused: it would only
/// wait longer than whoever asks is willing to, and hold memory meanwhile.</summary>
internal sealed class QuerySlots(int atOnce, int waiting, StorageMetrics metrics) : IDisposable
{
    private readonly SemaphoreSlim slots = new(atOnce, atOnce);
    private int queued;

    /// <exception cref="ReadingQueryException">Too many wait already.</exception>
    public async Task EnterAsync(CancellationToken cancellationToken)
    {
        if (slots.Wait(0, CancellationToken.None))
            return;
        try
        {
            if (Interlocked.Increment(ref queued) > waiting)
            {
                metrics.QueryRefused();
                throw new ReadingQueryException(QueryRefusal.TooManyQueries,
                    $"{atOnce} queries run and {waiting} wait already ({nameof(StorageOptions.ConcurrentQueries)}, {nameof(StorageOptions.WaitingQueries)}). Ask again in a moment.");
            }
            await slots.WaitAsync(cancellationToken);
        }
        finally
        {
            Interlocked.Decrement(ref queued);
        }
    }

    public void Leave() => slots.Release();

    /// <summary>Waits for the queries under way: their connections would be pulled from under them.</summary>
    public void Dispose()
    {
        for (int i = 0; i < atOnce; i++)
            slots.Wait();
    }
}
