using System.Text;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Reads CONNECT (MQTT 5 and 3.1.1, 3.1).
/// <code>
/// protocol name   level (1)   flags (1)   keep-alive (2)   [v5: properties]
/// client id   [will: [v5: will properties]   topic   payload]   [user name]   [password]
/// flags: user 0x80 | password 0x40 | will retain 0x20 | will QoS 0x18 | will 0x04 | clean 0x02 | reserved 0x01
/// </code></summary>
internal static class MqttConnectReader
{
    private const byte User = 0x80;
    private const byte Password = 0x40;
    private const byte WillRetain = 0x20;
    private const byte WillQos = 0x18;
    private const byte Will = 0x04;
    private const byte Clean = 0x02;
    private const byte Reserved = 0x01;

    // MQTT 3.1 called itself so.
    private static ReadOnlySpan<byte> OldName => "MQIsdp"u8;

    /// <param name="frame">Its header.</param>
    /// <param name="body">Its body.</param>
    /// <param name="version">The version to answer in: unknown while it is not even that far. MQTT 3.1 is answered as 3.1.1, any other level as 5.</param>
    /// <param name="connect">The packet when nothing is wrong.</param>
    public static MqttViolation Read(MqttFrame frame, ReadOnlySpan<byte> body, out MqttVersion version, out MqttConnect? connect)
    {
        connect = null;
        version = MqttVersion.Unknown;
        var reader = new MqttBodyReader(body);
        if (!reader.TryRead(out ReadOnlySpan<byte> name) || !reader.TryRead(out byte level))
            return MqttViolation.BodyTooShort;
        bool isOld = name.SequenceEqual(OldName);
        if (!isOld && !name.SequenceEqual("MQTT"u8))
            return MqttViolation.ProtocolNameWrong;
        version = level == (byte)MqttVersion.V311 || isOld && level == 3 ? MqttVersion.V311 : MqttVersion.V5;
        if (isOld || level is not ((byte)MqttVersion.V311 or (byte)MqttVersion.V5))
            return MqttViolation.ProtocolVersionUnsupported;
        // The scanner did not know the version yet.
        if (version == MqttVersion.V5 && !frame.IsMinimal)
            return MqttViolation.VariableIntegerNotMinimal;
        if (!reader.TryRead(out byte flags) || !reader.TryRead(out ushort keepAlive))
            return MqttViolation.BodyTooShort;
        var violation = CheckFlags(flags, version);
        if (violation != MqttViolation.None)
            return violation;
        MqttProperties properties = default;
        if (version == MqttVersion.V5)
            violation = ReadProperties(ref reader, out properties);
        return violation == MqttViolation.None ? ReadPayload(ref reader, version, flags, keepAlive, properties, out connect) : violation;
    }

    private static MqttViolation CheckFlags(byte flags, MqttVersion version)
    {
        if ((flags & Reserved) != 0)
            return MqttViolation.ConnectFlagReserved;
        if ((flags & Will) == 0 && (flags & (WillQos | WillRetain)) != 0)
            return MqttViolation.WillFlagsWithoutWill;
        if ((flags & WillQos) == WillQos)
            return MqttViolation.WillQosInvalid;
        return version == MqttVersion.V311 && (flags & (User | Password)) == Password ? MqttViolation.PasswordWithoutUser : MqttViolation.None;
    }

    private static MqttViolation ReadProperties(scoped ref MqttBodyReader reader, out MqttProperties properties)
    {
        var violation = MqttProperties.Read(ref reader, MqttPropertyTable.Connect, out properties);
        if (violation != MqttViolation.None)
            return violation;
        if (properties.Has(MqttPropertyId.AuthenticationMethod))
            return MqttViolation.AuthenticationMethodUnsupported;
        return properties.Has(MqttPropertyId.AuthenticationData) ? MqttViolation.AuthenticationDataAlone : MqttViolation.None;
    }

    private static MqttViolation ReadPayload(
        scoped ref MqttBodyReader reader, MqttVersion version, byte flags, ushort keepAlive, in MqttProperties properties, out MqttConnect? connect)
    {
        connect = null;
        if (!reader.TryRead(out ReadOnlySpan<byte> clientId))
            return MqttViolation.BodyTooShort;
        if (MqttText.CheckName(clientId) != MqttViolation.None)
            return MqttViolation.ClientIdIllFormed;
        MqttWill? will = null;
        var violation = (flags & Will) != 0 ? ReadWill(ref reader, version, flags, out will) : MqttViolation.None;
        if (violation != MqttViolation.None)
            return violation;
        ReadOnlySpan<byte> user = default;
        ReadOnlySpan<byte> password = default;
        if (((flags & User) != 0 && !reader.TryRead(out user)) || ((flags & Password) != 0 && !reader.TryRead(out password)))
            return MqttViolation.BodyTooShort;
        violation = MqttText.CheckName(user);
        if (violation != MqttViolation.None)
            return violation;
        if (!reader.IsAtEnd)
            return MqttViolation.BodyTooLong;
        if (clientId.IsEmpty && version == MqttVersion.V311 && (flags & Clean) == 0)
            return MqttViolation.ClientIdMissing;
        connect = new()
        {
            Version = version,
            CleanStart = (flags & Clean) != 0,
            KeepAliveSeconds = keepAlive,
            ClientId = Encoding.UTF8.GetString(clientId),
            Will = will,
            UserName = (flags & User) != 0 ? Encoding.UTF8.GetString(user) : null,
            Password = (flags & Password) != 0 ? password.ToArray() : null,
            SessionExpirySeconds = properties.Has(MqttPropertyId.SessionExpiryInterval) ? properties.SessionExpirySeconds : null,
            ReceiveMaximum = properties.Has(MqttPropertyId.ReceiveMaximum) ? properties.ReceiveMaximum : ushort.MaxValue,
            MaximumPacketSize = properties.Has(MqttPropertyId.MaximumPacketSize) ? properties.MaximumPacketSize : uint.MaxValue,
            TopicAliasMaximum = properties.TopicAliasMaximum,
            RequestProblemInformation = !properties.Has(MqttPropertyId.RequestProblemInformation) || properties.RequestProblemInformation == 1,
            RequestResponseInformation = properties.RequestResponseInformation == 1,
        };
        return MqttViolation.None;
    }

    private static MqttViolation ReadWill(scoped ref MqttBodyReader reader, MqttVersion version, byte flags, out MqttWill? will)
    {
        will = null;
        MqttProperties properties = default;
        var violation = version == MqttVersion.V5 ? MqttProperties.Read(ref reader, MqttPropertyTable.Will, out properties) : MqttViolation.None;
        if (violation != MqttViolation.None)
            return violation;
        if (!reader.TryRead(out ReadOnlySpan<byte> topic) || !reader.TryRead(out ReadOnlySpan<byte> payload))
            return MqttViolation.BodyTooShort;
        violation = MqttTopicName.Check(topic);
        if (violation != MqttViolation.None)
            return violation;
        will = new()
        {
            Message = MqttMessages.OfWill(
                Encoding.UTF8.GetString(topic), payload.ToArray(), (byte)((flags & WillQos) >> 3), (flags & WillRetain) != 0, properties),
            DelaySeconds = properties.WillDelaySeconds,
        };
        return MqttViolation.None;
    }
}
