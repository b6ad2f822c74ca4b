using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>Chapters 3.4 to 3.7, 3.9, 3.11 to 3.14: answers that carry no message, and the end.</summary>
public sealed class AcknowledgementTests
{
    private const MqttVersion V5 = MqttVersion.V5;

    [Fact]
    [Normative(Mqtt5,
        "MQTT-3.1.2-24", "MQTT-3.4.2-2", "MQTT-3.4.2-3", "MQTT-3.5.2-2", "MQTT-3.5.2-3", "MQTT-3.6.2-1", "MQTT-3.6.2-2", "MQTT-3.6.2-3", "MQTT-3.7.2-1", "MQTT-3.7.2-2",
        "MQTT-3.7.2-3", "MQTT-3.9.2-1", "MQTT-3.9.2-2", "MQTT-3.11.2-1", "MQTT-3.11.2-2", "MQTT-3.14.2-1", "MQTT-3.14.2-2", "MQTT-3.14.2-3", "MQTT-3.14.2-4")]
    public async Task No_answer_is_larger_than_the_client_takes_and_none_has_more_than_a_reason_string()
    {
        await using var rig = new EndpointRig();
        // CONNACK takes 16 bytes, PUBACK with "no_topic" 17, SUBACK with "no_filter" 18.
        foreach (uint size in (uint[])[16, 17, 18])
        {
            var client = await rig.ConnectAsync(properties: Wire.Properties((byte)0x27, Wire.FourBytes(size)));
            string words = "0B1F0008" + Convert.ToHexString("no_topic"u8);
            Assert.Equal(size >= 17 ? $"400F000187{words}" : "4003000187", await AnswerAsync(Wire.Publish(V5, "no/way", qos: 1, id: 1)));
            Assert.Equal(size >= 17 ? $"500F000287{words}" : "5003000287", await AnswerAsync(Wire.Publish(V5, "no/way", qos: 2, id: 2)));
            Assert.Equal("6203000992", await AnswerAsync(Talk.Acknowledge(0x50, 9)));
            Assert.Equal("7003000992", await AnswerAsync(Talk.Acknowledge(0x62, 9)));
            Assert.Equal(
                size >= 18 ? "901000030C1F0009" + Convert.ToHexString("no_filter"u8) + "87" : "900400030087", await AnswerAsync(Wire.Subscribe(V5, "no/way", id: 3)));
            Assert.Equal("B00400040011", await AnswerAsync(Wire.Packet(0xA2, (ushort)4, (byte)0, "t")));
            Assert.Equal("E00182", await AnswerAsync(Wire.Connect(V5)));

            async Task<string> AnswerAsync(byte[] packet)
            {
                await client.SendAsync(packet);
                return await client.ReadAsync();
            }
        }
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.1.2-24")]
    public async Task A_SUBSCRIBE_or_UNSUBSCRIBE_whose_answer_would_be_too_large_has_no_effect()
    {
        await using var rig = new EndpointRig();
        byte[] sixteen = Wire.Properties((byte)0x27, Wire.FourBytes(16), (byte)0x11, Wire.FourBytes(1000));
        var client = await rig.ConnectAsync(flags: 0, properties: sixteen);
        object[] eleven = [.. Enumerable.Range(0, 11).SelectMany(i => new object[] { $"a/{i}", (byte)0 })];
        await client.SendAsync(Wire.Packet(0x82, [(ushort)1, (byte)0, .. eleven]));
        Assert.Equal("900E000100" + new string('0', 22), await client.ReadAsync());

        Assert.Equal(["E00195", "closed"], await Talk.AnswersAsync(client, Wire.Packet(0x82, [(ushort)1, (byte)0, .. eleven, "b", (byte)0])));
        Assert.Equal(11, rig.Sessions.SubscriptionsOf(rig.Sessions.Find("c")!).Count);
        var again = await rig.ConnectAsync(flags: 0, properties: sixteen);
        object[] twelve = [.. Enumerable.Range(0, 12).Select(i => $"a/{i}")];
        Assert.Equal(["E00195", "closed"], await Talk.AnswersAsync(again, Wire.Packet(0xA2, [(ushort)1, (byte)0, .. twelve])));
        Assert.Equal(11, rig.Sessions.SubscriptionsOf(rig.Sessions.Find("c")!).Count);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.12.4-1")]
    [Normative(Mqtt311, "MQTT-3.12.4-1")]
    public async Task PINGREQ_is_answered(byte level)
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync((MqttVersion)level);
        await client.SendAsync(0xC0, 0, 0xC0, 0);

        Assert.Equal(["D000", "D000"], await client.ReadAsync(2));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.14.4-1", "MQTT-3.14.4-2")]
    [Normative(Mqtt311, "MQTT-3.14.4-1", "MQTT-3.14.4-2")]
    public async Task Nothing_behind_DISCONNECT_is_taken_and_nothing_is_sent_behind_ours(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var leaving = await rig.ConnectAsync(version, "leaving");
        Assert.Equal(["closed"], await Talk.AnswersAsync(leaving, [0xE0, 0, 0xC0, 0, .. Wire.Publish(version, "log/t", qos: 1)]));
        Assert.Empty(rig.Sink.Messages);

        var thrownOut = await rig.ConnectAsync(version, "thrown out");
        await thrownOut.SubscribeAsync(version, "t");
        string[] expected = version == V5 ? ["E00182", "closed"] : ["closed"];
        Assert.Equal(expected, await Talk.AnswersAsync(thrownOut, [.. Wire.Packet(0xD0), .. Wire.Publish(version, "t")]));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-4.13.2-1")]
    [Normative(Mqtt311, "MQTT-4.8.0-2")]
    public async Task A_transient_error_closes_and_leaves_the_message_with_its_sender(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(version);
        await client.SendAsync(Wire.Publish(version, "log/t", qos: 1));
        await client.AssertSilentAsync();

        rig.Sink.Fail();

        string[] expected = version == V5 ? ["E00189", "closed"] : ["closed"];
        Assert.Equal(expected, await Talk.AnswersAsync(client));
    }
}
