using System.Diagnostics.Metrics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Counters of sessions, one method per verb; on the meter of <see cref="IngestMetrics"/>.</summary>
public sealed class SessionMetrics : IDisposable
{
    private readonly Meter meter = new(IngestMetrics.MeterName);
    private readonly Counter<long> dropped;
    private readonly Counter<long> refused;
    private readonly UpDownCounter<long> sessions;
    private readonly Counter<long> sessionsEnded;
    private readonly UpDownCounter<long> retained;
    private readonly Counter<long> willsPublished;
    private readonly Counter<long> storesDamaged;
    private readonly Counter<long> changesCommitted;
    private readonly Counter<long> commits;

    private long droppedTotal;
    private long refusedTotal;
    private long storesDamagedTotal;

    /// <summary>Makes the instruments.</summary>
    public SessionMetrics()
    {
        dropped = meter.CreateCounter<long>("sensorgrid.ingest.session.message.drop", "{message}", "Messages for clients that are gone, by reason.");
        refused = meter.CreateCounter<long>("sensorgrid.ingest.session.message.refuse", "{message}", "Messages, subscriptions, sessions not taken because of a bound, by reason.");
        sessions = meter.CreateUpDownCounter<long>("sensorgrid.ingest.session.open", "{session}", "Sessions, connected or not.");
        sessionsEnded = meter.CreateCounter<long>("sensorgrid.ingest.session.end", "{session}", "Sessions that ended, by reason.");
        retained = meter.CreateUpDownCounter<long>("sensorgrid.ingest.retained.keep", "{message}", "Retained messages.");
        willsPublished = meter.CreateCounter<long>("sensorgrid.ingest.will.publish", "{message}", "Wills that became due.");
        storesDamaged = meter.CreateCounter<long>("sensorgrid.ingest.session_store.set_aside", "{file}", "Session stores that could not be read and were put aside.");
        changesCommitted = meter.CreateCounter<long>("sensorgrid.ingest.session_store.change.commit", "{change}", "Changes of sessions on disk.");
        commits = meter.CreateCounter<long>("sensorgrid.ingest.session_store.commit", "{commit}", "Commits of the session store.");
    }

    /// <summary>Messages dropped since start.</summary>
    public long Dropped => Volatile.Read(ref droppedTotal);

    /// <summary>Messages, subscriptions and sessions refused since start.</summary>
    public long Refused => Volatile.Read(ref refusedTotal);

    /// <summary>Session stores put aside since start.</summary>
    public long StoresSetAside => Volatile.Read(ref storesDamagedTotal);

    /// <inheritdoc/>
    public void Dispose() => meter.Dispose();

    internal void MessageDropped(DropReason reason, int count = 1)
    {
        Interlocked.Add(ref droppedTotal, count);
        dropped.Add(count, new KeyValuePair<string, object?>("reason", reason switch
        {
            DropReason.Offline => "offline",
            DropReason.QueueFull => "queue_full",
            DropReason.Expired => "expired",
            DropReason.PacketTooLarge => "packet_too_large",
            DropReason.SessionEnded => "session_ended",
            _ => throw new System.Diagnostics.UnreachableException(),
        }));
    }

    internal void MessageRefused(RefuseReason reason)
    {
        Interlocked.Increment(ref refusedTotal);
        refused.Add(1, new KeyValuePair<string, object?>("reason", reason switch
        {
            RefuseReason.QueueFull => "queue_full",
            RefuseReason.BudgetFull => "budget_full",
            RefuseReason.RetainedFull => "retained_full",
            RefuseReason.AlarmQueueFull => "alarm_queue_full",
            RefuseReason.AlarmBudgetFull => "alarm_budget_full",
            RefuseReason.RetainedAlarmsFull => "retained_alarms_full",
            RefuseReason.TooManySessions => "too_many_sessions",
            RefuseReason.TooManySubscriptions => "too_many_subscriptions",
            _ => throw new System.Diagnostics.UnreachableException(),
        }));
    }

    internal void SessionOpened() => sessions.Add(1);

    internal void SessionEnded(SessionEnd reason)
    {
        sessions.Add(-1);
        sessionsEnded.Add(1, new KeyValuePair<string, object?>("reason", reason switch
        {
            SessionEnd.ConnectionClosed => "connection_closed",
            SessionEnd.StartedAnew => "started_anew",
            SessionEnd.Expired => "expired",
            SessionEnd.Overflowed => "alarms_overflowed",
            _ => throw new System.Diagnostics.UnreachableException(),
        }));
    }

    internal void RetainedChanged(int by) => retained.Add(by);

    internal void WillPublished() => willsPublished.Add(1);

    internal void Committed(int changes)
    {
        commits.Add(1);
        changesCommitted.Add(changes);
    }

    internal void StoreSetAside()
    {
        Interlocked.Increment(ref storesDamagedTotal);
        storesDamaged.Add(1);
    }
}
