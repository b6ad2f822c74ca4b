using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SensorGrid.Readings;
using SensorGrid.Storage.Hot;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.State;

namespace SensorGrid.Storage;

/// <summary>Moves generations from memory to disk in the order that makes a crash between any two steps harmless;
/// the table of steps is in <c>ingest/docs/store.md</c>. One at a time.</summary>
internal sealed class StoreSealer : IDisposable
{
    // Some tens of milliseconds.
    private const int RowsAtOnce = 4096;

    private readonly StateDatabase state;
    private readonly DatastreamTable datastreams;
    private readonly HotTable hot;
    private readonly SealedFiles files;
    private readonly ParquetSealer parquet;
    private readonly TimeProvider time;
    private readonly StorageMetrics metrics;
    private readonly ILogger logger;
    private readonly SemaphoreSlim working = new(1, 1);
    private readonly ManualResetEventSlim idle = new(true);
    private long coveredSequence;

    public StoreSealer(
        StateDatabase state, DatastreamTable datastreams, DuckDatabase database, HotTable hot, SealedFiles files, ParquetFolder folder,
        long coveredSequence, StorageOptions options, TimeProvider time, StorageMetrics metrics, ILogger logger)
    {
        this.state = state;
        this.datastreams = datastreams;
        this.hot = hot;
        this.files = files;
        this.coveredSequence = coveredSequence;
        this.time = time;
        this.metrics = metrics;
        this.logger = logger;
        parquet = new(database.Connect(), datastreams, folder, options.RowGroupRows, step => Reached(step));
    }

    public long CoveredSequence => Volatile.Read(ref coveredSequence);

    public Action<SealStep> Reached { get; set; } = static _ => { };

    /// <summary>Seals one generation: the one a failed seal left, else the active one. Does nothing when there is no new record.</summary>
    public async Task SealOneAsync(CancellationToken cancellationToken)
    {
        await working.WaitAsync(cancellationToken);
        idle.Reset();
        try
        {
            // Sorting and writing take seconds; the caller's thread is not held for that.
            await Task.Run(() => SealOne(cancellationToken), cancellationToken);
        }
        finally
        {
            idle.Set();
            working.Release();
        }
    }

    /// <summary>Blocks while a generation is being sealed: merging waits for that before each file.</summary>
    public void WaitUntilIdle(CancellationToken cancellationToken) => idle.Wait(cancellationToken);

    public void Dispose()
    {
        working.Wait();
        parquet.Dispose();
        idle.Dispose();
    }

    private void SealOne(CancellationToken cancellationToken)
    {
        if (hot.Freeze() is not { } generation)
            return;
        Reached(SealStep.Frozen);
        long started = time.GetTimestamp();
        SealedFile? file = null;
        List<StoredReading> newest = [];
        if (generation.Rows > 0)
            (file, newest) = parquet.Write(generation, cancellationToken);
        EnterAhead(generation, newest);
        Reached(SealStep.RowsWritten);
        file = Enter(generation, file);
        Reached(SealStep.StateCommitted);
        Volatile.Write(ref coveredSequence, generation.LastSequence);
        // The file before the generation goes: a query sees the rows in one or both, never in none.
        if (file is not null)
            files.Add(file);
        Reached(SealStep.FilePublished);
        hot.DropFrozen();
        Reached(SealStep.GenerationDropped);
        if (file is not null)
        {
            var taken = time.GetElapsedTime(started);
            metrics.Sealed(file.Rows, taken);
            Log.Sealed(logger, file.Rows, file.FirstSequence, file.LastSequence, file.Name, file.Bytes, (long)taken.TotalMilliseconds);
        }
    }

    // Datastream keys and latest readings are true whether this seal comes about or not: the log has them, and following it again writes the same. Before the commit, then,
    // and in pieces: whoever raises an alarm meanwhile waits for one piece and not for a million rows.
    private void EnterAhead(HotGeneration generation, List<StoredReading> newest)
    {
        int keys = 0;
        InTransaction(generation, transaction => keys = ManifestTable.CountDatastreams(transaction));
        for (; keys < generation.DatastreamsEnd; keys += RowsAtOnce)
        {
            var piece = Enumerable.Range(keys, Math.Min(RowsAtOnce, generation.DatastreamsEnd - keys)).Select(id => datastreams.KeyOf(new(id)));
            InTransaction(generation, transaction => ManifestTable.AddDatastreams(transaction, keys, piece));
        }
        for (int at = 0; at < newest.Count; at += RowsAtOnce)
        {
            var piece = newest.GetRange(at, Math.Min(RowsAtOnce, newest.Count - at));
            InTransaction(generation, transaction => LatestReadingTable.Write(transaction, piece));
        }
    }

    // Manifest entry and checkpoint become true together: that is what makes it exactly once.
    private SealedFile? Enter(HotGeneration generation, SealedFile? file)
    {
        InTransaction(generation, transaction =>
        {
            if (file is not null)
                file = ManifestTable.Insert(transaction, file);
            transaction.SetCheckpoint(ReadingStore.FollowerName, generation.LastSequence);
            Reached(SealStep.StateWritten);
        });
        return file;
    }

    private void InTransaction(HotGeneration generation, Action<StateTransaction> write)
    {
        using var transaction = state.Begin();
        long checkpoint = transaction.ReadCheckpoint(ReadingStore.FollowerName);
        if (checkpoint != generation.AfterSequence)
        {
            throw new StateDatabaseException(
                $"{state.FilePath} says the store covers log record {checkpoint}, this process had it at {generation.AfterSequence}. " +
                "Was the file replaced while the service ran? Start the service again; it goes on from what the file says.");
        }
        try
        {
            write(transaction);
        }
        catch (SqliteException e)
        {
            throw transaction.Failure(e);
        }
        transaction.Commit();
    }
}
