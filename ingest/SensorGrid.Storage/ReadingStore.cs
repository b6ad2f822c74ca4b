using System.Threading.Channels;
using Microsoft.Extensions.Logging;
using SensorGrid.Readings;
using SensorGrid.Storage.Hot;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Queries;
using SensorGrid.Storage.Retention;
using SensorGrid.Storage.State;

namespace SensorGrid.Storage;

/// <summary>The embedded time-series store: the stage <c>store</c> of a reading's journey.
/// <code>
///  log follower ── Append ──► hot table (memory) ── seal ──► parquet/readings-….parquet + manifest, checkpoint (state.sqlite)
///                                  └───────────── queries see both as one ─────────────┘
/// </code>
/// Everything above <see cref="CoveredSequence"/> is in memory only: after any end of the process the follower offers the log records
/// after it again, and each reading is stored exactly once. It never reads the log, and never waits for a query.</summary>
public sealed class ReadingStore : IDisposable
{
    /// <summary>Name of the store's follower checkpoint in <c>state.sqlite</c>.</summary>
    public const string FollowerName = "store";

    // How often the sealing loop looks at the clock; rows wake it at once.
    private static readonly TimeSpan LoopPeriod = TimeSpan.FromSeconds(1);

    // How often it looks whether files are to be merged or deleted.
    private static readonly TimeSpan MaintenancePeriod = TimeSpan.FromSeconds(10);

    private readonly StorageOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly DuckDatabase database;
    private readonly HotTable hot;
    private readonly SealedFiles files;
    private readonly LatestReadings latest;
    private readonly StoreSealer sealer;
    private readonly StoreMaintenance maintenance;
    private readonly FileFaults faults;
    private readonly QueryRunner runner;
    private readonly ReadingQueries queries;
    private readonly StorageMetrics metrics;
    private readonly Channel<bool> sealWanted = Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });
    private TaskCompletionSource roomMade = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private bool fullReported;

    private ReadingStore(
        StateDatabase state, DatastreamTable datastreams, ParquetFolder folder, List<SealedFile> listed, Dictionary<long, RollupKinds> closedDays,
        long covered, StorageOptions options, TimeProvider time, ILogger logger)
    {
        this.options = options;
        this.time = time;
        this.logger = logger;
        database = new(folder.Path, Path.Combine(SpillFolder(state.Folder), "queries"), options.MemoryMiB, options.SpillMiB, options.Threads);
        hot = new(database, options, time, covered);
        files = new(folder, listed, closedDays);
        latest = new();
        metrics = new(() => hot!.Fill.Rows, () => files.Count, () => CoveredSequence);
        faults = new(files, folder, metrics, logger);
        sealer = new(state, datastreams, database, hot, files, folder, covered, options, time, metrics, logger);
        var deletion = new FileDeletion(folder, logger);
        maintenance = new(
            new(state, files, folder, faults, deletion, Path.Combine(SpillFolder(state.Folder), "merges"), options, time, metrics, logger)
            {
                WaitForTurn = sealer.WaitUntilIdle,
            },
            new(state, files, deletion, options, time, metrics, logger), metrics);
        runner = new(database, hot, files, folder, faults, options, metrics);
        queries = new(runner, options);
    }

    /// <summary>Last log record whose readings are in sealed files. The follower starts after it; the log may be trimmed up to it.</summary>
    public long CoveredSequence => sealer.CoveredSequence;

    /// <summary>Last log record taken, in memory or sealed.</summary>
    public long LastSequence => hot.LastSequence;

    /// <summary>Readings in memory.</summary>
    public long HotRows => hot.Fill.Rows;

    /// <summary>Sealed files that the manifest lists.</summary>
    public int FileCount => files.Count;

    /// <summary>Sealed files found missing or damaged; their readings are left out of answers.</summary>
    public int UnreadableFileCount => files.UnreadableCount;

    /// <summary>What the last seal failed with, null when it succeeded: for health.</summary>
    public string? SealFailure { get; private set; }

    /// <summary>What the last merge or deletion failed with, null when it succeeded: for health.</summary>
    public string? MaintenanceFailure => maintenance.Failure;

    /// <summary>Where a test stops the process.</summary>
    internal Action<SealStep> Reached
    {
        set => sealer.Reached = value;
    }

    /// <summary>Where a test stops the process in a merge or a deletion.</summary>
    internal StoreMaintenance Maintenance => maintenance;

    /// <summary>The files that count, for tests.</summary>
    internal IReadOnlyList<SealedFile> Files => files.ToList();

    /// <summary>Opens the store in the state database's folder: restores the datastream keys into the table (so that an index
    /// equals the stored number), removes what a crash left, and knows the latest readings again.</summary>
    /// <param name="state">Open state database; the caller disposes it after the store.</param>
    /// <param name="datastreams">Empty table: nothing else may have named a datastream yet.</param>
    /// <param name="options">Settings.</param>
    /// <param name="time">Clock for the age of rows and files.</param>
    /// <param name="logger">Diagnostics.</param>
    /// <exception cref="ReadingStoreException">The settings or the folder cannot be used; the message says why.</exception>
    public static ReadingStore Open(StateDatabase state, DatastreamTable datastreams, StorageOptions options, TimeProvider time, ILogger logger)
    {
        var errors = options.Validate();
        if (errors.Count > 0)
            throw new ReadingStoreException("The storage settings cannot be used: " + string.Join(' ', errors));
        // DuckDB takes these for patterns in a file name, and has no way to quote them.
        if (state.Folder.AsSpan().ContainsAny("*?[{"))
            throw new ReadingStoreException($"The data folder {state.Folder} has one of * ? [ {{ in its path. Choose another --data folder.");

        var folder = new ParquetFolder(Path.Combine(state.Folder, "parquet"));
        folder.Create();
        ResetSpill(SpillFolder(state.Folder));
        List<SealedFile> listed;
        Dictionary<long, RollupKinds> closedDays;
        List<StoredReading> newest;
        using (var connection = state.OpenRead())
        {
            ManifestTable.RestoreDatastreams(connection, datastreams);
            listed = ManifestTable.ReadFiles(connection);
            closedDays = ClosedDayTable.Read(connection);
            newest = LatestReadingTable.Read(connection).ToList();
        }
        long covered = state.ReadCheckpoint(FollowerName);
        ParquetRecovery.Run(state, folder, listed, logger);

        var store = new ReadingStore(state, datastreams, folder, listed, closedDays, covered, options, time, logger);
        foreach (var reading in newest)
            store.latest.Restore(reading);
        store.faults.CheckPresence();
        Log.Opened(logger, state.Folder, listed.Count, datastreams.Count, covered);
        return store;
    }

    /// <summary>Takes the readings of one log record, all or none, and makes them visible to queries. Offer every record in order,
    /// those without readings too (with none): the checkpoint moves over them. One caller at a time.</summary>
    /// <param name="sequence">Number of the log record.</param>
    /// <param name="receivedAtTicks">Its ReceivedAt.</param>
    /// <param name="readings">Its readings, assessed.</param>
    /// <param name="texts">The batch that holds their texts.</param>
    public AppendOutcome Append(long sequence, long receivedAtTicks, ReadOnlySpan<Reading> readings, ReadingBatch texts)
    {
        var outcome = hot.Append(sequence, receivedAtTicks, readings, texts, out var active);
        switch (outcome)
        {
            case AppendOutcome.Full:
                ReportFull();
                break;
            case AppendOutcome.AlreadyTaken:
                metrics.Skipped();
                break;
            default:
                fullReported = false;
                latest.Apply(sequence, receivedAtTicks, readings, texts);
                metrics.Appended(readings.Length);
                if (IsFilled(active.Rows, active.TextBytes))
                    sealWanted.Writer.TryWrite(true);
                break;
        }
        return outcome;
    }

    /// <summary>Waits until <see cref="Append"/> takes a record again. Somebody must be sealing: <see cref="RunAsync"/>.</summary>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            var made = Volatile.Read(ref roomMade).Task;
            if (hot.HasRoom)
                return;
            sealWanted.Writer.TryWrite(true);
            await made.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Seals when due, and beside it merges files and deletes old ones, until cancelled. What fails because of the disk is tried
    /// again: the rows are safe where they are, <see cref="SealFailure"/> and <see cref="MaintenanceFailure"/> say so to health, and the
    /// follower waits when memory is full.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        Task[] loops = [RunSealingAsync(stop.Token), RunMaintenanceAsync(stop.Token)];
        // Either ends early only by a failure that ends the process: the other must not go on alone.
        await Task.WhenAny(loops);
        await stop.CancelAsync();
        await Task.WhenAll(loops);
    }

    private async Task RunMaintenanceAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var pause = MaintenancePeriod;
            try
            {
                await CompactAsync(cancellationToken);
                await DeleteExpiredAsync(cancellationToken);
            }
            catch (Exception e) when (e is ReadingStoreException or StateDatabaseException { IsDiskFull: true })
            {
                pause = options.MergeRetryDelay;
                Log.MaintenanceFailed(logger, e, pause);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task RunSealingAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            try
            {
                await SealIfDueAsync(cancellationToken);
                await WaitForWorkAsync(LoopPeriod, cancellationToken);
            }
            catch (Exception e) when (e is ReadingStoreException or StateDatabaseException { IsDiskFull: true })
            {
                Log.SealFailed(logger, e, options.SealRetryDelay);
                await Task.Delay(options.SealRetryDelay, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
        }
    }

    /// <summary>Seals when the oldest unsealed record is old enough, or the rows many enough.</summary>
    /// <returns>Whether it sealed.</returns>
    public async ValueTask<bool> SealIfDueAsync(CancellationToken cancellationToken)
    {
        var fill = hot.Fill;
        bool old = fill.ActiveSince is { } since && time.GetElapsedTime(since) >= options.SealAfter;
        if (!old && !fill.HasFrozen && !IsFilled(fill.ActiveRows, fill.ActiveTextBytes))
            return false;
        await SealAsync(cancellationToken);
        return true;
    }

    /// <summary>Seals everything taken so far. When it returns, <see cref="CoveredSequence"/> is at least what
    /// <see cref="LastSequence"/> was at the call.</summary>
    /// <exception cref="ReadingStoreException">The file could not be written; nothing is lost, call again.</exception>
    public async Task SealAsync(CancellationToken cancellationToken)
    {
        long upTo = LastSequence;
        try
        {
            while (CoveredSequence < upTo)
            {
                await sealer.SealOneAsync(cancellationToken);
                Interlocked.Exchange(ref roomMade, new(TaskCreationOptions.RunContinuationsAsynchronously)).SetResult();
            }
            SealFailure = null;
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            metrics.SealFailed();
            SealFailure = e.Message;
            throw;
        }
    }

    /// <summary>Merges files until no merge is due.</summary>
    /// <returns>How many merges.</returns>
    /// <exception cref="ReadingStoreException">A file could not be read or written; nothing is changed, call again.</exception>
    public Task<int> CompactAsync(CancellationToken cancellationToken) => maintenance.CompactAsync(cancellationToken);

    /// <summary>Deletes what is too old (<see cref="StorageOptions.KeepFor"/> and its like) or too much (<see cref="StorageOptions.KeepBytes"/>).</summary>
    /// <returns>How many files.</returns>
    public Task<int> DeleteExpiredAsync(CancellationToken cancellationToken) => maintenance.DeleteExpiredAsync(cancellationToken);

    /// <summary>The readings of a datastream with from ≤ ObservedAt &lt; to, one per instant: the one that came last.</summary>
    /// <param name="datastream">Whose.</param>
    /// <param name="from">Start, inclusive.</param>
    /// <param name="to">End, exclusive.</param>
    /// <param name="limit">Most readings, up to <see cref="StorageOptions.MaxReadings"/>.</param>
    /// <param name="newestFirst">Order, and which ones a limit keeps.</param>
    /// <param name="cancellationToken">Interrupts the query.</param>
    /// <exception cref="ReadingQueryException">The question cannot be answered as asked.</exception>
    public Task<ReadingRange> ReadAsync(
        DatastreamIndex datastream, DateTimeOffset from, DateTimeOffset to, int limit, bool newestFirst, CancellationToken cancellationToken) =>
        queries.ReadAsync(datastream, from, to, limit, newestFirst, cancellationToken);

    /// <summary>Minimum, maximum, mean, count and last of a datastream's numbers per bucket. Only finite numbers and booleans (as 0
    /// and 1) of quality good, suspect or estimated count. Buckets start at multiples of <paramref name="every"/> since 1970-01-01 UTC; the
    /// first and last hold only what lies in the range.</summary>
    /// <exception cref="ReadingQueryException">The question cannot be answered as asked.</exception>
    public Task<BucketRange> ReadBucketsAsync(
        DatastreamIndex datastream, DateTimeOffset from, DateTimeOffset to, TimeSpan every, CancellationToken cancellationToken) =>
        queries.ReadBucketsAsync(datastream, from, to, every, cancellationToken);

    /// <summary>Number of readings, each (datastream, ObservedAt) once; of all datastreams when none is given. Reads every file of
    /// the range, so it is for checks and not for each page.</summary>
    /// <exception cref="ReadingQueryException">The question cannot be answered as asked.</exception>
    public Task<ReadingCount> CountAsync(DatastreamIndex? datastream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken) =>
        queries.CountAsync(datastream, from, to, cancellationToken);

    /// <summary>The latest reading of a datastream, from memory.</summary>
    public bool TryGetLatest(DatastreamIndex datastream, out StoredReading reading) => latest.TryGet(datastream, out reading);

    /// <summary>The latest reading of every datastream that has one, from memory.</summary>
    public IReadOnlyList<StoredReading> ReadLatest() => latest.ToList();

    /// <summary>Lets go of everything. Does not seal: what is in memory comes again from the log. Stop the follower, and
    /// <see cref="RunAsync"/>, first.</summary>
    public void Dispose()
    {
        runner.Dispose();
        maintenance.Dispose();
        sealer.Dispose();
        database.Dispose();
        metrics.Dispose();
    }

    private bool IsFilled(long rows, long textBytes) => rows >= options.SealRows || textBytes >= options.SealTextBytes;

    private void ReportFull()
    {
        if (fullReported)
            return;
        // Once per wait, not once per try.
        fullReported = true;
        metrics.Waited();
        var fill = hot.Fill;
        Log.Full(logger, fill.Rows, fill.TextBytes);
    }

    private async Task WaitForWorkAsync(TimeSpan atMost, CancellationToken cancellationToken)
    {
        using var waiting = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var wanted = sealWanted.Reader.WaitToReadAsync(waiting.Token).AsTask();
        await Task.WhenAny(wanted, Task.Delay(atMost, time, waiting.Token));
        sealWanted.Reader.TryRead(out _);
        await waiting.CancelAsync();
        cancellationToken.ThrowIfCancellationRequested();
    }

    private static string SpillFolder(string folder) => Path.Combine(folder, "spill");

    private static void ResetSpill(string folder)
    {
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        Directory.CreateDirectory(Path.Combine(folder, "queries"));
        Directory.CreateDirectory(Path.Combine(folder, "merges"));
    }
}
