using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>Chapters 3.8 to 3.11: SUBSCRIBE and UNSUBSCRIBE.</summary>
public sealed class SubscribeTests
{
    private const MqttVersion V5 = MqttVersion.V5;

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-3.8.4-5", "MQTT-3.8.4-6", "MQTT-3.8.4-7", "MQTT-3.9.3-1", "MQTT-3.9.3-2", "MQTT-2.2.1-6")]
    [Normative(Mqtt311, "MQTT-3.8.4-1", "MQTT-3.8.4-2", "MQTT-3.8.4-4", "MQTT-3.8.4-5", "MQTT-3.9.3-1", "MQTT-3.9.3-2", "MQTT-2.3.1-7")]
    public async Task SUBACK_has_the_packet_id_and_an_answer_for_each_filter_in_order(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig(sessions: new MqttSessionOptions { MaxSubscriptions = 3 });
        var client = await rig.ConnectAsync(version, properties: version == V5 ? [2, 0x17, 0] : null);
        byte[] properties = version == V5 ? [0] : [];
        await client.SendAsync(Wire.Packet(
            0x82, (ushort)0xFFFE, properties, "a", (byte)2, "no/way", (byte)1, "b", (byte)0, "a", (byte)1, new string('x', 300), (byte)0, "c", (byte)1, "d", (byte)1));

        Assert.Equal(version == V5 ? "900AFFFE000287" + "00018F0197" : "9009FFFE0280" + "0001800180", await client.ReadAsync());
        // As if each had come by itself: "a" has QoS 1 now.
        await client.SendAsync(Wire.Publish(version, "a", qos: 2, id: 1));
        Assert.Equal(["50020001", Talk.Publish(version, "a", qos: 1)], (await client.ReadAsync(2)).OrderDescending());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.8.4-8")]
    [Normative(Mqtt311, "MQTT-3.8.4-6")]
    public async Task The_QoS_delivered_is_the_lesser_of_published_and_granted(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var sender = await rig.ConnectAsync(version, "sender");
        for (byte granted = 0; granted <= 2; granted++)
        {
            var reader = await rig.ConnectAsync(version, "reader");
            await reader.SubscribeAsync(version, "t", granted);
            ushort id = 0;
            for (byte published = 0; published <= 2; published++)
            {
                await sender.SendAsync(Wire.Publish(version, "t", qos: published, id: (ushort)(1 + published + 3 * granted)));
                byte lesser = Math.Min(granted, published);
                Assert.Equal(Talk.Publish(version, "t", qos: lesser, id: lesser > 0 ? ++id : (ushort)0), await reader.ReadAsync());
            }
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.8.4-3", "MQTT-3.8.4-4")]
    [Normative(Mqtt311, "MQTT-3.8.4-3")]
    public async Task The_same_filter_replaces_its_subscription_and_gets_retained_messages_again(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(version);
        await client.SendAsync(Wire.Publish(version, "t", "kept", qos: 1, flags: 1));
        await client.ReadAsync();
        await client.SubscribeAsync(version, "t", 0, version == V5 ? [2, 0x0B, 7] : null);
        Assert.Equal(Talk.Publish(version, "t", "kept", flags: 1, properties: [2, 0x0B, 7]), await client.ReadAsync());

        await client.SubscribeAsync(version, "t", 1);

        Assert.Equal(Talk.Publish(version, "t", "kept", 1, 1, flags: 1), await client.ReadAsync());
        await client.SendAsync(Wire.Publish(version, "t", "once", qos: 1, id: 9));
        Assert.Equal(["40020009", Talk.Publish(version, "t", "once", 1, 2)], (await client.ReadAsync(2)).OrderDescending());
        await client.AssertSilentAsync();
        Assert.Single(rig.Sessions.SubscriptionsOf(rig.Sessions.Find("c")!));
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.8.4-4")]
    [Normative(Mqtt311, "MQTT-3.8.4-3")]
    public async Task Nothing_published_is_lost_while_a_subscription_is_replaced()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(clientId: "reader");
        await reader.SubscribeAsync(V5, "t");
        var sender = await rig.ConnectAsync(clientId: "sender");
        var replacing = Task.Run(async () =>
        {
            for (int i = 0; i < 50; i++)
                await reader.SendAsync(Wire.Subscribe(V5, "t", (byte)(i % 2 * 8)));
        });
        for (int i = 0; i < 200; i++)
            await sender.SendAsync(Wire.Publish(V5, "t", $"{i}"));
        await replacing;

        var got = (await reader.ReadAsync(250)).Where(packet => packet[0] == '3').ToArray();
        Assert.Equal(Enumerable.Range(0, 200).Select(i => Talk.Publish(V5, "t", $"{i}")), got);
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.8.3-3")]
    public async Task No_Local_keeps_a_message_from_the_client_id_that_sent_it()
    {
        await using var rig = new EndpointRig();
        var client = await Talk.ConnectKeptAsync(rig, V5, "c");
        await client.SubscribeAsync(V5, "t", 0x04);
        var other = await rig.ConnectAsync(clientId: "other");
        await other.SubscribeAsync(V5, "t");
        await client.SendAsync(Wire.Publish(V5, "t", "own"));
        Assert.Equal(Talk.Publish(V5, "t", "own"), await other.ReadAsync());
        await client.AssertSilentAsync();
        await Talk.LoseAsync(client);

        // The client id counts, not the connection.
        var again = await Talk.ConnectKeptAsync(rig, V5, "c");
        await again.SendAsync(Wire.Publish(V5, "t", "own"));
        await other.SendAsync(Wire.Publish(V5, "t", "foreign"));

        Assert.Equal(Talk.Publish(V5, "t", "foreign"), await again.ReadAsync());
        await again.AssertSilentAsync();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.10.4-1", "MQTT-3.10.4-4", "MQTT-3.10.4-5", "MQTT-3.10.4-6", "MQTT-3.11.3-1", "MQTT-3.11.3-2", "MQTT-2.2.1-6")]
    [Normative(Mqtt311, "MQTT-3.10.4-1", "MQTT-3.10.4-4", "MQTT-3.10.4-5", "MQTT-3.10.4-6", "MQTT-2.3.1-7")]
    public async Task UNSUBSCRIBE_deletes_what_is_equal_character_by_character_and_is_answered_once(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(version);
        byte[] none = version == V5 ? [0] : [];
        foreach (string filter in (string[])["a/b", "a/+", "a/#", "é"])
            await client.SubscribeAsync(version, filter);
        // The accent as a character of its own is another text.
        await client.SendAsync(Wire.Packet(0xA2, (ushort)0x0102, none, "a/+", "A/b", "e\u0301", "a/#", "a/#"));

        Assert.Equal(version == V5 ? "B00801020000" + "11110011" : "B0020102", await client.ReadAsync());
        Assert.Equal(["a/b", "é"], rig.Sessions.SubscriptionsOf(rig.Sessions.Find("c")!).Select(subscription => subscription.Filter.Text).Order(StringComparer.Ordinal));
        await client.SendAsync(Wire.Packet(0xA2, (ushort)3, none, "never"));
        Assert.Equal(version == V5 ? "B00400030011" : "B0020003", await client.ReadAsync());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.10.4-2", "MQTT-3.10.4-3")]
    [Normative(Mqtt311, "MQTT-3.10.4-2", "MQTT-3.10.4-3")]
    public async Task After_UNSUBSCRIBE_nothing_is_added_and_what_was_begun_is_completed(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var reader = await Talk.ConnectKeptAsync(rig, version, "reader");
        await reader.SubscribeAsync(version, "t", 2);
        var sender = await rig.ConnectAsync(version, "sender");
        await sender.SendAsync([.. Wire.Publish(version, "t", "1", qos: 1, id: 1), .. Wire.Publish(version, "t", "2", qos: 2, id: 2)]);
        await sender.ReadAsync(2);
        await reader.ReadAsync(2);
        byte[] none = version == V5 ? [0] : [];
        await reader.SendAsync(Wire.Packet(0xA2, (ushort)3, none, "t"));
        Assert.StartsWith("B0", await reader.ReadAsync(), StringComparison.Ordinal);
        await sender.SendAsync(Wire.Publish(version, "t", "3", qos: 1, id: 3));
        await sender.ReadAsync();
        await reader.AssertSilentAsync();
        await Talk.LoseAsync(reader);

        var again = await Talk.ConnectKeptAsync(rig, version, "reader");

        Assert.Equal([Talk.Publish(version, "t", "1", 1, 1, 8), Talk.Publish(version, "t", "2", 2, 2, 8)], await again.ReadAsync(2));
        await again.SendAsync([.. Talk.Acknowledge(0x40, 1), .. Talk.Acknowledge(0x50, 2)]);
        Assert.Equal("62020002", await again.ReadAsync());
        await again.SendAsync(Talk.Acknowledge(0x70, 2));
        await again.AssertSilentAsync();
    }
}
