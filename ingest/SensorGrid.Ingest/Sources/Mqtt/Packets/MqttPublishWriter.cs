using System.Buffers;
using System.Text;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>A PUBLISH to a client (3.3), measured when it is made so that it can be compared with the Maximum Packet Size of the client
/// before a byte is written [MQTT-3.1.2-24].</summary>
internal readonly ref struct MqttPublishWriter
{
    /// <summary>Protocol level of the client; 3.1.1 gets no properties.</summary>
    public required MqttVersion Version { get; init; }

    /// <summary>The topic name.</summary>
    public required string Topic { get; init; }

    /// <summary>The payload.</summary>
    public required ReadOnlySpan<byte> Payload { get; init; }

    /// <summary>0, 1 or 2.</summary>
    public required byte Qos { get; init; }

    /// <summary>Sent before.</summary>
    public bool Duplicate { get; init; }

    /// <summary>A retained message, or one that keeps its flag.</summary>
    public bool Retain { get; init; }

    /// <summary>Not written with QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>What goes on unchanged.</summary>
    public required MqttMessageProperties Properties { get; init; }

    /// <summary>Seconds left to live; null = for ever.</summary>
    public uint? ExpirySeconds { get; init; }

    /// <summary>Identifiers of the subscriptions it answers.</summary>
    public ReadOnlySpan<int> SubscriptionIdentifiers { get; init; }

    /// <summary>Topic alias to set or use; 0 = none.</summary>
    public ushort TopicAlias { get; init; }

    /// <summary>The alias is known to the client: the topic is left out.</summary>
    public bool AliasOnly { get; init; }

    /// <summary>Bytes of the whole packet.</summary>
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
        byte header = (byte)(0x30 | (Duplicate ? 8 : 0) | Qos << 1 | (Retain ? 1 : 0));
        var packet = MqttPacketWriter.Begin(output, header, (int)BodyLength(properties));
        packet.Text(AliasOnly ? "" : Topic);
        if (Qos > 0)
            packet.TwoBytes(PacketId);
        if (Version == MqttVersion.V5)
        {
            packet.Variable(properties);
            if (properties > 0)
                WriteProperties(ref packet);
        }
        packet.Bytes(Payload);
        output.Advance(packet.Position);
    }

    private long BodyLength(int properties) =>
        2L + (AliasOnly ? 0 : Encoding.UTF8.GetByteCount(Topic)) + (Qos > 0 ? 2 : 0)
        + (Version == MqttVersion.V5 ? MqttPacketWriter.Prefixed(properties) : 0) + Payload.Length;

    private int PropertyLength()
    {
        if (Version != MqttVersion.V5)
            return 0;
        int length = (TopicAlias > 0 ? 3 : 0) + (ExpirySeconds is not null ? 5 : 0);
        foreach (int identifier in SubscriptionIdentifiers)
            length += 1 + MqttVariableInteger.LengthOf(identifier);
        if (ReferenceEquals(Properties, MqttMessageProperties.None))
            return length;
        length += (Properties.PayloadFormat is not null ? 2 : 0) + Size(Properties.ContentType) + Size(Properties.ResponseTopic);
        if (Properties.CorrelationData is { } data)
            length += 3 + data.Length;
        foreach (var (name, value) in Properties.UserProperties)
            length += 1 + MqttFieldWriter.SizeOf(name) + MqttFieldWriter.SizeOf(value);
        return length;
    }

    private static int Size(string? text) => text is null ? 0 : 1 + MqttFieldWriter.SizeOf(text);

    private void WriteProperties(ref MqttFieldWriter packet)
    {
        if (Properties.PayloadFormat is { } format)
            packet.Property(MqttPropertyId.PayloadFormatIndicator, format);
        if (ExpirySeconds is { } expiry)
            packet.Property(MqttPropertyId.MessageExpiryInterval, expiry);
        if (Properties.ContentType is { } type)
            packet.Property(MqttPropertyId.ContentType, type);
        if (Properties.ResponseTopic is { } topic)
            packet.Property(MqttPropertyId.ResponseTopic, topic);
        if (Properties.CorrelationData is { } data)
        {
            packet.Byte((byte)MqttPropertyId.CorrelationData);
            packet.Binary(data);
        }
        foreach (int identifier in SubscriptionIdentifiers)
        {
            packet.Byte((byte)MqttPropertyId.SubscriptionIdentifier);
            packet.Variable(identifier);
        }
        if (TopicAlias > 0)
            packet.Property(MqttPropertyId.TopicAlias, TopicAlias);
        foreach (var (name, value) in Properties.UserProperties)
        {
            packet.Property(MqttPropertyId.UserProperty, name);
            packet.Text(value);
        }
    }
}
