namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Properties of MQTT 5 (table 2-4).</summary>
internal enum MqttPropertyId : byte
{
    /// <summary>Byte: 1 = the payload is UTF-8.</summary>
    PayloadFormatIndicator = 0x01,

    /// <summary>Four bytes, seconds.</summary>
    MessageExpiryInterval = 0x02,

    /// <summary>String.</summary>
    ContentType = 0x03,

    /// <summary>String, a topic name.</summary>
    ResponseTopic = 0x08,

    /// <summary>Bytes.</summary>
    CorrelationData = 0x09,

    /// <summary>Variable byte integer.</summary>
    SubscriptionIdentifier = 0x0B,

    /// <summary>Four bytes, seconds; 0xFFFFFFFF = for ever.</summary>
    SessionExpiryInterval = 0x11,

    /// <summary>String, from the server.</summary>
    AssignedClientIdentifier = 0x12,

    /// <summary>Two bytes, seconds, from the server.</summary>
    ServerKeepAlive = 0x13,

    /// <summary>String.</summary>
    AuthenticationMethod = 0x15,

    /// <summary>Bytes.</summary>
    AuthenticationData = 0x16,

    /// <summary>Byte, 0 or 1.</summary>
    RequestProblemInformation = 0x17,

    /// <summary>Four bytes, seconds.</summary>
    WillDelayInterval = 0x18,

    /// <summary>Byte, 0 or 1.</summary>
    RequestResponseInformation = 0x19,

    /// <summary>String, from the server.</summary>
    ResponseInformation = 0x1A,

    /// <summary>String, from the server.</summary>
    ServerReference = 0x1C,

    /// <summary>String.</summary>
    ReasonString = 0x1F,

    /// <summary>Two bytes, not 0.</summary>
    ReceiveMaximum = 0x21,

    /// <summary>Two bytes.</summary>
    TopicAliasMaximum = 0x22,

    /// <summary>Two bytes, not 0.</summary>
    TopicAlias = 0x23,

    /// <summary>Byte, 0 or 1, from the server.</summary>
    MaximumQos = 0x24,

    /// <summary>Byte, 0 or 1, from the server.</summary>
    RetainAvailable = 0x25,

    /// <summary>Two strings; may come any number of times, and its order is kept.</summary>
    UserProperty = 0x26,

    /// <summary>Four bytes, not 0.</summary>
    MaximumPacketSize = 0x27,

    /// <summary>Byte, 0 or 1, from the server.</summary>
    WildcardSubscriptionAvailable = 0x28,

    /// <summary>Byte, 0 or 1, from the server.</summary>
    SubscriptionIdentifierAvailable = 0x29,

    /// <summary>Byte, 0 or 1, from the server.</summary>
    SharedSubscriptionAvailable = 0x2A,
}
