using SensorGrid.Ingest.Admission;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Tests.Admission;

public sealed class GatewayRegisterTests
{
    private static readonly DateTimeOffset At = new(2026, 7, 1, 8, 0, 0, TimeSpan.Zero);

    [Fact]
    public void Lists_at_most_as_many_gateways_as_it_may_and_counts_the_rest()
    {
        var register = new GatewayRegister(new IngestOptions { MaxGateways = 2 });

        Assert.NotNull(register.Enter("a"));
        Assert.NotNull(register.Enter("b"));
        Assert.Null(register.Enter("c"));
        Assert.NotNull(register.Enter("a"));

        Assert.Equal(["a", "b"], register.Gateways.Select(g => g.Id).Order());
        Assert.Equal(1, register.Unlisted);
    }

    [Fact]
    public void A_flood_of_one_sender_leaves_the_samples_of_others()
    {
        var register = new GatewayRegister(new IngestOptions { RecentRejections = 4 });
        register.Rejected(Rejection("quiet", "json", 1));
        for (int i = 0; i < 1000; i++)
            register.Rejected(Rejection("loud", "json", i));

        var lines = register.RecentRejections;
        Assert.Equal([("loud", 1000L), ("quiet", 1L)], lines.Select(line => (line.Gateway, line.Count)));
        Assert.Equal((At, At.AddSeconds(999)), (lines[0].FirstAt, lines[0].LastAt));
    }

    [Fact]
    public void The_line_that_was_quiet_longest_makes_room()
    {
        var register = new GatewayRegister(new IngestOptions { RecentRejections = 2 });
        foreach (string gateway in new[] { "a", "b", "a", "c" })
            register.Rejected(Rejection(gateway, "json", 0));

        Assert.Equal(["c", "a"], register.RecentRejections.Select(line => line.Gateway));
        Assert.Equal(2, register.Find("a")!.Rejected["json"]);
        Assert.Equal(1, register.Find("b")!.Rejected["json"]);
    }

    [Fact]
    public void The_log_decides_which_status_is_newer()
    {
        var entry = new GatewayEntry("a");
        entry.SaidStatus(new GatewayStatus(true, null, null), 7);
        entry.SaidStatus(new GatewayStatus(false, null, null), 6);
        Assert.True(entry.Status!.Value.Online);
    }

    [Fact]
    public void Received_at_does_not_go_back()
    {
        var entry = new GatewayEntry("a");
        Assert.Null(entry.LastReceivedAt);
        entry.Received("water", At.UtcTicks);
        entry.Received("fire", At.UtcTicks - 1);
        Assert.Equal(At, entry.LastReceivedAt);
        Assert.Equal("fire", entry.Domain);
    }

    private static RejectedMessage Rejection(string gateway, string reason, int second) =>
        new(gateway, reason, 1, At.AddSeconds(second), At.AddSeconds(second), "topic", "start", 5, 0, 0);
}
