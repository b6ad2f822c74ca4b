namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Answers and words for <see cref="MqttViolation"/>.</summary>
internal static class MqttViolations
{
    /// <summary>The reason code MQTT 5 is given; null where the connection is closed without a word.</summary>
    public static MqttReasonCode? ReasonOf(MqttViolation violation) => violation switch
    {
        MqttViolation.ConnectNotFirst or MqttViolation.ConnectTooLate or MqttViolation.ProtocolNameWrong => null,
        MqttViolation.PacketTooLarge => MqttReasonCode.PacketTooLarge,
        MqttViolation.ProtocolVersionUnsupported => MqttReasonCode.UnsupportedProtocolVersion,
        MqttViolation.ClientIdIllFormed or MqttViolation.ClientIdMissing => MqttReasonCode.ClientIdentifierNotValid,
        MqttViolation.AuthenticationMethodUnsupported => MqttReasonCode.BadAuthenticationMethod,
        MqttViolation.TopicAliasInvalid => MqttReasonCode.TopicAliasInvalid,
        MqttViolation.ReceiveMaximumExceeded => MqttReasonCode.ReceiveMaximumExceeded,
        MqttViolation.PacketFromServerOnly or MqttViolation.PacketIdZero or MqttViolation.PropertyRepeated or MqttViolation.PropertyValueInvalid or MqttViolation.ConnectRepeated or MqttViolation.AuthenticationDataAlone
            or MqttViolation.AuthUnexpected or MqttViolation.TopicMissing or MqttViolation.TopicAliasUnknown
            or MqttViolation.ResponseTopicInvalid or MqttViolation.ReasonCodeInvalid or MqttViolation.AcknowledgementOfOtherKind
            or MqttViolation.SubscribeWithoutFilter or MqttViolation.SubscriptionQosInvalid or MqttViolation.RetainHandlingInvalid
            or MqttViolation.NoLocalOnShared or MqttViolation.ShareIllFormed or MqttViolation.UnsubscribeWithoutFilter
            or MqttViolation.SessionExpiryRaised => MqttReasonCode.ProtocolError,
        _ => MqttReasonCode.MalformedPacket,
    };

    /// <summary>The violation as counters and logs say it, e.g. <c>topic_holds_wildcard</c>.</summary>
    public static string ToWord(this MqttViolation violation) => Words[(int)violation];

    private static readonly string[] Words = [.. Enum.GetNames<MqttViolation>().Select(Word)];

    private static string Word(string name) =>
        string.Concat(name.Select((sign, at) => char.IsUpper(sign) ? (at == 0 ? "" : "_") + char.ToLowerInvariant(sign) : sign.ToString()));
}
