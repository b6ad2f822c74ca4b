using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>Chapters 3.1 and 3.2: CONNECT and CONNACK.</summary>
public sealed class ConnectTests
{
    private const MqttVersion V5 = MqttVersion.V5;
    private const MqttVersion V4 = MqttVersion.V311;

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.1.0-1", "MQTT-3.2.0-1", "MQTT-3.14.0-1")]
    [Normative(Mqtt311, "MQTT-3.1.0-1", "MQTT-3.2.0-1")]
    public async Task Nothing_is_answered_before_CONNECT(byte level)
    {
        await using var rig = new EndpointRig();
        var version = (MqttVersion)level;

        Assert.Equal(["closed"], await Talk.AnswersAsync(rig, [.. Wire.Publish(version, "log/t", qos: 1), .. Wire.Connect(version)]));
        Assert.Equal(["closed"], await Talk.AnswersAsync(rig, 0xE0, 0));
        Assert.Equal(0, rig.Sessions.Count);
        Assert.Empty(rig.Sink.Messages);
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.1.0-2", "MQTT-3.2.0-2")]
    [Normative(Mqtt311, "MQTT-3.1.0-2")]
    public async Task A_second_CONNECT_closes_and_gets_no_second_CONNACK(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(version);

        string[] expected = version == V5 ? ["E00182", "closed"] : ["closed"];
        Assert.Equal(expected, await Talk.AnswersAsync(client, Wire.Connect(version)));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.1.2-4", "MQTT-3.1.4-4", "MQTT-3.2.2-2")]
    [Normative(Mqtt311, "MQTT-3.1.2-6", "MQTT-3.1.4-3", "MQTT-3.2.2-1")]
    public async Task A_clean_start_discards_the_session_there_was(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var before = await Talk.ConnectKeptAsync(rig, version, "c");
        await before.SubscribeAsync(version, "t", 1);
        await Talk.LoseAsync(before);
        var sender = await rig.ConnectAsync(version, "sender");
        await sender.SendAsync(Wire.Publish(version, "t", "waits", qos: 1));
        await sender.ReadAsync();

        var after = await rig.ConnectAsync(version, "c", flags: 2);

        Assert.Equal("0000", after.ConnAck[4..8]);
        await sender.SendAsync(Wire.Publish(version, "t", "new"));
        await sender.AssertSilentAsync();
        await after.AssertSilentAsync();
        // A clean session of MQTT 3.1.1, and one without an expiry, ends with its connection: nothing of it is there for the next.
        await after.SubscribeAsync(version, "t", 1);
        await Talk.LoseAsync(after);
        var third = await Talk.ConnectKeptAsync(rig, version, "c");
        Assert.Equal("00", third.ConnAck[4..6]);
        await sender.SendAsync(Wire.Publish(version, "t", "new"));
        await sender.AssertSilentAsync();
        await third.AssertSilentAsync();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.1.2-5", "MQTT-3.1.2-6", "MQTT-3.1.2-23", "MQTT-3.1.3-2", "MQTT-3.2.2-3", "MQTT-4.1.0-1", "MQTT-4.5.0-1")]
    [Normative(Mqtt311, "MQTT-3.1.2-4", "MQTT-3.1.2-5", "MQTT-3.1.3-2", "MQTT-3.2.2-2", "MQTT-3.2.2-3", "MQTT-4.1.0-1", "MQTT-4.5.0-1")]
    public async Task A_kept_session_goes_on_with_its_subscriptions_and_messages(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var before = await Talk.ConnectKeptAsync(rig, version, "c");
        Assert.Equal("0000", before.ConnAck[4..8]);
        await before.SubscribeAsync(version, "t", 2);
        await Talk.LoseAsync(before);
        var sender = await rig.ConnectAsync(version, "sender", keepAlive: 0);
        await sender.SendAsync([.. Wire.Publish(version, "t", "1", qos: 1, id: 1), .. Wire.Publish(version, "t", "2", qos: 2, id: 2)]);
        await sender.ReadAsync(2);
        rig.Pass(TimeSpan.FromSeconds(60));

        var other = await Talk.ConnectKeptAsync(rig, version, "d");
        Assert.Equal("00", other.ConnAck[4..6]);
        await other.AssertSilentAsync();
        var after = await Talk.ConnectKeptAsync(rig, version, "c");

        Assert.Equal("0100", after.ConnAck[4..8]);
        Assert.Equal([Talk.Publish(version, "t", "1", 1, 1), Talk.Publish(version, "t", "2", 2, 2)], await after.ReadAsync(2));
        await sender.SendAsync(Wire.Publish(version, "t", "3"));
        Assert.Equal(Talk.Publish(version, "t", "3"), await after.ReadAsync());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-4.1.0-2")]
    public async Task A_session_is_discarded_when_its_expiry_has_passed()
    {
        await using var rig = new EndpointRig();
        byte[] ten = Wire.Properties((byte)0x11, Wire.FourBytes(10));
        await Talk.LoseAsync(await rig.ConnectAsync(flags: 0, properties: ten));
        rig.Pass(TimeSpan.FromSeconds(9));
        var back = await rig.ConnectAsync(flags: 0, properties: ten);
        Assert.Equal("01", back.ConnAck[4..6]);
        await Talk.LoseAsync(back);

        rig.Pass(TimeSpan.FromSeconds(11));

        Assert.Equal("00", (await rig.ConnectAsync(flags: 0, properties: ten)).ConnAck[4..6]);
    }

    [Fact]
    [Normative(Mqtt311, "MQTT-4.1.0-2")]
    [Normative(Mqtt5, "MQTT-4.1.0-1")]
    public async Task A_session_lasts_at_least_as_long_as_its_connection()
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(V4, flags: 2, keepAlive: 0);
        var five = await rig.ConnectAsync(V5, "five", flags: 2, keepAlive: 600, properties: Wire.Properties((byte)0x11, Wire.FourBytes(1)));
        await client.SubscribeAsync(V4, "t");
        await five.SubscribeAsync(V5, "t");

        rig.Pass(TimeSpan.FromSeconds(300));

        await five.SendAsync(Wire.Publish(V5, "t"));
        Assert.Equal(Talk.Publish(V4, "t"), await client.ReadAsync());
        Assert.Equal(Talk.Publish(V5, "t"), await five.ReadAsync());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.1.2-22", "MQTT-3.2.2-22")]
    [Normative(Mqtt311, "MQTT-3.1.2-24")]
    public async Task Silence_of_one_and_a_half_keep_alives_closes_and_sends_the_will(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var watcher = await rig.ConnectAsync(version, "watcher", keepAlive: 0);
        await watcher.SubscribeAsync(version, "gone");
        var client = await Talk.ConnectWithWillAsync(rig, version, keepAlive: 10);
        Assert.DoesNotContain("130", client.ConnAck, StringComparison.Ordinal);
        rig.Pass(TimeSpan.FromSeconds(14.5));
        await client.AssertSilentAsync();
        // Part of a packet is none.
        await client.SendAsync(0x30);
        rig.Pass(TimeSpan.FromSeconds(14.5));
        await client.SendAsync(0x7F);
        Assert.False(client.Served.IsCompleted);

        rig.Pass(TimeSpan.FromSeconds(1.5));

        string[] expected = version == V5 ? ["E0018D", "closed"] : ["closed"];
        Assert.Equal(expected, await Talk.AnswersAsync(client));
        Assert.Equal(Talk.Publish(version, "gone", "bye"), await watcher.ReadAsync());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.1.3-5", "MQTT-3.1.4-5", "MQTT-3.2.2-1", "MQTT-3.2.2-8")]
    [Normative(Mqtt311, "MQTT-3.1.3-5", "MQTT-3.1.4-4")]
    public async Task Every_character_and_length_of_a_client_id_that_must_be_allowed_is(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        foreach (string id in (string[])["0", "0123456789abcdefghijklm", "nopqrstuvwxyzABCDEFGHIJ", "KLMNOPQRSTUVWXYZ"])
            Assert.Equal("0000", (await rig.ConnectAsync(version, id)).ConnAck[4..8]);
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.1.3-6", "MQTT-3.1.3-7", "MQTT-3.2.2-16")]
    public async Task An_empty_client_id_gets_one_that_nobody_has_and_is_told()
    {
        await using var rig = new EndpointRig();
        string first = Assigned((await rig.ConnectAsync(clientId: "", flags: 0, properties: Talk.Kept)).ConnAck);
        string second = Assigned((await rig.ConnectAsync(clientId: "")).ConnAck);

        Assert.NotEqual(first, second);
        Assert.True(rig.Sessions.Find(first)!.IsConnected);
        // It is a client id as any other.
        Assert.Equal("01", (await rig.ConnectAsync(clientId: first, flags: 0, properties: Talk.Kept)).ConnAck[4..6]);

        static string Assigned(string connAck)
        {
            byte[] packet = Convert.FromHexString(connAck);
            int at = packet.AsSpan().IndexOf("\x12\0%"u8);
            return System.Text.Encoding.UTF8.GetString(packet, at + 3, 37);
        }
    }

    [Fact]
    [Normative(Mqtt311, "MQTT-3.1.3-6")]
    public async Task An_empty_client_id_of_MQTT_311_is_let_in_with_one_of_its_own()
    {
        await using var rig = new EndpointRig();
        var first = await rig.ConnectAsync(V4, "");
        var second = await rig.ConnectAsync(V4, "");

        Assert.Equal(2, rig.Sessions.Count);
        await first.AssertSilentAsync();
        await second.AssertSilentAsync();
    }

    [Theory]
    [InlineData(5, "2003008700")]
    [InlineData(4, "20020005")]
    [Normative(Mqtt5, "MQTT-3.1.4-2", "MQTT-3.1.4-6", "MQTT-3.2.2-6", "MQTT-3.2.2-7", "MQTT-3.1.3-8")]
    [Normative(Mqtt311, "MQTT-3.1.4-5", "MQTT-3.2.2-4", "MQTT-3.2.2-5")]
    public async Task A_refused_client_is_closed_and_nothing_behind_its_CONNECT_is_taken(byte level, string expected)
    {
        var version = (MqttVersion)level;
        var access = new OpenAccess();
        await using var rig = new EndpointRig(access: access);
        // There is a session, and session present is 0 all the same.
        await Talk.LoseAsync(await Talk.ConnectKeptAsync(rig, version, "c"));
        access.Refusal = MqttReasonCode.NotAuthorized;

        byte[] connect = Wire.Connect(version, "c", flags: 0, properties: version == V5 ? Talk.Kept : null);
        Assert.Equal([expected, "closed"], await Talk.AnswersAsync(rig, [.. connect, .. Wire.Publish(version, "log/t", qos: 1), .. Wire.Subscribe(version, "t")]));
        Assert.Empty(rig.Sink.Messages);
        Assert.Empty(rig.Sessions.SubscriptionsOf(rig.Sessions.Find("c")!));
        access.Refusal = MqttReasonCode.ClientIdentifierNotValid;
        Assert.Equal([version == V5 ? "2003008500" : "20020002", "closed"], await Talk.AnswersAsync(rig, connect));
    }

    [Fact]
    [Normative(Mqtt311, "MQTT-3.2.2-6")]
    public async Task A_refusal_that_MQTT_311_has_no_code_for_closes_without_CONNACK()
    {
        await using var rig = new EndpointRig(access: new OpenAccess { Refusal = MqttReasonCode.BadAuthenticationMethod });

        Assert.Equal(["closed"], await Talk.AnswersAsync(rig, Wire.Connect(V4)));
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.1.4-3")]
    [Normative(Mqtt311, "MQTT-3.1.4-2")]
    public async Task A_client_id_that_is_connected_is_taken_over(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var first = await rig.ConnectAsync(version);

        var second = await rig.ConnectAsync(version);

        string[] expected = version == V5 ? ["E0018E", "closed"] : ["closed"];
        Assert.Equal(expected, await Talk.AnswersAsync(first));
        await second.AssertSilentAsync();
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.1.2-24", "MQTT-3.2.2-19", "MQTT-3.2.2-20")]
    public async Task CONNACK_is_never_larger_than_the_client_takes()
    {
        // CONNACK of 16 bytes, neither with a reason string nor a user property.
        await using var rig = new EndpointRig();
        var exact = await rig.ConnectAsync(properties: Wire.Properties((byte)0x27, Wire.FourBytes(16)));
        Assert.Equal(16, exact.ConnAck.Length / 2);

        Assert.Equal(["closed"], await Talk.AnswersAsync(rig, Wire.Connect(V5, "d", properties: Wire.Properties((byte)0x27, Wire.FourBytes(15)))));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [Normative(Mqtt5, "MQTT-3.1.2-28", "MQTT-4.12.0-6")]
    public async Task CONNACK_holds_no_Response_Information_and_no_Authentication_Method(byte asked)
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(properties: [2, 0x19, asked]);

        Assert.Equal("200E00000B" + "210200" + "22000A" + "27000013E8", client.ConnAck);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [Normative(Mqtt5, "MQTT-3.1.2-29")]
    public async Task Reason_strings_are_sent_only_to_those_who_want_them(byte wanted)
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(properties: [2, 0x17, wanted]);
        await client.SendAsync([.. Wire.Publish(V5, "no/way", qos: 1, id: 1), .. Wire.Publish(V5, "no/way", qos: 2, id: 2), .. Wire.Subscribe(V5, "no/way", id: 3)]);

        string topic = wanted == 1 ? "0B1F0008" + Convert.ToHexString("no_topic"u8) : "";
        string filter = wanted == 1 ? "0C1F0009" + Convert.ToHexString("no_filter"u8) : "00";
        string[] expected = wanted == 1
            ? [$"400F000187{topic}", $"500F000287{topic}", $"90100003{filter}87"]
            : ["4003000187", "5003000287", "900400030087"];
        Assert.Equal(expected.Order(), (await client.ReadAsync(3)).Order());
    }
}
