using BenchmarkDotNet.Attributes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Readings;
using SensorGrid.Storage;
using SensorGrid.Storage.State;

namespace SensorGrid.Benches;

/// <summary>Readings into the hot table, batches of 20 as they come from messages, against rows into an in-memory SQLite table with a
/// prepared statement and one transaction for the same number of rows. Neither is durable here: the log already is.</summary>
[MemoryDiagnoser]
public class HotTableBenchmarks
{
    private const int Batch = 20;
    private const int Messages = 5_000;
    private static readonly DateTimeOffset StartTime = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);
    private static readonly long Start = StartTime.UtcTicks;
    private readonly Reading[] readings = new Reading[Batch];
    private readonly ReadingBatch texts = new();
    private string folder = "";
    private StateDatabase state = null!;
    private ReadingStore store = null!;
    private SqliteConnection sqlite = null!;
    private SqliteCommand insert = null!;
    private long sequence;
    private long peerSequence;

    [IterationSetup]
    public void Setup()
    {
        folder = Directory.CreateTempSubdirectory("sensorgrid-bench-").FullName;
        var table = new DatastreamTable();
        state = StateDatabase.Open(folder);
        store = ReadingStore.Open(state, table, new StorageOptions(), TimeProvider.System, NullLogger.Instance);
        for (int number = 0; number < 1000; number++)
        {
            if (!table.TryIntern(new("load", $"d{number}"), out _))
                throw new InvalidOperationException("the table is full");
        }
        sqlite = new SqliteConnection("Data Source=:memory:");
        sqlite.Open();
        using var create = sqlite.CreateCommand();
        create.CommandText = "CREATE TABLE readings(sequence INTEGER, datastream INTEGER, observed INTEGER, received INTEGER, value REAL, quality INTEGER)";
        create.ExecuteNonQuery();
        insert = sqlite.CreateCommand();
        insert.CommandText = "INSERT INTO readings VALUES ($sequence, $datastream, $observed, $received, $value, $quality)";
        foreach (string name in (string[])["$sequence", "$datastream", "$observed", "$received", "$value", "$quality"])
            insert.Parameters.AddWithValue(name, 0L);
        sequence = peerSequence = 0;
    }

    [IterationCleanup]
    public void Cleanup()
    {
        store.Dispose();
        state.Dispose();
        insert.Dispose();
        sqlite.Dispose();
        Directory.Delete(folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Batch * Messages)]
    public async Task<long> HotTable()
    {
        for (int message = 0; message < Messages; message++)
        {
            long now = Fill(ref sequence);
            store.Append(sequence, now, readings, texts);
        }
        // A question at the end, so that what was appended must be found again.
        return (await store.CountAsync(new DatastreamIndex(0), StartTime, StartTime.AddTicks(1), CancellationToken.None)).Count;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch * Messages)]
    public int SqliteInMemory()
    {
        int rows = 0;
        using var transaction = sqlite.BeginTransaction();
        insert.Transaction = transaction;
        for (int message = 0; message < Messages; message++)
        {
            long now = Fill(ref peerSequence);
            foreach (var reading in readings)
            {
                insert.Parameters[0].Value = peerSequence;
                insert.Parameters[1].Value = (long)reading.Datastream.Value;
                insert.Parameters[2].Value = reading.ObservedAtTicks;
                insert.Parameters[3].Value = now;
                insert.Parameters[4].Value = reading.Value;
                insert.Parameters[5].Value = 0L;
                rows += insert.ExecuteNonQuery();
            }
        }
        transaction.Commit();
        return rows;
    }

    private long Fill(ref long message)
    {
        long now = Start + (message * TimeSpan.TicksPerMillisecond);
        for (int i = 0; i < Batch; i++)
            readings[i] = new(new((int)(((message * Batch) + i) % 1000)), now + i, i * 0.5);
        message++;
        return now;
    }
}
