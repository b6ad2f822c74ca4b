using SensorGrid.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace SensorGrid.EndToEnd.Tests.Faults;

/// <summary>The power goes at random moments under load, on a real file system. Nightly.</summary>
public sealed class PowerCutTests(ITestOutputHelper output)
{
    private const int Gateways = 8;
    private const int Window = 50;
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task Nothing_acknowledged_is_lost_and_nothing_invented_in_twenty_power_cuts()
    {
        Tools.NeedNightly();
        int rounds = Tools.Number("SENSORGRID_TEST_ROUNDS", 20);
        int seed = Tools.Number("SENSORGRID_TEST_SEED", Random.Shared.Next());
        output.WriteLine($"seed {seed} (SENSORGRID_TEST_SEED), {rounds} rounds");
        var random = new Random(seed);
        using var disk = new LoopDisk(megabytes: 2048);
        using var service = new RunningService(
            Path.Combine(disk.Path, "data"), "--Log:SegmentBytes", "1MiB", "--Alarms:SnapshotRecords", "20000", "--Storage:SealRows", "100000", "--Process:FailureGrace", "0s");
        await service.StartAsync();
        await using var fleet = new GatewayFleet(Gateways, service.Mqtt, Window);
        long kept = 0;
        for (int round = 0; round < rounds; round++)
        {
            await fleet.AcknowledgedAsync(Gateways, Soon);
            await Task.Delay(TimeSpan.FromMilliseconds(random.Next(600)), TimeProvider.System);
            // The network goes with the power. The process does not, and the kernel lets a sync that meets the shutdown half-way return as if it were done.
            fleet.CutOff(true);
            disk.CutPower();
            service.KillHard();
            disk.Restore();
            kept = fleet.AssertNothingLost(service.Data, $"seed {seed}, round {round}");
            await service.StartAsync();
            fleet.CutOff(false);
        }
        await fleet.AcknowledgedAsync(Gateways * Window, Soon);
        await fleet.StopAsync();
        await service.StopAsync();
        fleet.AssertNothingLost(service.Data, $"seed {seed}, at the end");
        output.WriteLine($"{fleet.Acknowledged} acknowledged, 0 lost, 0 invented; {kept} records in the log before the last round");
    }
}
