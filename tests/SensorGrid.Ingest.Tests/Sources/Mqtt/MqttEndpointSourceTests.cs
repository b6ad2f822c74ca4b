using System.Net;
using System.Text;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt;

public sealed class MqttEndpointSourceTests
{
    public static TheoryData<MqttProtocolVersion, MqttQualityOfServiceLevel> VersionsAndQos { get; } = new()
    {
        { MqttProtocolVersion.V311, MqttQualityOfServiceLevel.AtMostOnce },
        { MqttProtocolVersion.V311, MqttQualityOfServiceLevel.AtLeastOnce },
        { MqttProtocolVersion.V311, MqttQualityOfServiceLevel.ExactlyOnce },
        { MqttProtocolVersion.V500, MqttQualityOfServiceLevel.AtMostOnce },
        { MqttProtocolVersion.V500, MqttQualityOfServiceLevel.AtLeastOnce },
        { MqttProtocolVersion.V500, MqttQualityOfServiceLevel.ExactlyOnce },
    };

    [Theory]
    [MemberData(nameof(VersionsAndQos))]
    [Normative(NormativeAttribute.Mqtt5, "MQTT-4.2.0-1")]
    [Normative(NormativeAttribute.Mqtt311, "MQTT-7.1.1-1")]
    public async Task A_published_pack_stands_in_the_log_as_it_came(MqttProtocolVersion version, MqttQualityOfServiceLevel qos)
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, version, "water-gw-1:main");
        byte[] payload = Messages.Pack(2.5);

        var result = await gateway.PublishAsync(Messages.Topic, payload, qos);
        // QoS 0 has no answer, and reading does not wait for the disk.
        await Eventually.TrueAsync(() => rig.Stream.LastDurableSequence == 1 && rig.Register.Find("water-gw-1")?.Accepted == 1);

        Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
        var record = Assert.Single(rig.LogRecords());
        Assert.Equal(
            (ReadingLogKind.Payload, "mqtt", "water-gw-1:main", Messages.Topic), (record.Kind, record.Source, record.Principal, record.Topic));
        Assert.Equal(payload, record.Payload.ToArray());
        Assert.Equal(1, rig.Register.Find("water-gw-1")!.Accepted);
    }

    [Theory]
    [InlineData(MqttQualityOfServiceLevel.AtLeastOnce)]
    [InlineData(MqttQualityOfServiceLevel.ExactlyOnce)]
    public async Task No_acknowledgement_before_the_record_is_on_disk(MqttQualityOfServiceLevel qos)
    {
        using var disk = new GatedDisk();
        await using var rig = await IngestRig.WithBrokerAsync(disk: disk);
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V311);
        await gateway.PublishAsync(Messages.Topic, Messages.Pack(1), qos);

        disk.Hold();
        var publish = gateway.PublishAsync(Messages.Topic, Messages.Pack(2), qos);
        await Eventually.TrueAsync(() => disk.Waiting == 1);
        // The packet is at the disk. Whatever this gateway sends now is answered after it; so a second one proves that time has passed.
        await using var other = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V311, "water-gw-2");
        await other.Client.PingAsync();
        Assert.False(publish.IsCompleted);

        disk.LetGo();
        Assert.True((await publish).IsSuccess);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    public async Task A_failed_sync_closes_the_connection_and_nothing_is_acknowledged_again(MqttProtocolVersion version)
    {
        using var disk = new GatedDisk();
        await using var rig = await IngestRig.WithBrokerAsync(disk: disk);
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, version);

        disk.Hold();
        var publish = gateway.PublishAsync(Messages.Topic, Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce);
        await Eventually.TrueAsync(() => disk.Waiting == 1);
        disk.Break();

        await gateway.Disconnected;
        await Assert.ThrowsAnyAsync<Exception>(() => publish);
        Assert.False(rig.Source.State.Connected);
        Assert.Contains("log", rig.Source.State.Detail, StringComparison.Ordinal);
        // A new connection is not invited.
        var refused = await Assert.ThrowsAnyAsync<Exception>(() => MqttTestClient.ConnectAsync(rig.Port, version, "water-gw-2"));
        Assert.Contains("ServerUnavailable", refused.ToString(), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Version_5_hears_that_its_payload_cannot_be_read_and_the_log_keeps_it()
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500);

        var first = await gateway.PublishAsync(Messages.Topic, Messages.Unreadable, MqttQualityOfServiceLevel.AtLeastOnce);
        var second = await gateway.PublishAsync(Messages.Topic, Messages.Unreadable, MqttQualityOfServiceLevel.ExactlyOnce);
        var third = await gateway.PublishAsync(Messages.Topic, Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce);

        Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, first.ReasonCode);
        Assert.Equal("json at byte 0", first.ReasonString);
        Assert.Equal(MqttClientPublishReasonCode.PayloadFormatInvalid, second.ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.Success, third.ReasonCode);
        Assert.Equal([Messages.Unreadable, Messages.Unreadable, Messages.Pack()], rig.LogRecords().Select(r => r.Payload.ToArray()));
        Assert.Equal(2, rig.Register.Find(Messages.Gateway)!.Rejected["json"]);
        var sample = Assert.Single(rig.Register.RecentRejections);
        Assert.Equal(("json", 2L, "this is no SenML"), (sample.Reason, sample.Count, sample.PayloadStart));
    }

    [Fact]
    public async Task Version_311_gets_its_acknowledgement_for_an_unreadable_payload_because_it_is_on_disk()
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V311);

        var result = await gateway.PublishAsync(Messages.Topic, Messages.Unreadable, MqttQualityOfServiceLevel.AtLeastOnce);

        Assert.True(result.IsSuccess);
        Assert.True(gateway.Client.IsConnected);
        Assert.Single(rig.LogRecords());
        Assert.Equal(1, rig.Metrics.Rejected["json"]);
    }

    [Fact]
    public async Task Version_5_may_not_publish_for_another_gateway_and_stays_connected()
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500);

        var other = await gateway.PublishAsync("sensorgrid/v1/water/water-gw-2/readings", Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce);
        var foreign = await gateway.PublishAsync("factory/temperature", Messages.Pack(), MqttQualityOfServiceLevel.ExactlyOnce);
        var command = await gateway.PublishAsync("sensorgrid/v1/water/water-gw-1/commands", Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce);
        var deep = await gateway.PublishAsync("a/b/c/d/e/f/g/h/i", Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce);
        var own = await gateway.PublishAsync(Messages.Topic, Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce);

        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, other.ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, foreign.ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.NotAuthorized, command.ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.TopicNameInvalid, deep.ReasonCode);
        Assert.Equal(MqttClientPublishReasonCode.Success, own.ReasonCode);
        Assert.Single(rig.LogRecords());
        Assert.Null(rig.Register.Find("water-gw-2"));
        Assert.Equal(["commands_are_central", "other_gateway", "topic_invalid", "topic_unknown"], rig.Register.Find("water-gw-1")!.Rejected.Keys.Order());
    }

    [Theory]
    [InlineData(MqttQualityOfServiceLevel.AtLeastOnce)]
    [InlineData(MqttQualityOfServiceLevel.ExactlyOnce)]
    public async Task Version_311_is_disconnected_without_an_acknowledgement_for_what_it_may_not(MqttQualityOfServiceLevel qos)
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V311);

        await Assert.ThrowsAnyAsync<Exception>(() => gateway.PublishAsync("sensorgrid/v1/water/water-gw-2/readings", Messages.Pack(), qos));

        await gateway.Disconnected;
        Assert.Empty(rig.LogRecords());
    }

    [Fact]
    public async Task A_payload_over_the_limit_is_refused_and_a_packet_over_the_limit_ends_its_connection()
    {
        await using var rig = await IngestRig.WithBrokerAsync(new IngestOptions { MaxPayloadBytes = 1000 });
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500);

        var over = await gateway.PublishAsync(Messages.Topic, new byte[1001], MqttQualityOfServiceLevel.AtLeastOnce);
        Assert.Equal(MqttClientPublishReasonCode.QuotaExceeded, over.ReasonCode);

        await Assert.ThrowsAnyAsync<Exception>(() => gateway.PublishAsync(Messages.Topic, new byte[100_000], MqttQualityOfServiceLevel.AtLeastOnce));
        await gateway.Disconnected;
        Assert.Empty(rig.LogRecords());
    }

    [Fact]
    public async Task A_bad_sender_does_not_hurt_another_gateway()
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        await using var good = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500, "good");
        int bad = 0;
        for (int i = 0; i < 20; i++)
        {
            // Each time it is thrown out, it comes back.
            await using var sender = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V311, "bad");
            await sender.PublishAsync("sensorgrid/v1/fire/bad/readings", Messages.Unreadable, MqttQualityOfServiceLevel.AtLeastOnce);
            await Assert.ThrowsAnyAsync<Exception>(
                () => sender.PublishAsync("sensorgrid/v1/fire/good/readings", Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce));
            bad++;
            var result = await good.PublishAsync("sensorgrid/v1/fire/good/readings", Messages.Pack(i), MqttQualityOfServiceLevel.AtLeastOnce);
            Assert.Equal(MqttClientPublishReasonCode.Success, result.ReasonCode);
        }

        Assert.Equal(20, rig.Register.Find("good")!.Accepted);
        Assert.Empty(rig.Register.Find("good")!.Rejected);
        Assert.Equal(bad, rig.Register.Find("bad")!.Rejected["json"]);
        Assert.Equal(bad, rig.Register.Find("bad")!.Rejected["other_gateway"]);
    }

    [Theory]
    [InlineData("")]
    [InlineData("not a gateway")]
    [InlineData("gw\u0000")]
    [InlineData("#")]
    [InlineData("gw:suffix/with/slashes")]
    [Normative(NormativeAttribute.Mqtt5, "MQTT-3.1.3-8", "MQTT-3.1.4-2")]
    public async Task A_client_id_that_is_no_gateway_is_refused(string clientId)
    {
        await using var rig = await IngestRig.WithBrokerAsync();

        var refused = await Assert.ThrowsAnyAsync<Exception>(
            () => MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500, clientId, more: o => o.WithCleanStart()));

        Assert.Contains("ClientIdentifierNotValid", refused.ToString(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(MqttProtocolVersion.V311)]
    [InlineData(MqttProtocolVersion.V500)]
    [Normative(NormativeAttribute.Mqtt311, "MQTT-3.8.3-2")]
    public async Task A_gateway_may_subscribe_to_its_own_commands_only(MqttProtocolVersion version)
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, version);

        foreach (string filter in new[] { "#", "+/v1/#", "$SYS/#", "sensorgrid/v1/water/water-gw-2/commands", "sensorgrid/v1/water/water-gw-1/readings", "sensorgrid/v1/+/water-gw-1/commands" })
            Assert.True(await SubscribeAsync(filter) >= MqttClientSubscribeResultCode.UnspecifiedError, filter);
        Assert.Equal(MqttClientSubscribeResultCode.GrantedQoS1, await SubscribeAsync("sensorgrid/v1/water/water-gw-1/commands"));

        async Task<MqttClientSubscribeResultCode> SubscribeAsync(string filter)
        {
            var result = await gateway.Client.SubscribeAsync(
                new MqttClientSubscribeOptionsBuilder().WithTopicFilter(f => f.WithTopic(filter).WithAtLeastOnceQoS()).Build());
            return result.Items.Single().ResultCode;
        }
    }

    [Fact]
    public async Task Subscriptions_of_a_session_are_limited()
    {
        await using var rig = await IngestRig.WithBrokerAsync(sessions: new MqttSessionOptions { MaxSubscriptions = 2 });
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500);
        var codes = new List<MqttClientSubscribeResultCode>();

        foreach (string domain in new[] { "water", "fire", "water", "forest" })
        {
            var result = await gateway.Client.SubscribeAsync(
                new MqttClientSubscribeOptionsBuilder().WithTopicFilter($"sensorgrid/v1/{domain}/water-gw-1/commands").Build());
            codes.Add(result.Items.Single().ResultCode);
        }

        Assert.Equal(
            [MqttClientSubscribeResultCode.GrantedQoS0, MqttClientSubscribeResultCode.GrantedQoS0, MqttClientSubscribeResultCode.GrantedQoS0, MqttClientSubscribeResultCode.QuotaExceeded],
            codes);
    }

    [Fact]
    public async Task A_command_reaches_its_gateway_and_stands_in_the_log_first()
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        Assert.Equal(
            GatewayCommandOutcome.NoSession,
            await rig.Source.PublishAsync("water", "water-gw-1", "open"u8.ToArray(), "operator", CancellationToken.None));
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500);
        var received = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        gateway.Client.ApplicationMessageReceivedAsync += e =>
        {
            received.TrySetResult(e.ApplicationMessage.Topic + " " + e.ApplicationMessage.ConvertPayloadToString());
            return Task.CompletedTask;
        };
        await gateway.Client.SubscribeAsync("sensorgrid/v1/water/water-gw-1/commands", MqttQualityOfServiceLevel.AtLeastOnce);

        var outcome = await rig.Source.PublishAsync("water", "water-gw-1", "close"u8.ToArray(), "operator", CancellationToken.None);

        Assert.Equal(GatewayCommandOutcome.Queued, outcome);
        Assert.Equal("sensorgrid/v1/water/water-gw-1/commands close", await received.Task.WaitAsync(MqttTestClient.Patience));
        Assert.Equal(["open", "close"], rig.LogRecords().Select(r => Encoding.UTF8.GetString(r.Payload.Span)));
        Assert.All(rig.LogRecords(), r => Assert.Equal("operator", r.Principal));
    }

    [Fact]
    public async Task A_command_waits_for_a_gateway_whose_session_is_kept_and_a_full_queue_is_told()
    {
        await using var rig = await IngestRig.WithBrokerAsync(sessions: new MqttSessionOptions { MaxQueuedMessages = 2 });
        await using (var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V311, more: o => o.WithCleanSession(false)))
            await gateway.Client.SubscribeAsync("sensorgrid/v1/water/water-gw-1/commands", MqttQualityOfServiceLevel.AtLeastOnce);

        await Eventually.TrueAsync(() => rig.Source.State.Peers == 0);
        var outcomes = new List<GatewayCommandOutcome>();
        for (int i = 0; i < 3; i++)
            outcomes.Add(await rig.Source.PublishAsync("water", "water-gw-1", new[] { (byte)('a' + i) }, "operator", CancellationToken.None));

        Assert.Equal([GatewayCommandOutcome.Queued, GatewayCommandOutcome.Queued, GatewayCommandOutcome.QueueFull], outcomes);
    }

    [Fact]
    public async Task A_will_and_a_retained_status_go_through_the_log()
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        const string Topic = "sensorgrid/v1/water/water-gw-1/status";
        await using var gateway = await MqttTestClient.ConnectAsync(
            rig.Port, MqttProtocolVersion.V311, more: o => o.WithWillTopic(Topic).WithWillPayload("""{"online":false}""").WithWillRetain());
        await gateway.PublishAsync(Topic, """{"online":true,"at":"2026-07-01T08:00:00Z","agent":"edge 1.0"}"""u8.ToArray(), MqttQualityOfServiceLevel.AtLeastOnce, retain: true);
        Assert.True(rig.Register.Find("water-gw-1")!.Status!.Value.Online);

        // Thrown out: the broker publishes the will.
        await Assert.ThrowsAnyAsync<Exception>(() => gateway.PublishAsync("x", [], MqttQualityOfServiceLevel.AtLeastOnce));
        await Eventually.TrueAsync(() => rig.Register.Find("water-gw-1")!.Status is { Online: false });

        Assert.Equal(["""{"online":true,"at":"2026-07-01T08:00:00Z","agent":"edge 1.0"}""", """{"online":false}"""], rig.LogRecords().Select(r => Encoding.UTF8.GetString(r.Payload.Span)));
        Assert.All(rig.LogRecords(), r => Assert.Equal(Topic, r.Topic));
    }

    [Fact]
    public async Task A_will_for_another_gateway_is_refused()
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        await using var gateway = await MqttTestClient.ConnectAsync(
            rig.Port, MqttProtocolVersion.V311, more: o => o.WithWillTopic("sensorgrid/v1/water/water-gw-2/status").WithWillPayload("""{"online":false}"""));

        await Assert.ThrowsAnyAsync<Exception>(() => gateway.PublishAsync("x", [], MqttQualityOfServiceLevel.AtLeastOnce));
        await Eventually.TrueAsync(() => rig.Metrics.Rejected.ContainsKey("other_gateway"));

        Assert.Empty(rig.LogRecords());
    }

    [Fact]
    public async Task Speaks_over_IPv6()
    {
        await using var rig = await IngestRig.WithBrokerAsync(address: IPAddress.IPv6Loopback);
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500, host: "::1");

        await gateway.PublishAsync(Messages.Topic, Messages.Pack(), MqttQualityOfServiceLevel.AtLeastOnce);

        Assert.Single(rig.LogRecords());
    }

    [Fact]
    public async Task Connections_are_limited_in_all_and_by_address()
    {
        await using var rig = await IngestRig.WithBrokerAsync(mqtt: new MqttEndpointOptions { MaxConnectionsPerAddress = 1 });
        await using var first = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500, "a");

        await Assert.ThrowsAnyAsync<MqttCommunicationException>(() => MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V500, "b"));

        Assert.True(first.Client.IsConnected);
        Assert.Equal(1, rig.Source.State.Peers);
    }

    [Fact]
    public async Task Stopping_lets_go_of_the_gateways_and_acknowledges_nothing_more()
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        await using var gateway = await MqttTestClient.ConnectAsync(
            rig.Port, MqttProtocolVersion.V500, more: o => o.WithWillTopic("sensorgrid/v1/water/water-gw-1/status").WithWillPayload("""{"online":false}"""));

        await rig.Source.StopAsync(CancellationToken.None);
        await gateway.Disconnected;

        // That we left says nothing about the gateway: its will is not taken.
        Assert.Empty(rig.LogRecords());
        Assert.False(rig.Source.State.Connected);
    }

    [Fact]
    public async Task Kestrel_does_not_wait_for_gateways_that_stay_connected()
    {
        await using var rig = await IngestRig.WithBrokerAsync();
        await using var gateway = await MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V311);

        // Without the source letting go, this would last until Kestrel's own time-out of 30 s, and the connection would be aborted then.
        await rig.StopHostAsync();

        await gateway.Disconnected;
        Assert.False(rig.Source.State.Connected);
    }

    [Fact]
    public async Task MQTT_31_is_refused()
    {
        await using var rig = await IngestRig.WithBrokerAsync();

        await Assert.ThrowsAnyAsync<Exception>(() => MqttTestClient.ConnectAsync(rig.Port, MqttProtocolVersion.V310));

        Assert.Null(rig.Register.Find("water-gw-1"));
        await Eventually.TrueAsync(() => rig.Source.State.Peers == 0);
    }
}
