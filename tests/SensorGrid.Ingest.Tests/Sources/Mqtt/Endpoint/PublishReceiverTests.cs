using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>Messages into the log, and when and how they are answered.</summary>
public sealed class PublishReceiverTests
{
    private const MqttVersion V5 = MqttVersion.V5;
    private const MqttVersion V4 = MqttVersion.V311;

    [Fact]
    [Normative(Mqtt5, "MQTT-4.3.2-4")]
    public async Task Many_messages_are_on_their_way_and_each_is_answered_in_order_after_its_commit()
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync();
        for (ushort id = 1; id <= 4; id++)
            await client.SendAsync(Wire.Publish(V5, "log/a", $"{id}", qos: (byte)(id % 2 + 1), id: id));

        // All four are with the log, and none is answered before it is durable.
        await client.AssertSilentAsync();
        Assert.Equal(["1", "2", "3", "4"], rig.Sink.Messages.Select(message => message.Payload));

        rig.Sink.Commit(3);
        Assert.Equal(["50020001", "40020002", "50020003"], await client.ReadAsync(3));
        await client.AssertSilentAsync();
        rig.Sink.Commit(4);
        Assert.Equal("40020004", await client.ReadAsync());
    }

    [Fact]
    public async Task A_commit_wakes_only_the_connections_it_concerns()
    {
        await using var rig = new EndpointRig();
        var first = await rig.ConnectAsync(clientId: "first");
        var second = await rig.ConnectAsync(clientId: "second");
        await first.SendAsync(Wire.Publish(V5, "log/a", qos: 1, id: 1));
        await first.AssertSilentAsync();
        await second.SendAsync(Wire.Publish(V5, "log/a", qos: 1, id: 2));
        await second.AssertSilentAsync();
        Assert.Equal(2, rig.Endpoint.Waiters.Count);

        rig.Sink.Commit(1);
        Assert.Equal("40020001", await first.ReadAsync());
        await second.AssertSilentAsync();
        Assert.Equal(1, rig.Endpoint.Waiters.Count);

        rig.Sink.Commit(2);
        Assert.Equal("40020002", await second.ReadAsync());
        Assert.Equal(0, rig.Endpoint.Waiters.Count);
    }

    [Fact]
    public async Task A_log_without_room_stops_the_reading_and_loses_nothing()
    {
        await using var rig = new EndpointRig();
        rig.Sink.Leave(2);
        var client = await rig.ConnectAsync();
        for (ushort id = 1; id <= 5; id++)
            await client.SendAsync(Wire.Publish(V5, "log/a", $"{id}", qos: 2, id: id));
        await client.SendAsync(0xC0, 0);

        await Eventually.TrueAsync(() => rig.Sink.TurnedAway > 0);
        Assert.Equal(["1", "2"], rig.Sink.Messages.Select(message => message.Payload));
        rig.Sink.Leave(100);

        // The ping comes after the third to fifth message, and none of them was taken for a repetition of itself.
        Assert.Equal("D000", await client.ReadAsync());
        Assert.Equal(["1", "2", "3", "4", "5"], rig.Sink.Messages.Select(message => message.Payload));
    }

    [Fact]
    public async Task A_client_that_waits_for_the_log_is_not_dead()
    {
        await using var rig = new EndpointRig();
        rig.Sink.Leave(0);
        var client = await rig.ConnectAsync(keepAlive: 10);
        await client.SendAsync(Wire.Publish(V5, "log/a", qos: 1));
        await Eventually.TrueAsync(() => rig.Sink.TurnedAway > 0);

        rig.Pass(TimeSpan.FromMinutes(5));
        rig.Sink.Leave(10);

        await client.AssertSilentAsync();
        Assert.Single(rig.Sink.Messages);
    }

    [Fact]
    public async Task MQTT_311_is_not_read_at_the_bound_and_goes_on_when_answers_are_out()
    {
        await using var rig = new EndpointRig(sessions: new MqttSessionOptions { ReceiveMaximum = 2 });
        var client = await rig.ConnectAsync(V4);
        for (ushort id = 1; id <= 3; id++)
            await client.SendAsync(Wire.Publish(V4, "log/a", $"{id}", qos: 1, id: id));
        await Eventually.TrueAsync(() => rig.Sink.Messages.Count == 2);

        rig.Sink.Commit(2);
        Assert.Equal(["40020001", "40020002"], await client.ReadAsync(2));
        await client.AssertSilentAsync();
        Assert.Equal(["1", "2", "3"], rig.Sink.Messages.Select(message => message.Payload));
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.3.4-7")]
    public async Task MQTT_5_is_told_the_Receive_Maximum_and_ended_when_it_sends_more()
    {
        await using var rig = new EndpointRig(sessions: new MqttSessionOptions { ReceiveMaximum = 2 });
        var client = await rig.ConnectAsync();
        Assert.Contains("210002", client.ConnAck, StringComparison.Ordinal);
        await client.SendAsync([.. Wire.Publish(V5, "log/a", qos: 1, id: 1), .. Wire.Publish(V5, "log/a", qos: 2, id: 2)]);
        await client.AssertSilentAsync();
        rig.Sink.Commit(1);
        Assert.Equal("40020001", await client.ReadAsync());
        await client.SendAsync(Wire.Publish(V5, "log/a", qos: 1, id: 3));
        await client.AssertSilentAsync();

        // QoS 2 counts until PUBCOMP, QoS 1 until PUBACK: there are two, and a third is one too many.
        await client.SendAsync(Wire.Publish(V5, "log/a", qos: 1, id: 4));

        Assert.Equal("E00193", await client.ReadAsync());
        Assert.Equal("closed", await client.ReadAsync());
        Assert.Equal(3, rig.Sink.Messages.Count);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    public async Task A_repeated_QoS_2_message_is_answered_and_not_taken_twice(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        rig.Sink.CommitsAtOnce = true;
        var client = await rig.ConnectAsync(version);
        await client.SendAsync(Wire.Publish(version, "log/a", "1", qos: 2, id: 9));
        Assert.Equal("50020009", await client.ReadAsync());
        await client.SendAsync(Wire.Publish(version, "log/a", "1", qos: 2, id: 9, flags: 8));
        Assert.Equal("50020009", await client.ReadAsync());
        await client.SendAsync(Wire.Packet(0x62, (ushort)9));
        Assert.Equal("70020009", await client.ReadAsync());
        Assert.Single(rig.Sink.Messages);

        // Released: the id is a new message's.
        await client.SendAsync(Wire.Publish(version, "log/a", "2", qos: 2, id: 9));
        Assert.Equal("50020009", await client.ReadAsync());
        Assert.Equal(["1", "2"], rig.Sink.Messages.Select(message => message.Payload));
    }

    [Fact]
    public async Task A_QoS_2_message_repeated_on_a_new_connection_is_answered_only_when_the_first_is_durable()
    {
        await using var rig = new EndpointRig();
        byte[] keep = Wire.Properties((byte)0x11, Wire.FourBytes(100));
        var client = await rig.ConnectAsync(flags: 0, properties: keep);
        await client.SendAsync(Wire.Publish(V5, "log/a", "1", qos: 2, id: 9));
        await client.AssertSilentAsync();
        client.Close();
        await client.Served;

        var again = await rig.ConnectAsync(flags: 0, properties: keep);
        await again.SendAsync(Wire.Publish(V5, "log/a", "1", qos: 2, id: 9, flags: 8));
        await again.AssertSilentAsync();
        rig.Sink.Commit(1);

        Assert.Equal("50020009", await again.ReadAsync());
        Assert.Single(rig.Sink.Messages);
    }

    [Theory]
    [InlineData(5, "7003000992")]
    [InlineData(4, "70020009")]
    public async Task PUBREL_of_an_unknown_id_is_answered_so_that_the_client_can_go_on(byte level, string expected)
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync((MqttVersion)level);
        await client.SendAsync(Wire.Packet(0x62, (ushort)9));

        Assert.Equal(expected, await client.ReadAsync());
    }

    [Fact]
    public async Task An_unreadable_payload_is_on_disk_and_MQTT_5_hears_why_it_cannot_be_read()
    {
        await using var rig = new EndpointRig();
        rig.Sink.CommitsAtOnce = true;
        rig.Sink.Verdict = _ => new(AdmissionTicketKind.AppendedUnreadable, 0, PayloadReason.Json, 17, default);
        var five = await rig.ConnectAsync(clientId: "five");
        var quiet = await rig.ConnectAsync(clientId: "quiet", properties: [2, 0x17, 0]);
        var old = await rig.ConnectAsync(V4, "old");

        await five.SendAsync(Wire.Publish(V5, "log/a", qos: 1, id: 1));
        Assert.Equal("4016000199121F000F" + Convert.ToHexString("json at byte 17"u8), await five.ReadAsync());
        await quiet.SendAsync(Wire.Publish(V5, "log/a", qos: 1, id: 1));
        Assert.Equal("4003000199", await quiet.ReadAsync());
        await old.SendAsync(Wire.Publish(V4, "log/a", qos: 1, id: 1));
        Assert.Equal("40020001", await old.ReadAsync());
    }

    [Fact]
    public async Task MQTT_5_hears_a_refusal_in_its_turn_and_stays()
    {
        await using var rig = new EndpointRig();
        rig.Sink.Verdict = message => message.Topic == "log/big" ? new(AdmissionTicketKind.NotAllowed, 0, default, 0, NotAllowedReason.PayloadTooLarge) : null;
        var client = await rig.ConnectAsync(properties: [2, 0x17, 0]);
        await client.SendAsync([.. Wire.Publish(V5, "log/a", qos: 1, id: 1), .. Wire.Publish(V5, "log/big", qos: 1, id: 2), .. Wire.Publish(V5, "no/way", qos: 2, id: 3)]);
        await client.AssertSilentAsync();
        rig.Sink.Commit(1);

        Assert.Equal(["40020001", "4003000297", "5003000387"], await client.ReadAsync(3));
        // A PUBREC that says no ended the exchange; a client that sends PUBREL all the same is not told of an unknown id.
        await client.SendAsync(Wire.Packet(0x62, (ushort)3));
        Assert.Equal("70020003", await client.ReadAsync());
    }

    [Fact]
    public async Task MQTT_311_is_closed_for_what_it_may_not_after_the_answers_before_and_nothing_behind_is_taken()
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(V4);
        await client.SendAsync([.. Wire.Publish(V4, "log/a", qos: 1, id: 1), .. Wire.Publish(V4, "no/way", qos: 1, id: 2), .. Wire.Publish(V4, "log/a", qos: 1, id: 3)]);
        await Eventually.TrueAsync(() => rig.Endpoint.Waiters.Count == 1);
        rig.Sink.Commit(1);

        Assert.Equal(["40020001", "closed"], await client.ReadAsync(2));
        Assert.Single(rig.Sink.Messages);
    }

    [Theory]
    [InlineData(5, "E00189")]
    [InlineData(4, "closed")]
    public async Task A_failed_log_ends_every_connection_and_answers_nothing(byte level, string expected)
    {
        await using var rig = new EndpointRig();
        var version = (MqttVersion)level;
        var client = await rig.ConnectAsync(version);
        await client.SendAsync(Wire.Publish(version, "log/a", qos: 1));
        await client.AssertSilentAsync();

        rig.Sink.Fail();

        Assert.StartsWith(expected, await client.ReadAsync(), StringComparison.Ordinal);
        await client.Served.WaitAsync(MqttTestClient.Patience);
        var late = rig.Open();
        await late.SendAsync(Wire.Connect(version, "late"));
        Assert.Equal(version == V5 ? "2003008800" : "20020003", await late.ReadAsync());
    }

    [Fact]
    public async Task A_message_for_log_and_subscribers_reaches_them_when_it_is_durable_also_when_its_sender_has_gone()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(clientId: "reader");
        await reader.SubscribeAsync(V5, "both/#");
        var sender = await rig.ConnectAsync(clientId: "sender");
        await sender.SendAsync([.. Wire.Publish(V5, "both/a", "0"), .. Wire.Publish(V5, "both/a", "1", qos: 1, id: 1), .. Wire.Publish(V5, "both/a", "2", qos: 1, id: 2)]);
        await sender.AssertSilentAsync();
        await reader.AssertSilentAsync();

        rig.Sink.Commit(2);
        Assert.Equal("40020001", await sender.ReadAsync());
        Assert.Equal([Forwarded("0"), Forwarded("1")], await reader.ReadAsync(2));
        sender.Close();
        await sender.Served;
        await reader.AssertSilentAsync();
        rig.Sink.Commit(3);
        Assert.Equal(Forwarded("2"), await reader.ReadAsync());

        static string Forwarded(string payload) => Convert.ToHexString(Wire.Publish(V5, "both/a", payload));
    }

    [Fact]
    public async Task A_topic_too_long_to_keep_sets_no_alias()
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync();
        await client.SendAsync(Wire.Publish(V5, "log/" + new string('a', 300), properties: [3, 0x23, 0, 1]));
        await client.AssertSilentAsync();

        await client.SendAsync(Wire.Publish(V5, "", properties: [3, 0x23, 0, 1]));

        Assert.Equal("E00182", await client.ReadAsync());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.3.2-7", "MQTT-3.3.2-9", "MQTT-3.3.2-12")]
    public async Task A_topic_alias_stands_for_its_topic_until_it_is_set_anew()
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync();
        Assert.Contains("22000A", client.ConnAck, StringComparison.Ordinal);
        await client.SendAsync(
        [
            .. Wire.Publish(V5, "log/a", "1", properties: Alias(10)), .. Wire.Publish(V5, "", "2", properties: Alias(10)),
            .. Wire.Publish(V5, "log/b", "3", properties: Alias(10)), .. Wire.Publish(V5, "", "4", properties: Alias(10)),
        ]);
        await client.AssertSilentAsync();
        Assert.Equal(["log/a", "log/a", "log/b", "log/b"], rig.Sink.Messages.Select(message => message.Topic));

        await client.SendAsync(Wire.Publish(V5, "log/a", properties: Alias(11)));
        Assert.Equal("E00194", await client.ReadAsync());
        var other = await rig.ConnectAsync();
        await other.SendAsync(Wire.Publish(V5, "", properties: Alias(10)));
        Assert.Equal("E00182", await other.ReadAsync());

        static byte[] Alias(byte alias) => [3, 0x23, 0, alias];
    }
}
