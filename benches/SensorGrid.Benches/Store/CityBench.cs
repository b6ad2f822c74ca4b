using System.Diagnostics;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Readings;
using SensorGrid.Storage;
using SensorGrid.Storage.State;

namespace SensorGrid.Benches.Store;

/// <summary>Readings of a whole city, hour after simulated hour, through the hot table, sealing and merging, as the service runs them; what is measured is
/// what sealing and merging take, and queries beside them. The log is left out: readings are made up as they are needed.</summary>
internal sealed class CityBench : IDisposable
{
    private const int QueriesWhenIdle = 20;
    private static readonly TimeSpan QueryPause = TimeSpan.FromMilliseconds(100);

    private readonly CityPlan plan;
    private readonly SimulatedTime time = new();
    private readonly ReadingBatch batch = new();
    private readonly Random random = new(20250601);
    private readonly DatastreamTable datastreams = new();
    private readonly StateDatabase state;
    private readonly ReadingStore store;
    private readonly MemoryWatch memory;
    private readonly List<double> seals = [], merging = [], idle = [];
    private long sequence, rowsSealed;
    private TimeSpan sealCpu, mergeTime, mergeCpu;
    private int merges;

    private CityBench(CityPlan plan)
    {
        this.plan = plan;
        Directory.CreateDirectory(plan.Folder);
        state = StateDatabase.Open(plan.Folder);
        store = ReadingStore.Open(state, datastreams, new StorageOptions(), time, NullLogger.Instance);
        memory = new(Path.Combine(plan.Folder, "spill"));
        for (int i = 0; i < plan.Datastreams; i++)
        {
            if (!datastreams.TryIntern(new($"gw-{i / CityPlan.PerGateway}", $"level-{i}"), out _))
                throw new InvalidOperationException("The table of datastreams is full.");
        }
    }

    public static async Task<int> RunAsync(string[] args)
    {
        if (CityPlan.Parse(args, Console.Error) is not { } plan)
            return 2;
        Console.WriteLine($"{plan.Readings:N0} readings of {plan.Datastreams:N0} datastreams, one in {plan.EverySeconds} s, {plan.Hours} h, in {plan.Folder}");
        try
        {
            using var bench = new CityBench(plan);
            for (int hour = 0; hour < plan.Hours; hour++)
                await bench.RunHourAsync(hour);
            await bench.CheckAsync();
            bench.Report();
        }
        finally
        {
            Directory.Delete(plan.Folder, recursive: true);
        }
        return 0;
    }

    public void Dispose()
    {
        memory.Dispose();
        store.Dispose();
        state.Dispose();
    }

    private async Task RunHourAsync(int hour)
    {
        for (int step = 0; step < plan.StepsPerHour; step++)
        {
            var now = CityPlan.Start.AddHours(hour).AddSeconds((long)step * plan.EverySeconds);
            time.Now = now;
            await AppendAsync(now.UtcTicks, hour * plan.StepsPerHour + step);
            await SealAsync(() => store.SealIfDueAsync(default).AsTask());
        }
        time.Now = CityPlan.Start.AddHours(hour + 1);
        await MergeAsync(hour);
    }

    private async Task AppendAsync(long ticks, int step)
    {
        for (int first = 0; first < plan.Datastreams; first += CityPlan.PerGateway)
        {
            batch.Clear();
            for (int i = first; i < first + CityPlan.PerGateway; i++)
                batch.Add(new(new(i), ticks, Math.Round(2 + Math.Sin((step + i * 37) / 70.0) + random.Next(100) / 5000.0, 3)));
            sequence++;
            while (store.Append(sequence, ticks, batch.Readings, batch) == AppendOutcome.Full)
                await SealAsync(() => store.SealAsync(default));
        }
    }

    private async Task SealAsync(Func<Task> seal)
    {
        long before = store.HotRows, started = Stopwatch.GetTimestamp();
        var cpu = Cpu();
        await seal();
        if (store.HotRows == before)
            return;
        rowsSealed += before - store.HotRows;
        sealCpu += Cpu() - cpu;
        seals.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
    }

    // One question at a time with a pause, so that what is measured is how long it takes beside a merge, not how many fit.
    private async Task MergeAsync(int hour)
    {
        var cpu = Cpu();
        long started = Stopwatch.GetTimestamp();
        int before = merging.Count;
        var compacting = store.CompactAsync(default);
        while (!compacting.IsCompleted)
        {
            merging.Add(await AskAsync());
            await Task.WhenAny(compacting, Task.Delay(QueryPause));
        }
        int done = await compacting;
        var taken = Stopwatch.GetElapsedTime(started);
        (merges, mergeTime, mergeCpu) = (merges + done, mergeTime + taken, mergeCpu + Cpu() - cpu);
        for (int i = 0; i < QueriesWhenIdle; i++)
            idle.Add(await AskAsync());
        Console.WriteLine($"hour {hour,3}: {done} merges in {taken.TotalSeconds,6:N1} s with {merging.Count - before} queries, {store.FileCount} files, {memory}");
    }

    private async Task<double> AskAsync()
    {
        long started = Stopwatch.GetTimestamp();
        var range = await store.ReadAsync(new(random.Next(plan.Datastreams)), time.Now.AddDays(-1), time.Now, 100_000, newestFirst: false, default);
        double taken = Stopwatch.GetElapsedTime(started).TotalMilliseconds;
        long expected = Math.Min(24 * 3600, (long)(time.Now - CityPlan.Start).TotalSeconds) / plan.EverySeconds;
        return range.Readings.Count == expected ? taken : throw new InvalidOperationException($"{range.Readings.Count} readings came back, not {expected}.");
    }

    // Nothing may be lost or doubled on the way through all merges.
    private async Task CheckAsync()
    {
        var count = await store.CountAsync(null, CityPlan.Start, CityPlan.Start.AddHours(plan.Hours), default);
        if (count.Count != plan.Readings)
            throw new InvalidOperationException($"{count.Count} readings are stored, not {plan.Readings}.");
    }

    private void Report()
    {
        var files = store.Files.GroupBy(file => (file.Kind, file.Level)).OrderBy(group => group.Key);
        Console.WriteLine($"sealing  {seals.Count} seals of {rowsSealed / Math.Max(1, seals.Count):N0} rows: {Spread(seals)}, {sealCpu.TotalSeconds:N1} s of processor");
        Console.WriteLine($"merging  {merges} merges in {mergeTime.TotalSeconds:N1} s, {mergeCpu.TotalSeconds:N1} s of processor, queries beside it included");
        Console.WriteLine($"24 h of one datastream, while merging: {Spread(merging)}");
        Console.WriteLine($"24 h of one datastream, otherwise:     {Spread(idle)}");
        foreach (var group in files)
            Console.WriteLine($"files    {group.Key.Kind} {group.Key.Level}: {group.Count()}, {group.Sum(file => file.Rows):N0} rows, {group.Sum(file => file.Bytes) >> 20:N0} MiB");
        Console.WriteLine($"memory   {memory}");
    }

    private static TimeSpan Cpu() => Process.GetCurrentProcess().TotalProcessorTime;

    private static string Spread(List<double> times)
    {
        if (times.Count == 0)
            return "none";
        var sorted = times.Order().ToList();
        return $"{sorted.Count}, median {sorted[sorted.Count / 2]:N1} ms, p95 {sorted[sorted.Count * 95 / 100]:N1} ms, longest {sorted[^1]:N1} ms";
    }

    /// <summary>Clock of the simulated city, also for ages measured by timestamps.</summary>
    private sealed class SimulatedTime : TimeProvider
    {
        private long ticks = CityPlan.Start.UtcTicks;

        public DateTimeOffset Now
        {
            get => new(Volatile.Read(ref ticks), TimeSpan.Zero);
            set => Volatile.Write(ref ticks, value.UtcTicks);
        }

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override DateTimeOffset GetUtcNow() => Now;

        public override long GetTimestamp() => Volatile.Read(ref ticks);
    }
}
