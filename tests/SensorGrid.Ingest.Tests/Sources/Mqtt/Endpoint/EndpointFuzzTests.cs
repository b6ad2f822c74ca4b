using CsCheck;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>Three connections send packets that are whole, cut, changed or nonsense, in pieces of any length. None of it may end anything but its own
/// connection, hang, or leave something behind. Random, with a seed that is printed when a run fails.</summary>
public sealed class EndpointFuzzTests
{
    private const MqttVersion V5 = MqttVersion.V5;
    private const MqttVersion V4 = MqttVersion.V311;

    // Everything a client may say, to be said at the wrong time too.
    private static readonly byte[][] Sayings =
    [
        Wire.Connect(V5, "f0"), Wire.Connect(V4, "f1"), Wire.Connect(V5, "", flags: 0, properties: Wire.Properties((byte)0x11, Wire.FourBytes(5))),
        Wire.Packet(0x10, "MQTT", (byte)5, (byte)0x26, (ushort)1, (byte)0, "f2", (byte)0, "a/will", "bye"),
        Wire.Publish(V5, "a/b", qos: 1, id: 1), Wire.Publish(V4, "a/b", qos: 2, id: 1), Wire.Publish(V5, "a/b", "kept", flags: 1), Wire.Publish(V5, "", properties: [3, 0x23, 0, 1]),
        Wire.Publish(V5, "log/x", qos: 1, id: 2, properties: [3, 0x23, 0, 1]), Wire.Publish(V4, "log/x", qos: 2, id: 3), Wire.Publish(V5, "no/way", qos: 2, id: 4),
        Wire.Subscribe(V5, "#", 2), Wire.Subscribe(V4, "a/+", 1), Wire.Subscribe(V5, "$share/g/#", 1), Wire.Packet(0xA2, (ushort)9, (byte)0, "#"), Wire.Packet(0xA2, (ushort)9, "a/+"),
        Wire.Packet(0x40, (ushort)1), Wire.Packet(0x50, (ushort)1), Wire.Packet(0x62, (ushort)1), Wire.Packet(0x70, (ushort)1), [0xC0, 0], [0xE0, 0], [0xF0, 2, 0x18, 0],
    ];

    private static readonly Gen<(int Peer, int Saying, int Change, int Place, byte Value)[]> Runs =
        Gen.Select(Gen.Int[0, 2], Gen.Int[0, Sayings.Length - 1], Gen.Int[0, 9], Gen.Int[0, 60], Gen.Byte).Array[0, 60];

    [Fact]
    public async Task Whatever_is_sent_ends_no_more_than_its_own_connection()
    {
        await using var rig = new EndpointRig(sessions: new MqttSessionOptions { MaxSubscriptions = 4, MaxQueuedMessages = 8, MaxRetainedMessages = 4, MaxSessions = 20 });
        rig.Sink.CommitsAtOnce = true;
        var canary = await rig.ConnectAsync(clientId: "canary", keepAlive: 0);
        await canary.SubscribeAsync(V5, "canary", 1);

        await Runs.SampleAsync(
            async steps =>
            {
                MemoryClient[] peers = [rig.Open(), rig.Open(), rig.Open()];
                foreach (var step in steps)
                    await SayAsync(peers, step);
                await canary.SendAsync(Wire.Publish(V5, "canary", "alive"));
                Assert.Equal(Convert.ToHexString(Wire.Publish(V5, "canary", "alive")), await canary.ReadAsync());
                foreach (var peer in peers)
                {
                    peer.Close();
                    // An exception that nobody foresaw would come out here.
                    await peer.Served.WaitAsync(MqttTestClient.Patience);
                }
                Assert.Equal((1, 0), (rig.Endpoint.Limits.Count, rig.Endpoint.Waiters.Count));
                Assert.True(rig.Sessions.Count <= 20 && rig.Sessions.Retained.Count <= 4);
            },
            iter: 1_000,
            threads: 1);

        await canary.AssertSilentAsync();
        canary.Close();
        await canary.Served.WaitAsync(MqttTestClient.Patience);
        // All that was kept for them ends with its time.
        rig.Time.Advance(rig.Endpoint.SessionOptions.MaxExpiry + TimeSpan.FromDays(1));
        rig.Sessions.TakeDueWills();
        Assert.Equal((0, 0), (rig.Sessions.Count, rig.Endpoint.Limits.Count));
    }

    private static async Task SayAsync(MemoryClient[] peers, (int Peer, int Saying, int Change, int Place, byte Value) step)
    {
        var client = peers[step.Peer];
        if (client.Served.IsCompleted)
            return;
        byte[] bytes = [.. Sayings[step.Saying]];
        int place = step.Place % bytes.Length;
        switch (step.Change)
        {
            case 0:
                bytes[place] = step.Value;
                break;
            case 1:
                bytes = bytes[..place];
                break;
            case 2:
                bytes = [.. bytes[..place], step.Value, .. bytes[place..]];
                break;
            case 3:
                // In two pieces.
                await TrySendAsync(client, bytes[..place]);
                bytes = bytes[place..];
                break;
        }
        await TrySendAsync(client, bytes);
    }

    // The endpoint may have closed it meanwhile, which is its good right.
    private static async Task TrySendAsync(MemoryClient client, byte[] bytes)
    {
        if (!client.Served.IsCompleted)
            await client.SendAsync(bytes);
    }
}
