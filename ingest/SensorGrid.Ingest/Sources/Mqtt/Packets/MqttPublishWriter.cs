using System.Buffers;
using System.Text;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>A PUBLISH to a client (3.3), measured before a byte is written, so that it can be compared with the Maximum Packet Size of the client
/// [MQTT-3.1.2-24]. Properties of the message go on unchanged and in order [MQTT-3.3.2-4, -15 to -18, -20].</summary>
/// <param name="version">Protocol level of the client; 3.1.1 gets no properties.</param>
/// <param name="packet">Message, packet id, flags, identifiers, and what is left of its expiry.</param>
/// <param name="alias">Topic alias to set or use; 0 = none.</param>
/// <param name="aliasIsKnown">The client knows the alias: the topic is left out.</param>
internal readonly struct MqttPublishWriter(MqttVersion version, in OutgoingPacket packet, ushort alias = 0, bool aliasIsKnown = false)
{
    private readonly OutgoingPacket packet = packet;

    private MqttMessage Message => packet.Message!;

    /// <summary>Bytes of the whole packet; more than any packet may have when it cannot be one.</summary>
    public long Length
    {
        get
        {
            long body = BodyLength(PropertyLength());
            return body > MqttVariableInteger.Max ? long.MaxValue : MqttPacketWriter.Whole((int)body);
        }
    }

    /// <summary>Writes it.</summary>
    public void WriteTo(IBufferWriter<byte> output)
    {
        int properties = PropertyLength();
        byte header = (byte)(0x30 | (packet.Duplicate ? 8 : 0) | (byte)packet.Qos << 1 | (packet.Retain ? 1 : 0));
        var fields = MqttPacketWriter.Begin(output, header, (int)BodyLength(properties));
        fields.Text(aliasIsKnown ? "" : Message.Topic);
        if (packet.PacketId > 0)
            fields.TwoBytes(packet.PacketId);
        if (version == MqttVersion.V5)
        {
            fields.Variable(properties);
            WriteProperties(ref fields);
        }
        fields.Bytes(Message.Payload.Span);
        output.Advance(fields.Position);
    }

    private long BodyLength(int properties) =>
        2L + (aliasIsKnown ? 0 : Encoding.UTF8.GetByteCount(Message.Topic)) + (packet.PacketId > 0 ? 2 : 0)
        + (version == MqttVersion.V5 ? MqttPacketWriter.Prefixed(properties) : 0) + Message.Payload.Length;

    private int PropertyLength()
    {
        if (version != MqttVersion.V5)
            return 0;
        int length = (alias > 0 ? 3 : 0) + (packet.ExpirySeconds is not null ? 5 : 0)
            + (Message.PayloadIsText is not null ? 2 : 0) + Size(Message.ContentType) + Size(Message.ResponseTopic)
            + (Message.CorrelationData is { } data ? 3 + data.Length : 0);
        foreach (int identifier in packet.SubscriptionIdentifiers)
            length += 1 + MqttVariableInteger.LengthOf(identifier);
        foreach (var (name, value) in Message.UserProperties)
            length += 1 + MqttFieldWriter.SizeOf(name) + MqttFieldWriter.SizeOf(value);
        return length;
    }

    private static int Size(string? text) => text is null ? 0 : 1 + MqttFieldWriter.SizeOf(text);

    private void WriteProperties(ref MqttFieldWriter fields)
    {
        if (Message.PayloadIsText is { } isText)
            fields.Property(MqttPropertyId.PayloadFormatIndicator, isText ? (byte)1 : (byte)0);
        if (packet.ExpirySeconds is { } expiry)
            fields.Property(MqttPropertyId.MessageExpiryInterval, expiry);
        if (Message.ContentType is { } type)
            fields.Property(MqttPropertyId.ContentType, type);
        if (Message.ResponseTopic is { } topic)
            fields.Property(MqttPropertyId.ResponseTopic, topic);
        if (Message.CorrelationData is { } data)
        {
            fields.Byte((byte)MqttPropertyId.CorrelationData);
            fields.Binary(data.Span);
        }
        foreach (int identifier in packet.SubscriptionIdentifiers)
        {
            fields.Byte((byte)MqttPropertyId.SubscriptionIdentifier);
            fields.Variable(identifier);
        }
        if (alias > 0)
            fields.Property(MqttPropertyId.TopicAlias, alias);
        foreach (var (name, value) in Message.UserProperties)
        {
            fields.Property(MqttPropertyId.UserProperty, name);
            fields.Text(value);
        }
    }
}
