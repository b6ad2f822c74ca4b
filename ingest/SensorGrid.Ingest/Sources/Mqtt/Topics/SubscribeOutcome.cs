namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>What became of a subscription.</summary>
internal enum SubscribeOutcome
{
    /// <summary>It is new.</summary>
    Added = 1,

    /// <summary>The session had this filter: the options are the new ones [MQTT-3.8.4-3].</summary>
    Replaced,

    /// <summary>The session has as many as it may; SUBACK 0x97 (3.1.1: 0x80).</summary>
    TooMany,

    /// <summary>The tree has as many nodes as it may; SUBACK 0x97 (3.1.1: 0x80).</summary>
    TreeFull,
}
