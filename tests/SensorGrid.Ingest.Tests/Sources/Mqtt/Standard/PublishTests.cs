using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>Chapter 3.3: PUBLISH, from a client and to one; retained messages.</summary>
public sealed class PublishTests
{
    private const MqttVersion V5 = MqttVersion.V5;
    private const MqttVersion V4 = MqttVersion.V311;

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.3.4-1", "MQTT-2.2.1-5")]
    [Normative(Mqtt311, "MQTT-3.3.4-1", "MQTT-2.3.1-6")]
    public async Task Each_QoS_is_answered_in_its_way_with_the_packet_id_it_came_with(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        rig.Sink.CommitsAtOnce = true;
        var client = await rig.ConnectAsync(version);

        await client.SendAsync(Wire.Publish(version, "log/t", "0"));
        await client.AssertSilentAsync();
        await client.SendAsync(Wire.Publish(version, "log/t", "1", qos: 1, id: 65535));
        Assert.Equal("4002FFFF", await client.ReadAsync());
        await client.SendAsync(Wire.Publish(version, "log/t", "2", qos: 2, id: 258));
        Assert.Equal("50020102", await client.ReadAsync());
        await client.SendAsync(Talk.Acknowledge(0x62, 258));
        Assert.Equal("70020102", await client.ReadAsync());
        Assert.Equal(["0", "1", "2"], rig.Sink.Messages.Select(message => message.Payload));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.3.1-3", "MQTT-4.3.1-1", "MQTT-2.2.1-2", "MQTT-3.3.1-2")]
    [Normative(Mqtt311, "MQTT-3.3.1-3", "MQTT-4.3.1-1", "MQTT-2.3.1-5", "MQTT-3.3.1-2")]
    public async Task DUP_of_an_incoming_message_does_not_go_on(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(version, "reader");
        await reader.SubscribeAsync(version, "t", 2);
        var zero = await rig.ConnectAsync(version, "zero");
        await zero.SubscribeAsync(version, "t", 0);
        var sender = await rig.ConnectAsync(version, "sender");
        await sender.SendAsync([.. Wire.Publish(version, "t", "1", qos: 1, id: 1, flags: 8), .. Wire.Publish(version, "t", "2", qos: 2, id: 2, flags: 8)]);

        Assert.Equal([Talk.Publish(version, "t", "1", 1, 1), Talk.Publish(version, "t", "2", 2, 2)], await reader.ReadAsync(2));
        // QoS 0: without a packet id.
        Assert.Equal([Talk.Publish(version, "t", "1"), Talk.Publish(version, "t", "2")], await zero.ReadAsync(2));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.3.1-5", "MQTT-3.3.1-9", "MQTT-3.3.1-8")]
    [Normative(Mqtt311, "MQTT-3.3.1-5", "MQTT-3.3.1-6", "MQTT-3.3.1-7", "MQTT-3.3.1-8", "MQTT-3.3.1-12", "MQTT-3.1.2-7")]
    public async Task The_last_retained_message_goes_to_new_subscriptions_with_its_QoS_and_outlives_its_sender(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var sender = await rig.ConnectAsync(version, "sender");
        await sender.SendAsync(
        [
            .. Wire.Publish(version, "a/1", "old", qos: 2, id: 1, flags: 1), .. Wire.Publish(version, "a/1", "new", qos: 1, id: 2, flags: 1),
            .. Wire.Publish(version, "a/2", "zero", flags: 1), .. Wire.Publish(version, "a/1", "passing", qos: 1, id: 3),
        ]);
        await sender.ReadAsync(3);
        await Talk.LoseAsync(sender);

        var reader = await rig.ConnectAsync(version, "reader");
        await reader.SubscribeAsync(version, "a/+", 2);

        string[] got = await reader.ReadAsync(2);
        Assert.Equal([Talk.Publish(version, "a/1", "new", 1, 1, flags: 1), Talk.Publish(version, "a/2", "zero", flags: 1)], got.OrderDescending());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.3.1-6", "MQTT-3.3.1-7")]
    [Normative(Mqtt311, "MQTT-3.3.1-10", "MQTT-3.3.1-11")]
    public async Task An_empty_retained_message_is_delivered_removes_what_was_kept_and_is_not_kept(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var sender = await rig.ConnectAsync(version, "sender");
        await sender.SendAsync(Wire.Publish(version, "t", "kept", flags: 1));
        await sender.SubscribeAsync(version, "t");
        Assert.Equal(Talk.Publish(version, "t", "kept", flags: 1), await sender.ReadAsync());

        await sender.SendAsync(Wire.Publish(version, "t", "", flags: 1));

        Assert.Equal(Talk.Publish(version, "t", ""), await sender.ReadAsync());
        var reader = await rig.ConnectAsync(version, "reader");
        await reader.SubscribeAsync(version, "t");
        await reader.AssertSilentAsync();
        Assert.Equal(0, rig.Sessions.Retained.Count);
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.3.1-9", "MQTT-3.3.1-10", "MQTT-3.3.1-11")]
    public async Task Retain_Handling_decides_whether_a_subscription_gets_what_is_retained()
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync();
        await client.SendAsync(Wire.Publish(V5, "t", "kept", flags: 1));
        string kept = Talk.Publish(V5, "t", "kept", flags: 1);

        await client.SubscribeAsync(V5, "t", 0x20);
        await client.AssertSilentAsync();
        await client.SubscribeAsync(V5, "t", 0x10);
        await client.AssertSilentAsync();
        await client.SubscribeAsync(V5, "t", 0x00);
        Assert.Equal(kept, await client.ReadAsync());
        await client.SubscribeAsync(V5, "t", 0x00);
        Assert.Equal(kept, await client.ReadAsync());
        await client.SubscribeAsync(V5, "+", 0x10);
        Assert.Equal(kept, await client.ReadAsync());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.3.1-12", "MQTT-3.3.1-13")]
    [Normative(Mqtt311, "MQTT-3.3.1-9")]
    public async Task RETAIN_of_a_forwarded_message_is_kept_only_when_the_subscription_asks_for_it()
    {
        await using var rig = new EndpointRig();
        var old = await rig.ConnectAsync(V4, "old");
        await old.SubscribeAsync(V4, "t");
        var plain = await rig.ConnectAsync(clientId: "plain");
        await plain.SubscribeAsync(V5, "t");
        var asPublished = await rig.ConnectAsync(clientId: "as published");
        await asPublished.SubscribeAsync(V5, "t", 0x08);
        await plain.SendAsync([.. Wire.Publish(V5, "t", "1", flags: 1), .. Wire.Publish(V5, "t", "2")]);

        Assert.Equal([Talk.Publish(V4, "t", "1"), Talk.Publish(V4, "t", "2")], await old.ReadAsync(2));
        Assert.Equal([Talk.Publish(V5, "t", "1"), Talk.Publish(V5, "t", "2")], await plain.ReadAsync(2));
        Assert.Equal([Talk.Publish(V5, "t", "1", flags: 1), Talk.Publish(V5, "t", "2")], await asPublished.ReadAsync(2));
    }

    [Fact]
    [Normative(Mqtt5,
        "MQTT-3.3.2-4", "MQTT-3.3.2-15", "MQTT-3.3.2-16", "MQTT-3.3.2-17", "MQTT-3.3.2-18", "MQTT-3.3.2-20", "MQTT-3.3.2-3", "MQTT-2.2.2-1", "MQTT-1.5.4-3")]
    [Normative(Mqtt311, "MQTT-3.3.2-3", "MQTT-1.5.3-3")]
    public async Task What_a_message_carries_goes_on_unaltered()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(clientId: "reader");
        await reader.SubscribeAsync(V5, "a/#");
        var old = await rig.ConnectAsync(V4, "old");
        await old.SubscribeAsync(V4, "a/\uFEFF");
        // Names twice and out of order, an empty value, a byte order mark that is a character like any other.
        byte[] properties = Wire.Properties(
            (byte)0x01, (byte)1, (byte)0x03, "text/\uFEFF", (byte)0x08, "answer/here", (byte)0x09, Text(0, 255, 0xC0),
            (byte)0x26, "z", "1", (byte)0x26, "a", "", (byte)0x26, "z", "0");

        await reader.SendAsync([.. Wire.Publish(V5, "a/\uFEFF", "水", properties: properties), .. Wire.Publish(V5, "b", "not for it"), .. Wire.Publish(V5, "a", "plain")]);

        Assert.Equal([Talk.Publish(V5, "a/\uFEFF", "水", properties: properties), Talk.Publish(V5, "a", "plain")], await reader.ReadAsync(2));
        Assert.Equal(Talk.Publish(V4, "a/\uFEFF", "水"), await old.ReadAsync());

        static byte[] Text(params byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.3.2-5", "MQTT-3.3.2-6")]
    public async Task A_message_that_waits_is_sent_with_what_is_left_of_its_expiry_or_not_at_all()
    {
        await using var rig = new EndpointRig();
        var reader = await Talk.ConnectKeptAsync(rig, V5, "reader");
        await reader.SubscribeAsync(V5, "t", 1);
        await Talk.LoseAsync(reader);
        var sender = await rig.ConnectAsync(clientId: "sender", keepAlive: 0);
        await sender.SendAsync([.. Message("short", 10), .. Message("long", 100)]);
        await sender.ReadAsync(2);
        rig.Time.Advance(TimeSpan.FromSeconds(30));

        var again = await Talk.ConnectKeptAsync(rig, V5, "reader");

        Assert.Equal(Talk.Hex(Message("long", 70)), await again.ReadAsync());
        await again.AssertSilentAsync();

        static byte[] Message(string payload, uint seconds) =>
            Wire.Publish(V5, "t", payload, qos: 1, id: 1, properties: Wire.Properties((byte)0x02, Wire.FourBytes(seconds)));
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.3.2-7", "MQTT-3.3.2-12")]
    public async Task Every_topic_alias_up_to_our_maximum_is_taken_and_ends_with_its_connection()
    {
        await using var rig = new EndpointRig();
        var client = await Talk.ConnectKeptAsync(rig, V5, "c");
        Assert.Contains("22000A", client.ConnAck, StringComparison.Ordinal);
        for (byte alias = 1; alias <= 10; alias++)
            await client.SendAsync([.. Wire.Publish(V5, $"log/{alias}", "named", properties: [3, 0x23, 0, alias]), .. Wire.Publish(V5, "", "by alias", properties: [3, 0x23, 0, alias])]);
        await client.AssertSilentAsync();
        Assert.Equal(Enumerable.Range(1, 10).SelectMany(alias => new[] { $"log/{alias}", $"log/{alias}" }), rig.Sink.Messages.Select(message => message.Topic));
        await Talk.LoseAsync(client);

        var again = await Talk.ConnectKeptAsync(rig, V5, "c");

        Assert.Equal("01", again.ConnAck[4..6]);
        Assert.Equal(["E00182", "closed"], await Talk.AnswersAsync(again, Wire.Publish(V5, "", properties: [3, 0x23, 0, 1])));
        Assert.Equal(20, rig.Sink.Messages.Count);
    }

    [Theory]
    [InlineData(-1)]
    [InlineData(0)]
    [InlineData(2)]
    [Normative(Mqtt5, "MQTT-3.1.2-26", "MQTT-3.1.2-27", "MQTT-3.3.2-7", "MQTT-3.3.2-11", "MQTT-3.3.2-8")]
    public async Task No_more_topic_aliases_are_sent_than_the_client_takes_and_none_from_an_earlier_connection(int maximum)
    {
        await using var rig = new EndpointRig();
        byte[] properties = maximum < 0 ? Talk.Kept : Wire.Properties((byte)0x11, Wire.FourBytes(1000), (byte)0x22, (ushort)maximum);
        var sender = await rig.ConnectAsync(clientId: "sender");
        for (int connection = 0; connection < 2; connection++)
        {
            var reader = await rig.ConnectAsync(clientId: "reader", flags: 0, properties: properties);
            await reader.SubscribeAsync(V5, "#");
            foreach (string topic in (string[])["a", "b", "c", "a", "c"])
                await sender.SendAsync(Wire.Publish(V5, topic));

            string[] expected = maximum == 2
                ? [Aliased("a", 1), Aliased("b", 2), Talk.Publish(V5, "c"), Aliased("", 1), Talk.Publish(V5, "c")]
                : [Talk.Publish(V5, "a"), Talk.Publish(V5, "b"), Talk.Publish(V5, "c"), Talk.Publish(V5, "a"), Talk.Publish(V5, "c")];
            Assert.Equal(expected, await reader.ReadAsync(5));
            await Talk.LoseAsync(reader);
        }

        static string Aliased(string topic, byte alias) => Talk.Publish(V5, topic, properties: [3, 0x23, 0, alias]);
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.3.4-2", "MQTT-3.3.4-3", "MQTT-3.3.4-4", "MQTT-3.8.4-8")]
    [Normative(Mqtt311, "MQTT-3.3.5-1", "MQTT-3.8.4-6")]
    public async Task Overlapping_subscriptions_give_one_copy_of_the_highest_QoS_with_all_identifiers()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(clientId: "reader");
        await reader.SubscribeAsync(V5, "a/b", 0, Wire.Properties((byte)0x0B, (byte)1));
        await reader.SubscribeAsync(V5, "a/+", 2, Wire.Properties((byte)0x0B, Wire.Variable(300)));
        await reader.SubscribeAsync(V5, "a/#", 1);
        var old = await rig.ConnectAsync(V4, "old");
        await old.SubscribeAsync(V4, "a/b", 0);
        await old.SubscribeAsync(V4, "a/+", 2);
        var sender = await rig.ConnectAsync(clientId: "sender");
        await sender.SendAsync([.. Wire.Publish(V5, "a/b", "2", qos: 2, id: 1), .. Wire.Publish(V5, "a/b", "1", qos: 1, id: 2)]);

        string one = Copy("2", 2, 1, first: 1), other = Copy("2", 2, 1, first: 300);
        string got = await reader.ReadAsync();
        Assert.True(got == one || got == other, got);
        Assert.Equal(got == one ? Copy("1", 1, 2, first: 1) : Copy("1", 1, 2, first: 300), await reader.ReadAsync());
        await reader.AssertSilentAsync();
        Assert.Equal([Talk.Publish(V4, "a/b", "2", 2, 1), Talk.Publish(V4, "a/b", "1", 1, 2)], await old.ReadAsync(2));

        static string Copy(string payload, byte qos, ushort id, int first) => Talk.Publish(
            V5, "a/b", payload, qos, id,
            properties: first == 1 ? Wire.Properties((byte)0x0B, (byte)1, (byte)0x0B, Wire.Variable(300)) : Wire.Properties((byte)0x0B, Wire.Variable(300), (byte)0x0B, (byte)1));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-4.3.3-9")]
    [Normative(Mqtt311, "MQTT-3.3.5-2")]
    public async Task A_message_that_is_not_authorised_is_refused_in_MQTT_5_and_closes_MQTT_311(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(version, properties: version == V5 ? [2, 0x17, 0] : null);
        await client.SendAsync([.. Wire.Publish(version, "no/way", qos: 1, id: 1), .. Wire.Publish(version, "no/way", qos: 2, id: 2), .. Wire.Publish(version, "t", qos: 2, id: 2)]);

        if (version == V4)
        {
            Assert.Equal(["closed"], await Talk.AnswersAsync(client));
            return;
        }
        // The refusal ended the exchange: the same packet id is a new message.
        Assert.Equal(["4003000187", "5003000287", "50020002"], await client.ReadAsync(3));
    }
}
