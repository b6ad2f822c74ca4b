using SensorGrid.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace SensorGrid.EndToEnd.Tests.Faults;

/// <summary>Far more is published than the service takes: whole outboxes at once, after an outage of the network.</summary>
public sealed class OverloadTests(ITestOutputHelper output)
{
    private const int Gateways = 100;
    private const int Window = 1000;

    // Log queue, ring, hot rows and DuckDB at their bounds, and the runtime's own; measured 0.4 to 0.7 GiB.
    private const long MostResidentBytes = 1536L << 20;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestAlarm = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Memory_stays_bounded_nothing_is_lost_and_live_alarms_do_not_wait_for_the_backlog()
    {
        using var folder = new TempFolder();
        using var service = new RunningService(folder["data"], [.. FaultCity.Write(folder, Gateways), "--Storage:SealRows", "500000"]);
        await service.StartAsync();
        var process = service.Probe;
        var probe = new AlarmProbe(service);
        var alone = await probe.RunAsync(TimeSpan.FromSeconds(2), 3 * LongestAlarm);

        await using var fleet = new GatewayFleet(
            [.. Enumerable.Range(0, Gateways).Select(number => new PublishingGateway(FaultCity.GatewayId(number), service.Mqtt, Window, "backlog"))]);
        await fleet.AcknowledgedAsync(1, TimeSpan.FromSeconds(30));
        long before = fleet.Acknowledged;
        long began = TimeProvider.System.GetTimestamp();
        var flooded = await probe.RunAsync(Length, 3 * LongestAlarm);
        double rate = (fleet.Acknowledged - before) / TimeProvider.System.GetElapsedTime(began).TotalSeconds;
        long waiting = fleet.Sent - fleet.Acknowledged;
        await fleet.StopAsync();
        long peak = process.PeakResidentBytes;
        await service.CaughtUpAsync();
        await service.StopAsync();
        fleet.AssertNothingLost(service.Data, "overload");

        output.WriteLine($"{Gateways} gateways with {Window} in flight each: {rate:0} acknowledged a second, {waiting} waiting ({waiting / rate:0.0} s); most memory {peak >> 20} MiB");
        output.WriteLine($"alarm after a live reading: alone {AlarmProbe.Text(alone)}; under the flood {AlarmProbe.Text(flooded)}");
        Assert.True(peak < MostResidentBytes, $"{peak >> 20} MiB resident");
        Assert.True(waiting > Gateways * Window / 4, $"only {waiting} messages waited: this was no overload");
        Assert.True(flooded[^1] < LongestAlarm, $"a live alarm took {flooded[^1]}");
    }
}
