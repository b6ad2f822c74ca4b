using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>Chapters 3.1.2.5 to 3.1.2.7, 3.1.3.2 and 3.14.4: wills.</summary>
public sealed class WillMessageTests
{
    private const MqttVersion V5 = MqttVersion.V5;

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.1.2-7", "MQTT-3.1.2-8", "MQTT-3.1.2-10", "MQTT-3.1.2-14")]
    [Normative(Mqtt311, "MQTT-3.1.2-8", "MQTT-3.1.2-10", "MQTT-3.1.2-16")]
    public async Task A_will_is_published_once_when_its_connection_is_lost(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var watcher = await WatchAsync(rig, version);
        // QoS 1, not retained.
        await Talk.LoseAsync(await Talk.ConnectWithWillAsync(rig, version, flags: 0x0E));

        Assert.Equal(Talk.Publish(version, "gone", "bye", 1), await watcher.ReadAsync());
        await Talk.LoseAsync(await rig.ConnectAsync(version, "willing"));
        await watcher.AssertSilentAsync();
        // Nothing was retained.
        var late = await rig.ConnectAsync(version, "late");
        await late.SubscribeAsync(version, "gone");
        await late.AssertSilentAsync();
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.1.2-15")]
    [Normative(Mqtt311, "MQTT-3.1.2-17")]
    public async Task A_retained_will_is_retained(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var watcher = await WatchAsync(rig, version);
        await Talk.LoseAsync(await Talk.ConnectWithWillAsync(rig, version, flags: 0x26));
        Assert.Equal(Talk.Publish(version, "gone", "bye"), await watcher.ReadAsync());

        var late = await rig.ConnectAsync(version, "late");
        await late.SubscribeAsync(version, "gone");

        Assert.Equal(Talk.Publish(version, "gone", "bye", flags: 1), await late.ReadAsync());
    }

    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    [Normative(Mqtt5, "MQTT-3.14.4-3", "MQTT-3.1.2-10")]
    [Normative(Mqtt311, "MQTT-3.14.4-3", "MQTT-3.1.2-10", "MQTT-3.1.2-12")]
    public async Task DISCONNECT_discards_the_will(byte level)
    {
        var version = (MqttVersion)level;
        await using var rig = new EndpointRig();
        var watcher = await WatchAsync(rig, version);
        var client = await Talk.ConnectWithWillAsync(rig, version);

        Assert.Equal(["closed"], await Talk.AnswersAsync(client, 0xE0, 0));

        await client.Served.WaitAsync(MqttTestClient.Patience);
        rig.Pass(TimeSpan.FromSeconds(1));
        await watcher.AssertSilentAsync();
        // And a client without a will has none.
        await Talk.LoseAsync(await rig.ConnectAsync(version, "willing"));
        rig.Pass(TimeSpan.FromSeconds(1));
        await watcher.AssertSilentAsync();
    }

    [Theory]
    [InlineData("E00104")]
    [InlineData("E00180")]
    [InlineData("E00700051100000064")]
    [InlineData("C100")]
    [Normative(Mqtt5, "MQTT-3.1.2-8")]
    public async Task Any_other_end_than_a_normal_DISCONNECT_publishes_it(string last)
    {
        await using var rig = new EndpointRig();
        var watcher = await WatchAsync(rig, V5);
        // With a session that was to end with it, a DISCONNECT that would lengthen it is none.
        var client = await Talk.ConnectWithWillAsync(rig, V5);

        await client.SendAsync(Convert.FromHexString(last));

        Assert.Equal(Talk.Publish(V5, "gone", "bye"), await watcher.ReadAsync());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.1.3-9", "MQTT-3.1.2-8")]
    public async Task A_client_that_is_back_before_the_delay_has_passed_has_no_will_sent()
    {
        await using var rig = new EndpointRig();
        var watcher = await WatchAsync(rig, V5);
        byte[] delay = Wire.Properties((byte)0x18, Wire.FourBytes(5));
        await Talk.LoseAsync(await Talk.ConnectWithWillAsync(rig, V5, 0x04, Talk.Kept, delay));
        rig.Pass(TimeSpan.FromSeconds(4.5));
        var back = await Talk.ConnectWithWillAsync(rig, V5, 0x04, Talk.Kept, delay);
        rig.Pass(TimeSpan.FromSeconds(20));
        await watcher.AssertSilentAsync();

        await Talk.LoseAsync(back);
        rig.Pass(TimeSpan.FromSeconds(5.5));

        Assert.Equal(Talk.Publish(V5, "gone", "bye"), await watcher.ReadAsync());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.1.2-8")]
    public async Task The_end_of_the_session_ends_the_delay()
    {
        await using var rig = new EndpointRig();
        var watcher = await WatchAsync(rig, V5);
        byte[] five = Wire.Properties((byte)0x11, Wire.FourBytes(5));
        await Talk.LoseAsync(await Talk.ConnectWithWillAsync(rig, V5, 0x04, five, Wire.Properties((byte)0x18, Wire.FourBytes(500))));
        rig.Pass(TimeSpan.FromSeconds(4));
        await watcher.AssertSilentAsync();

        rig.Pass(TimeSpan.FromSeconds(1.5));

        Assert.Equal(Talk.Publish(V5, "gone", "bye"), await watcher.ReadAsync());
    }

    [Fact]
    [Normative(Mqtt5, "MQTT-3.1.3-10")]
    public async Task The_user_properties_of_a_will_keep_their_order()
    {
        await using var rig = new EndpointRig();
        var watcher = await WatchAsync(rig, V5);
        byte[] properties = Wire.Properties((byte)0x26, "b", "1", (byte)0x26, "a", "2", (byte)0x26, "b", "0");
        await Talk.LoseAsync(await Talk.ConnectWithWillAsync(rig, V5, willProperties: properties));

        Assert.Equal(Talk.Publish(V5, "gone", "bye", properties: properties), await watcher.ReadAsync());
    }

    private static async Task<MemoryClient> WatchAsync(EndpointRig rig, MqttVersion version)
    {
        var watcher = await rig.ConnectAsync(version, "watcher", keepAlive: 0);
        await watcher.SubscribeAsync(version, "gone", 1);
        return watcher;
    }
}
