using System.Buffers;
using System.Collections.Concurrent;
using Microsoft.Extensions.Logging.Abstractions;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.Ingest.Sources.Mqtt;
using SensorGrid.Ingest.Sources.Mqtt.External;
using SensorGrid.Ingest.Sources.Sparkplug;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.External;

/// <summary>Our state as a host of Sparkplug B, at our own endpoint as the broker: over a real socket, with no other program. The same at Mosquitto:
/// <c>SparkplugClientTests</c> of the service.</summary>
public sealed class HostStateTests
{
    private static readonly SparkplugOptions Sparkplug = new() { Enabled = true };

    [Fact]
    public async Task A_late_will_of_an_older_connection_of_ours_is_answered_with_our_state()
    {
        await using var broker = await PlainBroker.StartAsync();
        await using var rig = new IngestRig();
        await using var watcher = await WatchAsync(broker, "watcher", out var said);
        await using var older = await MqttTestClient.ConnectAsync(broker.Port, MqttProtocolVersion.V500, "older");
        var options = new MqttOptions { Mode = MqttMode.External, Broker = new($"mqtt://127.0.0.1:{broker.PortText}") };
        Assert.Empty(options.Validate());
        using var source = new ExternalMqttSource(
            options, rig.Admission, rig.Metrics, rig.Time, new Random(1), NullLogger<ExternalMqttSource>.Instance, Sparkplug);
        await source.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => said.Count == 1);

        // With a time of its own: whoever compares them would believe the newer one.
        await older.PublishAsync(Sparkplug.StateTopic, new SparkplugState(false, 1).ToPayload(), MqttQualityOfServiceLevel.AtLeastOnce, retain: true);
        await Eventually.TrueAsync(() => said.Count == 3);
        // One that says we are there needs no answer: it would be answered for ever.
        await older.PublishAsync(Sparkplug.StateTopic, new SparkplugState(true, 2).ToPayload(), MqttQualityOfServiceLevel.AtLeastOnce, retain: true);
        await older.PublishAsync(Sparkplug.StateTopic, new SparkplugState(false, 3).ToPayload(), MqttQualityOfServiceLevel.AtLeastOnce, retain: true);
        await Eventually.TrueAsync(() => said.Count == 6);

        var states = said.ToArray();
        long since = states[0].Timestamp;
        Assert.Equal([new(true, since), new(false, 1), new(true, since), new(true, 2), new(false, 3), new(true, since)], states);
        // Whoever asks late is told the same: it is retained.
        await using var late = await WatchAsync(broker, "late", out var toldLate);
        await Eventually.TrueAsync(() => toldLate.Count == 1);
        Assert.Equal([new(true, since)], toldLate);

        await source.StopAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => said.Count == 7);
        Assert.False(said.Last().Online);
    }

    [Fact]
    public async Task However_many_late_wills_come_at_once_our_state_is_what_remains()
    {
        await using var broker = await PlainBroker.StartAsync();
        await using var rig = new IngestRig();
        await using var watcher = await WatchAsync(broker, "watcher", out var said);
        await using var older = await MqttTestClient.ConnectAsync(broker.Port, MqttProtocolVersion.V500, "older");
        var options = new MqttOptions { Mode = MqttMode.External, Broker = new($"mqtt://127.0.0.1:{broker.PortText}") };
        using var source = new ExternalMqttSource(
            options, rig.Admission, rig.Metrics, rig.Time, new Random(1), NullLogger<ExternalMqttSource>.Instance, Sparkplug);
        await source.StartAsync(CancellationToken.None);
        await Eventually.TrueAsync(() => said.Count == 1);

        // Without waiting for each other, so that some come while an earlier one is being answered.
        await Task.WhenAll(Enumerable.Range(1, 50).Select(
            i => older.PublishAsync(Sparkplug.StateTopic, new SparkplugState(false, i).ToPayload(), MqttQualityOfServiceLevel.AtLeastOnce, retain: true)));
        await Eventually.TrueAsync(() => said.Count(state => !state.Online) == 50 && said.Last() == said.First());

        // Never more answers than wills.
        Assert.InRange(said.Count(state => state.Online), 2, 51);
        await source.StopAsync(CancellationToken.None);
    }

    private static Task<MqttTestClient> WatchAsync(PlainBroker broker, string name, out ConcurrentQueue<SparkplugState> said)
    {
        var states = said = [];
        return ConnectAsync();

        async Task<MqttTestClient> ConnectAsync()
        {
            var client = await MqttTestClient.ConnectAsync(broker.Port, MqttProtocolVersion.V500, name);
            client.Client.ApplicationMessageReceivedAsync += e =>
            {
                Assert.True(SparkplugState.TryRead(e.ApplicationMessage.Payload.ToArray(), out var state));
                states.Enqueue(state);
                return Task.CompletedTask;
            };
            await client.Client.SubscribeAsync(Sparkplug.StateTopic, MqttQualityOfServiceLevel.AtLeastOnce);
            return client;
        }
    }
}
