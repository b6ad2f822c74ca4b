namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>What is wrong with a topic name or topic filter (MQTT 5 4.7 and 4.8.2).</summary>
internal enum TopicProblem
{
    /// <summary>Nothing.</summary>
    None = 0,

    /// <summary>No character at all, also behind a share name [MQTT-4.7.3-1].</summary>
    Empty,

    /// <summary>More UTF-8 bytes than the limit.</summary>
    TooLong,

    /// <summary>More levels than the limit.</summary>
    TooDeep,

    /// <summary>U+0000 [MQTT-4.7.3-2], or half of a surrogate pair, which is no UTF-8 [MQTT-1.5.4-1].</summary>
    ForbiddenCharacter,

    /// <summary>A wildcard in a topic name [MQTT-3.3.2-2], or one that does not stand alone in its level, or <c>#</c> before the last
    /// level [MQTT-4.7.1-1, 4.7.1-2].</summary>
    WildcardMisplaced,

    /// <summary><c>$share</c> without a name, with a wildcard in the name, or without a filter behind it [MQTT-4.8.2-1, 4.8.2-2].</summary>
    ShareNameInvalid,
}
