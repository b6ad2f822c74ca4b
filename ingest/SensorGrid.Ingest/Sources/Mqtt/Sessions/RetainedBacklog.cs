using System.Diagnostics.CodeAnalysis;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Topics whose retained message a new subscription is still to get. Ten thousand gateways may have one, and no session's queue
/// holds as many: so only the topics wait here, and each message is looked up when there is room for it. What the topic got meanwhile is
/// then what is sent, never an older message after a newer one.</summary>
internal sealed class RetainedBacklog(int capacity)
{
    private readonly Queue<(string Topic, Subscription Subscription)> topics = [];
    private RetainedMessages? source;

    public int Count => topics.Count;

    /// <summary>Adds topics as far as there is room.</summary>
    /// <returns>How many found none.</returns>
    public int Add(RetainedMessages from, IReadOnlyList<string> found, Subscription subscription)
    {
        source = from;
        int taken = Math.Min(found.Count, Math.Max(0, capacity - topics.Count));
        for (int i = 0; i < taken; i++)
            topics.Enqueue((found[i], subscription));
        return found.Count - taken;
    }

    public bool TryTake([NotNullWhen(true)] out MqttMessage? message, out MqttQos qos, out int[] identifiers)
    {
        while (topics.TryDequeue(out var next))
        {
            message = source!.Find(next.Topic);
            if (message is null)
                continue;
            qos = (MqttQos)Math.Min((byte)message.Qos, (byte)next.Subscription.Qos);
            identifiers = next.Subscription.Identifier == 0 ? [] : [next.Subscription.Identifier];
            return true;
        }
        message = null;
        qos = default;
        identifiers = [];
        return false;
    }

    public void Clear() => topics.Clear();
}
