using System.Buffers;
using System.Text;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Sources.Mqtt.Alarms;
using SensorGrid.Ingest.Tests.Rig;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Alarms;

/// <summary>Messages of our own through the embedded broker, and who gets them.</summary>
public sealed class PublishingTests
{
    private static readonly MqttAccessOptions Access = new()
    {
        Accounts = [new() { Name = "dispatch", PasswordHash = PasswordHash.Create("right"u8, PasswordHash.LeastIterations).ToString() }],
    };

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task Who_comes_late_sees_what_is_open_and_not_what_was(MqttProtocolVersion version)
    {
        await using var rig = await IngestRig.WithBrokerAsync(access: Access);
        await PublishAsync(rig, new(AlarmTopics.Open("water", "1"), "first"u8.ToArray(), Retain: true), new(AlarmTopics.Open("water", "2"), "second"u8.ToArray(), Retain: true),
            new PublishedMessage(AlarmTopics.Events("water"), "event"u8.ToArray(), Retain: false) { Position = 7 });
        await PublishAsync(rig, new PublishedMessage(AlarmTopics.Open("water", "1"), default, Retain: true));
        await using var late = await SubscribeAsync(rig, version);

        await PublishAsync(rig, new PublishedMessage(AlarmTopics.Events("water"), "next"u8.ToArray(), Retain: false) { Position = 8 });
        await Eventually.TrueAsync(() => late.Texts.Count == 2);

        Assert.Equal(["sensorgrid/alarms/v1/water/open/2 second retain", "sensorgrid/alarms/v1/water/events next"], late.Texts);
        Assert.Equal([AlarmTopics.Open("water", "2")], rig.Source.RetainedTopics(AlarmTopics.AllOpen));
        if (version == MqttProtocolVersion.V500)
        {
            var message = late.Messages[1];
            Assert.Equal(("application/json", MqttPayloadFormatIndicator.CharacterData, 0u), (message.ContentType, message.PayloadFormatIndicator, message.MessageExpiryInterval));
            Assert.Equal("8", Encoding.ASCII.GetString(Assert.Single(message.UserProperties, property => property.Name == "position").ValueBuffer.Span));
        }
    }

    [Fact]
    public async Task A_client_id_of_a_gateway_takes_nothing_over_for_an_account()
    {
        await using var rig = await IngestRig.WithBrokerAsync(access: Access);
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500, "water-gw-1");
        await using var account = await SubscribeAsync(rig, MqttProtocolVersion.V500, "water-gw-1");

        var result = await gateway.PublishAsync(Messages.Topic, Messages.Pack(1), MqttQualityOfServiceLevel.AtLeastOnce);

        Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
        Assert.True(account.Client.Client.IsConnected);
        await Assert.ThrowsAnyAsync<Exception>(() => MqttTestClient.ConnectAsync(
            rig.Port, MqttProtocolVersion.V500, "water-gw-1", more: options => options.WithCredentials("water-gw-2", "wrong")));
        Assert.True(gateway.Client.IsConnected);
    }

    [Fact]
    public async Task An_account_that_may_publishes_for_gateways_into_the_log_and_other_topics_to_subscribers()
    {
        string hash = PasswordHash.Create("right"u8, PasswordHash.LeastIterations).ToString();
        await using var rig = await IngestRig.WithBrokerAsync(access: new()
        {
            Accounts =
            [
                new() { Name = "bridge", PasswordHash = hash, Publish = ["sensorgrid/v1/water/+/readings", "city/lamps/+"] },
                new() { Name = "dispatch", PasswordHash = hash, Subscribe = ["city/#"] },
            ],
        });
        await using var bridge = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500, "b", more: options => options.WithCredentials("bridge", "right"));
        await using var desk = await SubscribeAsync(rig, MqttProtocolVersion.V500, filter: "city/#");

        var results = new List<MqttClientPublishReasonCode>();
        foreach (string topic in new[] { Messages.Topic, "city/lamps/1", "city/doors/1", "sensorgrid/v1/water/water-gw-1/commands", AlarmTopics.Events("water") })
            results.Add((await bridge.PublishAsync(topic, Messages.Pack(1), MqttQualityOfServiceLevel.AtLeastOnce)).ReasonCode);
        await Eventually.TrueAsync(() => desk.Texts.Count == 1);

        Assert.Equal(
            [
                MqttClientPublishReasonCode.Success, MqttClientPublishReasonCode.Success, MqttClientPublishReasonCode.NotAuthorized, MqttClientPublishReasonCode.NotAuthorized,
                MqttClientPublishReasonCode.NotAuthorized,
            ],
            results);
        Assert.Equal("city/lamps/1", Assert.Single(desk.Messages).Topic);
        var record = Assert.Single(rig.LogRecords());
        Assert.Equal(("bridge/b", Messages.Topic), (record.Principal, record.Topic));
    }

    [Fact]
    public async Task What_is_not_retained_for_lack_of_room_is_said()
    {
        await using var rig = await IngestRig.WithBrokerAsync(sessions: new() { MaxRetainedAlarms = 1 }, access: Access);
        Assert.Equal(PublishOutcome.Published, await PublishAsync(rig, new PublishedMessage(AlarmTopics.Open("water", "1"), "x"u8.ToArray(), Retain: true)));
        Assert.Equal(PublishOutcome.NotRetained, await PublishAsync(rig, new PublishedMessage(AlarmTopics.Open("water", "2"), "x"u8.ToArray(), Retain: true)));
    }

    private static Task<PublishOutcome> PublishAsync(IngestRig rig, params PublishedMessage[] messages) => rig.Source.PublishAsync(messages, CancellationToken.None);

    private static async Task<Subscriber> SubscribeAsync(IngestRig rig, MqttProtocolVersion version, string clientId = "desk 1", string filter = AlarmTopics.All)
    {
        var subscriber = new Subscriber(await MqttTestClient.ConnectAsync(
            rig.Port, version, clientId, more: options => options.WithCredentials("dispatch", "right")));
        subscriber.Client.Client.ApplicationMessageReceivedAsync += e =>
        {
            lock (subscriber)
                subscriber.Received.Add(e.ApplicationMessage);
            return Task.CompletedTask;
        };
        var granted = await subscriber.Client.Client.SubscribeAsync(filter, MqttQualityOfServiceLevel.AtLeastOnce);
        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, granted.Items.Single().ResultCode);
        return subscriber;
    }

    private sealed class Subscriber(MqttTestClient client) : IAsyncDisposable
    {
        public MqttTestClient Client => client;

        public List<MqttApplicationMessage> Received { get; } = [];

        public List<MqttApplicationMessage> Messages { get { lock (this) return [.. Received]; } }

        public List<string> Texts =>
            [.. Messages.Select(message => $"{message.Topic} {Encoding.UTF8.GetString(message.Payload.ToArray())}{(message.Retain ? " retain" : "")}")];

        public ValueTask DisposeAsync() => client.DisposeAsync();
    }
}
