using SensorGrid.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace SensorGrid.EndToEnd.Tests.Faults;

/// <summary>The kernel says EIO to the log's fdatasync: nothing is acknowledged on the strength of it, not then and not by the process that comes after.</summary>
public sealed class FailedSyncTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    [SkippableFact]
    public async Task A_failed_fdatasync_ends_acknowledgements_for_good_and_loses_nothing_acknowledged()
    {
        const int GoodSyncs = 60;
        const int StorageFailed = 3;
        using var folder = new TempFolder();
        // The only segment; the path is looked up at each call, so the file counts from the moment it has its name.
        string segment = Path.Combine(folder["data"], "log", "00000000000000000001.segment");
        using var service = new RunningService(folder["data"], "--Process:FailureGrace", "5s")
        {
            Under = Tools.Inject("fdatasync", $"error=EIO:when={GoodSyncs + 1}+", "-P", segment),
        };
        await service.StartAsync();
        // One at a time: each acknowledgement is a sync of its own.
        await using var fleet = new GatewayFleet(1, service.Mqtt, window: 1);
        var told = await service.SaysAsync(health => health.Status == 503, Soon);
        long acknowledged = fleet.Acknowledged;
        long began = TimeProvider.System.GetTimestamp();
        string reason = (await service.HealthAsync()).Text;
        Assert.Contains("fdatasync failed", reason, StringComparison.Ordinal);
        Assert.Equal(StorageFailed, await service.ExitAsync(Soon));
        output.WriteLine($"{acknowledged} acknowledged before the failure, 0 after it; the process ended {TimeProvider.System.GetElapsedTime(began).TotalSeconds:0.0} s after it had told");
        Assert.InRange(acknowledged, 1, GoodSyncs);
        Assert.Equal(acknowledged, fleet.Acknowledged);

        // A disk that still does not sync: it does not even start.
        service.Begin(Tools.Inject("fdatasync", "error=EIO:when=1+", "-P", segment));
        Assert.NotEqual(0, await service.ExitAsync(Soon));
        Assert.Contains("fdatasync failed", service.Output, StringComparison.Ordinal);
        Assert.Equal(acknowledged, fleet.Acknowledged);

        // A good one: everything acknowledged is there, and it goes on.
        service.Begin([]);
        await service.SaysAsync(health => health.Status == 200, Soon);
        await fleet.AcknowledgedAsync(100, Soon);
        await fleet.StopAsync();
        service.KillHard();
        fleet.AssertNothingLost(service.Data, "after the failure");
        Assert.True(told < Soon);
    }
}
