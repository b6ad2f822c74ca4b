using System.Buffers.Binary;
using System.Text;
using SensorGrid.Ingest.Sources.Mqtt.Packets;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

/// <summary>Packets as a client writes them, well-formed or not, put together from their fields. Its own few lines and not the product's writer, so that
/// reader and writer cannot share a misreading.</summary>
internal static class Wire
{
    /// <summary>A packet: first byte, remaining length, fields. A field is a <c>byte</c>, a <c>ushort</c> (two bytes, high first), a <c>string</c>
    /// (with its length) or bytes as they are.</summary>
    public static byte[] Packet(byte first, params object[] fields)
    {
        byte[] body = Fields(fields);
        return [first, .. Variable(body.Length), .. body];
    }

    /// <summary>Fields without a header.</summary>
    public static byte[] Fields(params object[] fields) => [.. fields.SelectMany(ToBytes)];

    /// <summary>Properties with their length.</summary>
    public static byte[] Properties(params object[] fields)
    {
        byte[] bytes = Fields(fields);
        return [.. Variable(bytes.Length), .. bytes];
    }

    /// <summary>A variable byte integer, as short as it can be.</summary>
    public static byte[] Variable(int value)
    {
        var bytes = new List<byte>();
        do
        {
            bytes.Add((byte)(value % 128 + (value >= 128 ? 128 : 0)));
            value /= 128;
        }
        while (value > 0);
        return [.. bytes];
    }

    public static byte[] FourBytes(uint value)
    {
        byte[] bytes = new byte[4];
        BinaryPrimitives.WriteUInt32BigEndian(bytes, value);
        return bytes;
    }

    /// <summary>CONNECT with a client id, and nothing more than the version asks for.</summary>
    public static byte[] Connect(MqttVersion version, string clientId = "c", byte flags = 2, ushort keepAlive = 60, byte[]? properties = null) =>
        version == MqttVersion.V5
            ? Packet(0x10, "MQTT", (byte)5, flags, keepAlive, properties ?? [0], clientId)
            : Packet(0x10, "MQTT", (byte)4, flags, keepAlive, clientId);

    /// <summary>PUBLISH; the packet id is left out with QoS 0.</summary>
    public static byte[] Publish(MqttVersion version, string topic, string payload = "x", byte qos = 0, ushort id = 1, byte flags = 0, byte[]? properties = null)
    {
        byte[] idBytes = qos == 0 ? [] : [(byte)(id >> 8), (byte)id];
        byte[] propertyBytes = version == MqttVersion.V5 ? properties ?? [0] : [];
        return Packet((byte)(0x30 | flags | qos << 1), topic, idBytes, propertyBytes, Encoding.UTF8.GetBytes(payload));
    }

    /// <summary>SUBSCRIBE with one filter.</summary>
    public static byte[] Subscribe(MqttVersion version, string filter, byte options = 0, ushort id = 1, byte[]? properties = null) =>
        version == MqttVersion.V5
            ? Packet(0x82, id, properties ?? [0], filter, options)
            : Packet(0x82, id, filter, options);

    private static byte[] ToBytes(object field) => field switch
    {
        byte one => [one],
        ushort two => [(byte)(two >> 8), (byte)two],
        byte[] bytes => bytes,
        string text => [.. ToBytes((ushort)Encoding.UTF8.GetByteCount(text)), .. Encoding.UTF8.GetBytes(text)],
        _ => throw new ArgumentException($"No field is a {field.GetType().Name}.", nameof(field)),
    };
}
