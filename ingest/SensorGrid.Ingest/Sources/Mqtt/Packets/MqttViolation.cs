namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>What a peer did against the standard, each with its clause. Every one ends the connection: MQTT 5 hears
/// <see cref="MqttViolations.ReasonOf"/> in DISCONNECT (in CONNACK before the session began), MQTT 3.1.1 sees the connection close (4.8).
/// Clauses are of MQTT 5; where 3.1.1 numbers them otherwise both are given.</summary>
internal enum MqttViolation : byte
{
    /// <summary>Nothing is wrong.</summary>
    None = 0,

    /// <summary>The fourth byte of a variable byte integer announces a fifth (1.5.5, 2.1.4; 3.1.1: 2.2.3). 0x81.</summary>
    VariableIntegerTooLong,

    /// <summary>A variable byte integer takes more bytes than it needs [MQTT-1.5.5-1]. 0x81.</summary>
    VariableIntegerNotMinimal,

    /// <summary>Packet type 0, or 15 in MQTT 3.1.1 (2.1.2; 3.1.1: 2.2.1). 0x81.</summary>
    PacketTypeReserved,

    /// <summary>Flags in the fixed header that are reserved [MQTT-2.1.3-1; 3.1.1: MQTT-2.2.2-1, -2]. 0x81.</summary>
    HeaderFlagsReserved,

    /// <summary>Larger than the Maximum Packet Size we announced (3.2.2.3.6), or than a CONNECT may be here; or a SUBSCRIBE or UNSUBSCRIBE whose answer
    /// would be larger than the client takes [MQTT-3.1.2-24]. 0x95.</summary>
    PacketTooLarge,

    /// <summary>A packet that only a server sends: CONNACK, SUBACK, UNSUBACK, PINGRESP (table 2.1). 0x82.</summary>
    PacketFromServerOnly,

    /// <summary>A field reaches beyond the end of its packet (1.2, Malformed Packet). 0x81.</summary>
    BodyTooShort,

    /// <summary>Bytes remain after the last field (1.2, Malformed Packet). 0x81.</summary>
    BodyTooLong,

    /// <summary>A string is not well-formed UTF-8, or holds surrogates [MQTT-1.5.4-1; 3.1.1: MQTT-1.5.3-1]. 0x81.</summary>
    TextIllFormed,

    /// <summary>A string holds U+0000 [MQTT-1.5.4-2; 3.1.1: MQTT-1.5.3-2]. 0x81.</summary>
    TextHoldsNull,

    /// <summary>A name (topic, filter, user) holds a control character or a non-character, which a server may take for malformed (1.5.4; 3.1.1: 1.5.3). 0x81.</summary>
    NameHoldsControl,

    /// <summary>A packet id of 0 where one is needed [MQTT-2.2.1-3, -4; 3.1.1: MQTT-2.3.1-1]. 0x82.</summary>
    PacketIdZero,

    /// <summary>A property identifier that the standard does not know (2.2.2.2). 0x81.</summary>
    PropertyUnknown,

    /// <summary>A property that this packet may not carry (2.2.2.2, table 2-4). 0x81.</summary>
    PropertyNotAllowed,

    /// <summary>A property that may be given once is given twice (2.2.2.2). 0x82.</summary>
    PropertyRepeated,

    /// <summary>A property has a value it may not have: a flag above 1, a Receive Maximum, Maximum Packet Size or Subscription Identifier of 0
    /// (3.1.2.11, 3.3.2.3, 3.8.2.1.2). 0x82.</summary>
    PropertyValueInvalid,

    /// <summary>Something else came before CONNECT [MQTT-3.1.0-1]. Closed without an answer: its version is not known.</summary>
    ConnectNotFirst,

    /// <summary>A second CONNECT [MQTT-3.1.0-2]. 0x82.</summary>
    ConnectRepeated,

    /// <summary>CONNECT was not whole in time; its sender may trickle. Closed without an answer.</summary>
    ConnectTooLate,

    /// <summary>The protocol name is not <c>MQTT</c> [MQTT-3.1.2-1]. Closed without an answer.</summary>
    ProtocolNameWrong,

    /// <summary>Neither MQTT 3.1.1 nor 5 [MQTT-3.1.2-2]. 0x84, or 0x01 to MQTT 3.1.</summary>
    ProtocolVersionUnsupported,

    /// <summary>The reserved flag of CONNECT is set [MQTT-3.1.2-3]. 0x81.</summary>
    ConnectFlagReserved,

    /// <summary>Will QoS 3 [MQTT-3.1.2-12; 3.1.1: -14]. 0x81.</summary>
    WillQosInvalid,

    /// <summary>Will QoS or Will Retain without a will [MQTT-3.1.2-11, -13; 3.1.1: -13, -15]. 0x81.</summary>
    WillFlagsWithoutWill,

    /// <summary>A password without a user name, MQTT 3.1.1 only [3.1.1: MQTT-3.1.2-22]. Closed.</summary>
    PasswordWithoutUser,

    /// <summary>The client id is not well-formed UTF-8 or holds what a name may not [MQTT-3.1.3-4]. 0x85; MQTT 3.1.1 is closed
    /// without CONNACK, because its CONNECT does not conform [3.1.1: MQTT-3.1.4-1].</summary>
    ClientIdIllFormed,

    /// <summary>MQTT 3.1.1: no client id, and a session to keep [3.1.1: MQTT-3.1.3-8]. 0x85, there return code 2.</summary>
    ClientIdMissing,

    /// <summary>Authentication Data without Authentication Method (3.1.2.11.10). 0x82.</summary>
    AuthenticationDataAlone,

    /// <summary>Enhanced authentication is asked for, which is not offered (4.12) [MQTT-4.12.0-1]. 0x8C.</summary>
    AuthenticationMethodUnsupported,

    /// <summary>AUTH without an Authentication Method in CONNECT (4.12) [MQTT-4.12.0-6]. 0x82.</summary>
    AuthUnexpected,

    /// <summary>PUBLISH with both QoS bits [MQTT-3.3.1-4]. 0x81.</summary>
    PublishQosInvalid,

    /// <summary>PUBLISH of QoS 0 that says it is a repetition [MQTT-3.3.1-2]. 0x81.</summary>
    PublishDupWithQos0,

    /// <summary>A wildcard in a topic name [MQTT-3.3.2-2; of a will: 4.7.1]. 0x81.</summary>
    TopicHoldsWildcard,

    /// <summary>No topic name, and no topic alias (3.3.2.1; 3.1.1: [MQTT-4.7.3-1]). 0x82.</summary>
    TopicMissing,

    /// <summary>A topic alias of 0 [MQTT-3.3.2-8] or above our Topic Alias Maximum [MQTT-3.3.2-9]. 0x94.</summary>
    TopicAliasInvalid,

    /// <summary>A topic alias that was not set on this connection (3.3.2.3.4). 0x82.</summary>
    TopicAliasUnknown,

    /// <summary>A response topic that is empty or holds a wildcard [MQTT-3.3.2-14]. 0x82.</summary>
    ResponseTopicInvalid,

    /// <summary>More messages in flight than our Receive Maximum [MQTT-3.3.4-9]. 0x93.</summary>
    ReceiveMaximumExceeded,

    /// <summary>A reason code that this packet may not carry (3.4.2.1 and the like). 0x82.</summary>
    ReasonCodeInvalid,

    /// <summary>PUBACK for a message of QoS 2, or PUBREC or PUBCOMP for one of QoS 1 (4.3). 0x82.</summary>
    AcknowledgementOfOtherKind,

    /// <summary>SUBSCRIBE without a filter [MQTT-3.8.3-2; 3.1.1: -3]. 0x82.</summary>
    SubscribeWithoutFilter,

    /// <summary>Reserved bits in the subscription options [MQTT-3.8.3-5; 3.1.1: MQTT-3-8.3-4]. 0x81.</summary>
    SubscriptionOptionsReserved,

    /// <summary>A subscription for QoS 3 (3.8.3.1; 3.1.1: MQTT-3-8.3-4). 0x82.</summary>
    SubscriptionQosInvalid,

    /// <summary>Retain Handling of 3 (3.8.3.1). 0x82.</summary>
    RetainHandlingInvalid,

    /// <summary>No Local on a shared subscription [MQTT-3.8.3-4]. 0x82.</summary>
    NoLocalOnShared,

    /// <summary>A filter that is empty [MQTT-4.7.3-1] or has a wildcard where none may stand [MQTT-4.7.1-1, -2; 3.1.1: -2, -3]. 0x81.</summary>
    FilterIllFormed,

    /// <summary>A shared subscription without share name or filter, or with a wildcard in its share name [MQTT-4.8.2-1, -2]. 0x82.</summary>
    ShareIllFormed,

    /// <summary>UNSUBSCRIBE without a filter [MQTT-3.10.3-2]. 0x82.</summary>
    UnsubscribeWithoutFilter,

    /// <summary>DISCONNECT sets a session expiry although CONNECT had set none (3.14.2.2.2). 0x82.</summary>
    SessionExpiryRaised,
}
