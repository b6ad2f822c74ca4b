using System.Diagnostics;
using DuckDB.NET.Data;
using SensorGrid.Readings;
using SensorGrid.Storage;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Rollups;
using SensorGrid.Storage.State;

namespace SensorGrid.Benches.Store;

/// <summary>Writes a store as the compactor leaves it, without going through log and hot table: a merged file of readings and one of
/// minutes for each day, one of hours for each month, the manifest, the datastreams and their latest readings.</summary>
internal sealed class StoreBuilder : IDisposable
{
    // DateTime ticks of 1970.
    private const long UnixTicks = RollupLength.UnixEpochTicks;

    private readonly StoreQueryPlan plan;
    private readonly StorageOptions options = new();
    private readonly ParquetFolder folder;
    private readonly StateDatabase state;
    private readonly DuckDatabase database;
    private readonly DuckDBConnection connection;
    private readonly List<SealedFile> files = [];

    private StoreBuilder(StoreQueryPlan plan)
    {
        this.plan = plan;
        Directory.CreateDirectory(plan.Folder);
        state = StateDatabase.Open(plan.Folder);
        folder = new(Path.Combine(plan.Folder, "parquet"));
        folder.Create();
        string spill = Directory.CreateDirectory(Path.Combine(plan.Folder, "spill")).FullName;
        database = new(folder.Path, spill, memoryMiB: 2048, spillMiB: 16384, threads: Environment.ProcessorCount);
        connection = database.Connect();
    }

    public static void Build(StoreQueryPlan plan)
    {
        if (plan.Rebuild && Directory.Exists(plan.Folder))
            Directory.Delete(plan.Folder, recursive: true);
        if (File.Exists(Path.Combine(plan.Folder, StateDatabase.FileName)))
            return;
        long started = Stopwatch.GetTimestamp();
        using var builder = new StoreBuilder(plan);
        builder.WriteFiles();
        builder.WriteState();
        Console.WriteLine($"built {plan.Readings:N0} readings in {builder.files.Count:N0} files, {builder.files.Sum(file => file.Bytes) >> 20:N0} MiB, in {Stopwatch.GetElapsedTime(started).TotalSeconds:N0} s");
    }

    public void Dispose()
    {
        connection.Dispose();
        database.Dispose();
        state.Dispose();
    }

    private void WriteFiles()
    {
        for (int day = 0; day < plan.Days; day++)
        {
            long start = StoreQueryPlan.Start.AddDays(day).UtcTicks;
            var partition = TimePartition.DayOf(start);
            int perFile = Math.Max(1, options.MergedFileRows / 1440);
            for (int first = 0, number = 0; first < plan.Datastreams; first += perFile, number++)
            {
                int last = Math.Min(first + perFile, plan.Datastreams) - 1;
                Write(FileKind.Readings, partition, number, first, last, ReadingsSql(start, first, last));
                Write(FileKind.Minutes, partition, number, first, last, RollupSql(start, first, last, steps: 1440, minutesPerStep: 1));
            }
        }
        foreach (var month in Enumerable.Range(0, plan.Days).Select(day => StoreQueryPlan.Start.AddDays(day)).GroupBy(day => TimePartition.MonthOf(day.UtcTicks)))
            Write(FileKind.Hours, month.Key, 0, 0, plan.Datastreams - 1, RollupSql(month.First().UtcTicks, 0, plan.Datastreams - 1, steps: 24 * month.Count(), minutesPerStep: 60));
    }

    private void Write(FileKind kind, TimePartition partition, int number, int low, int high, string sql)
    {
        string name = ParquetFolder.NameFor(kind, partition, 1, number), path = folder.FullPath(name);
        long rows = DuckDatabase.Execute(connection, $"COPY ({sql}) TO {DuckDatabase.Quote(path)} {ParquetSchema.Options(plan.RowGroupRows)}");
        var (bytes, sha256) = ParquetFinish.Sync(path);
        long end = Math.Min(partition.EndTicks, plan.End.UtcTicks) - 1;
        files.Add(new(0, name, rows, partition.StartTicks, end, partition.StartTicks, end, low, high, 1, plan.Days, bytes, sha256)
        {
            Kind = kind,
            Level = FileLevel.Merged,
            Partition = partition,
            Revision = 1,
            RolledUp = kind == FileKind.Readings ? RollupKinds.Both : RollupKinds.None,
        });
    }

    // A slow wave with small noise, different for each datastream: compresses about as a level does.
    private static string ReadingsSql(long start, int first, int last) =>
        $"""
        SELECT 'water-gw-' || d // 50 || '/level-' || d AS datastream, d::INTEGER AS datastream_id, {At("t")} AS observed_at,
               round(2 + sin((t / 6e8 + d * 37) / 700.0) + (hash(t, d) % 100) / 5000.0, 3) AS value, 0::DOUBLE AS value2, NULL::VARCHAR AS text, 'number' AS kind, 'good' AS quality,
               'm' AS unit, 0::UTINYINT AS flags, {At("t")} AS received_at, t AS observed_ticks, ((t - {start}) // 600000000 + 1)::BIGINT AS sequence
        FROM (SELECT d, {start} + m * 600000000 AS t FROM range({first}, {last + 1}) ds(d), range(1440) ms(m)) ORDER BY d, t
        """;

    private static string RollupSql(long start, int first, int last, int steps, int minutesPerStep) =>
        $"""
        SELECT 'water-gw-' || d // 50 || '/level-' || d AS datastream, d::INTEGER AS datastream_id, {At("t")} AS start_at, v AS min, v AS max, v AS avg,
               v * {minutesPerStep} AS sum, {minutesPerStep}::BIGINT AS count, v AS last, {At("t")} AS last_at, t AS last_ticks, t AS start_ticks, 1::BIGINT AS revision
        FROM (SELECT d, t, round(2 + sin((t / 6e8 + d * 37) / 700.0) + (hash(t, d) % 100) / 5000.0, 3) AS v
              FROM (SELECT d, {start} + m * {minutesPerStep} * 600000000 AS t FROM range({first}, {last + 1}) ds(d), range({steps}) ms(m))) ORDER BY d, t
        """;

    private static string At(string ticks) => $"make_timestamptz(({ticks} - {UnixTicks}) // 10)";

    private void WriteState()
    {
        using var transaction = state.Begin();
        ManifestTable.AddDatastreams(transaction, 0, Enumerable.Range(0, plan.Latest).Select(i => new DatastreamKey($"water-gw-{i / 50}", $"level-{i}")));
        foreach (var file in files)
            ManifestTable.Insert(transaction, file);
        long at = plan.End.UtcTicks - TimeSpan.TicksPerMinute;
        LatestReadingTable.Write(transaction, Enumerable.Range(0, plan.Latest).Select(i =>
            new StoredReading(new(i), at, at, 2, 0, null, ReadingKind.Number, Quality.Good, 0, ReadingFlags.None, 1)));
        transaction.SetCheckpoint(ReadingStore.FollowerName, plan.Days);
        transaction.Commit();
    }
}
