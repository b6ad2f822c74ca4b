using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>Chapters 4.3 to 4.6 and 4.9: the QoS protocols both ways, delivery after a break, order, flow control.</summary>
public sealed class DeliveryTests
{
    private const MqttVersion V5 = MqttVersion.V5;

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-4.3.2-1", "MQTT-4.3.2-2", "MQTT-4.3.2-3", "MQTT-2.2.1-4", "MQTT-3.3.1-1", "MQTT-4.4.0-1")]
    [Normative(Mqtt311, "MQTT-4.3.2-1", "MQTT-2.3.1-4", "MQTT-3.3.1-1", "MQTT-4.4.0-1")]
    public async Task QoS_1_is_sent_once_with_an_unused_id_and_again_with_DUP_only_after_a_break(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var reader = await Talk.ConnectKeptAsync(rig, version, "reader");
        await reader.SubscribeAsync(version, "t", 1);
        var sender = await rig.ConnectAsync(version, "sender", keepAlive: 0);
        await PublishAsync(sender, version, "1", "2", "3");
        Assert.Equal([Talk.Publish(version, "t", "1", 1, 1), Talk.Publish(version, "t", "2", 1, 2), Talk.Publish(version, "t", "3", 1, 3)], await reader.ReadAsync(3));
        await reader.SendAsync(Talk.Acknowledge(0x40, 2));
        // Time alone brings nothing back.
        for (int i = 0; i < 10; i++)
        {
            rig.Pass(TimeSpan.FromSeconds(60));
            await reader.AssertSilentAsync();
        }
        await PublishAsync(sender, version, "4");
        Assert.Equal(Talk.Publish(version, "t", "4", 1, 4), await reader.ReadAsync());
        await Talk.LoseAsync(reader);

        var again = await Talk.ConnectKeptAsync(rig, version, "reader");

        Assert.Equal(
            [Talk.Publish(version, "t", "1", 1, 1, 8), Talk.Publish(version, "t", "3", 1, 3, 8), Talk.Publish(version, "t", "4", 1, 4, 8)], await again.ReadAsync(3));
        await again.SendAsync([.. Talk.Acknowledge(0x40, 1), .. Talk.Acknowledge(0x40, 3), .. Talk.Acknowledge(0x40, 4)]);
        await again.AssertSilentAsync();
        await Talk.LoseAsync(again);
        await (await Talk.ConnectKeptAsync(rig, version, "reader")).AssertSilentAsync();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-4.3.3-1", "MQTT-4.3.3-2", "MQTT-4.3.3-3", "MQTT-4.3.3-4", "MQTT-4.3.3-5", "MQTT-4.3.3-6", "MQTT-4.4.0-1", "MQTT-2.2.1-5")]
    [Normative(Mqtt311, "MQTT-4.3.3-1", "MQTT-4.4.0-1", "MQTT-2.3.1-6")]
    public async Task QoS_2_is_sent_until_it_is_received_and_released_until_it_is_complete(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var sender = await rig.ConnectAsync(version, "sender");
        var reader = await Talk.ConnectKeptAsync(rig, version, "reader");
        await reader.SubscribeAsync(version, "t", 2);
        await sender.SendAsync(Wire.Publish(version, "t", "x", qos: 2, id: 700));
        await sender.ReadAsync();
        Assert.Equal(Talk.Publish(version, "t", "x", 2, 1), await reader.ReadAsync());
        await Talk.LoseAsync(reader);

        var second = await Talk.ConnectKeptAsync(rig, version, "reader");
        Assert.Equal(Talk.Publish(version, "t", "x", 2, 1, 8), await second.ReadAsync());
        await second.SendAsync(Talk.Acknowledge(0x50, 1));
        Assert.Equal("62020001", await second.ReadAsync());
        await second.AssertSilentAsync();
        await Talk.LoseAsync(second);

        // Received: only the release is sent again.
        var third = await Talk.ConnectKeptAsync(rig, version, "reader");
        Assert.Equal("62020001", await third.ReadAsync());
        await third.SendAsync(Talk.Acknowledge(0x50, 1));
        Assert.Equal("62020001", await third.ReadAsync());
        await third.SendAsync(Talk.Acknowledge(0x70, 1));
        await third.AssertSilentAsync();
        await Talk.LoseAsync(third);

        await (await Talk.ConnectKeptAsync(rig, version, "reader")).AssertSilentAsync();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-4.3.2-4", "MQTT-4.3.2-5")]
    [Normative(Mqtt311, "MQTT-4.3.2-2")]
    public async Task A_packet_id_of_QoS_1_is_a_new_message_once_it_is_acknowledged_whatever_DUP_says(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(version);
        await client.SendAsync(Wire.Publish(version, "log/t", "1", qos: 1, id: 5));
        await client.AssertSilentAsync();
        // Ownership is on the disk's side first.
        rig.Sink.Commit(1);
        Assert.Equal("40020005", await client.ReadAsync());
        await client.SendAsync(Wire.Publish(version, "log/t", "2", qos: 1, id: 5, flags: 8));
        await client.AssertSilentAsync();
        rig.Sink.Commit(2);

        Assert.Equal("40020005", await client.ReadAsync());
        Assert.Equal(["1", "2"], rig.Sink.Messages.Select(message => message.Payload));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-4.3.3-8", "MQTT-4.3.3-10", "MQTT-4.3.3-11", "MQTT-4.3.3-12")]
    [Normative(Mqtt311, "MQTT-4.3.3-2")]
    public async Task A_packet_id_of_QoS_2_is_a_repetition_until_it_is_released_and_a_new_message_then(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(version, "reader");
        await reader.SubscribeAsync(version, "t");
        var sender = await Talk.ConnectKeptAsync(rig, version, "sender");
        await AnswerAsync(Wire.Publish(version, "t", "1", qos: 2, id: 5), "50020005");
        await AnswerAsync(Wire.Publish(version, "t", "1", qos: 2, id: 5, flags: 8), "50020005");
        await Talk.LoseAsync(sender);
        sender = await Talk.ConnectKeptAsync(rig, version, "sender");
        // Without DUP it is one as well.
        await AnswerAsync(Wire.Publish(version, "t", "1", qos: 2, id: 5), "50020005");
        await AnswerAsync(Talk.Acknowledge(0x62, 5), "70020005");
        await AnswerAsync(Wire.Publish(version, "t", "2", qos: 2, id: 5), "50020005");

        Assert.Equal([Talk.Publish(version, "t", "1"), Talk.Publish(version, "t", "2")], await reader.ReadAsync(2));
        await reader.AssertSilentAsync();

        async Task AnswerAsync(byte[] packet, string expected)
        {
            await sender.SendAsync(packet);
            Assert.Equal(expected, await sender.ReadAsync());
        }
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-4.3.3-7", "MQTT-4.3.3-13", "MQTT-4.4.0-1")]
    public async Task Expiry_ends_no_exchange_that_has_begun()
    {
        await using var rig = new EndpointRig();
        var reader = await Talk.ConnectKeptAsync(rig, V5, "reader");
        await reader.SubscribeAsync(V5, "t", 2);
        var sender = await rig.ConnectAsync(clientId: "sender", keepAlive: 0);
        byte[] ten = Wire.Properties((byte)0x02, Wire.FourBytes(10));
        await sender.SendAsync(Wire.Publish(V5, "t", qos: 2, id: 1, properties: ten));
        Assert.Equal("50020001", await sender.ReadAsync());
        Assert.Equal(Talk.Publish(V5, "t", qos: 2, properties: ten), await reader.ReadAsync());
        await Talk.LoseAsync(reader);
        rig.Time.Advance(TimeSpan.FromSeconds(20));

        await sender.SendAsync(Talk.Acknowledge(0x62, 1));
        Assert.Equal("70020001", await sender.ReadAsync());
        var again = await Talk.ConnectKeptAsync(rig, V5, "reader");
        Assert.StartsWith("3C", await again.ReadAsync(), StringComparison.Ordinal);
        await again.SendAsync(Talk.Acknowledge(0x50, 1));
        Assert.Equal("62020001", await again.ReadAsync());
    }

    [Theory]
    [InlineData(1, 0x40)]
    [InlineData(2, 0x50)]
    [Normative(Mqtt5, "MQTT-4.4.0-2", "MQTT-4.3.3-4")]
    public async Task A_message_the_client_refuses_is_done(byte qos, byte answer)
    {
        await using var rig = new EndpointRig();
        var reader = await Talk.ConnectKeptAsync(rig, V5, "reader");
        await reader.SubscribeAsync(V5, "t", 2);
        var sender = await rig.ConnectAsync(clientId: "sender");
        await sender.SendAsync(Wire.Publish(V5, "t", qos: qos));
        Assert.Equal(Talk.Publish(V5, "t", qos: qos), await reader.ReadAsync());
        await reader.SendAsync(Wire.Packet(answer, (ushort)1, (byte)0x80));
        await reader.AssertSilentAsync();
        await Talk.LoseAsync(reader);

        await (await Talk.ConnectKeptAsync(rig, V5, "reader")).AssertSilentAsync();
        Assert.Equal(0, rig.Sessions.Find("reader")!.InFlightMessages);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-4.6.0-5", "MQTT-4.6.0-6", "MQTT-4.4.0-1")]
    [Normative(Mqtt311, "MQTT-4.6.0-1", "MQTT-4.6.0-5", "MQTT-4.6.0-6")]
    public async Task Messages_of_one_client_topic_and_QoS_keep_their_order_also_when_sent_again(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var reader = await Talk.ConnectKeptAsync(rig, version, "reader");
        await reader.SubscribeAsync(version, "#", 2);
        var sender = await rig.ConnectAsync(version, "sender");
        // More than are let into flight at once.
        string[] payloads = [.. Enumerable.Range(0, 150).Select(i => $"{i}")];
        foreach (string payload in payloads)
            await sender.SendAsync(Wire.Publish(version, "t", payload, qos: 1));
        await sender.ReadAsync(150);
        string[] first = await reader.ReadAsync(64);
        Assert.Equal(payloads.Take(64).Select((payload, i) => Talk.Publish(version, "t", payload, 1, (ushort)(i + 1))), first);
        await Talk.LoseAsync(reader);

        var again = await Talk.ConnectKeptAsync(rig, version, "reader");

        for (int i = 0; i < 150; i++)
        {
            Assert.Equal(Talk.Publish(version, "t", payloads[i], 1, (ushort)(i + 1), i < 64 ? (byte)8 : (byte)0), await again.ReadAsync());
            await again.SendAsync(Talk.Acknowledge(0x40, (ushort)(i + 1)));
        }
        await again.AssertSilentAsync();
    }

    [Fact]
    [Normative(Mqtt311, "MQTT-4.6.0-4")]
    public async Task PUBRELs_are_sent_in_the_order_of_the_PUBRECs()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(MqttVersion.V311, "reader");
        await reader.SubscribeAsync(MqttVersion.V311, "t", 2);
        var sender = await rig.ConnectAsync(MqttVersion.V311, "sender");
        for (ushort id = 1; id <= 3; id++)
            await sender.SendAsync(Wire.Publish(MqttVersion.V311, "t", qos: 2, id: id));
        await reader.ReadAsync(3);

        await reader.SendAsync([.. Talk.Acknowledge(0x50, 2), .. Talk.Acknowledge(0x50, 3), .. Talk.Acknowledge(0x50, 1)]);

        Assert.Equal(["62020002", "62020003", "62020001"], await reader.ReadAsync(3));
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.3.4-9", "MQTT-3.3.4-10", "MQTT-4.9.0-1", "MQTT-4.9.0-2", "MQTT-4.9.0-3")]
    public async Task No_more_is_in_flight_than_Receive_Maximum_and_everything_else_goes_on()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(clientId: "reader", properties: [3, 0x21, 0, 2]);
        await reader.SubscribeAsync(V5, "t", 2);
        var sender = await rig.ConnectAsync(clientId: "sender");
        await PublishAsync(sender, V5, "1", "2", "3", "4");
        Assert.Equal([Talk.Publish(V5, "t", "1", 1, 1), Talk.Publish(V5, "t", "2", 1, 2)], await reader.ReadAsync(2));

        // The quota is used up: pings, subscriptions, its own messages, and QoS 0 to it are not held up.
        await reader.AssertSilentAsync();
        await reader.SubscribeAsync(V5, "zero", 0);
        await reader.SendAsync(Wire.Publish(V5, "zero", "own", qos: 2, id: 9));
        Assert.Equal(["50020009", Talk.Publish(V5, "zero", "own")], (await reader.ReadAsync(2)).OrderDescending());
        await reader.SendAsync(Talk.Acknowledge(0x62, 9));
        Assert.Equal("70020009", await reader.ReadAsync());
        // Each acknowledgement makes room for one.
        await reader.SendAsync(Talk.Acknowledge(0x40, 1));
        Assert.Equal(Talk.Publish(V5, "t", "3", 1, 3), await reader.ReadAsync());
        await reader.AssertSilentAsync();
        await reader.SendAsync(Wire.Packet(0x40, (ushort)2, (byte)0x97));
        Assert.Equal(Talk.Publish(V5, "t", "4", 1, 4), await reader.ReadAsync());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.3.4-9", "MQTT-4.9.0-2")]
    public async Task QoS_2_counts_until_PUBCOMP_or_a_PUBREC_that_refuses()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(clientId: "reader", properties: [3, 0x21, 0, 1]);
        await reader.SubscribeAsync(V5, "t", 2);
        var sender = await rig.ConnectAsync(clientId: "sender");
        for (ushort id = 1; id <= 3; id++)
            await sender.SendAsync(Wire.Publish(V5, "t", $"{id}", qos: 2, id: id));
        Assert.Equal(Talk.Publish(V5, "t", "1", 2, 1), await reader.ReadAsync());
        await reader.SendAsync(Talk.Acknowledge(0x50, 1));
        Assert.Equal("62020001", await reader.ReadAsync());
        await reader.AssertSilentAsync();

        await reader.SendAsync(Talk.Acknowledge(0x70, 1));
        Assert.Equal(Talk.Publish(V5, "t", "2", 2, 2), await reader.ReadAsync());
        await reader.SendAsync(Wire.Packet(0x50, (ushort)2, (byte)0x87));
        Assert.Equal(Talk.Publish(V5, "t", "3", 2, 3), await reader.ReadAsync());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.1.2-25", "MQTT-3.1.2-24")]
    public async Task A_message_too_large_for_a_client_is_done_as_if_it_had_been_sent()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(clientId: "reader", properties: Wire.Properties((byte)0x27, Wire.FourBytes(20), (byte)0x21, (ushort)1));
        await reader.SubscribeAsync(V5, "t", 1);
        var sender = await rig.ConnectAsync(clientId: "sender");
        await PublishAsync(sender, V5, new string('x', 13), "fits");

        Assert.Equal(Talk.Publish(V5, "t", "fits", 1, 2), await reader.ReadAsync());
        Assert.Equal(1, rig.SessionMetrics.Dropped);
    }

    private static async Task PublishAsync(MemoryClient sender, MqttVersion version, params string[] payloads)
    {
        foreach (string payload in payloads)
            await sender.SendAsync(Wire.Publish(version, "t", payload, qos: 1));
        await sender.ReadAsync(payloads.Length);
    }
}
