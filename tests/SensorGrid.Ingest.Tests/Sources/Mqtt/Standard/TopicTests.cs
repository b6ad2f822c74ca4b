using System.Text;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>Chapters 4.7 and 4.8: which filters match which topics, and shared subscriptions.</summary>
public sealed class TopicTests
{
    private const MqttVersion V5 = MqttVersion.V5;

    // The examples of 4.7.1 and 4.7.2, and what must not be mended.
    public static TheoryData<string, string, bool> Matches { get; } = new()
    {
        { "sport/tennis/player1/#", "sport/tennis/player1", true },
        { "sport/tennis/player1/#", "sport/tennis/player1/ranking", true },
        { "sport/tennis/player1/#", "sport/tennis/player1/score/wimbledon", true },
        { "sport/#", "sport", true },
        { "#", "/", true },
        { "sport/tennis/+", "sport/tennis/player1", true },
        { "sport/tennis/+", "sport/tennis/player1/ranking", false },
        { "sport/+", "sport", false },
        { "sport/+", "sport/", true },
        { "+/+", "/finance", true },
        { "/+", "/finance", true },
        { "+", "/finance", false },
        { "+/tennis/#", "sport/tennis", true },
        { "#", "$SYS/x", false },
        { "+/monitor/Clients", "$SYS/monitor/Clients", false },
        { "$SYS/#", "$SYS/x", true },
        { "$SYS/monitor/+", "$SYS/monitor/Clients", true },
        { "a//b", "a/b", false },
        { "a/", "a", false },
        { "/a", "a", false },
        { "A", "a", false },
        { "é", "e\u0301", false },
        { "a b", "a b", true },
        { "水/+", "水/位", true },
        { "\uFEFFa", "a", false },
    };

    [Theory]
    [MemberData(nameof(Matches))]
    [Normative(Mqtt5, "MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.2-1", "MQTT-4.7.3-4", "MQTT-3.3.2-3", "MQTT-1.5.4-3")]
    [Normative(Mqtt311, "MQTT-4.7.1-2", "MQTT-4.7.1-3", "MQTT-4.7.2-1", "MQTT-4.7.3-4", "MQTT-3.3.2-3", "MQTT-1.5.3-3")]
    public async Task A_filter_gets_the_topics_that_match_it_and_no_others(string filter, string topic, bool expected)
    {
        await using var rig = new EndpointRig();
        foreach (var version in (MqttVersion[])[V5, MqttVersion.V311])
        {
            var client = await rig.ConnectAsync(version, $"{version}");
            await client.SubscribeAsync(version, filter);
            await client.SendAsync(Wire.Publish(version, topic));

            if (expected)
                Assert.Equal(Talk.Publish(version, topic), await client.ReadAsync());
            await client.AssertSilentAsync();
            await Talk.LoseAsync(client);
        }
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-4.7.3-3")]
    [Normative(Mqtt311, "MQTT-4.7.3-3")]
    public async Task A_topic_of_65535_bytes_is_a_topic(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig(sessions: new MqttSessionOptions { MaxTopicBytes = 65_535 }, maxPayloadBytes: 100_000);
        var client = await rig.ConnectAsync(version);
        // Three bytes a character.
        string topic = string.Concat(Enumerable.Repeat("水", 21_845));
        Assert.Equal(65_535, Encoding.UTF8.GetByteCount(topic));
        await client.SubscribeAsync(version, topic);
        await client.SendAsync(Wire.Publish(version, topic));

        await client.SkipAsync(Wire.Publish(version, topic).Length);
        await client.AssertSilentAsync();
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-4.8.2-1", "MQTT-4.8.2-2", "MQTT-4.8.2-3", "MQTT-3.3.4-5")]
    public async Task A_share_gives_each_message_to_one_member_in_the_QoS_granted_to_it()
    {
        await using var rig = new EndpointRig();
        var first = await rig.ConnectAsync(clientId: "first");
        await first.SubscribeAsync(V5, "$share/g/t/+", 0, Wire.Properties((byte)0x0B, (byte)4));
        var second = await rig.ConnectAsync(clientId: "second");
        await second.SubscribeAsync(V5, "$share/g/t/+", 2);
        // A subscription of its own is another one: each copy says whose it is.
        await first.SubscribeAsync(V5, "t/a", 1, Wire.Properties((byte)0x0B, (byte)5));
        var sender = await rig.ConnectAsync(clientId: "sender");
        for (ushort id = 1; id <= 4; id++)
            await sender.SendAsync(Wire.Publish(V5, "t/a", $"{id}", qos: 2, id: id));

        string[] toFirst = await first.ReadAsync(6), toSecond = await second.ReadAsync(2);
        await first.AssertSilentAsync();
        await second.AssertSilentAsync();
        string[] shared = [.. toFirst.Where(packet => packet[..2] == "30")];
        Assert.Equal(2, shared.Length);
        Assert.All(shared, packet => Assert.StartsWith("0003742F61" + "020B04", packet[4..], StringComparison.Ordinal));
        Assert.All(toFirst.Except(shared), packet => Assert.Equal("020B05", packet[18..24]));
        Assert.All(toSecond, packet => Assert.StartsWith("34", packet, StringComparison.Ordinal));
        Assert.Equal(["31", "32", "33", "34"], shared.Concat(toSecond).Select(packet => packet[^2..]).Order());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-4.8.2-4", "MQTT-4.8.2-5", "MQTT-4.8.2-6")]
    public async Task A_message_in_flight_to_a_member_of_a_share_is_its_own_and_nobody_elses()
    {
        await using var rig = new EndpointRig();
        var member = await Talk.ConnectKeptAsync(rig, V5, "member");
        await member.SubscribeAsync(V5, "$share/g/t", 2);
        var sender = await rig.ConnectAsync(clientId: "sender");
        await sender.SendAsync([.. Wire.Publish(V5, "t", "1", qos: 2, id: 1), .. Wire.Publish(V5, "t", "2", qos: 1, id: 2), .. Wire.Publish(V5, "t", "3", qos: 1, id: 3)]);
        Assert.Equal([Talk.Publish(V5, "t", "1", 2, 1), Talk.Publish(V5, "t", "2", 1, 2), Talk.Publish(V5, "t", "3", 1, 3)], await member.ReadAsync(3));
        var other = await rig.ConnectAsync(clientId: "other");
        await other.SubscribeAsync(V5, "$share/g/t", 2);
        // Refused by the member: discarded, not given to the other.
        await member.SendAsync(Wire.Packet(0x40, (ushort)3, (byte)0x80));
        await member.AssertSilentAsync();
        await Talk.LoseAsync(member);
        await other.AssertSilentAsync();

        // Completed when it is back.
        var back = await Talk.ConnectKeptAsync(rig, V5, "member");
        Assert.Equal([Talk.Publish(V5, "t", "1", 2, 1, 8), Talk.Publish(V5, "t", "2", 1, 2, 8)], await back.ReadAsync(2));
        await back.SendAsync(Talk.Acknowledge(0x50, 1));
        Assert.Equal("62020001", await back.ReadAsync());
        // Its session ends with a message in flight: that message ends too.
        await Talk.LoseAsync(back);
        await rig.ConnectAsync(clientId: "member");
        await other.AssertSilentAsync();
        Assert.Equal(["50020001", "40020002", "40020003"], await sender.ReadAsync(3));
    }
}
