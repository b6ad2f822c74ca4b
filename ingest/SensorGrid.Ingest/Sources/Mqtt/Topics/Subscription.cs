namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>Whether a new subscription gets the retained messages (MQTT 5 3.8.3.1). The numbers are the wire's.</summary>
internal enum RetainHandling : byte
{
    /// <summary>At every SUBSCRIBE.</summary>
    Send = 0,

    /// <summary>Only when the subscription did not exist.</summary>
    SendIfNew = 1,

    /// <summary>Never.</summary>
    DoNotSend = 2,
}

/// <summary>What a session asked for with one filter of a SUBSCRIBE.</summary>
/// <param name="Filter">The topics.</param>
/// <param name="Qos">Most it wants (MQTT 5 3.8.3.1).</param>
/// <param name="NoLocal">Leave out what the same session published; never with a shared filter [MQTT-3.8.3-4].</param>
/// <param name="RetainAsPublished">Keep the RETAIN flag of forwarded messages.</param>
/// <param name="RetainHandling">Whether it gets retained messages now.</param>
/// <param name="Identifier">Subscription Identifier, 1 … 268,435,455; 0 when there is none (MQTT 5 3.8.2.1.2).</param>
internal sealed record Subscription(
    TopicFilter Filter,
    MqttQos Qos,
    bool NoLocal = false,
    bool RetainAsPublished = false,
    RetainHandling RetainHandling = RetainHandling.Send,
    int Identifier = 0);
