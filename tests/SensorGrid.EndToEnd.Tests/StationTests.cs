using System.Globalization;
using SensorGrid.EndToEnd.Tests.Support;
using SensorGrid.FieldProtocols.Sl651;
using SensorGrid.Simulators.Stations;
using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests;

/// <summary>Stations of the national protocols against the service as a process, both killed again and again: nothing acknowledged is lost, and what was lost
/// unacknowledged is asked for and comes.</summary>
public sealed class StationTests
{
    private const int Hours = 40;
    private static readonly TimeSpan Patience = TimeSpan.FromMinutes(2);

    [Fact]
    public Task A_gauge_of_sl651_and_the_service_survive_each_others_ends() => SurviveAsync(
        "Sl651", "0012345678/Z".Split('/'),
        memory => new Sl651Station(new() { Address = new(0x0012345678), AnswerTimeout = TimeSpan.FromSeconds(2), RetryPause = TimeSpan.FromSeconds(1) }, memory, Level));

    private static async Task SurviveAsync(string section, string[] datastream, Func<StationMemory, IStation> create)
    {
        using var folder = new TempFolder();
        int port = FreePort.Take();
        using var service = new RunningService(folder.Path, $"--FieldProtocols:{section}:Listen", $"127.0.0.1:{port}", $"--FieldProtocols:{section}:RefillAfter", "90min");
        await service.StartAsync();
        long begin = TimeProvider.System.GetUtcNow().UtcTicks - Hours * TimeSpan.TicksPerHour;
        begin -= begin % TimeSpan.TicksPerHour;
        var memory = new StationMemory();
        var random = new Random(651);
        int hour = 0, lost = 0;
        while (hour < Hours)
        {
            using var stop = new CancellationTokenSource();
            var link = new StationLink("127.0.0.1", port, create(memory), TimeProvider.System);
            var running = link.RunAsync(stop.Token);
            for (int life = random.Next(3, 9); life > 0 && hour < Hours; life--, hour++)
            {
                link.Report(begin + hour * TimeSpan.TicksPerHour);
                if (random.Next(4) == 0)
                {
                    // Killed in the middle of it, and back while the station goes on trying.
                    service.KillHard();
                    await service.StartAsync();
                }
                if (random.Next(3) > 0)
                    await AcknowledgedAsync(link, service);
            }
            if (hour == Hours)
                await AcknowledgedAsync(link, service);
            // The station is killed: what was not acknowledged is gone with its outbox, and stays in its memory.
            lost += link.Unacknowledged;
            await stop.CancelAsync();
            await running;
        }

        // It comes back once more and reports; what is missing is asked for.
        using var end = new CancellationTokenSource();
        var last = new StationLink("127.0.0.1", port, create(memory), TimeProvider.System);
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
        Assert.True(lost > 0, "no report was lost: the test proves nothing of refilling");
        Assert.Equal(wanted.Select(value => (value.Key, value.Value)), stored);
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
