using BenchmarkDotNet.Attributes;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.ReadingLog;

namespace SensorGrid.Benches;

/// <summary>Messages made durable, <see cref="InFlight"/> at a time, fsync included on both sides: the reading log against SQLite in WAL
/// mode with synchronous=FULL, one transaction for the same group. Set TMPDIR to the disk to be measured.</summary>
[MemoryDiagnoser]
public class LogAppendBenchmarks
{
    private const int Messages = 4096;
    private readonly byte[] payload = new byte[100];
    private readonly ValueTask<long>[] pending = new ValueTask<long>[1024];
    private string folder = "";
    private ReadingLogWriter log = null!;
    private SqliteConnection sqlite = null!;
    private SqliteCommand insert = null!;

    // Made once for each gateway, as the service does.
    private readonly ReadingLogOrigin origin = new("mqtt", "water-gw-1", "sensorgrid/v1/water/water-gw-1/readings");

    [Params(1, 64, 1024)]
    public int InFlight { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        folder = Directory.CreateTempSubdirectory("sensorgrid-bench-").FullName;
        new Random(1).NextBytes(payload);
        log = ReadingLogWriter.Open(new ReadingLogOptions { Folder = Path.Combine(folder, "log") }, TimeProvider.System, NullLogger.Instance);
        sqlite = new SqliteConnection($"Data Source={Path.Combine(folder, "peer.sqlite")}");
        sqlite.Open();
        using var create = sqlite.CreateCommand();
        create.CommandText = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; CREATE TABLE log(sequence INTEGER PRIMARY KEY, received INTEGER, topic TEXT, payload BLOB)";
        create.ExecuteNonQuery();
        insert = sqlite.CreateCommand();
        insert.CommandText = "INSERT INTO log(received, topic, payload) VALUES ($received, $topic, $payload)";
        insert.Parameters.AddWithValue("$received", 0L);
        insert.Parameters.AddWithValue("$topic", "sensorgrid/v1/water/water-gw-1/readings");
        insert.Parameters.AddWithValue("$payload", payload);
    }

    [GlobalCleanup]
    public async Task CleanupAsync()
    {
        await log.DisposeAsync();
        insert.Dispose();
        sqlite.Dispose();
        SqliteConnection.ClearAllPools();
        Directory.Delete(folder, recursive: true);
    }

    [Benchmark(OperationsPerInvoke = Messages)]
    public async Task<long> ReadingLog()
    {
        long last = 0;
        for (int sent = 0; sent < Messages; sent += InFlight)
        {
            for (int i = 0; i < InFlight; i++)
                pending[i] = log.AppendAsync(new ReadingLogEntry(ReadingLogKind.Payload, origin, new(payload)));
            for (int i = 0; i < InFlight; i++)
                last = await pending[i];
        }
        return last;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Messages)]
    public int Sqlite()
    {
        int rows = 0;
        for (int sent = 0; sent < Messages; sent += InFlight)
        {
            using var transaction = sqlite.BeginTransaction();
            insert.Transaction = transaction;
            for (int i = 0; i < InFlight; i++)
            {
                insert.Parameters["$received"].Value = (long)i;
                rows += insert.ExecuteNonQuery();
            }
            transaction.Commit();
        }
        return rows;
    }
}
