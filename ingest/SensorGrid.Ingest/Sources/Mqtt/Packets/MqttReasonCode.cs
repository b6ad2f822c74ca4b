namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Reason codes of MQTT 5 (table 2.6); 0x80 and above are refusals. MQTT 3.1.1 has its own few in CONNACK and SUBACK only
/// (<see cref="MqttReasonCodes.ToReturnCode"/>).</summary>
internal enum MqttReasonCode : byte
{
    /// <summary>Success, normal disconnection, or QoS 0 granted.</summary>
    Success = 0x00,

    /// <summary>SUBACK: QoS 1 granted.</summary>
    GrantedQos1 = 0x01,

    /// <summary>SUBACK: QoS 2 granted.</summary>
    GrantedQos2 = 0x02,

    /// <summary>DISCONNECT of a client that wants its will published.</summary>
    DisconnectWithWill = 0x04,

    /// <summary>PUBACK, PUBREC: taken, and nobody subscribes to it.</summary>
    NoMatchingSubscribers = 0x10,

    /// <summary>UNSUBACK: there was no such subscription.</summary>
    NoSubscriptionExisted = 0x11,

    /// <summary>AUTH only.</summary>
    ContinueAuthentication = 0x18,

    /// <summary>AUTH only.</summary>
    ReAuthenticate = 0x19,

    /// <summary>Refused without a reason.</summary>
    UnspecifiedError = 0x80,

    /// <summary>A packet cannot be parsed as the standard says.</summary>
    MalformedPacket = 0x81,

    /// <summary>A packet can be parsed, and may not be sent, or not now.</summary>
    ProtocolError = 0x82,

    /// <summary>Correct, and this server does not take it.</summary>
    ImplementationSpecificError = 0x83,

    /// <summary>CONNACK: neither MQTT 3.1.1 nor 5.</summary>
    UnsupportedProtocolVersion = 0x84,

    /// <summary>CONNACK: not a client id that is allowed here.</summary>
    ClientIdentifierNotValid = 0x85,

    /// <summary>CONNACK: user name or password.</summary>
    BadUserNameOrPassword = 0x86,

    /// <summary>May not do this.</summary>
    NotAuthorized = 0x87,

    /// <summary>CONNACK: not now.</summary>
    ServerUnavailable = 0x88,

    /// <summary>Try again later.</summary>
    ServerBusy = 0x89,

    /// <summary>CONNACK: never again.</summary>
    Banned = 0x8A,

    /// <summary>DISCONNECT: the server stops.</summary>
    ServerShuttingDown = 0x8B,

    /// <summary>CONNACK: enhanced authentication of this method is not offered.</summary>
    BadAuthenticationMethod = 0x8C,

    /// <summary>DISCONNECT: nothing came for one and a half keep-alives.</summary>
    KeepAliveTimeout = 0x8D,

    /// <summary>DISCONNECT: another connection uses the client id.</summary>
    SessionTakenOver = 0x8E,

    /// <summary>SUBACK, UNSUBACK: the filter is correct and not accepted.</summary>
    TopicFilterInvalid = 0x8F,

    /// <summary>The topic name is correct and not accepted.</summary>
    TopicNameInvalid = 0x90,

    /// <summary>The packet id is in use.</summary>
    PacketIdentifierInUse = 0x91,

    /// <summary>PUBREL, PUBCOMP: no such packet id.</summary>
    PacketIdentifierNotFound = 0x92,

    /// <summary>DISCONNECT: more messages in flight than Receive Maximum.</summary>
    ReceiveMaximumExceeded = 0x93,

    /// <summary>DISCONNECT: a topic alias of 0 or above Topic Alias Maximum.</summary>
    TopicAliasInvalid = 0x94,

    /// <summary>The packet is larger than Maximum Packet Size.</summary>
    PacketTooLarge = 0x95,

    /// <summary>Too many messages.</summary>
    MessageRateTooHigh = 0x96,

    /// <summary>A limit of this server is reached.</summary>
    QuotaExceeded = 0x97,

    /// <summary>Ended by an operator.</summary>
    AdministrativeAction = 0x98,

    /// <summary>The payload is not of the format announced or expected.</summary>
    PayloadFormatInvalid = 0x99,

    /// <summary>Retained messages are not kept.</summary>
    RetainNotSupported = 0x9A,

    /// <summary>Above Maximum QoS.</summary>
    QosNotSupported = 0x9B,

    /// <summary>Go elsewhere for now.</summary>
    UseAnotherServer = 0x9C,

    /// <summary>Go elsewhere.</summary>
    ServerMoved = 0x9D,

    /// <summary>Shared subscriptions are not offered.</summary>
    SharedSubscriptionsNotSupported = 0x9E,

    /// <summary>Too many connections in a while.</summary>
    ConnectionRateExceeded = 0x9F,

    /// <summary>Connected for too long.</summary>
    MaximumConnectTime = 0xA0,

    /// <summary>Subscription identifiers are not offered.</summary>
    SubscriptionIdentifiersNotSupported = 0xA1,

    /// <summary>Wildcards in filters are not offered.</summary>
    WildcardSubscriptionsNotSupported = 0xA2,
}
