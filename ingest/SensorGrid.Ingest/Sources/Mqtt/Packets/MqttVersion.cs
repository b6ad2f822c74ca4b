namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Protocol level of a connection, as CONNECT spells it (3.1.2.2).</summary>
internal enum MqttVersion : byte
{
    /// <summary>Not known before CONNECT.</summary>
    Unknown = 0,

    /// <summary>MQTT 3.1.1 (OASIS, 2014).</summary>
    V311 = 4,

    /// <summary>MQTT 5 (OASIS, 2019).</summary>
    V5 = 5,
}
