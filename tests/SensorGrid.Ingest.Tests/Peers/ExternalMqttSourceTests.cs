using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Mqtt;
using SensorGrid.Ingest.Sources.Mqtt.External;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Ingest.Tests.Sources.Mqtt;

namespace SensorGrid.Ingest.Tests.Peers;

/// <summary>External mode with a real Mosquitto in between, set up as the documentation says.</summary>
public sealed class ExternalMqttSourceTests
{
    [SkippableFact]
    public async Task What_gateways_publish_reaches_the_log_and_is_acknowledged_to_the_broker()
    {
        using var broker = new Mosquitto();
        await broker.StartAsync();
        await using var rig = new IngestRig();
        await using var source = await RunningSource.StartAsync(rig, broker);
        await using var gateway = await MqttTestClient.ConnectAsync(broker.Port, MqttProtocolVersion.V311);

        await gateway.PublishAsync(Messages.Topic, Messages.Pack(1), MqttQualityOfServiceLevel.AtLeastOnce);
        await gateway.PublishAsync(Messages.Topic, Messages.Unreadable, MqttQualityOfServiceLevel.AtLeastOnce);
        await gateway.PublishAsync("sensorgrid/v1/water/water-gw-1/status", """{"online":true}"""u8.ToArray(), MqttQualityOfServiceLevel.AtLeastOnce, retain: true);
        await gateway.PublishAsync("sensorgrid/v1/water/water-gw-1/backlog", Messages.Pack(0), MqttQualityOfServiceLevel.ExactlyOnce);
        await gateway.PublishAsync(Messages.Topic, Messages.Pack(2), MqttQualityOfServiceLevel.AtMostOnce);
        // Each is counted some time after it is durable.
        await Eventually.TrueAsync(() => rig.Register.Find("water-gw-1") is { Accepted: 4 } entry && entry.Rejected.ContainsKey("json"));

        Assert.Equal(5, rig.Log.LastDurableSequence);
        Assert.All(rig.LogRecords(), record => Assert.Equal(("mqtt-broker", "water-gw-1"), (record.Source, record.Principal)));
        Assert.Equal(1, rig.Register.Find("water-gw-1")!.Rejected["json"]);
        Assert.True(rig.Register.Find("water-gw-1")!.Status!.Value.Online);
        // All were acknowledged: the next connection gets none of them again.
        await source.DisposeAsync();
        // A connection that comes before the broker has read the end of the last one takes over from it, with what is unread there.
        await Eventually.TrueAsync(() => broker.HasLogged("Client sensorgrid-ingest disconnected"));
        await using var again = await RunningSource.StartAsync(rig, broker);
        await gateway.PublishAsync(Messages.Topic, Messages.Pack(3), MqttQualityOfServiceLevel.AtLeastOnce);
        await Eventually.TrueAsync(() => rig.Log.LastDurableSequence == 6);
        Assert.Equal(Messages.Pack(3), rig.LogRecords()[5].Payload.ToArray());
    }

    [SkippableFact]
    public async Task A_message_over_the_limit_is_counted_and_does_not_come_back()
    {
        using var broker = new Mosquitto();
        await broker.StartAsync();
        await using var rig = new IngestRig(new IngestOptions { MaxPayloadBytes = 256 });
        await using var source = await RunningSource.StartAsync(rig, broker);
        await using var gateway = await MqttTestClient.ConnectAsync(broker.Port, MqttProtocolVersion.V500);

        await gateway.PublishAsync(Messages.Topic, new byte[300], MqttQualityOfServiceLevel.AtLeastOnce);
        await gateway.PublishAsync(Messages.Topic, Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce);
        await Eventually.TrueAsync(() => rig.Log.LastDurableSequence == 1);

        Assert.Equal(1, rig.Metrics.Rejected["payload_over_limit"]);
    }

    [SkippableFact]
    public async Task What_was_not_on_disk_when_the_service_died_comes_again()
    {
        using var broker = new Mosquitto();
        await broker.StartAsync();
        await using var gateway = await MqttTestClient.ConnectAsync(broker.Port, MqttProtocolVersion.V500);
        using var disk = new GatedDisk();
        var dying = new IngestRig(disk: disk);
        await using (var source = await RunningSource.StartAsync(dying, broker))
        {
            await gateway.PublishAsync(Messages.Topic, Messages.Pack(0), MqttQualityOfServiceLevel.AtLeastOnce);
            await Eventually.TrueAsync(() => dying.Log.LastDurableSequence == 1);
            disk.Hold();
            for (int i = 1; i <= 20; i++)
                await gateway.PublishAsync(Messages.Topic, Messages.Pack(i), MqttQualityOfServiceLevel.AtLeastOnce);
            await Eventually.TrueAsync(() => disk.Waiting == 1);
            disk.Break();
            // The source lets go of the broker as soon as the log failed, and says why.
            await Eventually.TrueAsync(() => source.Source.State is { Connected: false, Detail: { } detail } && detail.Contains("log", StringComparison.Ordinal));
        }
        Assert.Equal(1, dying.Log.LastDurableSequence);
        await dying.DisposeAsync();

        await using var rig = new IngestRig();
        await using var next = await RunningSource.StartAsync(rig, broker);
        await Eventually.TrueAsync(() => rig.Log.LastDurableSequence == 20);

        Assert.Equal(Enumerable.Range(1, 20).Select(i => Text(Messages.Pack(i))), rig.LogRecords().Select(record => Text(record.Payload.ToArray())));
    }

    [SkippableTheory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task What_waits_in_the_broker_survives_its_end(bool killed)
    {
        using var broker = new Mosquitto();
        await broker.StartAsync();
        await using var rig = new IngestRig();
        // Known to the broker, then away.
        await using (await RunningSource.StartAsync(rig, broker))
        {
        }
        // More than Mosquitto's default queue holds.
        const int Count = 1200;
        await PeerProcess.RunPahoAsync(
            "paho_publish.py", "127.0.0.1", broker.Port.ToString(CultureInfo.InvariantCulture), "5", "water-gw-1", "1", $"{Count}", Messages.Topic);
        // Mosquitto acknowledges some milliseconds before it saves (mqtt-source.md): a kill in between would lose the last ones.
        await Eventually.TrueAsync(() => broker.HasSaved($"\"v\":{Count - 1}}}"));
        if (killed)
            broker.Kill();
        else
            await broker.StopAsync();
        await broker.StartAsync();

        await using var source = await RunningSource.StartAsync(rig, broker);
        await Eventually.TrueAsync(() => rig.Register.Find("water-gw-1")?.Accepted >= Count);

        Assert.Equal(Enumerable.Range(0, Count).Select(i => $$"""[{"n":"stage","u":"m","t":{{1_450_000_000 + i}},"v":{{i}}}]"""), rig.LogRecords().Select(record => Text(record.Payload.ToArray())));
    }

    [SkippableFact]
    public async Task Comes_back_when_the_broker_does()
    {
        using var broker = new Mosquitto();
        await using var rig = new IngestRig();
        // Started before the broker.
        await using var source = await RunningSource.StartAsync(rig, broker, wait: false);
        await broker.StartAsync();
        await Eventually.TrueAsync(() => source.Source.State.Connected);
        await broker.StopAsync();
        await Eventually.TrueAsync(() => !source.Source.State.Connected && source.Source.State.Detail is not null);
        await broker.StartAsync();
        await Eventually.TrueAsync(() => source.Source.State.Connected);

        await using var gateway = await MqttTestClient.ConnectAsync(broker.Port, MqttProtocolVersion.V500);
        await gateway.PublishAsync(Messages.Topic, Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce);
        await Eventually.TrueAsync(() => rig.Log.LastDurableSequence == 1);
    }

    [SkippableFact]
    public async Task Leaves_a_broker_that_has_fallen_silent_and_comes_back_when_it_answers()
    {
        using var broker = new Mosquitto();
        await broker.StartAsync();
        await using var rig = new IngestRig();
        await using var source = await RunningSource.StartAsync(rig, broker, limit: TimeSpan.FromSeconds(1));

        // Its end of the connection is still there, as behind a line that was cut: nothing says that it is over.
        broker.Pause();
        await Eventually.TrueAsync(() => source.Source.State is { Connected: false, Detail: not null });
        broker.GoOn();

        await Eventually.TrueAsync(() => source.Source.State.Connected);
        await using var gateway = await MqttTestClient.ConnectAsync(broker.Port, MqttProtocolVersion.V500);
        await gateway.PublishAsync(Messages.Topic, Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce);
        await Eventually.TrueAsync(() => rig.Log.LastDurableSequence == 1);
    }

    [SkippableFact]
    public async Task Gives_commands_to_gateways_through_the_broker()
    {
        using var broker = new Mosquitto();
        await broker.StartAsync();
        await using var rig = new IngestRig();
        await using var source = await RunningSource.StartAsync(rig, broker);
        var nobody = await source.Source.PublishAsync("water", "water-gw-1", "open"u8.ToArray(), "operator", CancellationToken.None);
        using var gateway = PeerProcess.Start(
            "mosquitto_sub", "-h", "127.0.0.1", "-p", broker.Port.ToString(CultureInfo.InvariantCulture), "-q", "1", "-i", "water-gw-1",
            "-t", "sensorgrid/v1/water/water-gw-1/commands", "-C", "1");

        var outcome = nobody;
        while (outcome == GatewayCommandOutcome.NoSession && !gateway.HasExited)
            outcome = await source.Source.PublishAsync("water", "water-gw-1", "close"u8.ToArray(), "operator", CancellationToken.None);

        Assert.Equal(GatewayCommandOutcome.NoSession, nobody);
        Assert.Equal(GatewayCommandOutcome.Queued, outcome);
        Assert.Equal(0, await gateway.ExitAsync(PeerProcess.Patience));
        Assert.Contains("close", gateway.Output, StringComparison.Ordinal);
        Assert.Equal("operator", rig.LogRecords()[0].Principal);
    }

    private static string Text(byte[] payload) => System.Text.Encoding.UTF8.GetString(payload);

    private sealed class RunningSource : IAsyncDisposable
    {
        private bool stopped;

        private RunningSource(ExternalMqttSource source) => Source = source;

        public ExternalMqttSource Source { get; }

        public static async Task<RunningSource> StartAsync(IngestRig rig, Mosquitto broker, bool wait = true, TimeSpan? limit = null)
        {
            var options = new MqttOptions
            {
                Mode = MqttMode.External,
                Broker = broker.Address,
                ReconnectFirst = TimeSpan.FromMilliseconds(20),
                ReconnectLongest = TimeSpan.FromMilliseconds(200),
                KeepAlive = limit ?? TimeSpan.FromSeconds(15),
                BrokerTimeout = limit ?? TimeSpan.FromSeconds(10),
            };
            Assert.Empty(options.Validate());
            var source = new ExternalMqttSource(options, rig.Admission, rig.Metrics, rig.Time, new Random(1), NullLogger<ExternalMqttSource>.Instance);
            await source.StartAsync(CancellationToken.None);
            if (wait)
                await Eventually.TrueAsync(() => source.State.Connected);
            return new(source);
        }

        public async ValueTask DisposeAsync()
        {
            if (stopped)
                return;
            stopped = true;
            await Source.StopAsync(CancellationToken.None);
            Source.Dispose();
        }
    }
}
