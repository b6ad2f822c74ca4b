namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Kind of a control packet: the upper four bits of its first byte (MQTT 5 and 3.1.1, table 2.1).</summary>
internal enum MqttPacketType : byte
{
    /// <summary>Reserved.</summary>
    None = 0,

    /// <summary>The first packet of a client.</summary>
    Connect = 1,

    /// <summary>Its answer.</summary>
    ConnAck = 2,

    /// <summary>A message, either way.</summary>
    Publish = 3,

    /// <summary>QoS 1: the message is taken.</summary>
    PubAck = 4,

    /// <summary>QoS 2, first answer: the message is taken.</summary>
    PubRec = 5,

    /// <summary>QoS 2: the sender will not send it again.</summary>
    PubRel = 6,

    /// <summary>QoS 2, last answer: its packet id is free.</summary>
    PubComp = 7,

    /// <summary>Asks for messages.</summary>
    Subscribe = 8,

    /// <summary>Its answer.</summary>
    SubAck = 9,

    /// <summary>Asks for no more of them.</summary>
    Unsubscribe = 10,

    /// <summary>Its answer.</summary>
    UnsubAck = 11,

    /// <summary>Are you there?</summary>
    PingReq = 12,

    /// <summary>Yes.</summary>
    PingResp = 13,

    /// <summary>The last packet.</summary>
    Disconnect = 14,

    /// <summary>Enhanced authentication, MQTT 5 only; not offered here.</summary>
    Auth = 15,
}
