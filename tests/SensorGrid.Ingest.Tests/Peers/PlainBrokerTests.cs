using System.Buffers;
using System.Globalization;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Ingest.Tests.Sources.Mqtt;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Peers;

/// <summary>The endpoint as a plain broker between foreign clients: mosquitto_pub, mosquitto_sub, MQTTnet.</summary>
public sealed class PlainBrokerTests
{
    public static TheoryData<string, string> VersionsAndQos { get; } = new()
    {
        { "311", "0" }, { "311", "1" }, { "311", "2" }, { "5", "0" }, { "5", "1" }, { "5", "2" },
    };

    [SkippableTheory]
    [MemberData(nameof(VersionsAndQos))]
    public async Task Mosquitto_sub_gets_what_mosquitto_pub_sends(string version, string qos)
    {
        await using var broker = await PlainBroker.StartAsync();
        using var subscriber = Subscribe(broker, version, qos, "sub", "-t", "a/+/#", "-C", "50", "-F", "%t %q %r %p");
        await Eventually.TrueAsync(() => broker.Sessions.Find("sub") is { } session && broker.Sessions.SubscriptionsOf(session).Count == 1);

        string lines = string.Join('\n', Enumerable.Range(0, 50).Select(i => $"message {i}")) + "\n";
        using var publisher = PeerProcess.Start(
            "/bin/sh", "-c", $"printf '{lines.Replace("\n", "\\n", StringComparison.Ordinal)}' | mosquitto_pub -h 127.0.0.1 -p {broker.Port} -V {version} -q {qos} -t a/b/c -l");
        PeerProcess.Find("mosquitto_pub");

        Assert.Equal(0, await publisher.ExitAsync(PeerProcess.Patience));
        Assert.Equal(0, await subscriber.ExitAsync(PeerProcess.Patience));
        Assert.Equal(Enumerable.Range(0, 50).Select(i => $"a/b/c {qos} 0 message {i}"), Lines(subscriber));
    }

    [SkippableTheory]
    [InlineData("311")]
    [InlineData("5")]
    public async Task Mosquitto_sub_gets_what_was_retained_and_the_will_of_a_killed_client(string version)
    {
        await using var broker = await PlainBroker.StartAsync();
        using (var retain = PeerProcess.Start("mosquitto_pub", "-h", "127.0.0.1", "-p", broker.PortText, "-V", version, "-q", "1", "-t", "state", "-m", "on", "-r"))
            Assert.Equal(0, await retain.ExitAsync(PeerProcess.Patience));
        using var watcher = Subscribe(broker, version, "1", "watcher", "-t", "#", "-C", "2", "-F", "%t %r %p");
        using var dying = Subscribe(broker, version, "0", "dying", "-t", "none", "--will-topic", "gone", "--will-payload", "dying");
        await Eventually.TrueAsync(() => Lines(watcher).Length == 1 && broker.Clients == 2);

        dying.KillHard();

        Assert.Equal(0, await watcher.ExitAsync(PeerProcess.Patience));
        Assert.Equal(["state 1 on", "gone 0 dying"], Lines(watcher));
    }

    [SkippableFact]
    public async Task Mosquitto_sub_of_a_kept_session_gets_what_came_while_it_was_away()
    {
        await using var broker = await PlainBroker.StartAsync();
        using (var first = Subscribe(broker, "311", "1", "keeper", "-c", "-t", "t", "-E"))
            Assert.Equal(0, await first.ExitAsync(PeerProcess.Patience));
        using (var publisher = PeerProcess.Start("mosquitto_pub", "-h", "127.0.0.1", "-p", broker.PortText, "-q", "1", "-t", "t", "-m", "while away"))
            Assert.Equal(0, await publisher.ExitAsync(PeerProcess.Patience));

        using var again = Subscribe(broker, "311", "1", "keeper", "-c", "-t", "t", "-C", "1");

        Assert.Equal(0, await again.ExitAsync(PeerProcess.Patience));
        Assert.Equal(["while away"], Lines(again));
    }

    [Fact]
    public async Task MQTTnet_gets_every_property_of_MQTT_5()
    {
        await using var broker = await PlainBroker.StartAsync();
        await using var reader = await MqttTestClient.ConnectAsync(broker.Port, MqttProtocolVersion.V500, "reader", more: o => o.WithTopicAliasMaximum(5));
        var received = new TaskCompletionSource<MqttApplicationMessage>(TaskCreationOptions.RunContinuationsAsynchronously);
        reader.Client.ApplicationMessageReceivedAsync += e =>
        {
            received.TrySetResult(e.ApplicationMessage);
            return Task.CompletedTask;
        };
        await reader.Client.SubscribeAsync(
            new MqttClientSubscribeOptionsBuilder().WithSubscriptionIdentifier(200).WithTopicFilter(f => f.WithTopic("a/#").WithExactlyOnceQoS()).Build());
        await using var sender = await MqttTestClient.ConnectAsync(broker.Port, MqttProtocolVersion.V500, "sender");

        var result = await sender.Client.PublishAsync(new MqttApplicationMessageBuilder()
            .WithTopic("a/b").WithPayload("hi").WithQualityOfServiceLevel(MqttQualityOfServiceLevel.ExactlyOnce).WithContentType("text").WithResponseTopic("r").WithCorrelationData([1, 2])
            .WithMessageExpiryInterval(100).WithPayloadFormatIndicator(MqttPayloadFormatIndicator.CharacterData)
            .WithUserProperty("b", Encoding.UTF8.GetBytes("1")).WithUserProperty("a", Encoding.UTF8.GetBytes("2")).Build());

        Assert.True(result.IsSuccess);
        var message = await received.Task.WaitAsync(MqttTestClient.Patience);
        Assert.Equal(("a/b", "hi", "text", "r"), (message.Topic, Encoding.UTF8.GetString(message.Payload.ToArray()), message.ContentType, message.ResponseTopic));
        Assert.Equal([1, 2], message.CorrelationData);
        Assert.InRange(message.MessageExpiryInterval, 99u, 100u);
        Assert.Equal(MqttPayloadFormatIndicator.CharacterData, message.PayloadFormatIndicator);
        Assert.Equal(["b", "a"], message.UserProperties.Select(property => property.Name));
        Assert.Equal([200u], message.SubscriptionIdentifiers);
    }

    [Fact]
    public async Task Messages_of_many_senders_keep_the_order_of_each()
    {
        await using var broker = await PlainBroker.StartAsync();
        await using var reader = await MqttTestClient.ConnectAsync(broker.Port, MqttProtocolVersion.V311, "reader");
        var got = new List<(string Topic, int Number)>();
        var all = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        reader.Client.ApplicationMessageReceivedAsync += e =>
        {
            got.Add((e.ApplicationMessage.Topic, int.Parse(Encoding.UTF8.GetString(e.ApplicationMessage.Payload.ToArray()), CultureInfo.InvariantCulture)));
            if (got.Count == 2_000)
                all.TrySetResult();
            return Task.CompletedTask;
        };
        await reader.Client.SubscribeAsync("from/#", MqttQualityOfServiceLevel.AtLeastOnce);

        await Task.WhenAll(Enumerable.Range(0, 20).Select(async number =>
        {
            await using var sender = await MqttTestClient.ConnectAsync(broker.Port, number % 2 == 0 ? MqttProtocolVersion.V311 : MqttProtocolVersion.V500, "s" + number);
            for (int i = 0; i < 100; i++)
                await sender.PublishAsync($"from/{number}", Encoding.UTF8.GetBytes($"{i}"), (MqttQualityOfServiceLevel)(1 + number % 2));
        }));

        await all.Task.WaitAsync(MqttTestClient.Patience);
        Assert.All(got.GroupBy(message => message.Topic), topic => Assert.Equal(Enumerable.Range(0, 100), topic.Select(message => message.Number)));
    }

    /// <summary>Not a test of ours: serves the plain broker on the port that SENSORGRID_PLAIN_BROKER names, for conformance suites of others, until the
    /// file that SENSORGRID_PLAIN_BROKER_UNTIL names is there.</summary>
    [SkippableFact]
    public async Task Serves_a_conformance_suite()
    {
        string? port = Environment.GetEnvironmentVariable("SENSORGRID_PLAIN_BROKER");
        Skip.If(port is null, "Set SENSORGRID_PLAIN_BROKER=PORT and SENSORGRID_PLAIN_BROKER_UNTIL=FILE to run a conformance suite against the endpoint.");
        string until = Environment.GetEnvironmentVariable("SENSORGRID_PLAIN_BROKER_UNTIL") ?? throw new InvalidOperationException("SENSORGRID_PLAIN_BROKER_UNTIL is not set.");
        await using var broker = await PlainBroker.StartAsync(int.Parse(port!, CultureInfo.InvariantCulture));
        while (!File.Exists(until))
            await Task.Delay(TimeSpan.FromMilliseconds(200), TimeProvider.System);
    }

    private static ChildProcess Subscribe(PlainBroker broker, string version, string qos, string id, params string[] more) => PeerProcess.Start(
        "mosquitto_sub", ["-h", "127.0.0.1", "-p", broker.PortText, "-V", version, "-q", qos, "-i", id, .. more]);

    private static string[] Lines(ChildProcess process) => process.Output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
}
