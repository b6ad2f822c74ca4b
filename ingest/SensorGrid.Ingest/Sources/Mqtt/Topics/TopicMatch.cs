using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>One copy of a message for one session.</summary>
/// <param name="Session">Who gets it.</param>
/// <param name="MaxQos">Most the session wants; the copy has the lesser of this and the message's own [MQTT-3.8.4-8].</param>
/// <param name="RetainAsPublished">Whether the copy keeps the RETAIN flag.</param>
/// <param name="Identifiers">Subscription identifiers of all subscriptions this copy answers; empty when none has one.</param>
internal readonly record struct TopicMatch(MqttSession Session, MqttQos MaxQos, bool RetainAsPublished, int[] Identifiers);
