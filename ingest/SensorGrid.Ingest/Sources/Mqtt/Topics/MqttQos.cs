namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>Quality of service of a message or subscription (MQTT 5 4.3). The numbers are the wire's.</summary>
internal enum MqttQos : byte
{
    /// <summary>At most once: sent, never acknowledged.</summary>
    AtMostOnce = 0,

    /// <summary>At least once: PUBLISH, PUBACK.</summary>
    AtLeastOnce = 1,

    /// <summary>Exactly once: PUBLISH, PUBREC, PUBREL, PUBCOMP.</summary>
    ExactlyOnce = 2,
}
