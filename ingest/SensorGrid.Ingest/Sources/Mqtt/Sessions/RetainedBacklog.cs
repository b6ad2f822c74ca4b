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

    /// <summary>The next message, as it is now; topics that have none any more are passed over.</summary>
    public bool TryPeek([NotNullWhen(true)] out MqttMessage? message, [NotNullWhen(true)] out Subscription? subscription)
    {
        while (topics.TryPeek(out var next))
        {
            message = source!.Find(next.Topic);
            subscription = next.Subscription;
            if (message is not null)
                return true;
            topics.Dequeue();
        }
        message = null;
        subscription = null;
        return false;
    }

    /// <summary>Done with the one that was peeked at.</summary>
    public void Remove() => topics.Dequeue();

    public void Clear() => topics.Clear();
}
