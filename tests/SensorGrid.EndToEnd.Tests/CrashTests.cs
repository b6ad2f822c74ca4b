using System.Globalization;
using System.IO.Compression;
using SensorGrid.EndToEnd.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests;

/// <summary>The promise under kill -9: everything acknowledged is stored once, and the alarms are those of a day without a crash.
/// Recorded city, real processes, real sockets, real disk.</summary>
public sealed class CrashTests(CrashTests.UndisturbedRun undisturbed) : IClassFixture<CrashTests.UndisturbedRun>
{
    // The nightly run asks for more.
    private static readonly int Kills = int.TryParse(Environment.GetEnvironmentVariable("SENSORGRID_TEST_KILLS"), out int asked) ? asked : 20;
    private const int Seed = 20151226;
    // Undisturbed it takes a fifth of a minute. Well below what tests/run.sh gives to all tests of the project, so that it fails by name.
    private static readonly TimeSpan ReplayLimit = TimeSpan.FromMinutes(5);
    private static readonly string Recordings = Path.Combine(Build.Root, "tests/recordings");

    [Fact]
    public async Task Killing_the_service_twenty_times_under_replay_loses_nothing_and_changes_no_alarm()
    {
        using var folder = new TempFolder();
        using var outboxes = TempFolder.InMemory();
        using var service = new RunningService(folder["killed"], City());
        await service.StartAsync();
        using var replay = Replay(service.Mqtt, outboxes.Path);
        int kills = await KillRepeatedlyAsync(service, () => !replay.HasExited);
        Assert.Equal(0, await replay.ExitAsync(ReplayLimit));

        Assert.Equal(Kills, kills);
        Compare(undisturbed.Record, await CityRecord.OfAsync(service));
        await service.StopAsync();
    }

    [SkippableFact]
    public async Task With_mosquitto_in_between_it_is_the_same()
    {
        Skip.IfNot(MosquittoBroker.Installed, "mosquitto is not installed (apt install mosquitto)");
        using var folder = new TempFolder();
        using var outboxes = TempFolder.InMemory();
        using var broker = await MosquittoBroker.StartAsync(folder["mosquitto"]);
        using var service = new RunningService(folder["killed"], [.. City(), "--Mqtt:Mode", "External", "--Mqtt:Broker", $"mqtt://127.0.0.1:{broker.Port}"]);
        await service.StartAsync();
        await broker.ServesAsync(service);
        using var replay = Replay(broker.Port, outboxes.Path);
        // The broker takes the replay faster than the service; the kills go on while the service works off what the broker keeps.
        int kills = await KillRepeatedlyAsync(service, () => true);
        Assert.Equal(0, await replay.ExitAsync(ReplayLimit));
        await broker.DrainedAsync(service, ReplayLimit);

        Assert.Equal(Kills, kills);
        Compare(undisturbed.Record, await CityRecord.OfAsync(service));
        await service.StopAsync();
    }

    private static string[] City() =>
        ["--catalogue", Path.Combine(Build.Root, "tests/recordings/catalogue"), "--rules", Path.Combine(Build.Root, "rules/packs")];

    // Its outboxes lie in memory: nobody kills the replay, and a sync for each reading would be most of the time.
    private static ChildProcess Replay(int port, string outbox) => ChildProcess.DotNet(
        Build.Simulators, "replay", Recordings, "--speed", "max", "--to", $"mqtt://127.0.0.1:{port}", "--outbox", outbox, "--pack", "1");

    private static async Task<int> KillRepeatedlyAsync(RunningService service, Func<bool> underLoad)
    {
        var random = new Random(Seed);
        int kills = 0;
        while (kills < Kills && underLoad())
        {
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(50, 500)), TimeProvider.System);
            service.KillHard();
            kills++;
            await service.StartAsync();
        }
        return kills;
    }

    private static void Compare(CityRecord undisturbed, CityRecord killed)
    {
        Assert.Equal(undisturbed.Readings.Keys, killed.Readings.Keys);
        foreach (var (datastream, rows) in undisturbed.Readings)
        {
            AssertSame($"readings of {datastream}", rows, killed.Readings[datastream]);
            Assert.Equal(rows.Count, rows.Distinct(StringComparer.Ordinal).Count());
        }
        AssertSame("transitions", undisturbed.Transitions, killed.Transitions);
    }

    private static void AssertSame(string what, List<string> undisturbed, List<string> killed) => Assert.True(
        undisturbed.SequenceEqual(killed),
        $"{undisturbed.Count} {what} undisturbed, {killed.Count} after the kills; missing: {string.Join(" | ", undisturbed.Except(killed).Take(3))}; "
        + $"more: {string.Join(" | ", killed.Except(undisturbed).Take(3))}");

    private static List<string> CalderStage()
    {
        using var file = File.OpenRead(Path.Combine(Recordings, "river-calder-2015/mytholmroyd-2015-12.csv.gz"));
        using var reader = new StreamReader(new GZipStream(file, CompressionMode.Decompress));
        var rows = new List<string>();
        Assert.StartsWith("time_utc,stage_m", reader.ReadLine());
        while (reader.ReadLine() is { } line)
        {
            string[] fields = line.Split(',');
            if (fields[1].Length == 0)
                continue;
            var at = DateTimeOffset.ParseExact(fields[0], "yyyy-MM-ddTHH:mm", CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal);
            rows.Add($"{at.UtcDateTime:yyyy-MM-dd'T'HH:mm:ss.fff}Z {double.Parse(fields[1], CultureInfo.InvariantCulture).ToString("R", CultureInfo.InvariantCulture)}");
        }
        return rows;
    }

    /// <summary>The same replay into a service that nobody kills: what both tests compare with.</summary>
    public sealed class UndisturbedRun : IAsyncLifetime
    {
        internal CityRecord Record { get; private set; } = null!;

        public async Task InitializeAsync()
        {
            using var folder = new TempFolder();
            using var outboxes = TempFolder.InMemory();
            using var service = new RunningService(folder["undisturbed"], City());
            await service.StartAsync();
            using var replay = Replay(service.Mqtt, outboxes.Path);
            int exit = await replay.ExitAsync(ReplayLimit);
            Assert.True(exit == 0, $"the replay ended with {exit}:\n{replay.Output}\n--- service:\n{service.Output}");
            Record = await CityRecord.OfAsync(service);
            await service.StopAsync();

            // Each pack has its part in what is compared. The delays of the fire rules (5 s) are shorter than a restart can be.
            foreach (string pack in Directory.EnumerateDirectories(Path.Combine(Build.Root, "rules/packs")).Select(pack => Path.GetFileName(pack)))
                Assert.True(Record.Transitions.Exists(line => line.Split(' ')[2].StartsWith($"{pack}.", StringComparison.Ordinal)), $"no rule of the pack {pack} said anything");
            // Independent of the replay's own reader: the flood's stage straight from the file.
            var stage = Record.Readings.Single(datastream => datastream.Key.StartsWith("calder-mytholmroyd/", StringComparison.Ordinal) && datastream.Key.EndsWith("stage", StringComparison.Ordinal)).Value
                .Where(row => string.CompareOrdinal(row, "2015-12-20") >= 0);
            Assert.Equal(CalderStage(), [.. stage.Select(row => string.Join(' ', row.Split(' ').Take(2)))]);
        }

        public Task DisposeAsync() => Task.CompletedTask;
    }
}
