using System.Text.Json;
using SensorGrid.EndToEnd.Tests.Support;
using Xunit.Abstractions;

namespace SensorGrid.EndToEnd.Tests.Faults;

/// <summary>The disk of the data folder fills, and is emptied again.</summary>
public sealed class FullDiskTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Soon = TimeSpan.FromSeconds(30);

    // The requirement; it tries again each second.
    private static readonly TimeSpan Resumes = TimeSpan.FromSeconds(10);

    [SkippableFact]
    public async Task A_full_disk_is_warned_of_then_holds_acknowledgements_and_lets_them_go_on_when_there_is_room()
    {
        using var disk = new SmallDisk(megabytes: 64);
        using var service = new RunningService(disk["data"], "--Log:SegmentBytes", "1MiB");
        await service.StartAsync();
        await using var fleet = new GatewayFleet(Enumerable.Range(0, 4).Select(number => new PublishingGateway($"fault-{number}", service.Mqtt, window: 20)
        {
            // So slow that the disk does not fill before somebody has looked.
            Every = TimeSpan.FromMilliseconds(4),
        }).ToList());

        disk.FillTo(0.85);
        var warned = await service.SaysAsync(health => health.Text.Contains("degraded", StringComparison.Ordinal) && health.Text.Contains(" % full. Make room", StringComparison.Ordinal), Soon);
        disk.FillTo(0.93);
        var urgent = await service.SaysAsync(health => health.Text.Contains("soon nothing can be taken any more", StringComparison.Ordinal), Soon);

        disk.FillTo(1.1);
        var held = await service.SaysAsync(health => health.Status == 503, Soon);
        var status = await service.GetAsync("/api/v1/status");
        Assert.NotEqual(JsonValueKind.Null, status.GetProperty("log").GetProperty("heldBecause").ValueKind);
        long acknowledged = fleet.Acknowledged;
        await Task.Delay(TimeSpan.FromSeconds(2), TimeProvider.System);
        Assert.Equal(acknowledged, fleet.Acknowledged);
        Assert.False(service.HasExited, service.Output);

        disk.MakeRoom();
        long began = TimeProvider.System.GetTimestamp();
        await fleet.AcknowledgedAsync(1, Resumes);
        var resumed = TimeProvider.System.GetElapsedTime(began);
        await service.SaysAsync(health => health is { Status: 200 } && !health.Text.Contains("degraded", StringComparison.Ordinal), Soon);
        await fleet.AcknowledgedAsync(100, Soon);
        await fleet.StopAsync();
        await service.StopAsync();
        fleet.AssertNothingLost(service.Data, "after the full disk");
        output.WriteLine($"told at 85 % after {warned.TotalSeconds:0.0} s, at 93 % after {urgent.TotalSeconds:0.0} s, full after {held.TotalSeconds:0.0} s; acknowledged again {resumed.TotalSeconds:0.0} s after there was room; 0 of {fleet.Acknowledged} lost");
    }
}
