using System.Globalization;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Tests.Rig;

namespace SensorGrid.Ingest.Tests.Peers;

/// <summary>The embedded broker against mosquitto_pub and mosquitto_sub.</summary>
public sealed class MosquittoClientTests
{
    [SkippableTheory]
    [InlineData("311", "0")]
    [InlineData("311", "1")]
    [InlineData("311", "2")]
    [InlineData("5", "0")]
    [InlineData("5", "1")]
    [InlineData("5", "2")]
    public async Task Takes_what_mosquitto_pub_sends(string version, string qos)
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        using var publisher = PeerProcess.Start(
            "mosquitto_pub", "-h", "127.0.0.1", "-p", Port(rig), "-V", version, "-q", qos, "-i", "water-gw-1", "-t", Messages.Topic,
            "-m", """[{"n":"stage","u":"m","v":1}]""");

        Assert.Equal(0, await publisher.ExitAsync(PeerProcess.Patience));
        await Eventually.TrueAsync(() => rig.Log.LastDurableSequence == 1);

        Assert.Equal(1, rig.Register.Find("water-gw-1")!.Readings);
    }

    [SkippableTheory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task Gives_mosquitto_sub_its_commands_and_nothing_else(string version)
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        using var own = PeerProcess.Start(
            "mosquitto_sub", "-h", "127.0.0.1", "-p", Port(rig), "-V", version, "-q", "1", "-i", "water-gw-1",
            "-t", "sensorgrid/v1/water/water-gw-1/commands", "-C", "1");
        using var curious = PeerProcess.Start(
            "mosquitto_sub", "-h", "127.0.0.1", "-p", Port(rig), "-V", version, "-q", "1", "-i", "water-gw-2", "-t", "#", "-C", "1");

        var outcome = GatewayCommandOutcome.NoSession;
        // Until mosquitto_sub has subscribed there is no session that takes the command.
        while (outcome == GatewayCommandOutcome.NoSession && !own.HasExited)
            outcome = await rig.Source.PublishAsync("water", "water-gw-1", "open"u8.ToArray(), "operator", CancellationToken.None);
        Assert.Equal(0, await own.ExitAsync(PeerProcess.Patience));
        Assert.Contains("open", own.Output, StringComparison.Ordinal);
        // All its filters were refused, so mosquitto_sub gives up.
        await curious.ExitAsync(PeerProcess.Patience);
        Assert.Contains("denied", curious.Output, StringComparison.OrdinalIgnoreCase);
        Assert.DoesNotContain("open", curious.Output, StringComparison.Ordinal);
    }

    [SkippableFact]
    public async Task Takes_the_will_of_a_killed_client()
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        using var gateway = PeerProcess.Start(
            "mosquitto_sub", "-h", "127.0.0.1", "-p", Port(rig), "-i", "water-gw-1", "-t", "sensorgrid/v1/water/water-gw-1/commands",
            "--will-topic", "sensorgrid/v1/water/water-gw-1/status", "--will-payload", """{"online":false}""", "--will-qos", "1", "--will-retain");
        await Eventually.TrueAsync(() => rig.Source.State.Peers == 1);
        while (await rig.Source.PublishAsync("water", "water-gw-1", "are you there"u8.ToArray(), "operator", CancellationToken.None) != GatewayCommandOutcome.Queued)
            Assert.False(gateway.HasExited, gateway.Output);

        gateway.KillHard();

        await Eventually.TrueAsync(() => rig.Register.Find("water-gw-1")?.Status is { Online: false });
        Assert.Equal("sensorgrid/v1/water/water-gw-1/status", rig.LogRecords()[^1].Topic);
    }

    private static string Port(IngestRig rig) => rig.Port.ToString(CultureInfo.InvariantCulture);
}
