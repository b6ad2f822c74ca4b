namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Which reason codes a client may send where, and what MQTT 3.1.1 says instead.</summary>
internal static class MqttReasonCodes
{
    /// <summary>True for a refusal.</summary>
    public static bool IsError(this MqttReasonCode code) => (byte)code >= 0x80;

    /// <summary>CONNACK return code of MQTT 3.1.1 (table 3.1); 0 = accepted. Null where 3.1.1 has no word and the connection is closed without one.</summary>
    public static byte? ToReturnCode(this MqttReasonCode code) => code switch
    {
        MqttReasonCode.Success => 0,
        MqttReasonCode.UnsupportedProtocolVersion => 1,
        MqttReasonCode.ClientIdentifierNotValid => 2,
        MqttReasonCode.ServerUnavailable or MqttReasonCode.ServerBusy or MqttReasonCode.QuotaExceeded => 3,
        MqttReasonCode.BadUserNameOrPassword => 4,
        MqttReasonCode.NotAuthorized or MqttReasonCode.Banned => 5,
        _ => null,
    };

    /// <summary>Whether a client may send it in PUBACK or PUBREC (tables 3-4, 3-5), PUBREL or PUBCOMP (3-6, 3-7), or DISCONNECT (3-10).</summary>
    public static bool IsAllowedIn(MqttPacketType type, byte code) => type switch
    {
        MqttPacketType.PubAck or MqttPacketType.PubRec => (MqttReasonCode)code is
            MqttReasonCode.Success or MqttReasonCode.NoMatchingSubscribers or MqttReasonCode.UnspecifiedError
            or MqttReasonCode.ImplementationSpecificError or MqttReasonCode.NotAuthorized or MqttReasonCode.TopicNameInvalid
            or MqttReasonCode.PacketIdentifierInUse or MqttReasonCode.QuotaExceeded or MqttReasonCode.PayloadFormatInvalid,
        MqttPacketType.PubRel or MqttPacketType.PubComp => (MqttReasonCode)code is MqttReasonCode.Success or MqttReasonCode.PacketIdentifierNotFound,
        MqttPacketType.Disconnect => (MqttReasonCode)code is
            MqttReasonCode.Success or MqttReasonCode.DisconnectWithWill or MqttReasonCode.UnspecifiedError or MqttReasonCode.MalformedPacket
            or MqttReasonCode.ProtocolError or MqttReasonCode.ImplementationSpecificError or MqttReasonCode.TopicNameInvalid
            or MqttReasonCode.ReceiveMaximumExceeded or MqttReasonCode.TopicAliasInvalid or MqttReasonCode.PacketTooLarge
            or MqttReasonCode.MessageRateTooHigh or MqttReasonCode.QuotaExceeded or MqttReasonCode.AdministrativeAction
            or MqttReasonCode.PayloadFormatInvalid,
        _ => false,
    };
}
