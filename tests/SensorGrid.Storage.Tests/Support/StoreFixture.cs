using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Readings;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.State;

namespace SensorGrid.Storage.Tests.Support;

/// <summary>A data folder with a store on it that can be dropped, as a crash would, and opened again; and a stand-in for the log,
/// which keeps every record it was given so that they can be offered again.</summary>
internal sealed class StoreFixture : IDisposable
{
    private readonly List<LogRecord> log = [];
    private StateDatabase state = null!;

    public StoreFixture(StorageOptions? options = null)
    {
        Options = options ?? new();
        Folder = Directory.CreateTempSubdirectory("sensorgrid-store-").FullName;
        try
        {
            Open();
        }
        catch
        {
            // Nobody can dispose what was never made.
            Directory.Delete(Folder, recursive: true);
            throw;
        }
    }

    public StorageOptions Options { get; set; }

    public string Folder { get; }

    public string ParquetFolder => Path.Combine(Folder, "parquet");

    public FakeTimeProvider Time { get; } = new(Some.Start);

    public DatastreamTable Datastreams { get; private set; } = null!;

    public ReadingStore Store { get; private set; } = null!;

    public StateDatabase State => state;

    public long NextSequence => log.Count + 1;

    /// <summary>Opens state and store without offering anything.</summary>
    public void Open()
    {
        state = StateDatabase.Open(Folder);
        Datastreams = new();
        try
        {
            Store = ReadingStore.Open(state, Datastreams, Options, Time, NullLogger.Instance);
        }
        catch
        {
            state.Dispose();
            throw;
        }
    }

    /// <summary>Ends the process as far as the store can tell: nothing is sealed, nothing is written.</summary>
    public void Drop()
    {
        Store.Dispose();
        state.Dispose();
    }

    /// <summary>Crash, start, and the follower offering every log record from a little before the checkpoint on.</summary>
    public void CrashAndRecover()
    {
        Drop();
        Open();
        Replay();
    }

    public void Replay(int overlap = 3)
    {
        long from = Math.Max(0, Store.CoveredSequence - overlap);
        foreach (var record in log.Skip((int)from))
            Offer(record);
    }

    /// <summary>Writes a record to the log and offers it to the store.</summary>
    public long Append(params Sample[] samples)
    {
        var record = new LogRecord(NextSequence, Some.Start.UtcTicks + log.Count * TimeSpan.TicksPerSecond, samples);
        log.Add(record);
        Assert.Equal(AppendOutcome.Taken, Offer(record));
        return record.Sequence;
    }

    public AppendOutcome Offer(LogRecord record)
    {
        var batch = new ReadingBatch();
        foreach (var sample in record.Samples)
        {
            Assert.True(Datastreams.TryIntern(sample.Key, out var index));
            batch.Add(sample.ToReading(index, batch));
        }
        return Store.Append(record.Sequence, record.ReceivedAtTicks, batch.Readings, batch);
    }

    public Task SealAsync() => Store.SealAsync(CancellationToken.None);

    /// <summary>Seals, with the process dying at a step.</summary>
    public async Task SealDyingAtAsync(SealStep step)
    {
        Store.Reached = reached =>
        {
            if (reached == step)
                throw new CrashException();
        };
        await Assert.ThrowsAsync<CrashException>(SealAsync);
    }

    public DatastreamIndex IndexOf(DatastreamKey key)
    {
        Assert.True(Datastreams.TryFind(key, out var index));
        return index;
    }

    public async Task<IReadOnlyList<StoredReading>> ReadAllAsync(DatastreamKey key)
    {
        var range = await Store.ReadAsync(IndexOf(key), DateTimeOffset.MinValue, DateTimeOffset.MaxValue, Options.MaxReadings, false, CancellationToken.None);
        Assert.False(range.Truncated);
        Assert.Empty(range.UnreadableFiles);
        return range.Readings;
    }

    public async Task<long> CountAsync() =>
        (await Store.CountAsync(null, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, CancellationToken.None)).Count;

    public string[] ParquetFiles() => Directory.GetFiles(ParquetFolder).Order(StringComparer.Ordinal).ToArray();

    public void Dispose()
    {
        Drop();
        Directory.Delete(Folder, recursive: true);
    }
}

internal sealed record LogRecord(long Sequence, long ReceivedAtTicks, Sample[] Samples);

internal sealed class CrashException : Exception;
