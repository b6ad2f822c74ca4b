using System.Text.Json;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Service.Metrics;

namespace SensorGrid.Ingest.Service.Alarms;

/// <summary>The open alarms as they stand, for lists, map and live streams. Written by the rules follower, after the state database
/// has committed; read by everybody. Closed alarms are in the database only.</summary>
/// <remarks>One lock covers alarms, position and subscriptions, so that a list and a stream that begins at the list's position
/// together miss nothing.</remarks>
internal sealed class AlarmBoard
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, AlarmView> open;
    private readonly List<AlarmSubscription> subscriptions = [];
    private readonly int maxStreams;
    private readonly int streamQueue;
    private readonly ServiceMetrics metrics;
    private long position;
    private TaskCompletionSource? moved;

    public AlarmBoard(IEnumerable<AlarmView> openAlarms, long position, int maxStreams, int streamQueue, ServiceMetrics metrics)
    {
        open = openAlarms.ToDictionary(alarm => alarm.Id, StringComparer.Ordinal);
        (this.position, this.maxStreams, this.streamQueue, this.metrics) = (position, maxStreams, streamQueue, metrics);
    }

    /// <summary>Number of the newest transition shown.</summary>
    public long Position
    {
        get
        {
            lock (gate)
                return position;
        }
    }

    public int Streams
    {
        get
        {
            lock (gate)
                return subscriptions.Count;
        }
    }

    /// <summary>Completes when there is a transition after this one.</summary>
    public Task WhenPastAsync(long seen)
    {
        lock (gate)
            return position > seen ? Task.CompletedTask : (moved ??= new(TaskCreationOptions.RunContinuationsAsynchronously)).Task;
    }

    public AlarmView? Find(string id)
    {
        lock (gate)
            return open.GetValueOrDefault(id);
    }

    public (long Position, IReadOnlyList<AlarmView> Open) Snapshot()
    {
        lock (gate)
            return (position, [.. open.Values]);
    }

    /// <summary>Takes committed changes, in the order of their positions, and hands them to the streams.</summary>
    public void Publish(IReadOnlyList<AlarmView> changed)
    {
        if (changed.Count == 0)
            return;
        AlarmEvent[] events = [.. changed.Select(ToEvent)];
        TaskCompletionSource? waited;
        lock (gate)
        {
            (waited, moved) = (moved, null);
            foreach (var alarm in changed)
            {
                if (alarm.Open)
                    open[alarm.Id] = alarm;
                else
                    open.Remove(alarm.Id);
                position = alarm.Position;
            }
            Offer_NeedsLock(events);
        }
        waited?.SetResult();
    }

    /// <summary>Tells the streams something that is no alarm and moves no position.</summary>
    public void Tell(string type, object what)
    {
        AlarmEvent[] events = [new(null, JsonSerializer.SerializeToUtf8Bytes(what, ApiJson.Options), type)];
        lock (gate)
            Offer_NeedsLock(events);
    }

    /// <summary>Begins a stream at <paramref name="after"/>, or now.</summary>
    /// <param name="after">Position the client has seen; null = it has just asked for the list, or does not care.</param>
    /// <param name="replay">Most changes told again.</param>
    /// <param name="changes">Alarms whose newest position lies above the first and not above the second number, at most the third.</param>
    /// <returns>Null when there are as many streams as may be.</returns>
    public AlarmSubscription? TrySubscribe(long? after, int replay, Func<long, long, int, IReadOnlyList<AlarmView>> changes)
    {
        AlarmSubscription subscription;
        lock (gate)
        {
            if (subscriptions.Count >= maxStreams)
                return null;
            subscription = new(streamQueue, position, Leave);
            subscriptions.Add(subscription);
        }
        // Outside the lock, because it may read the database. A change that comes meanwhile goes into the queue.
        long start = subscription.StartPosition;
        if (after is { } seen && seen != start)
        {
            IReadOnlyList<AlarmView> missed = seen < start ? changes(seen, start, replay + 1) : [];
            // A position we never gave out: the client knows another data folder, or one from before a loss.
            if (seen > start || missed.Count > replay)
                subscription.MustResync = true;
            else
                subscription.Missed = [.. missed.Select(ToEvent)];
        }
        return subscription;
    }

    /// <summary>Ends all streams, so that the web server can stop.</summary>
    public void EndStreams()
    {
        AlarmSubscription[] all;
        lock (gate)
            all = [.. subscriptions];
        foreach (var subscription in all)
            subscription.Dispose();
    }

    private void Offer_NeedsLock(AlarmEvent[] events)
    {
        for (int i = subscriptions.Count - 1; i >= 0; i--)
        {
            if (!Array.TrueForAll(events, subscriptions[i].TryOffer))
            {
                metrics.StreamDropped();
                subscriptions.RemoveAt(i);
            }
        }
    }

    private void Leave(AlarmSubscription subscription)
    {
        lock (gate)
            subscriptions.Remove(subscription);
    }

    private static AlarmEvent ToEvent(AlarmView alarm) => new(alarm.Position, JsonSerializer.SerializeToUtf8Bytes(alarm, ApiJson.Options));
}
