using static SensorGrid.Ingest.Sources.Mqtt.Packets.MqttPropertyId;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>How a property's value is written (2.2.2.2).</summary>
internal enum MqttPropertyForm : byte
{
    /// <summary>No such property.</summary>
    Unknown = 0,

    /// <summary>One byte.</summary>
    Byte,

    /// <summary>Two bytes, high first.</summary>
    TwoBytes,

    /// <summary>Four bytes, high first.</summary>
    FourBytes,

    /// <summary>Variable byte integer.</summary>
    Variable,

    /// <summary>Two bytes of length and that many bytes.</summary>
    Binary,

    /// <summary>The same, UTF-8.</summary>
    Text,

    /// <summary>Two of them: name and value.</summary>
    TextPair,
}

/// <summary>Which packet of a client may carry which property, as bit masks by identifier (table 2-4).</summary>
internal static class MqttPropertyTable
{
    /// <summary>CONNECT.</summary>
    public static readonly ulong Connect = Mask(
        SessionExpiryInterval, AuthenticationMethod, AuthenticationData, RequestProblemInformation, RequestResponseInformation, ReceiveMaximum,
        TopicAliasMaximum, UserProperty, MaximumPacketSize);

    /// <summary>The will in CONNECT.</summary>
    public static readonly ulong Will = Mask(
        PayloadFormatIndicator, MessageExpiryInterval, ContentType, ResponseTopic, CorrelationData, WillDelayInterval, UserProperty);

    /// <summary>PUBLISH of a client: no Subscription Identifier [MQTT-3.3.4-6].</summary>
    public static readonly ulong Publish = Mask(
        PayloadFormatIndicator, MessageExpiryInterval, ContentType, ResponseTopic, CorrelationData, TopicAlias, UserProperty);

    /// <summary>PUBACK, PUBREC, PUBREL, PUBCOMP.</summary>
    public static readonly ulong Acknowledgement = Mask(ReasonString, UserProperty);

    /// <summary>SUBSCRIBE.</summary>
    public static readonly ulong Subscribe = Mask(SubscriptionIdentifier, UserProperty);

    /// <summary>UNSUBSCRIBE.</summary>
    public static readonly ulong Unsubscribe = Mask(UserProperty);

    /// <summary>DISCONNECT of a client.</summary>
    public static readonly ulong Disconnect = Mask(SessionExpiryInterval, ReasonString, UserProperty, ServerReference);

    private static readonly MqttPropertyForm[] Forms = MakeForms();

    /// <summary>Bit of a property.</summary>
    public static ulong Bit(MqttPropertyId id) => 1UL << (int)id;

    /// <summary>How its value is written; unknown for what is no property.</summary>
    public static MqttPropertyForm FormOf(int id) => (uint)id < (uint)Forms.Length ? Forms[id] : MqttPropertyForm.Unknown;

    private static ulong Mask(params ReadOnlySpan<MqttPropertyId> ids)
    {
        ulong mask = 0;
        foreach (var id in ids)
            mask |= Bit(id);
        return mask;
    }

    private static MqttPropertyForm[] MakeForms()
    {
        var forms = new MqttPropertyForm[(int)SharedSubscriptionAvailable + 1];
        Set(MqttPropertyForm.Byte, PayloadFormatIndicator, RequestProblemInformation, RequestResponseInformation, MaximumQos, RetainAvailable,
            WildcardSubscriptionAvailable, SubscriptionIdentifierAvailable, SharedSubscriptionAvailable);
        Set(MqttPropertyForm.TwoBytes, ServerKeepAlive, ReceiveMaximum, TopicAliasMaximum, TopicAlias);
        Set(MqttPropertyForm.FourBytes, MessageExpiryInterval, SessionExpiryInterval, WillDelayInterval, MaximumPacketSize);
        Set(MqttPropertyForm.Variable, SubscriptionIdentifier);
        Set(MqttPropertyForm.Binary, CorrelationData, AuthenticationData);
        Set(MqttPropertyForm.Text, ContentType, ResponseTopic, AssignedClientIdentifier, AuthenticationMethod, ResponseInformation, ServerReference, ReasonString);
        Set(MqttPropertyForm.TextPair, UserProperty);
        return forms;

        void Set(MqttPropertyForm form, params ReadOnlySpan<MqttPropertyId> ids)
        {
            foreach (var id in ids)
                forms[(int)id] = form;
        }
    }
}
