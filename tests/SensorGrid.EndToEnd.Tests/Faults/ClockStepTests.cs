using System.Globalization;
using SensorGrid.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace SensorGrid.EndToEnd.Tests.Faults;

/// <summary>The clock of the whole process is set while it runs. Nightly.</summary>
public sealed class ClockStepTests(ITestOutputHelper output)
{
    private const int Gateways = 10;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task Setting_the_clock_drops_no_gateway_silences_none_and_loses_no_alarm()
    {
        Tools.NeedNightly();
        using var folder = new TempFolder();
        string offset = folder["offset"];
        await SetAsync(offset, 0);
        using var service = new RunningService(folder["data"], FaultCity.Write(folder, Gateways, watchesSilence: true)) { Under = UnderFakeClock(offset) };
        await service.StartAsync();
        await using var fleet = new GatewayFleet([.. Enumerable.Range(0, Gateways).Select(number =>
            new PublishingGateway(FaultCity.GatewayId(number), service.Mqtt, window: 10) { Every = TimeSpan.FromMilliseconds(250) })]);
        var probe = new AlarmProbe(service);
        await probe.RunAsync(TimeSpan.FromSeconds(1), Soon);

        foreach (int seconds in (int[])[3600, 0, 86_400, 0, -3600, 0, -86_400, 0])
        {
            await SetAsync(offset, seconds);
            // Longer than the silence that is watched for.
            var alarms = await probe.RunAsync(FaultCity.Silence + TimeSpan.FromSeconds(3), Soon);
            var list = (await service.GetAsync("/api/v1/alarms?state=all&limit=1000")).GetProperty("alarms").EnumerateArray().ToList();
            var silent = list.Where(alarm => alarm.GetProperty("rule").GetString()!.StartsWith(FaultCity.SilenceRule, StringComparison.Ordinal)).ToList();
            int notPaged = list.Count(alarm => alarm.GetProperty("retrospective").GetBoolean());
            output.WriteLine($"clock {seconds:+0;-0;0} s: {silent.Count} gateways called silent, {notPaged} alarms too old to page, alarm {AlarmProbe.Text(alarms)}");
            Assert.True(silent.Count == 0, $"clock {seconds} s: {string.Join('\n', silent.Take(2))}\nThe service printed:\n{service.Output}");
            Assert.Equal(0, notPaged);
        }
        Assert.All(fleet.Gateways, gateway => Assert.Equal(1, gateway.Connections));

        // After all that, real silence is still found, and in time.
        await fleet.StopAsync();
        long began = TimeProvider.System.GetTimestamp();
        while (await SilentAsync(service) < Gateways)
        {
            Assert.True(TimeProvider.System.GetElapsedTime(began) < Soon, "silent gateways were not named");
            await Task.Delay(TimeSpan.FromMilliseconds(100), TimeProvider.System);
        }
        var named = TimeProvider.System.GetElapsedTime(began);
        output.WriteLine($"{Gateways} silent gateways named after {named.TotalSeconds:0.0} s");
        Assert.True(named < FaultCity.Silence * 1.5, $"named after {named}");
        await service.StopAsync();
        fleet.AssertNothingLost(service.Data, "after the clock was set");
    }

    private static async Task<int> SilentAsync(RunningService service) => (await service.GetAsync("/api/v1/alarms?state=open")).GetProperty("alarms").EnumerateArray()
        .Count(alarm => alarm.GetProperty("rule").GetString()!.StartsWith(FaultCity.SilenceRule, StringComparison.Ordinal));

    // The library reads the file at each call, so it is replaced whole.
    private static async Task SetAsync(string file, int seconds)
    {
        await File.WriteAllTextAsync(file + ".new", seconds.ToString("+0;-0;+0", CultureInfo.InvariantCulture));
        File.Move(file + ".new", file, overwrite: true);
    }

    private static string[] UnderFakeClock(string offset)
    {
        string? library = ((string[])["x86_64-linux-gnu", "aarch64-linux-gnu"]).Select(machine => $"/usr/lib/{machine}/faketime/libfaketimeMT.so.1").FirstOrDefault(File.Exists);
        Skip.If(library is null, "libfaketime is not installed (apt install faketime)");
        return ["env", $"LD_PRELOAD={library}", $"FAKETIME_TIMESTAMP_FILE={offset}", "FAKETIME_NO_CACHE=1", "FAKETIME_DONT_FAKE_MONOTONIC=1"];
    }
}
