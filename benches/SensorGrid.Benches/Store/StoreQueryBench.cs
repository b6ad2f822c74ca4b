using System.Diagnostics;
using DuckDB.NET.Data;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Readings;
using SensorGrid.Storage;
using SensorGrid.Storage.State;

namespace SensorGrid.Benches.Store;

/// <summary>Three questions to a large store, each of a datastream and time chosen at random (seeded), and the first two to a plain DuckDB
/// over the same files.</summary>
internal static class StoreQueryBench
{
    private const int Seed = 20250101;

    public static async Task<int> RunAsync(string[] args)
    {
        if (StoreQueryPlan.Parse(args, Console.Error) is not { } plan)
            return 2;
        Console.WriteLine($"seed {Seed}; {plan.Readings:N0} readings of {plan.Datastreams} datastreams in {plan.Days} days, in {plan.Folder}");
        StoreBuilder.Build(plan);
        using var state = StateDatabase.Open(plan.Folder);
        var datastreams = new DatastreamTable();
        long opening = Stopwatch.GetTimestamp();
        using var store = ReadingStore.Open(state, datastreams, new StorageOptions(), TimeProvider.System, NullLogger.Instance);
        Console.WriteLine($"opened {store.FileCount:N0} files and {datastreams.Count:N0} datastreams in {Stopwatch.GetElapsedTime(opening).TotalMilliseconds:N0} ms");
        await ReportAsync("24 h of one datastream", plan, 20, random => OneDayAsync(store, plan, random));
        await ReportAsync("all days of one datastream by hour", plan, 50, random => HoursAsync(store, plan, random));
        await ReportAsync($"latest of {plan.Latest:N0} datastreams", plan, 200, _ => Task.FromResult(store.ReadLatest().Count));
        ReportPlain(plan);
        Console.WriteLine($"peak memory {Process.GetCurrentProcess().PeakWorkingSet64 >> 20:N0} MiB");
        return 0;
    }

    private static async Task<int> OneDayAsync(ReadingStore store, StoreQueryPlan plan, Random random)
    {
        var from = StoreQueryPlan.Start.AddMinutes(random.Next(Math.Max(1, (plan.Days - 1) * 1440)));
        var range = await store.ReadAsync(new(random.Next(plan.Datastreams)), from, from.AddDays(1), 100_000, newestFirst: false, default);
        return range.Readings.Count;
    }

    private static async Task<int> HoursAsync(ReadingStore store, StoreQueryPlan plan, Random random)
    {
        var range = await store.ReadBucketsAsync(new(random.Next(plan.Datastreams)), StoreQueryPlan.Start, plan.End, TimeSpan.FromHours(1), default);
        return range.Buckets.Count == plan.Days * 24 ? range.Buckets.Count : throw new InvalidOperationException($"{range.Buckets.Count} hours came back.");
    }

    private static async Task ReportAsync(string what, StoreQueryPlan plan, double goal, Func<Random, Task<int>> ask)
    {
        var random = new Random(Seed);
        var times = new List<double>();
        long rows = 0;
        for (int i = 0; i < plan.Queries; i++)
        {
            long started = Stopwatch.GetTimestamp();
            rows += await ask(random);
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        Print(what, times, $"goal {goal:N0} ms, {rows / plan.Queries:N0} rows an answer");
    }

    private static void ReportPlain(StoreQueryPlan plan)
    {
        using var duck = new DuckDBConnection("DataSource=:memory:");
        duck.Open();
        var random = new Random(Seed);
        var times = new List<double>();
        // It opens every file, so it is asked less often.
        for (int i = 0; i < Math.Max(3, plan.Queries / 50); i++)
        {
            long from = StoreQueryPlan.Start.AddMinutes(random.Next(Math.Max(1, (plan.Days - 1) * 1440))).UtcTicks;
            using var command = duck.CreateCommand();
            command.CommandText = $"SELECT observed_ticks, value FROM '{plan.Folder}/parquet/readings-*.parquet' WHERE datastream_id = {random.Next(plan.Datastreams)} " +
                $"AND observed_ticks >= {from} AND observed_ticks < {from + TimeSpan.TicksPerDay} ORDER BY observed_ticks";
            long started = Stopwatch.GetTimestamp();
            using var row = command.ExecuteReader();
            while (row.Read())
            {
            }
            times.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        }
        Print("beside it: 24 h by plain DuckDB", times, "");
    }

    private static void Print(string what, List<double> times, string more)
    {
        double first = times[0];
        times.Sort();
        Console.WriteLine($"{what,-40} median {times[times.Count / 2],8:N2} ms   p95 {times[times.Count * 95 / 100],8:N2} ms   first {first,8:N2} ms   {more}");
    }
}
