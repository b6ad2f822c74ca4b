using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>How connections begin and end.</summary>
public sealed class ConnectionTests
{
    private const MqttVersion V5 = MqttVersion.V5;
    private const MqttVersion V4 = MqttVersion.V311;

    [Fact]
    public async Task CONNACK_tells_our_limits_and_what_differs_from_what_was_asked()
    {
        await using var rig = new EndpointRig(sessions: new MqttSessionOptions { MaxExpiry = TimeSpan.FromSeconds(100) });
        var plain = await rig.ConnectAsync(clientId: "a");
        // Receive Maximum 512, Topic Alias Maximum 10, Maximum Packet Size 5096.
        Assert.Equal("200E00000B" + "210200" + "22000A" + "27000013E8", plain.ConnAck);

        var greedy = await rig.ConnectAsync(clientId: "", keepAlive: 0, properties: Wire.Properties((byte)0x11, Wire.FourBytes(uint.MaxValue)));
        Assert.Contains("1100000064", greedy.ConnAck, StringComparison.Ordinal);
        Assert.Contains("130E10", greedy.ConnAck, StringComparison.Ordinal);
        Assert.Contains("120025" + Convert.ToHexString("auto-"u8), greedy.ConnAck, StringComparison.Ordinal);
        Assert.Equal("20020000", (await rig.ConnectAsync(V4, "b")).ConnAck);
    }

    [Fact]
    public async Task A_refused_client_hears_why_in_its_version()
    {
        var access = new OpenAccess { Refusal = MqttReasonCode.NotAuthorized };
        await using var rig = new EndpointRig(access: access);
        Assert.Equal(["2003008700", "closed"], await AnswersAsync(rig, Wire.Connect(V5)));
        Assert.Equal(["20020005", "closed"], await AnswersAsync(rig, Wire.Connect(V4)));
        access.Refusal = MqttReasonCode.BadAuthenticationMethod;
        Assert.Equal(["closed"], await AnswersAsync(rig, Wire.Connect(V4)));
    }

    [Fact]
    public async Task What_is_wrong_with_CONNECT_is_answered_in_CONNACK_where_there_is_a_word_for_it()
    {
        await using var rig = new EndpointRig();
        Assert.Equal(["2003008C00", "closed"], await AnswersAsync(rig, Wire.Connect(V5, properties: Wire.Properties((byte)0x15, "method"))));
        Assert.Equal(["2003008100", "closed"], await AnswersAsync(rig, Wire.Connect(V5, flags: 3)));
        Assert.Equal(["2003008500", "closed"], await AnswersAsync(rig, Wire.Connect(V5, "a\u0001")));
        Assert.Equal(["2003008400", "closed"], await AnswersAsync(rig, Wire.Packet(0x10, "MQTT", (byte)6, (byte)2, (ushort)0, "c")));
        Assert.Equal(["20020001", "closed"], await AnswersAsync(rig, Wire.Packet(0x10, "MQIsdp", (byte)3, (byte)2, (ushort)0, "c")));
        Assert.Equal(["20020002", "closed"], await AnswersAsync(rig, Wire.Connect(V4, "", flags: 0)));
        Assert.Equal(["closed"], await AnswersAsync(rig, Wire.Connect(V4, flags: 3)));
        Assert.Equal(["closed"], await AnswersAsync(rig, Wire.Packet(0x10, "HTTP", (byte)4, (byte)2, (ushort)0, "c")));
        // A packet of this size is more than the client takes.
        Assert.Equal(["closed"], await AnswersAsync(rig, Wire.Connect(V5, properties: Wire.Properties((byte)0x27, Wire.FourBytes(4)))));
        Assert.Equal(0, rig.Sessions.Count);
    }

    [Theory]
    [InlineData("30")]
    [InlineData("C000")]
    [InlineData("47455420")]
    [Normative(Mqtt5, "MQTT-3.1.0-1")]
    [Normative(Mqtt311, "MQTT-3.1.0-1")]
    public async Task Anything_before_CONNECT_closes_at_its_first_byte(string bytes)
    {
        await using var rig = new EndpointRig();

        Assert.Equal(["closed"], await AnswersAsync(rig, Convert.FromHexString(bytes)));
    }

    [Fact]
    public async Task A_CONNECT_over_its_own_limit_is_not_collected()
    {
        await using var rig = new EndpointRig(new MqttEndpointOptions { MaxConnectBytes = 128 });

        Assert.Equal(["closed"], await AnswersAsync(rig, [0x10, 127]));
    }

    [Fact]
    public async Task A_packet_over_our_Maximum_Packet_Size_is_refused_at_its_header()
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync();
        // 5,097 bytes in all, one more than announced.
        await client.SendAsync(0x30, 0xE6, 0x27);

        Assert.Equal("E00195", await client.ReadAsync());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.1.0-2", "MQTT-4.12.0-7")]
    public async Task A_second_CONNECT_and_an_AUTH_end_the_connection()
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(clientId: "a");
        await client.SendAsync(Wire.Connect(V5, "a"));
        Assert.Equal("E00182", await client.ReadAsync());
        var other = await rig.ConnectAsync(clientId: "b");
        await other.SendAsync(Wire.Packet(0xF0, (byte)0x18, (byte)0));
        Assert.Equal("E00182", await other.ReadAsync());
    }

    [Fact]
    public async Task CONNECT_must_be_whole_in_time_also_when_it_trickles()
    {
        await using var rig = new EndpointRig(new MqttEndpointOptions { ConnectTimeout = TimeSpan.FromSeconds(5) });
        var client = rig.Open();
        var silent = rig.Open();
        foreach (byte one in Wire.Connect(V5).AsSpan(0, 10).ToArray())
        {
            await client.SendAsync(one);
            rig.Pass(TimeSpan.FromMilliseconds(500));
        }
        Assert.False(client.Served.IsCompleted);

        rig.Pass(TimeSpan.FromSeconds(1));

        Assert.Equal("closed", await client.ReadAsync());
        Assert.Equal("closed", await silent.ReadAsync());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.1.2-22")]
    public async Task Keep_alive_runs_by_the_monotonic_clock_whatever_the_wall_clock_does()
    {
        await using var rig = new EndpointRig();
        var client = await rig.ConnectAsync(keepAlive: 10);
        rig.WallClock.Step(TimeSpan.FromDays(1));
        rig.Pass(TimeSpan.FromSeconds(14));
        await client.AssertSilentAsync();
        rig.WallClock.Step(TimeSpan.FromDays(-2));
        rig.Pass(TimeSpan.FromSeconds(14));
        await client.AssertSilentAsync();

        rig.Pass(TimeSpan.FromSeconds(16));

        Assert.Equal(["E0018D", "closed"], await client.ReadAsync(2));
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.1.2-22")]
    public async Task Without_keep_alive_MQTT_311_stays_and_MQTT_5_gets_ours()
    {
        await using var rig = new EndpointRig(new MqttEndpointOptions { MaxKeepAlive = TimeSpan.FromSeconds(20) });
        var old = await rig.ConnectAsync(V4, "old", keepAlive: 0);
        var five = await rig.ConnectAsync(V5, "five", keepAlive: 0);
        Assert.Contains("130014", five.ConnAck, StringComparison.Ordinal);

        rig.Pass(TimeSpan.FromSeconds(31));

        Assert.Equal("E0018D", await five.ReadAsync());
        await old.AssertSilentAsync();
    }

    [Fact]
    public async Task A_peer_that_does_not_read_is_cut_off_and_nobody_else_notices()
    {
        await using var rig = new EndpointRig(new MqttEndpointOptions { SendTimeout = TimeSpan.FromSeconds(30) });
        var deaf = await rig.ConnectAsync(clientId: "deaf", keepAlive: 0);
        await deaf.SubscribeAsync(V5, "#");
        var sender = await rig.ConnectAsync(clientId: "sender", keepAlive: 0);
        for (int i = 0; i < 60; i++)
            await sender.SendAsync(Wire.Publish(V5, "a", new string('x', 900)));
        await sender.AssertSilentAsync();
        await Eventually.TrueAsync(() => rig.Endpoint.Sessions.Find("deaf")!.QueuedMessages > 0);
        rig.Pass(TimeSpan.FromSeconds(29));
        Assert.False(deaf.IsAborted);

        rig.Pass(TimeSpan.FromSeconds(2));

        await deaf.Served.WaitAsync(MqttTestClient.Patience);
        Assert.True(deaf.IsAborted);
        await sender.AssertSilentAsync();
    }

    [Fact]
    public async Task A_new_connection_takes_the_session_over()
    {
        await using var rig = new EndpointRig();
        byte[] keep = Wire.Properties((byte)0x11, Wire.FourBytes(100));
        var first = await rig.ConnectAsync(flags: 0, properties: keep);
        await first.SubscribeAsync(V5, "t", 1);
        var second = await rig.ConnectAsync(flags: 0, properties: keep);

        Assert.Equal(["E0018E", "closed"], await first.ReadAsync(2));
        Assert.Equal("01", second.ConnAck[4..6]);
        await second.SendAsync(Wire.Publish(V5, "t", "x", qos: 1, id: 5));
        var got = await second.ReadAsync(2);
        Assert.Contains("40020005", got);
        Assert.Contains(Convert.ToHexString(Wire.Publish(V5, "t", "x", qos: 1, id: 1)), got);
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.1.2-4")]
    public async Task A_clean_start_throws_the_old_session_away()
    {
        await using var rig = new EndpointRig();
        var first = await rig.ConnectAsync(flags: 0, properties: Wire.Properties((byte)0x11, Wire.FourBytes(100)));
        await first.SubscribeAsync(V5, "t");
        first.Close();
        await first.Served;

        var second = await rig.ConnectAsync();

        Assert.Equal("00", second.ConnAck[4..6]);
        await second.SendAsync(Wire.Publish(V5, "t"));
        await second.AssertSilentAsync();
    }

    [Fact]
    public async Task Connections_beyond_the_limit_are_turned_away_at_once()
    {
        await using var rig = new EndpointRig(new MqttEndpointOptions { MaxConnectionsPerAddress = 2 });
        var first = await rig.ConnectAsync(clientId: "a");
        await rig.ConnectAsync(clientId: "b");

        var third = rig.Open();
        await third.Served.WaitAsync(MqttTestClient.Patience);
        Assert.True(third.IsAborted);

        first.Close();
        await first.Served;
        await rig.ConnectAsync(clientId: "c");
    }

    [Fact]
    public async Task A_stop_says_so_and_waits_until_everybody_is_gone()
    {
        await using var rig = new EndpointRig();
        var five = await rig.ConnectAsync(clientId: "five");
        var old = await rig.ConnectAsync(V4, "old");
        var silent = rig.Open();

        await rig.Endpoint.StopAsync().WaitAsync(MqttTestClient.Patience);

        Assert.Equal(["E0018B", "closed"], await five.ReadAsync(2));
        Assert.Equal("closed", await old.ReadAsync());
        Assert.Equal("closed", await silent.ReadAsync());
        Assert.Equal(0, rig.Sink.Listeners);
        var late = rig.Open();
        Assert.Equal("closed", await late.ReadAsync());
    }

    [Fact]
    public async Task DISCONNECT_may_lengthen_an_expiry_and_not_make_one()
    {
        await using var rig = new EndpointRig();
        byte[] longer = Wire.Packet(0xE0, (byte)0, Wire.Properties((byte)0x11, Wire.FourBytes(100)));
        var none = await rig.ConnectAsync(clientId: "none");
        await none.SendAsync(longer);
        Assert.Equal("E00182", await none.ReadAsync());
        var some = await rig.ConnectAsync(clientId: "some", flags: 0, properties: Wire.Properties((byte)0x11, Wire.FourBytes(1)));
        await some.SendAsync(longer);
        Assert.Equal("closed", await some.ReadAsync());
        await some.Served;

        rig.Pass(TimeSpan.FromSeconds(99));
        Assert.NotNull(rig.Sessions.Find("some"));
        rig.Pass(TimeSpan.FromSeconds(2));
        await Eventually.TrueAsync(() => rig.Sessions.Find("some") is null);
    }

    private static async Task<string[]> AnswersAsync(EndpointRig rig, byte[] bytes)
    {
        var client = rig.Open();
        await client.SendAsync(bytes);
        var answers = new List<string>();
        while (answers.LastOrDefault() != "closed")
            answers.Add(await client.ReadAsync());
        return [.. answers];
    }
}
