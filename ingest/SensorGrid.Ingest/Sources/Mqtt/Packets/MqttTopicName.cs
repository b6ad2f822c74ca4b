namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>Topic names as they come in PUBLISH and in wills (4.7). What is correct and yet not wanted here (depth, <c>$</c>, foreign topics)
/// is the access policy's matter, because its answer is another one.</summary>
internal static class MqttTopicName
{
    /// <summary>Whether it is one: well-formed, at least one character, no wildcard.</summary>
    public static MqttViolation Check(ReadOnlySpan<byte> topic)
    {
        if (topic.IsEmpty)
            return MqttViolation.TopicMissing;
        if (topic.IndexOfAny((byte)'+', (byte)'#') >= 0)
            return MqttViolation.TopicHoldsWildcard;
        return MqttText.CheckName(topic);
    }
}
