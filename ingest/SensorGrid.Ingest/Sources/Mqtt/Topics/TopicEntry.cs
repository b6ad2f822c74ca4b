using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>A subscription and whose it is, as the tree holds it.</summary>
internal sealed class TopicEntry(MqttSession session, Subscription subscription)
{
    /// <summary>Who gets the messages.</summary>
    public MqttSession Session => session;

    /// <summary>What it asked for.</summary>
    public Subscription Subscription => subscription;

    /// <summary>The identifier as a list, made once so that a match need not.</summary>
    public int[] Identifiers { get; } = subscription.Identifier == 0 ? [] : [subscription.Identifier];
}
