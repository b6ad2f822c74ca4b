using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>What the tests of the standard's statements say to the endpoint again and again, in bytes.</summary>
internal static class Talk
{
    /// <summary>Session Expiry Interval of 1,000 s: as long as any of these tests.</summary>
    public static byte[] Kept { get; } = Wire.Properties((byte)0x11, Wire.FourBytes(1000));

    /// <summary>Bytes as <see cref="MemoryClient.ReadAsync()"/> gives them.</summary>
    public static string Hex(byte[] packet) => Convert.ToHexString(packet);

    /// <summary>A PUBLISH as it is expected, without properties.</summary>
    public static string Publish(MqttVersion version, string topic, string payload = "x", byte qos = 0, ushort id = 1, byte flags = 0, byte[]? properties = null) =>
        Hex(Wire.Publish(version, topic, payload, qos, id, flags, properties));

    /// <summary>A packet of two bytes: PUBACK, PUBREC, PUBREL, PUBCOMP.</summary>
    public static byte[] Acknowledge(byte first, ushort id) => Wire.Packet(first, id);

    /// <summary>Everything a new connection hears until it is closed.</summary>
    public static async Task<string[]> AnswersAsync(EndpointRig rig, params byte[] bytes) => await AnswersAsync(rig.Open(), bytes);

    /// <summary>Everything a connection hears from now on until it is closed.</summary>
    public static async Task<string[]> AnswersAsync(MemoryClient client, params byte[] bytes)
    {
        await client.SendAsync(bytes);
        var answers = new List<string>();
        while (answers.LastOrDefault() != "closed")
            answers.Add(await client.ReadAsync());
        return [.. answers];
    }

    /// <summary>A client whose session outlives its connection.</summary>
    public static Task<MemoryClient> ConnectKeptAsync(EndpointRig rig, MqttVersion version, string clientId) =>
        rig.ConnectAsync(version, clientId, flags: 0, properties: version == MqttVersion.V5 ? Kept : null);

    /// <summary>The peer is gone without a word.</summary>
    public static async Task LoseAsync(MemoryClient client)
    {
        client.Close();
        await client.Served.WaitAsync(MqttTestClient.Patience);
    }

    /// <summary>A client with a will: topic <c>gone</c>, payload <c>bye</c>.</summary>
    public static async Task<MemoryClient> ConnectWithWillAsync(
        EndpointRig rig, MqttVersion version, byte flags = 0x06, byte[]? properties = null, byte[]? willProperties = null, ushort keepAlive = 60)
    {
        var client = rig.Open();
        await client.ConnectAsync(version == MqttVersion.V5
            ? Wire.Packet(0x10, "MQTT", (byte)5, flags, keepAlive, properties ?? [0], "willing", willProperties ?? [0], "gone", "bye")
            : Wire.Packet(0x10, "MQTT", (byte)4, flags, keepAlive, "willing", "gone", "bye"));
        return client;
    }
}
