using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>What became of a message for its subscribers.</summary>
/// <param name="Receivers">Sessions that are subscribed, whether they had room or not.</param>
/// <param name="IsRefused">Nobody has it who should: the publisher is told where that is possible.</param>
/// <param name="Change">Durable in the session store when a restart will know it.</param>
internal readonly record struct RouteOutcome(int Receivers, bool IsRefused, long Change);

/// <summary>Messages on their way to subscribers: kept when retained, handed to each session that wants them.</summary>
internal sealed class MqttRouter(MqttSessions sessions, SessionClock clock, Func<long, Task<bool>> whenDurable)
{
    private readonly Lock gate = new();
    private Task late = Task.CompletedTask;

    /// <summary>Messages of connections that ended before the log was through with them; never fails.</summary>
    public Task Late { get { lock (gate) return late; } }

    /// <summary>Hands a message to its subscribers. The caller keeps the order of one publisher.</summary>
    public RouteOutcome Forward(MqttMessage message, MqttSession? publisher, MatchList matches)
    {
        long kept = 0;
        // Kept first: a subscription that comes in between gets it one way or the other.
        bool retainRefused = message.Retain && sessions.Retained.Set(message, clock.NowTicks, out kept) == RetainOutcome.Refused;
        var result = sessions.Forward(message, publisher, matches);
        bool nobody = result.Queued == 0 && result.Refused > 0;
        return new(result.Queued + result.Refused + result.Dropped, retainRefused || nobody, Math.Max(kept, result.Change));
    }

    /// <summary>Hands on what a connection left behind, when the log is through with it: a message in the log reaches its subscribers also when its
    /// sender has gone. In order, one after the other.</summary>
    public void ForwardWhenDurable(IReadOnlyList<PendingAcknowledgement> left, MqttSession publisher)
    {
        lock (gate)
            late = ForwardAsync(late, left, publisher);
    }

    private async Task ForwardAsync(Task before, IReadOnlyList<PendingAcknowledgement> left, MqttSession publisher)
    {
        await before;
        var matches = new MatchList();
        try
        {
            foreach (var pending in left)
            {
                // The log failed: it is not durable, and nobody may see it.
                if (!await whenDurable(pending.Sequence))
                    return;
                Forward(pending.Forward!, publisher, matches);
            }
        }
        catch (OperationCanceledException)
        {
            // We stop. What is not durable yet was not acknowledged either: its sender has it and sends it again.
        }
    }
}
