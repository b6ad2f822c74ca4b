using System.Diagnostics;
using System.Globalization;
using SensorGrid.Storage.State;

namespace SensorGrid.Benches.Store;

/// <summary>How long others wait for the state database while the memory of a large city's rules is written into it: one writes a line every five milliseconds, as an alarm does. Beside it
/// the same bytes in one transaction, in turn.</summary>
internal sealed class SnapshotBench : IDisposable
{
    private const string Help = """
        benches --snapshots [--data DIR] [--mebibytes N] [--rounds N]

        Writes a snapshot of N MiB (375) into a state database in DIR (a folder of its own, deleted before and after), N times (3) each in short
        transactions and in one, while another writes a line every 5 ms; prints how long that one waited.
        """;

    private const int PartBytes = 64 * 1024;
    private const string Name = "bench";
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(5);

    private readonly string folder;
    private readonly StateDatabase state;
    private readonly List<ReadOnlyMemory<byte>> parts;
    private readonly CancellationTokenSource ended = new();
    private readonly Task writing;
    private readonly Lock gate = new();
    private readonly List<double> waits = [];
    private long sequence;

    private SnapshotBench(string folder, int mebibytes)
    {
        this.folder = folder;
        if (Directory.Exists(folder))
            Directory.Delete(folder, recursive: true);
        state = StateDatabase.Open(folder);
        using (var transaction = state.Begin())
        {
            transaction.Execute("CREATE TABLE bench_lines (id INTEGER PRIMARY KEY, text TEXT NOT NULL)");
            transaction.Commit();
        }
        var random = new Random(20261127);
        parts = [.. Enumerable.Range(0, mebibytes * (1024 * 1024 / PartBytes)).Select(_ =>
        {
            byte[] part = new byte[PartBytes];
            random.NextBytes(part);
            return (ReadOnlyMemory<byte>)part;
        })];
        writing = Task.Run(WriteLinesAsync);
    }

    public static async Task<int> RunAsync(string[] args)
    {
        string data = Path.Combine(Path.GetTempPath(), "sensorgrid-snapshots");
        int mebibytes = 375, rounds = 3;
        for (int i = 0; i < args.Length; i += 2)
        {
            bool isKnown = i + 1 < args.Length && args[i] switch
            {
                "--data" => (data = args[i + 1]).Length > 0,
                "--mebibytes" => int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out mebibytes) && mebibytes > 0,
                "--rounds" => int.TryParse(args[i + 1], CultureInfo.InvariantCulture, out rounds) && rounds > 0,
                _ => false,
            };
            if (!isKnown)
            {
                Console.Error.WriteLine(Help);
                return args[i] == "--help" ? 0 : 2;
            }
        }
        try
        {
            using var bench = new SnapshotBench(data, mebibytes);
            for (int round = 1; round <= rounds; round++)
            {
                await bench.RoundAsync($"{round}: in short transactions", bench.InStepsAsync);
                await bench.RoundAsync($"{round}: in one transaction", bench.AtOnceAsync);
            }
        }
        finally
        {
            if (Directory.Exists(data))
                Directory.Delete(data, recursive: true);
        }
        return 0;
    }

    public void Dispose()
    {
        ended.Cancel();
        writing.Wait();
        ended.Dispose();
        state.Dispose();
    }

    private async Task RoundAsync(string what, Func<Task> write)
    {
        TakeWaits();
        long began = Stopwatch.GetTimestamp();
        await Task.Run(write);
        var took = Stopwatch.GetElapsedTime(began);
        // Who was waiting at the end has waited too, and may have been the one to move the pages into the file.
        await Task.Delay(took + TimeSpan.FromSeconds(1), TimeProvider.System);
        double[] sorted = TakeWaits();
        Console.WriteLine(string.Create(
            CultureInfo.InvariantCulture,
            $"{what}: {took.TotalMilliseconds:N0} ms; {sorted.Length:N0} lines meanwhile and as long after, median {sorted[sorted.Length / 2]:N2} ms, longest {sorted[^1]:N1} ms; write-ahead log {new FileInfo(Path.Combine(folder, StateDatabase.FileName + "-wal")).Length >> 20} MiB"));
    }

    private double[] TakeWaits()
    {
        lock (gate)
        {
            double[] sorted = [.. waits.Order()];
            waits.Clear();
            return sorted;
        }
    }

    private Task InStepsAsync() => state.SaveSnapshotAsync(Name, ++sequence, parts, CancellationToken.None);

    private Task AtOnceAsync()
    {
        sequence++;
        using var transaction = state.Begin();
        transaction.Execute("DELETE FROM snapshot_parts WHERE name = $name AND sequence = $oldest", ("$name", Name), ("$oldest", sequence - 2));
        transaction.Execute("DELETE FROM snapshots WHERE name = $name AND sequence = $oldest", ("$name", Name), ("$oldest", sequence - 2));
        transaction.ExecuteForEach(
            "INSERT INTO snapshot_parts (name, sequence, part, bytes) VALUES ($name, $sequence, $part, $bytes)", ["$name", "$sequence", "$part", "$bytes"],
            parts.Select((part, number) => new object?[] { Name, sequence, number, part.ToArray() }));
        transaction.Execute("INSERT INTO snapshots (name, sequence, sha256) VALUES ($name, $sequence, '')", ("$name", Name), ("$sequence", sequence));
        transaction.Commit();
        return Task.CompletedTask;
    }

    private async Task WriteLinesAsync()
    {
        while (!ended.IsCancellationRequested)
        {
            long began = Stopwatch.GetTimestamp();
            using (var transaction = await state.BeginAsync(CancellationToken.None))
            {
                transaction.Execute("INSERT INTO bench_lines (text) VALUES ('an alarm')");
                transaction.Commit();
            }
            lock (gate)
                waits.Add(Stopwatch.GetElapsedTime(began).TotalMilliseconds);
            await Task.Delay(Pause, TimeProvider.System);
        }
    }
}
