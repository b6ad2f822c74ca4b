using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>Messages to subscribers: what they get, in which form, and wills.</summary>
public sealed class SubscribingTests
{
    private const MqttVersion V5 = MqttVersion.V5;
    private const MqttVersion V4 = MqttVersion.V311;

    [Fact]
    [Normative(Mqtt5, "MQTT-3.3.2-17", "MQTT-3.3.2-18")]
    public async Task A_message_goes_to_its_subscribers_with_all_its_properties_in_order()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(clientId: "reader");
        await reader.SubscribeAsync(V5, "a/+", 1, Wire.Properties((byte)0x0B, (byte)5));
        var old = await rig.ConnectAsync(V4, "old");
        await old.SubscribeAsync(V4, "#");
        byte[] properties = Wire.Fields(
            (byte)0x01, (byte)1, (byte)0x02, Wire.FourBytes(60), (byte)0x03, "text", (byte)0x08, "r", (byte)0x09, "cd",
            (byte)0x26, "b", "2", (byte)0x26, "a", "1");
        var sender = await rig.ConnectAsync(clientId: "sender");
        await sender.SendAsync(Wire.Publish(V5, "a/b", "hi", qos: 2, id: 3, properties: Wire.Properties(properties)));

        Assert.Equal("50020003", await sender.ReadAsync());
        byte[] forwarded = Wire.Properties(Wire.Fields(
            (byte)0x01, (byte)1, (byte)0x02, Wire.FourBytes(60), (byte)0x03, "text", (byte)0x08, "r", (byte)0x09, "cd", (byte)0x0B, (byte)5,
            (byte)0x26, "b", "2", (byte)0x26, "a", "1"));
        Assert.Equal(Convert.ToHexString(Wire.Publish(V5, "a/b", "hi", qos: 1, id: 1, properties: forwarded)), await reader.ReadAsync());
        Assert.Equal(Convert.ToHexString(Wire.Publish(V4, "a/b", "hi")), await old.ReadAsync());
    }

    [Fact]
    public async Task A_message_that_waits_has_that_much_less_to_live_and_then_nothing()
    {
        await using var rig = new EndpointRig();
        byte[] keep = Wire.Properties((byte)0x11, Wire.FourBytes(1000));
        var reader = await rig.ConnectAsync(clientId: "reader", flags: 0, properties: keep);
        await reader.SubscribeAsync(V5, "t", 1);
        reader.Close();
        await reader.Served;
        var sender = await rig.ConnectAsync(clientId: "sender", keepAlive: 0);
        foreach (uint seconds in (uint[])[10, 60])
            await sender.SendAsync(Wire.Publish(V5, "t", $"{seconds}", qos: 1, id: 1, properties: Wire.Properties((byte)0x02, Wire.FourBytes(seconds))));
        Assert.Equal(["40020001", "40020001"], await sender.ReadAsync(2));

        rig.Time.Advance(TimeSpan.FromSeconds(20));
        var again = await rig.ConnectAsync(clientId: "reader", flags: 0, properties: keep);

        Assert.Equal(
            Convert.ToHexString(Wire.Publish(V5, "t", "60", qos: 1, id: 1, properties: Wire.Properties((byte)0x02, Wire.FourBytes(40)))), await again.ReadAsync());
        await again.AssertSilentAsync();
        Assert.Equal(1, rig.SessionMetrics.Dropped);
    }

    [Fact]
    public async Task No_more_are_in_flight_to_a_client_than_it_takes_and_they_are_sent_again_after_a_break()
    {
        await using var rig = new EndpointRig();
        byte[] two = Wire.Properties((byte)0x11, Wire.FourBytes(1000), (byte)0x21, (ushort)2);
        var reader = await rig.ConnectAsync(clientId: "reader", flags: 0, properties: two);
        await reader.SubscribeAsync(V5, "t", 2);
        var sender = await rig.ConnectAsync(clientId: "sender");
        for (ushort id = 1; id <= 4; id++)
            await sender.SendAsync(Wire.Publish(V5, "t", $"{id}", qos: (byte)(id == 1 ? 2 : 1), id: id));
        await sender.ReadAsync(4);
        Assert.Equal([Sent("1", 2, 1), Sent("2", 1, 2)], await reader.ReadAsync(2));
        await reader.AssertSilentAsync();

        await reader.SendAsync(Wire.Packet(0x40, (ushort)2));
        Assert.Equal(Sent("3", 1, 3), await reader.ReadAsync());
        await reader.SendAsync(Wire.Packet(0x50, (ushort)1));
        Assert.Equal("62020001", await reader.ReadAsync());
        reader.Close();
        await reader.Served;

        var again = await rig.ConnectAsync(clientId: "reader", flags: 0, properties: two);
        Assert.Equal(["62020001", Sent("3", 1, 3, 8)], await again.ReadAsync(2));
        await again.SendAsync(Wire.Packet(0x70, (ushort)1));
        Assert.Equal(Sent("4", 1, 4), await again.ReadAsync());

        static string Sent(string payload, byte qos, ushort id, byte flags = 0) => Convert.ToHexString(Wire.Publish(V5, "t", payload, qos, id, flags));
    }

    [Fact]
    public async Task A_packet_larger_than_the_client_takes_is_dropped_and_counted()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(clientId: "reader", properties: Wire.Properties((byte)0x27, Wire.FourBytes(20)));
        await reader.SubscribeAsync(V5, "t", 1);
        var sender = await rig.ConnectAsync(clientId: "sender");
        await sender.SendAsync([.. Wire.Publish(V5, "t", new string('x', 30), qos: 1, id: 1), .. Wire.Publish(V5, "t", "y", qos: 1, id: 2)]);

        Assert.Equal(Convert.ToHexString(Wire.Publish(V5, "t", "y", qos: 1, id: 2)), await reader.ReadAsync());
        Assert.Equal(1, rig.SessionMetrics.Dropped);
    }

    [Fact]
    public async Task Topics_get_aliases_when_the_client_takes_them()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(clientId: "reader", properties: [3, 0x22, 0, 1]);
        await reader.SubscribeAsync(V5, "#");
        await reader.SendAsync([.. Wire.Publish(V5, "long/topic", "1"), .. Wire.Publish(V5, "long/topic", "2"), .. Wire.Publish(V5, "other", "3")]);

        byte[] alias = [3, 0x23, 0, 1];
        Assert.Equal(
            [
                Convert.ToHexString(Wire.Publish(V5, "long/topic", "1", properties: alias)),
                Convert.ToHexString(Wire.Publish(V5, "", "2", properties: alias)),
                Convert.ToHexString(Wire.Publish(V5, "other", "3")),
            ],
            await reader.ReadAsync(3));
    }

    [Fact]
    public async Task No_Local_Retain_As_Published_and_Retain_Handling_are_kept()
    {
        await using var rig = new EndpointRig();
        var sender = await rig.ConnectAsync(clientId: "sender");
        await sender.SubscribeAsync(V5, "t", 0x04);
        await sender.SendAsync(Wire.Publish(V5, "t", "kept", flags: 1));
        await sender.AssertSilentAsync();
        string retained = Convert.ToHexString(Wire.Publish(V5, "t", "kept", flags: 1));

        var reader = await rig.ConnectAsync(clientId: "reader");
        await reader.SendAsync(Wire.Subscribe(V5, "t", 0x20));
        Assert.Equal("900400010000", await reader.ReadAsync());
        await reader.SendAsync(Wire.Subscribe(V5, "t", 0x10));
        Assert.Equal("900400010000", await reader.ReadAsync());
        await reader.SendAsync(Wire.Subscribe(V5, "t", 0x08));
        Assert.Equal(["900400010000", retained], (await reader.ReadAsync(2)).Order().Reverse());
        await sender.SendAsync(Wire.Publish(V5, "t", "kept", flags: 1));
        Assert.Equal(retained, await reader.ReadAsync());
        await reader.SendAsync(Wire.Subscribe(V5, "t", 0x20));
        Assert.Equal("900400010000", await reader.ReadAsync());
        await sender.SendAsync(Wire.Publish(V5, "t", "kept", flags: 1));
        Assert.Equal(Convert.ToHexString(Wire.Publish(V5, "t", "kept")), await reader.ReadAsync());
    }

    [Fact]
    public async Task A_share_gives_each_message_to_one_member()
    {
        await using var rig = new EndpointRig();
        var first = await rig.ConnectAsync(clientId: "first");
        var second = await rig.ConnectAsync(clientId: "second");
        await first.SubscribeAsync(V5, "$share/g/t");
        await second.SubscribeAsync(V5, "$share/g/t");
        var sender = await rig.ConnectAsync(clientId: "sender");
        for (int i = 0; i < 4; i++)
            await sender.SendAsync(Wire.Publish(V5, "t", $"{i}"));

        var got = (await first.ReadAsync(2)).Concat(await second.ReadAsync(2)).Order();

        Assert.Equal(Enumerable.Range(0, 4).Select(i => Convert.ToHexString(Wire.Publish(V5, "t", $"{i}"))), got);
    }

    [Fact]
    public async Task SUBACK_answers_each_filter_and_UNSUBACK_tells_what_there_was()
    {
        await using var rig = new EndpointRig(sessions: new MqttSessionOptions { MaxSubscriptions = 2 });
        var client = await rig.ConnectAsync(properties: [2, 0x17, 0]);
        await client.SendAsync(Wire.Packet(0x82, (ushort)7, (byte)0, "a", (byte)1, "no/way", (byte)0, new string('x', 300), (byte)0, "b", (byte)2, "c", (byte)0));
        Assert.Equal("900800070001878F0297", await client.ReadAsync());
        await client.SendAsync(Wire.Packet(0xA2, (ushort)8, (byte)0, "a", "zzz"));
        Assert.Equal("B0050008000011", await client.ReadAsync());
        await client.SendAsync(Wire.Publish(V5, "a", qos: 1, id: 1));
        Assert.Equal("4003000110", await client.ReadAsync());
    }

    [Theory]
    [InlineData("a/#/b", 0, "E00181")]
    [InlineData("a+", 0, "E00181")]
    [InlineData("$share//t", 0, "E00182")]
    [InlineData("$share/g", 0, "E00182")]
    [InlineData("$share/+/t", 0, "E00182")]
    [InlineData("$share/g/t", 4, "E00182")]
    public async Task A_filter_that_is_none_ends_the_connection(string filter, byte options, string expected)
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync();
        await client.SendAsync(Wire.Packet(0x82, (ushort)1, (byte)0, "good", (byte)0, filter, options));

        Assert.Equal(expected, await client.ReadAsync());
        Assert.Equal(0, rig.SessionMetrics.Refused);
        var old = await rig.ConnectAsync(V4, "old");
        await old.SendAsync(Wire.Subscribe(V4, filter));
        if (options == 0)
            Assert.Equal("closed", await old.ReadAsync());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-4.13.1-1")]
    public async Task An_acknowledgement_of_the_wrong_kind_ends_the_connection_and_an_unknown_one_does_not()
    {
        await using var rig = new EndpointRig();
        var reader = await rig.ConnectAsync(clientId: "reader");
        await reader.SubscribeAsync(V5, "t", 2);
        await reader.SendAsync(Wire.Packet(0x40, (ushort)9));
        await reader.SendAsync(Wire.Packet(0x70, (ushort)9));
        await reader.SendAsync(Wire.Packet(0x50, (ushort)9));
        Assert.Equal("6203000992", await reader.ReadAsync());
        await reader.SendAsync(Wire.Publish(V5, "t", qos: 2, id: 1));
        await reader.ReadAsync(2);

        await reader.SendAsync(Wire.Packet(0x40, (ushort)1));

        Assert.Equal("E00182", await reader.ReadAsync());
    }

    [Fact]
    public async Task A_topic_over_the_limits_of_subscribers_is_refused_as_a_name()
    {
        await using var rig = new EndpointRig(sessions: new MqttSessionOptions { MaxTopicLevels = 3 });
        var client = await rig.ConnectAsync(properties: [2, 0x17, 0]);
        await client.SendAsync([.. Wire.Publish(V5, "a/b/c", qos: 1, id: 1), .. Wire.Publish(V5, "a/b/c/d", qos: 1, id: 2), .. Wire.Publish(V5, new string('a', 300), qos: 2, id: 3)]);

        Assert.Equal(["4003000110", "4003000290", "5003000390"], await client.ReadAsync(3));
    }

    [Fact]
    public async Task A_queue_without_room_is_told_to_MQTT_5()
    {
        await using var rig = new EndpointRig(sessions: new MqttSessionOptions { MaxQueuedMessages = 1 });
        var reader = await rig.ConnectAsync(clientId: "reader", flags: 0, properties: Wire.Properties((byte)0x11, Wire.FourBytes(1000)));
        await reader.SubscribeAsync(V5, "t", 1);
        reader.Close();
        await reader.Served;
        var sender = await rig.ConnectAsync(clientId: "sender");
        await sender.SendAsync([.. Wire.Publish(V5, "t", qos: 1, id: 1), .. Wire.Publish(V5, "t", qos: 1, id: 2)]);

        Assert.Equal(["40020001", "4003000297"], await sender.ReadAsync(2));
    }

    [Fact]
    public async Task A_will_comes_after_its_delay_lives_from_then_on_and_not_at_all_when_the_client_is_back()
    {
        await using var rig = new EndpointRig();
        rig.Sink.CommitsAtOnce = true;
        var reader = await rig.ConnectAsync(clientId: "reader", keepAlive: 0);
        await reader.SubscribeAsync(V5, "both/will");
        byte[] connect = Wire.Packet(
            0x10, "MQTT", (byte)5, (byte)4, (ushort)0, Wire.Properties((byte)0x11, Wire.FourBytes(100)), "gone",
            Wire.Properties((byte)0x18, Wire.FourBytes(10), (byte)0x02, Wire.FourBytes(30), (byte)0x26, "k", "v"), "both/will", "bye");
        var gone = rig.Open();
        await gone.ConnectAsync(connect);
        gone.Close();
        await gone.Served;
        rig.Pass(TimeSpan.FromSeconds(9));
        var back = rig.Open();
        await back.ConnectAsync(connect);
        rig.Pass(TimeSpan.FromSeconds(20));
        await reader.AssertSilentAsync();

        back.Close();
        await back.Served;
        rig.Pass(TimeSpan.FromSeconds(9));
        await reader.AssertSilentAsync();
        // One step, so that the clock stands while the will is on its way.
        rig.Time.Advance(TimeSpan.FromSeconds(1));

        Assert.Equal(
            Convert.ToHexString(Wire.Publish(V5, "both/will", "bye", properties: Wire.Properties((byte)0x02, Wire.FourBytes(30), (byte)0x26, "k", "v"))), await reader.ReadAsync());
        Assert.Equal(("gone", "both/will", "bye"), Assert.Single(rig.Sink.Messages));
    }

    [Theory]
    [InlineData("E000", false)]
    [InlineData("E00104", true)]
    [InlineData("E00180", true)]
    [InlineData("", true)]
    [Normative(Mqtt5, "MQTT-3.14.4-3", "MQTT-3.1.2-8")]
    public async Task A_will_is_sent_unless_the_client_said_goodbye(string last, bool expected)
    {
        await using var rig = new EndpointRig();
        rig.Sink.CommitsAtOnce = true;
        var client = rig.Open();
        await client.ConnectAsync(Wire.Packet(0x10, "MQTT", (byte)5, (byte)6, (ushort)0, (byte)0, "gone", (byte)0, "log/will", "bye"));
        await client.SendAsync(Convert.FromHexString(last));
        client.Close();
        await client.Served;

        if (expected)
            await Eventually.TrueAsync(() => rig.Sink.Messages.Count == 1);
        rig.Pass(TimeSpan.FromSeconds(1));
        Assert.Equal(expected ? 1 : 0, rig.Sink.Messages.Count);
    }

    [Fact]
    public async Task A_will_that_finds_no_room_in_the_log_waits_for_it()
    {
        await using var rig = new EndpointRig();
        rig.Sink.Leave(0);
        var client = rig.Open();
        await client.ConnectAsync(Wire.Packet(0x10, "MQTT", (byte)4, (byte)6, (ushort)0, "gone", "log/will", "bye"));
        client.Close();
        await Eventually.TrueAsync(() => rig.Sink.TurnedAway == 1);
        rig.Sink.Leave(1);

        await Eventually.TrueAsync(() => rig.Sink.Messages.Count == 1);
    }
}
