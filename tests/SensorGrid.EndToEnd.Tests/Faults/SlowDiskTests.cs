using System.Globalization;
using SensorGrid.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace SensorGrid.EndToEnd.Tests.Faults;

/// <summary>Each fdatasync of the process takes 300 ms, then 3 s. Nightly.</summary>
public sealed class SlowDiskTests(ITestOutputHelper output)
{
    private const int Gateways = 20;
    private const long MostMemoryMore = 100L << 20;

    [SkippableTheory]
    [InlineData(300)]
    [InlineData(3000)]
    public async Task Alarms_come_later_by_a_bounded_time_memory_stays_and_somebody_is_told(int milliseconds)
    {
        Tools.NeedNightly();
        using var folder = new TempFolder();
        string[] arguments = FaultCity.Write(folder, Gateways);
        var well = await RunAsync(folder["well"], arguments, [], TimeSpan.FromSeconds(5));
        var slow = await RunAsync(
            folder["slow"], arguments, Tools.Inject("fdatasync", $"delay_enter={(milliseconds * 1000).ToString(CultureInfo.InvariantCulture)}"), TimeSpan.FromSeconds(Math.Max(10, milliseconds / 100)));
        output.WriteLine($"sync takes {milliseconds} ms: alarm {AlarmProbe.Text(slow.Alarms)} (well: {AlarmProbe.Text(well.Alarms)}); memory {slow.Resident >> 20} MiB (well: {well.Resident >> 20} MiB)");

        // What is being synced, the reading's own sync, and the sync of the alarm.
        var longest = well.Alarms[^1] + 3 * TimeSpan.FromMilliseconds(milliseconds) + TimeSpan.FromSeconds(1);
        Assert.True(slow.Alarms[^1] < longest, $"an alarm took {slow.Alarms[^1]}, more than {longest}");
        Assert.True(slow.Resident < well.Resident + MostMemoryMore, $"{(slow.Resident - well.Resident) >> 20} MiB more");
        Assert.Contains("Storage is slow", slow.Health, StringComparison.Ordinal);
        Assert.DoesNotContain("Storage is slow", well.Health, StringComparison.Ordinal);
    }

    private static async Task<(IReadOnlyList<TimeSpan> Alarms, long Resident, string Health)> RunAsync(string data, string[] arguments, string[] under, TimeSpan length)
    {
        using var service = new RunningService(data, arguments) { Under = under };
        await service.StartAsync();
        await using var fleet = new GatewayFleet([.. Enumerable.Range(0, Gateways).Select(number =>
            new PublishingGateway(FaultCity.GatewayId(number), service.Mqtt, window: 100) { Every = TimeSpan.FromMilliseconds(20) })]);
        await fleet.AcknowledgedAsync(Gateways, TimeSpan.FromSeconds(60));
        var alarms = await new AlarmProbe(service).RunAsync(length, TimeSpan.FromSeconds(60));
        var health = await service.HealthAsync();
        long resident = service.Probe.ResidentBytes;
        await fleet.StopAsync();
        return (alarms, resident, health.Text);
    }
}
