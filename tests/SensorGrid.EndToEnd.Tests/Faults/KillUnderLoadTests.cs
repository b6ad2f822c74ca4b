using SensorGrid.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace SensorGrid.EndToEnd.Tests.Faults;

/// <summary>kill -9 at random moments while twenty gateways publish at once, many messages in flight.</summary>
public sealed class KillUnderLoadTests(ITestOutputHelper output)
{
    private const int Gateways = 20;
    private const int Window = 100;

    // A machine that builds and tests beside us is slow; on an idle one it is below five seconds with room to spare.
    private static readonly TimeSpan LongestStart = TimeSpan.FromSeconds(20);

    [Fact]
    public async Task Nothing_acknowledged_is_lost_in_fifty_kills_and_every_round_serves_again()
    {
        int rounds = Tools.Number("SENSORGRID_TEST_ROUNDS", 50);
        int seed = Tools.Number("SENSORGRID_TEST_SEED", Random.Shared.Next());
        output.WriteLine($"seed {seed} (SENSORGRID_TEST_SEED), {rounds} rounds");
        var random = new Random(seed);
        using var folder = new TempFolder();
        // Small segments and frequent snapshots, so that kills meet those too, and no start has long to read.
        using var service = new RunningService(folder["data"], "--Log:SegmentBytes", "1MiB", "--Alarms:SnapshotRecords", "20000", "--Storage:SealRows", "100000");
        await service.StartAsync();
        await using var fleet = new GatewayFleet(Gateways, service.Mqtt, Window);
        var starts = new List<double>();
        for (int round = 0; round < rounds; round++)
        {
            await fleet.AcknowledgedAsync(1, LongestStart);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(300)), TimeProvider.System);
            service.KillHard();
            var took = await service.StartAsync();
            Assert.True(took < LongestStart, $"seed {seed}, round {round}: serving again took {took}");
            starts.Add(took.TotalSeconds);
        }
        await fleet.AcknowledgedAsync(Gateways * Window, LongestStart);
        await fleet.StopAsync();
        service.KillHard();
        long records = fleet.AssertNothingLost(service.Data, $"seed {seed}");
        starts.Sort();
        output.WriteLine(
            $"{fleet.Acknowledged} acknowledged, 0 lost, {records - fleet.Gateways.Sum(g => g.Acknowledged)} kept and not acknowledged or sent twice; "
            + $"serving again after {starts[starts.Count / 2]:0.00} s (median), {starts[^1]:0.00} s (longest)");
        Assert.All(fleet.Gateways, gateway => Assert.True(gateway.Connections > rounds / 2, $"{gateway.Id} connected {gateway.Connections} times"));
    }
}
