using System.Buffers;
using System.Buffers.Binary;
using System.Text;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Reads packets that the <see cref="MqttFrameScanner"/> found whole. One per connection: holds its version, the topics it uses, and
/// room for a body that lies in several pieces (none is needed for one that lies in one piece, nor ever for a payload). PUBLISH and its
/// acknowledgements make no garbage once their topic is known. Never waits, never throws for what a peer sent.</summary>
internal sealed class MqttPacketReader : IDisposable
{
    // A PUBLISH in pieces: topic length, topic, packet id and the property length lie before its properties.
    private const int LongestPropertyLength = MqttVariableInteger.MaxBytes;

    // A larger buffer goes back with the next packet in pieces: one large packet is no reason to hold so much for every connection.
    private const int LargestKept = 8 * 1024;

    private readonly MqttTopicCache topics = new();
    private byte[]? joined;

    /// <summary>Known once CONNECT was read.</summary>
    public MqttVersion Version { get; private set; }

    /// <summary>Reads CONNECT and takes on its version, also when it is refused, so that the answer can be written.</summary>
    public MqttViolation ReadConnect(MqttFrame frame, scoped in ReadOnlySequence<byte> packet, out MqttConnect? connect)
    {
        var violation = MqttConnectReader.Read(frame, Join(Body(frame, packet)), out var version, out connect);
        Version = version;
        return violation;
    }

    /// <summary>Reads PUBLISH; the packet must stay where it is as long as the result is used.</summary>
    public MqttViolation ReadPublish(MqttFrame frame, scoped in ReadOnlySequence<byte> packet, out MqttPublish publish)
    {
        publish = default;
        byte qos = (byte)((frame.Flags >> 1) & 3);
        var body = Body(frame, packet);
        var reader = new MqttBodyReader(body.IsSingleSegment ? body.FirstSpan : JoinPublishHeader(body, qos));
        if (!reader.TryRead(out ReadOnlySpan<byte> name))
            return MqttViolation.BodyTooShort;
        ushort packetId = 0;
        if (qos > 0 && !reader.TryRead(out packetId))
            return MqttViolation.BodyTooShort;
        if (qos > 0 && packetId == 0)
            return MqttViolation.PacketIdZero;
        MqttProperties properties = default;
        var violation = Version == MqttVersion.V5 ? MqttProperties.Read(ref reader, MqttPropertyTable.Publish, out properties) : MqttViolation.None;
        if (violation != MqttViolation.None)
            return violation;
        string topic = "";
        if (!name.IsEmpty || properties.TopicAlias == 0)
            violation = topics.Find(name, out topic);
        publish = new()
        {
            Duplicate = (frame.Flags & 0b1000) != 0,
            Qos = qos,
            Retain = (frame.Flags & 1) != 0,
            PacketId = packetId,
            Topic = topic,
            Properties = properties,
            Payload = body.Slice(reader.Position),
        };
        return violation;
    }

    /// <summary>Reads PUBACK, PUBREC, PUBREL or PUBCOMP. Reason and properties may be missing (3.4.2.1).</summary>
    public MqttViolation ReadAcknowledgement(MqttFrame frame, scoped in ReadOnlySequence<byte> packet, out MqttAcknowledgement acknowledgement)
    {
        acknowledgement = default;
        var reader = new MqttBodyReader(Join(Body(frame, packet)));
        if (!reader.TryRead(out ushort packetId))
            return MqttViolation.BodyTooShort;
        if (packetId == 0)
            return MqttViolation.PacketIdZero;
        byte reason = 0;
        if (Version == MqttVersion.V5 && reader.TryRead(out reason))
        {
            if (!MqttReasonCodes.IsAllowedIn(frame.Type, reason))
                return MqttViolation.ReasonCodeInvalid;
            var violation = reader.IsAtEnd ? MqttViolation.None : MqttProperties.Read(ref reader, MqttPropertyTable.Acknowledgement, out _);
            if (violation != MqttViolation.None)
                return violation;
        }
        acknowledgement = new(frame.Type, packetId, (MqttReasonCode)reason);
        return AtEnd(reader);
    }

    /// <summary>Reads SUBSCRIBE.</summary>
    public MqttViolation ReadSubscribe(MqttFrame frame, scoped in ReadOnlySequence<byte> packet, out MqttSubscribe? subscribe)
    {
        subscribe = null;
        var reader = new MqttBodyReader(Join(Body(frame, packet)));
        var violation = ReadRequest(ref reader, MqttPropertyTable.Subscribe, out ushort packetId, out var properties);
        if (violation == MqttViolation.None && reader.IsAtEnd)
            violation = MqttViolation.SubscribeWithoutFilter;
        var items = new List<MqttSubscribeItem>();
        while (violation == MqttViolation.None && !reader.IsAtEnd)
        {
            violation = ReadFilter(ref reader, out string filter);
            if (violation == MqttViolation.None)
                violation = reader.TryRead(out byte options) ? ReadOptions(filter, options, items) : MqttViolation.BodyTooShort;
        }
        subscribe = new(packetId, properties.SubscriptionIdentifier, items);
        return violation;
    }

    /// <summary>Reads UNSUBSCRIBE.</summary>
    public MqttViolation ReadUnsubscribe(MqttFrame frame, scoped in ReadOnlySequence<byte> packet, out MqttUnsubscribe? unsubscribe)
    {
        unsubscribe = null;
        var reader = new MqttBodyReader(Join(Body(frame, packet)));
        var violation = ReadRequest(ref reader, MqttPropertyTable.Unsubscribe, out ushort packetId, out _);
        if (violation == MqttViolation.None && reader.IsAtEnd)
            violation = MqttViolation.UnsubscribeWithoutFilter;
        var filters = new List<string>();
        while (violation == MqttViolation.None && !reader.IsAtEnd)
        {
            violation = ReadFilter(ref reader, out string filter);
            filters.Add(filter);
        }
        unsubscribe = new(packetId, filters);
        return violation;
    }

    /// <summary>Reads DISCONNECT. Reason and properties may be missing (3.14.2.1); MQTT 3.1.1 has neither.</summary>
    public MqttViolation ReadDisconnect(MqttFrame frame, scoped in ReadOnlySequence<byte> packet, out MqttDisconnect disconnect)
    {
        disconnect = default;
        var reader = new MqttBodyReader(Join(Body(frame, packet)));
        byte reason = 0;
        MqttProperties properties = default;
        if (Version == MqttVersion.V5 && reader.TryRead(out reason))
        {
            if (!MqttReasonCodes.IsAllowedIn(MqttPacketType.Disconnect, reason))
                return MqttViolation.ReasonCodeInvalid;
            var violation = reader.IsAtEnd ? MqttViolation.None : MqttProperties.Read(ref reader, MqttPropertyTable.Disconnect, out properties);
            if (violation != MqttViolation.None)
                return violation;
        }
        disconnect = new((MqttReasonCode)reason, properties.Has(MqttPropertyId.SessionExpiryInterval) ? properties.SessionExpirySeconds : null);
        return AtEnd(reader);
    }

    /// <summary>Judges PINGREQ: it has no body (3.12).</summary>
    public static MqttViolation ReadPing(MqttFrame frame) => frame.BodyLength == 0 ? MqttViolation.None : MqttViolation.BodyTooLong;

    /// <inheritdoc/>
    public void Dispose()
    {
        if (joined is not null)
            ArrayPool<byte>.Shared.Return(joined);
        joined = null;
    }

    private static ReadOnlySequence<byte> Body(MqttFrame frame, scoped in ReadOnlySequence<byte> packet) => packet.Slice(frame.HeaderLength, frame.BodyLength);

    private static MqttViolation AtEnd(in MqttBodyReader reader) => reader.IsAtEnd ? MqttViolation.None : MqttViolation.BodyTooLong;

    private MqttViolation ReadRequest(scoped ref MqttBodyReader reader, ulong allowed, out ushort packetId, out MqttProperties properties)
    {
        properties = default;
        if (!reader.TryRead(out packetId))
            return MqttViolation.BodyTooShort;
        if (packetId == 0)
            return MqttViolation.PacketIdZero;
        return Version == MqttVersion.V5 ? MqttProperties.Read(ref reader, allowed, out properties) : MqttViolation.None;
    }

    private static MqttViolation ReadFilter(scoped ref MqttBodyReader reader, out string filter)
    {
        filter = "";
        if (!reader.TryRead(out ReadOnlySpan<byte> bytes))
            return MqttViolation.BodyTooShort;
        var violation = bytes.IsEmpty ? MqttViolation.FilterIllFormed : MqttText.CheckName(bytes);
        if (violation == MqttViolation.None)
            filter = Encoding.UTF8.GetString(bytes);
        return violation;
    }

    // QoS 0x03 | no local 0x04 | retain as published 0x08 | retain handling 0x30 | reserved 0xC0; MQTT 3.1.1 has the QoS only.
    private MqttViolation ReadOptions(string filter, byte options, List<MqttSubscribeItem> items)
    {
        if ((options & (Version == MqttVersion.V5 ? 0xC0 : 0xFC)) != 0)
            return MqttViolation.SubscriptionOptionsReserved;
        byte qos = (byte)(options & 3);
        if (qos == 3)
            return MqttViolation.SubscriptionQosInvalid;
        byte retainHandling = (byte)(options >> 4 & 3);
        if (retainHandling == 3)
            return MqttViolation.RetainHandlingInvalid;
        items.Add(new(filter, qos, (options & 0x04) != 0, (options & 0x08) != 0, retainHandling));
        return MqttViolation.None;
    }

    private ReadOnlySpan<byte> Join(scoped in ReadOnlySequence<byte> body) => body.IsSingleSegment ? body.FirstSpan : Join(body, (int)body.Length);

    private ReadOnlySpan<byte> Join(scoped in ReadOnlySequence<byte> body, int length)
    {
        if (joined is null || joined.Length < length || (joined.Length > LargestKept && length <= LargestKept))
        {
            if (joined is not null)
                ArrayPool<byte>.Shared.Return(joined);
            joined = ArrayPool<byte>.Shared.Rent(length);
        }
        body.Slice(0, length).CopyTo(joined);
        return joined.AsSpan(0, length);
    }

    // Everything before the payload in one piece. Where the fields contradict the length, what is there: reading it then says so.
    private ReadOnlySpan<byte> JoinPublishHeader(scoped in ReadOnlySequence<byte> body, byte qos)
    {
        Span<byte> peek = stackalloc byte[LongestPropertyLength];
        if (body.Length < 2)
            return Join(body, (int)body.Length);
        body.Slice(0, 2).CopyTo(peek);
        long length = 2 + BinaryPrimitives.ReadUInt16BigEndian(peek) + (qos > 0 ? 2 : 0);
        if (Version == MqttVersion.V5 && length < body.Length)
        {
            var rest = body.Slice(length, Math.Min(LongestPropertyLength, body.Length - length));
            rest.CopyTo(peek);
            int lengthBytes = MqttVariableInteger.Read(peek[..(int)rest.Length], out int propertyLength);
            length += lengthBytes > 0 ? lengthBytes + propertyLength : rest.Length;
        }
        return Join(body, (int)Math.Min(length, body.Length));
    }
}
