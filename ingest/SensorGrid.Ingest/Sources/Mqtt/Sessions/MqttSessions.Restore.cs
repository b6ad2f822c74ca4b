using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>The start: what the store held becomes sessions again. A time from before that lies ahead of now was written under a clock that
/// ran ahead, and counts as now. Sessions that were connected when the process ended count as disconnected now, whether it stopped or
/// was killed: how long we were away is not held against them.</summary>
internal sealed partial class MqttSessions
{
    private void Restore(StoredState state, ILogger logger)
    {
        lock (gate)
        {
            long now = clock.NowTicks;
            foreach (var stored in state.Sessions)
                RestoreSession_NeedsLock(stored, now);
            foreach (var message in state.Retained)
                Retained.Restore(message);
            Retained.RemoveExpired(now);
            foreach (var will in state.Wills)
                RestoreWill_NeedsLock(will, now);
            int messages = sessions.Values.Sum(held => held.Session.QueuedMessages);
            Log.SessionsRestored(logger, sessions.Count, messages, Retained.Count, wills.Count);
        }
    }

    private void RestoreSession_NeedsLock(StoredSession stored, long now)
    {
        long disconnectedAt = Math.Min(now, stored.DisconnectedAtTicks ?? now);
        if (SessionClock.After(disconnectedAt, stored.Terms.ExpirySeconds) <= now)
        {
            store!.RemoveSession(stored.Key);
            if (stored.Outgoing.Count > 0)
                metrics.MessageDropped(DropReason.SessionEnded, stored.Outgoing.Count);
            return;
        }
        var session = new MqttSession(stored.ClientId, stored.Key, options, budget, metrics, store);
        session.Restore(stored.Terms, stored.Outgoing, stored.Incoming);
        var held = Add_NeedsLock(session);
        foreach (var subscription in stored.Subscriptions)
        {
            if (tree.Subscribe(session, subscription) is SubscribeOutcome.Added or SubscribeOutcome.Replaced)
                continue;
            // A bound was lowered since. The client is not told, and finds out as its messages are missing: so it is counted.
            metrics.MessageRefused(RefuseReason.TooManySubscriptions);
            store!.RemoveSubscription(session.Key, subscription.Filter);
        }
        Wait_NeedsLock(held, disconnectedAt);
    }

    private void RestoreWill_NeedsLock(PendingWill will, long now)
    {
        var held = sessions.GetValueOrDefault(will.ClientId);
        if (will.LostAtTicks is null && held is not null)
        {
            // Its connection was open when we went: see the table of WillSchedule.
            uint grace = (uint)options.WillDelayAfterRestart.TotalSeconds;
            held.Will = wills.Lost(will with { DelaySeconds = Math.Max(will.DelaySeconds, grace) }, held.Session.Terms.ExpirySeconds, now);
            return;
        }
        if (held is null)
        {
            // Its session is over, and with that its delay.
            wills.MakeDue(will, now);
            return;
        }
        wills.Restore(will, now);
        // One without delay was due before: the client coming back does not change that.
        if (will.DelaySeconds > 0)
            held.Will = will;
    }
}
