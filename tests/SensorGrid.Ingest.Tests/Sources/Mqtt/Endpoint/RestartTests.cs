using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>Connections, sessions and their store together, over a restart.</summary>
public sealed class RestartTests : IDisposable
{
    private const MqttVersion V5 = MqttVersion.V5;
    private static readonly byte[] Keep = Wire.Properties((byte)0x11, Wire.FourBytes(1000));

    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-mqtt-").FullName;

    [Fact]
    public async Task What_was_acknowledged_is_delivered_after_a_restart_as_it_came()
    {
        byte[] properties = Wire.Properties((byte)0x01, (byte)0, (byte)0x03, "type", (byte)0x26, "b", "1", (byte)0x26, "a", "");
        await using (var rig = new EndpointRig(folder: folder))
        {
            var reader = await rig.ConnectAsync(clientId: "reader", flags: 0, properties: Keep);
            await reader.SubscribeAsync(V5, "t/#", 2);
            reader.Close();
            await reader.Served;
            var sender = await rig.ConnectAsync(clientId: "sender");
            await sender.SendAsync([.. Wire.Publish(V5, "t/1", "one", qos: 1, id: 1, properties: properties), .. Wire.Publish(V5, "t/2", "two", qos: 2, id: 2)]);
            Assert.Equal(["40020001", "50020002"], await sender.ReadAsync(2));
        }

        await using (var rig = new EndpointRig(folder: folder))
        {
            var reader = await rig.ConnectAsync(clientId: "reader", flags: 0, properties: Keep);
            Assert.Equal("01", reader.ConnAck[4..6]);
            Assert.Equal(
                [
                    Convert.ToHexString(Wire.Publish(V5, "t/1", "one", qos: 1, id: 1, properties: properties)),
                    Convert.ToHexString(Wire.Publish(V5, "t/2", "two", qos: 2, id: 2)),
                ],
                await reader.ReadAsync(2));
        }
    }

    [Fact]
    public async Task A_QoS_2_id_is_known_after_a_restart_until_it_is_released()
    {
        await using (var rig = new EndpointRig(folder: folder))
        {
            rig.Sink.CommitsAtOnce = true;
            var sender = await rig.ConnectAsync(flags: 0, properties: Keep);
            await sender.SendAsync(Wire.Publish(V5, "log/a", "1", qos: 2, id: 7));
            Assert.Equal("50020007", await sender.ReadAsync());
        }

        await using (var rig = new EndpointRig(folder: folder))
        {
            rig.Sink.CommitsAtOnce = true;
            var sender = await rig.ConnectAsync(flags: 0, properties: Keep);
            await sender.SendAsync(Wire.Publish(V5, "log/a", "1", qos: 2, id: 7, flags: 8));
            Assert.Equal("50020007", await sender.ReadAsync());
            Assert.Empty(rig.Sink.Messages);
            await sender.SendAsync(Wire.Packet(0x62, (ushort)7));
            Assert.Equal("70020007", await sender.ReadAsync());
        }

        await using (var rig = new EndpointRig(folder: folder))
        {
            rig.Sink.CommitsAtOnce = true;
            var sender = await rig.ConnectAsync(flags: 0, properties: Keep);
            await sender.SendAsync(Wire.Publish(V5, "log/a", "2", qos: 2, id: 7));
            Assert.Equal("50020007", await sender.ReadAsync());
            Assert.Equal("2", Assert.Single(rig.Sink.Messages).Payload);
        }
    }

    [Fact]
    public async Task Retained_messages_are_there_after_a_restart()
    {
        await using (var rig = new EndpointRig(folder: folder))
        {
            var sender = await rig.ConnectAsync();
            await sender.SendAsync([.. Wire.Publish(V5, "t", "old", qos: 1, id: 1, flags: 1), .. Wire.Publish(V5, "t", "new", qos: 1, id: 2, flags: 1)]);
            Assert.Equal(["4003000110", "4003000210"], await sender.ReadAsync(2));
        }

        await using (var rig = new EndpointRig(folder: folder))
        {
            var reader = await rig.ConnectAsync();
            await reader.SendAsync(Wire.Subscribe(V5, "t"));
            string[] got = await reader.ReadAsync(2);
            Assert.Contains("900400010000", got);
            Assert.Contains(Convert.ToHexString(Wire.Publish(V5, "t", "new", flags: 1)), got);
        }
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
