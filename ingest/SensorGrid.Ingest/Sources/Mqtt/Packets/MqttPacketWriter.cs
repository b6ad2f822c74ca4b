using System.Buffers;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Writes what a server sends, except PUBLISH (<see cref="MqttPublishWriter"/>). Every packet takes its shortest form; a reason string
/// is left out when the packet would be larger than the client takes [MQTT-3.2.2-19, 3.4.2-2 and the like].</summary>
internal static class MqttPacketWriter
{
    /// <summary>CONNACK (3.2). MQTT 3.1.1 gets its return code; a reason it has no code for is not to be written.</summary>
    /// <returns>False, and nothing written, when the client takes no packet as large.</returns>
    public static bool ConnAck(IBufferWriter<byte> output, MqttVersion version, MqttConnAck answer, uint maxPacketSize)
    {
        if (version != MqttVersion.V5)
        {
            Span<byte> four = output.GetSpan(4);
            four[0] = 0x20;
            four[1] = 2;
            four[2] = answer.SessionPresent ? (byte)1 : (byte)0;
            four[3] = answer.Reason.ToReturnCode() ?? throw new ArgumentException($"MQTT 3.1.1 has no return code for {answer.Reason}.", nameof(answer));
            output.Advance(4);
            return true;
        }
        Span<byte> properties = stackalloc byte[1024];
        var fields = new MqttFieldWriter(properties);
        ConnAckProperties(ref fields, answer);
        int without = fields.Position;
        if (answer.ReasonString is { Length: < 256 } words)
            fields.Property(MqttPropertyId.ReasonString, words);
        int length = Whole(2 + Prefixed(fields.Position)) <= maxPacketSize ? fields.Position : without;
        int body = 2 + Prefixed(length);
        if (Whole(body) > maxPacketSize)
            return false;
        var packet = Begin(output, 0x20, body);
        packet.Byte(answer.SessionPresent ? (byte)1 : (byte)0);
        packet.Byte((byte)answer.Reason);
        packet.Variable(length);
        packet.Bytes(properties[..length]);
        output.Advance(packet.Position);
        return true;
    }

    /// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP (3.4 to 3.7).</summary>
    /// <param name="output">Where to.</param>
    /// <param name="version">MQTT 3.1.1 gets the packet id only.</param>
    /// <param name="type">Which.</param>
    /// <param name="packetId">Of the message.</param>
    /// <param name="reason">Left out when it is success.</param>
    /// <param name="reasonString">For a person; null when there is none or the client did not ask for it.</param>
    /// <param name="maxPacketSize">Largest the client takes.</param>
    public static void Acknowledgement(
        IBufferWriter<byte> output, MqttVersion version, MqttPacketType type, ushort packetId, MqttReasonCode reason, string? reasonString, uint maxPacketSize)
    {
        // PUBREL has a reserved flag that is set.
        byte header = (byte)((byte)type << 4 | (type == MqttPacketType.PubRel ? 2 : 0));
        int properties = version == MqttVersion.V5 && reasonString is not null ? 1 + MqttFieldWriter.SizeOf(reasonString) : 0;
        if (properties > 0 && Whole(3 + Prefixed(properties)) > maxPacketSize)
            properties = 0;
        int body = version != MqttVersion.V5 || (reason == MqttReasonCode.Success && properties == 0) ? 2
            : properties == 0 ? 3
            : 3 + Prefixed(properties);
        var packet = Begin(output, header, body);
        packet.TwoBytes(packetId);
        if (body > 2)
            packet.Byte((byte)reason);
        if (properties > 0)
        {
            packet.Variable(properties);
            packet.Property(MqttPropertyId.ReasonString, reasonString!);
        }
        output.Advance(packet.Position);
    }

    /// <summary>SUBACK (3.9). MQTT 3.1.1 knows one refusal, 0x80.</summary>
    public static void SubAck(
        IBufferWriter<byte> output, MqttVersion version, ushort packetId, ReadOnlySpan<MqttReasonCode> reasons, string? reasonString, uint maxPacketSize) =>
        Answer(output, version, 0x90, packetId, reasons, reasonString, maxPacketSize);

    /// <summary>UNSUBACK (3.11). MQTT 3.1.1 has no reasons in it.</summary>
    public static void UnsubAck(IBufferWriter<byte> output, MqttVersion version, ushort packetId, ReadOnlySpan<MqttReasonCode> reasons) =>
        Answer(output, version, 0xB0, packetId, version == MqttVersion.V5 ? reasons : [], null, uint.MaxValue);

    /// <summary>Bytes of a SUBACK or UNSUBACK with so many reasons and no words.</summary>
    public static int AnswerSize(MqttVersion version, int reasons) => Whole(2 + (version == MqttVersion.V5 ? Prefixed(0) : 0) + reasons);

    /// <summary>PINGRESP (3.13).</summary>
    public static void PingResp(IBufferWriter<byte> output)
    {
        Span<byte> two = output.GetSpan(2);
        two[0] = 0xD0;
        two[1] = 0;
        output.Advance(2);
    }

    /// <summary>DISCONNECT of MQTT 5 (3.14); MQTT 3.1.1 has none from a server.</summary>
    public static void Disconnect(IBufferWriter<byte> output, MqttReasonCode reason)
    {
        var packet = Begin(output, 0xE0, 1);
        packet.Byte((byte)reason);
        output.Advance(packet.Position);
    }

    /// <summary>Begins a packet: asks for room and writes the fixed header. The caller advances the output by the position in the end.</summary>
    internal static MqttFieldWriter Begin(IBufferWriter<byte> output, byte header, int bodyLength)
    {
        var packet = new MqttFieldWriter(output.GetSpan(Whole(bodyLength)));
        packet.Byte(header);
        packet.Variable(bodyLength);
        return packet;
    }

    /// <summary>Bytes of a packet with its fixed header.</summary>
    internal static int Whole(int bodyLength) => 1 + MqttVariableInteger.LengthOf(bodyLength) + bodyLength;

    /// <summary>Bytes of properties with their length.</summary>
    internal static int Prefixed(int length) => MqttVariableInteger.LengthOf(length) + length;

    private static void Answer(
        IBufferWriter<byte> output, MqttVersion version, byte header, ushort packetId, ReadOnlySpan<MqttReasonCode> reasons, string? reasonString, uint maxPacketSize)
    {
        bool hasProperties = version == MqttVersion.V5;
        int properties = hasProperties && reasonString is not null ? 1 + MqttFieldWriter.SizeOf(reasonString) : 0;
        if (Whole(2 + Prefixed(properties) + reasons.Length) > maxPacketSize)
            properties = 0;
        var packet = Begin(output, header, 2 + (hasProperties ? Prefixed(properties) : 0) + reasons.Length);
        packet.TwoBytes(packetId);
        if (hasProperties)
            packet.Variable(properties);
        if (properties > 0)
            packet.Property(MqttPropertyId.ReasonString, reasonString!);
        foreach (var reason in reasons)
            packet.Byte(hasProperties || !reason.IsError() ? (byte)reason : (byte)MqttReasonCode.UnspecifiedError);
        output.Advance(packet.Position);
    }

    private static void ConnAckProperties(ref MqttFieldWriter fields, MqttConnAck answer)
    {
        if (answer.SessionExpirySeconds is { } expiry)
            fields.Property(MqttPropertyId.SessionExpiryInterval, expiry);
        if (answer.AssignedClientIdentifier is { } clientId)
            fields.Property(MqttPropertyId.AssignedClientIdentifier, clientId);
        if (answer.ServerKeepAliveSeconds is { } keepAlive)
            fields.Property(MqttPropertyId.ServerKeepAlive, keepAlive);
        if (answer.ReceiveMaximum is { } receive)
            fields.Property(MqttPropertyId.ReceiveMaximum, receive);
        if (answer.TopicAliasMaximum > 0)
            fields.Property(MqttPropertyId.TopicAliasMaximum, answer.TopicAliasMaximum);
        if (answer.MaximumQos < 2)
            fields.Property(MqttPropertyId.MaximumQos, answer.MaximumQos);
        if (answer.MaximumPacketSize is { } size)
            fields.Property(MqttPropertyId.MaximumPacketSize, size);
        Flag(ref fields, MqttPropertyId.RetainAvailable, answer.RetainAvailable);
        Flag(ref fields, MqttPropertyId.WildcardSubscriptionAvailable, answer.WildcardSubscriptionAvailable);
        Flag(ref fields, MqttPropertyId.SubscriptionIdentifierAvailable, answer.SubscriptionIdentifierAvailable);
        Flag(ref fields, MqttPropertyId.SharedSubscriptionAvailable, answer.SharedSubscriptionAvailable);
    }

    // Present when it is not so: the default of each is "available".
    private static void Flag(ref MqttFieldWriter fields, MqttPropertyId id, bool available)
    {
        if (!available)
            fields.Property(id, (byte)0);
    }
}
