using System.Globalization;
using SensorGrid.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace SensorGrid.EndToEnd.Tests.Faults;

/// <summary>Far more is published than the service takes: whole outboxes at once, after an outage of the network.</summary>
public sealed class OverloadTests(ITestOutputHelper output)
{
    private const int Gateways = 100;
    private const int Window = 1000;
    private const long MostResidentBytes = 1536L << 20;
    private static readonly TimeSpan Length = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan LongestAlarm = TimeSpan.FromSeconds(10);

    [Fact]
    public async Task Memory_stays_bounded_nothing_is_lost_and_live_alarms_do_not_wait_for_the_backlog()
    {
        using var folder = new TempFolder();
        WriteDefinitions(folder);
        using var service = new RunningService(folder["data"], "--catalogue", folder["catalogue"], "--rules", folder["rules"], "--Storage:SealRows", "500000");
        await service.StartAsync();
        var probe = service.Probe;
        var alone = await AlarmsAsync(service, from: 0, TimeSpan.FromSeconds(2));

        var gateways = Enumerable.Range(0, Gateways).Select(number => new PublishingGateway($"flood-{number.ToString("D3", CultureInfo.InvariantCulture)}", service.Mqtt, Window, "backlog"));
        await using var fleet = new GatewayFleet([.. gateways]);
        await fleet.AcknowledgedAsync(1, TimeSpan.FromSeconds(30));
        long before = fleet.Acknowledged;
        var flooded = await AlarmsAsync(service, from: 1000, Length);
        double rate = (fleet.Acknowledged - before) / Length.TotalSeconds;
        long inFlight = fleet.Sent - fleet.Acknowledged;
        await fleet.StopAsync();
        long peak = probe.PeakResidentBytes;
        await service.CaughtUpAsync();
        await service.StopAsync();
        fleet.AssertNothingLost(service.Data, "overload");

        output.WriteLine($"{Gateways} gateways with {Window} in flight each: {rate:0} acknowledged a second, {inFlight} waiting; most memory {peak >> 20} MiB");
        output.WriteLine($"alarm after a live reading: alone {Text(alone)}; under the flood {Text(flooded)}");
        Assert.True(peak < MostResidentBytes, $"{peak >> 20} MiB resident");
        Assert.True(inFlight > Gateways * Window / 4, $"only {inFlight} messages waited: this was no overload");
        Assert.True(flooded[^1] < LongestAlarm, $"a live alarm took {flooded[^1]}");
    }

    // Live readings of a gateway of its own that raise an alarm each, and how long it took until the API showed it.
    private static async Task<List<TimeSpan>> AlarmsAsync(RunningService service, int from, TimeSpan length)
    {
        var took = new List<TimeSpan>();
        long began = TimeProvider.System.GetTimestamp();
        for (int number = from; TimeProvider.System.GetElapsedTime(began) < length; number++)
        {
            bool raises = number % 2 == 0;
            var gateway = new PublishingGateway("probe", service.Mqtt, 1, firstValue: raises ? 20 : 0) { First = number + 1, Last = number + 1 };
            long sent = TimeProvider.System.GetTimestamp();
            await gateway.RunAsync(CancellationToken.None);
            while (await IsActiveAsync(service) != raises)
            {
                Assert.True(TimeProvider.System.GetElapsedTime(sent) < 3 * LongestAlarm, "the alarm did not come");
                await Task.Delay(TimeSpan.FromMilliseconds(10), TimeProvider.System);
            }
            took.Add(TimeProvider.System.GetElapsedTime(sent));
        }
        took.Sort();
        return took;
    }

    private static async Task<bool> IsActiveAsync(RunningService service) =>
        (await service.GetAsync("/api/v1/alarms?state=open")).GetProperty("alarms").EnumerateArray().Any(alarm => alarm.GetProperty("active").GetBoolean());

    private static string Text(List<TimeSpan> took) =>
        $"{took[took.Count / 2].TotalMilliseconds:0} ms (median), {took[^1].TotalMilliseconds:0} ms (longest) of {took.Count}";

    private static void WriteDefinitions(TempFolder folder)
    {
        Directory.CreateDirectory(folder["catalogue"]);
        Directory.CreateDirectory(folder["rules"]);
        var gateways = Enumerable.Range(0, Gateways).Select(number => $"flood-{number.ToString("D3", CultureInfo.InvariantCulture)}").Append("probe").ToList();
        File.WriteAllText(Path.Combine(folder["catalogue"], "flood.yaml"), $"""
            domains: [{"{"} id: water, name: Water {"}"}]
            stations: [{"{"} id: st, kind: river, name: Station, domain: water, location: [110.3, 21.2] {"}"}]
            gateways:
            {string.Concat(gateways.Select(id => $"  - {{ id: {id}, domain: water, station: st }}\n"))}
            datastreams:
            {string.Concat(gateways.Select(id => $"  - {{ gateway: {id}, name: level, station: st, quantity: level, unit: m }}\n"))}
            """);
        File.WriteAllText(Path.Combine(folder["rules"], "flood.yaml"), """
            rules:
              - { id: flood.level, type: threshold, domain: water, title: { zh: 水位, en: Level }, scope: { quantity: level }, levels: { yellow: 10 }, clear-margin: 1 }
              - { id: flood.mean, type: threshold, domain: water, title: { zh: 均值, en: Mean }, scope: { quantity: level }, value: avg(10s), levels: { yellow: 1000 } }
            """);
    }
}
