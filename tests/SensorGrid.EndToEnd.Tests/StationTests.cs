using System.Globalization;
using SensorGrid.EndToEnd.Tests.Support;
using SensorGrid.Simulators.Stations;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests;

/// <summary>Stations of the national protocols against the service as a process, both killed again and again: nothing acknowledged is lost, and what was lost
/// unacknowledged is asked for and comes.</summary>
public sealed class StationTests
{
    private const int Lives = 2;
    private const int Hours = 5 * Lives;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public Task A_gauge_of_sl651_and_the_service_survive_each_others_ends() => SurviveAsync(
        "Sl651", "0012345678|Z", 1,
        memory => new Sl651Station(new() { Address = new(0x0012345678), AnswerTimeout = TimeSpan.FromSeconds(2), RetryPause = TimeSpan.FromSeconds(1) }, memory, Level),
        losesReports: true);

    [Fact]
    public Task An_outfall_of_hj212_and_the_service_survive_each_others_ends() => SurviveAsync(
        "Hj212", "010000A8900016F000169DC0|hour/w01018-Avg", 1e-3,
        memory => new Hj212Station(new() { Mn = "010000A8900016F000169DC0", AnswerTimeout = TimeSpan.FromSeconds(2) }, memory, Level), losesReports: true);

    [Fact]
    public Task A_fire_device_of_gb26875_and_the_service_survive_each_others_ends() => SurviveAsync(
        "Gb26875", "88|part/1/1/92/01000000/height", 1,
        memory => new Gb26875Station(new() { Address = new(88), AnswerTimeout = TimeSpan.FromSeconds(2) }, memory, Level), losesReports: false);

    private static async Task SurviveAsync(string section, string named, double scale, Func<StationMemory, IStation> create, bool losesReports)
    {
        string[] datastream = named.Split('|');
        using var folder = new TempFolder();
        int port = FreePort.Take();
        using var service = new RunningService(folder.Path, $"--FieldProtocols:{section}:Listen", $"127.0.0.1:{port}", $"--FieldProtocols:{section}:RefillAfter", "90min");
        await service.StartAsync();
        long begin = TimeProvider.System.GetUtcNow().UtcTicks - Hours * TimeSpan.TicksPerHour;
        begin -= begin % TimeSpan.TicksPerHour;
        var memory = new StationMemory();
        int hour = 0, lost = 0;
        for (int life = 0; life < Lives; life++)
        {
            using var stop = new CancellationTokenSource();
            using var link = new StationLink("127.0.0.1", port, create(memory), TimeProvider.System);
            var running = link.RunAsync(stop.Token);
            link.Report(begin + hour++ * TimeSpan.TicksPerHour);
            await AcknowledgedAsync(link, service);
            // The service is killed while a report is on its way, and back while the station goes on trying.
            link.Report(begin + hour++ * TimeSpan.TicksPerHour);
            service.KillHard();
            link.Report(begin + hour++ * TimeSpan.TicksPerHour);
            await service.StartAsync();
            await AcknowledgedAsync(link, service);
            // Nobody is there, and then the station is killed too: its reports are gone with it, its memory is not.
            service.KillHard();
            link.Report(begin + hour++ * TimeSpan.TicksPerHour);
            link.Report(begin + hour++ * TimeSpan.TicksPerHour);
            lost += losesReports ? link.Unacknowledged : 0;
            await stop.CancelAsync();
            await running;
            await service.StartAsync();
        }
        Assert.Equal(losesReports ? 2 * Lives : 0, lost);

        // It comes back once more and reports; what is missing is asked for.
        using var end = new CancellationTokenSource();
        using var last = new StationLink("127.0.0.1", port, create(memory), TimeProvider.System);
        var lastRun = last.RunAsync(end.Token);
        last.Report(begin + Hours * TimeSpan.TicksPerHour);
        await AcknowledgedAsync(last, service);
        var wanted = memory.Between(0, long.MaxValue);
        long began = TimeProvider.System.GetTimestamp();
        List<(long Ticks, double Value)> stored;
        do
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, $"{wanted.Count} wanted ({lost} lost unacknowledged)\n{service.Output}");
            await service.CaughtUpAsync();
            stored = await StoredAsync(service, $"{datastream[0]}/{datastream[1]}", begin);
        }
        while (stored.Count < wanted.Count);
        await end.CancelAsync();
        await lastRun;
        Assert.Equal(wanted.Select(value => value.Key), stored.Select(value => value.Ticks));
        Assert.All(wanted.Zip(stored), pair => Assert.Equal(pair.First.Value, pair.Second.Value / scale, 1e-9));
        await service.StopAsync();
    }

    private static async Task AcknowledgedAsync(StationLink link, RunningService service)
    {
        long began = TimeProvider.System.GetTimestamp();
        while (link.Unacknowledged > 0)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Patience, "not acknowledged\n" + service.Output);
            await Task.Delay(TimeSpan.FromMilliseconds(20), TimeProvider.System);
        }
    }

    private static async Task<List<(long Ticks, double Value)>> StoredAsync(RunningService service, string datastream, long begin)
    {
        string from = new DateTime(begin, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        string to = TimeProvider.System.GetUtcNow().AddHours(2).ToString("yyyy-MM-dd'T'HH:mm:ss'Z'", CultureInfo.InvariantCulture);
        var answer = await service.GetAsync($"/api/v1/readings?datastream={Uri.EscapeDataString(datastream)}&from={from}&to={to}");
        return [.. answer.GetProperty("readings").EnumerateArray().Select(reading =>
            (DateTimeOffset.Parse(reading.GetProperty("at").GetString()!, CultureInfo.InvariantCulture).UtcTicks, reading.GetProperty("value").GetDouble()))];
    }

    private static double Level(long ticks) => 5 + Math.Sin(ticks / (double)TimeSpan.TicksPerHour);
}
