using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>All sessions of the broker: who has which client id, who is subscribed to what, what is retained, which wills wait. Everything a
/// connection asks for goes through here or through its <see cref="MqttSession"/>; nothing here waits, reads a socket or a disk.
/// <para>How a connection uses it: before it handles what it read, <see cref="WaitForRoomAsync"/>, so that its peer waits while the store is
/// behind; then the verb; then <see cref="WhenDurableAsync"/> with the verb's change; then the answer. Several verbs, one wait: with the
/// greatest change. For sessions that end with their connection every change is 0 and nothing waits.</para>
/// <para>Locks are taken in this order: this, session, retained messages, store. Connections are called under none of them.</para></summary>
internal sealed partial class MqttSessions
{
    private readonly MqttSessionOptions options;
    private readonly SessionClock clock;
    private readonly SessionMetrics metrics;
    private readonly SessionStore? store;
    private readonly ILogger logger;
    private readonly QueueBudget budget;
    private readonly SubscriptionTree tree;
    private readonly uint maxExpirySeconds;

    private readonly Lock gate = new();
    private readonly Dictionary<string, HeldSession> sessions = new(StringComparer.Ordinal);
    private readonly Deadlines<HeldSession> expiries = new();
    private readonly WillSchedule wills;
    private long lastDeadline;
    private bool stopping;

    /// <param name="options">Bounds.</param>
    /// <param name="clock">The time of sessions.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Diagnostics.</param>
    /// <param name="store">Where sessions are kept; null when they are not to outlive the process.</param>
    /// <param name="state">What the store held.</param>
    public MqttSessions(
        MqttSessionOptions options, SessionClock clock, SessionMetrics metrics, ILogger logger, SessionStore? store = null, StoredState? state = null)
    {
        this.options = options;
        this.clock = clock;
        this.metrics = metrics;
        this.store = store;
        this.logger = logger;
        budget = new(options.MaxTotalQueuedBytes, options.MaxTotalAlarmBytes);
        tree = new(options.MaxSubscriptions, options.MaxSubscriptionNodes);
        wills = new(store);
        Retained = new(options, metrics, store);
        maxExpirySeconds = (uint)Math.Min(uint.MaxValue - 1, options.MaxExpiry.TotalSeconds);
        Limits = new(options.MaxTopicBytes, options.MaxTopicLevels);
        if (state is not null)
            Restore(state, logger);
    }

    /// <summary>Limits of topics and filters.</summary>
    public TopicLimits Limits { get; }

    /// <summary>Retained messages.</summary>
    public RetainedMessages Retained { get; }

    /// <summary>Sessions, connected or not.</summary>
    public int Count { get { lock (gate) return sessions.Count; } }

    /// <summary>When <see cref="TakeDueWills"/> next has work, in ticks of the clock; <see cref="long.MaxValue"/> when nothing waits.</summary>
    public long NextDueTicks { get { lock (gate) return Math.Min(wills.NextDueTicks, expiries.NextDueTicks); } }

    /// <summary>Completes when something may be changed.</summary>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => store?.WaitForRoomAsync(cancellationToken) ?? default;

    /// <summary>Completes when a change is on disk.</summary>
    public ValueTask WhenDurableAsync(long change) => store?.WhenDurableAsync(change) ?? default;

    /// <summary>The session of a client id; null when it has none.</summary>
    public MqttSession? Find(string clientId)
    {
        lock (gate)
            return sessions.GetValueOrDefault(clientId)?.Session;
    }

    /// <summary>Gives a connection its session: the one there is, or a new one (MQTT 5 3.1.2.4, 3.1.4).</summary>
    public SessionGrant Connect(in SessionRequest request, ISessionConnection connection)
    {
        ISessionConnection? takenOver = null;
        SessionGrant grant;
        lock (gate)
        {
            long now = clock.NowTicks;
            if (sessions.TryGetValue(request.ClientId, out var held) && !GoesOn_NeedsLock(held, request.CleanStart, now))
            {
                takenOver = End_NeedsLock(held, SessionEnd.StartedAnew, now);
                held = null;
            }
            if (held is null && sessions.Count >= options.MaxSessions)
            {
                metrics.MessageRefused(RefuseReason.TooManySessions);
                grant = default;
            }
            else
            {
                bool present = held is not null;
                uint expiry = Granted(request);
                held ??= Open_NeedsLock(request.ClientId, isStored: expiry > 0);
                takenOver = Attach_NeedsLock(held, request, expiry, connection, now) ?? takenOver;
                grant = new(held.Session, present, held.LastChange);
            }
        }
        takenOver?.Release(SessionRelease.TakenOver);
        return grant;
    }

    /// <summary>A connection is gone, however it ended. Does nothing when the session has another one by now.</summary>
    /// <param name="session">Its session.</param>
    /// <param name="connection">The connection.</param>
    /// <param name="forgetWill">True after DISCONNECT 0x00 only [MQTT-3.14.4-3].</param>
    /// <param name="expirySeconds">The expiry DISCONNECT named; null when it named none. Ignored when it was 0 at CONNECT.</param>
    public void Disconnect(MqttSession session, ISessionConnection connection, bool forgetWill, uint? expirySeconds = null)
    {
        lock (gate)
        {
            if (expirySeconds is not null)
                expirySeconds = session.Terms.ExpirySeconds == 0 ? null : Math.Min(expirySeconds.Value, maxExpirySeconds);
            if (!session.Detach(connection, expirySeconds) || stopping)
                return;
            var held = sessions[session.ClientId];
            long now = clock.NowTicks;
            if (forgetWill && held.Will is { } unneeded)
            {
                wills.Forget(unneeded);
                held.Will = null;
            }
            if (session.Terms.ExpirySeconds == 0)
            {
                End_NeedsLock(held, SessionEnd.ConnectionClosed, now);
                return;
            }
            if (held.Will is { } will)
                held.Will = wills.Lost(will, session.Terms.ExpirySeconds, now);
            Wait_NeedsLock(held, now);
        }
    }

    /// <summary>SensorGrid stops: from now on a connection that ends is no news about its client, and nothing is written about it.</summary>
    public void BeginStop()
    {
        lock (gate)
            stopping = true;
    }

    /// <summary>Adds or replaces a subscription and lets it have the retained messages it asks for.</summary>
    /// <param name="session">Whose.</param>
    /// <param name="subscription">What.</param>
    /// <param name="change">Durable before SUBACK may go out.</param>
    public SubscribeOutcome Subscribe(MqttSession session, Subscription subscription, out long change)
    {
        change = 0;
        SubscribeOutcome outcome;
        lock (gate)
        {
            // A session that was ended by another connection must not come back into the tree.
            if (!IsCurrent_NeedsLock(session))
                return SubscribeOutcome.TooMany;
            outcome = tree.Subscribe(session, subscription);
            if (outcome is SubscribeOutcome.TooMany or SubscribeOutcome.TreeFull)
            {
                metrics.MessageRefused(RefuseReason.TooManySubscriptions);
                return outcome;
            }
            if (session.IsStored)
                change = store!.PutSubscription(session.Key, subscription);
        }
        bool wantsRetained = !subscription.Filter.IsShared && subscription.RetainHandling switch
        {
            RetainHandling.Send => true,
            RetainHandling.SendIfNew => outcome == SubscribeOutcome.Added,
            _ => false,
        };
        if (wantsRetained && Retained.TopicsOf(subscription.Filter) is { Count: > 0 } topics)
            session.OfferRetained(Retained, topics, subscription);
        return outcome;
    }

    /// <summary>Removes a subscription.</summary>
    /// <returns>False when there was none: UNSUBACK 0x11.</returns>
    public bool Unsubscribe(MqttSession session, TopicFilter filter, out long change)
    {
        lock (gate)
        {
            change = 0;
            if (!tree.Unsubscribe(session, filter))
                return false;
            if (session.IsStored)
                change = store!.RemoveSubscription(session.Key, filter);
            return true;
        }
    }

    /// <summary>What a session is subscribed to.</summary>
    public IReadOnlyList<Subscription> SubscriptionsOf(MqttSession session) => tree.Of(session);

    /// <summary>Hands a message to every session that is subscribed to its topic.</summary>
    /// <param name="message">The message; its topic is checked.</param>
    /// <param name="publisher">The session it came from; null when it is ours.</param>
    /// <param name="matches">The caller's, used again each time; cleared afterwards.</param>
    public ForwardResult Forward(MqttMessage message, MqttSession? publisher, MatchList matches)
    {
        tree.Match(message.Topic, publisher, matches);
        int queued = 0, refused = 0, dropped = 0;
        List<MqttSession>? overflowed = null;
        long change = 0;
        long now = clock.NowTicks;
        foreach (var match in matches.Matches)
        {
            var qos = (MqttQos)Math.Min((byte)message.Qos, (byte)match.MaxQos);
            bool retain = match.RetainAsPublished && message.Retain;
            switch (match.Session.Enqueue(message, qos, retain, match.Identifiers, now, out long made))
            {
                case EnqueueOutcome.Queued:
                    queued++;
                    break;
                case EnqueueOutcome.Refused:
                    refused++;
                    break;
                case EnqueueOutcome.Overflowed:
                    refused++;
                    (overflowed ??= []).Add(match.Session);
                    break;
                case EnqueueOutcome.Dropped or EnqueueOutcome.Expired:
                    dropped++;
                    break;
            }
            change = Math.Max(change, made);
        }
        matches.Clear();
        if (overflowed is not null)
            EndOverflowed(overflowed, now);
        return new(queued, refused, dropped, change);
    }

    /// <summary>Ends sessions whose time is over, forgets expired retained messages, and takes the wills that are due. Call
    /// <see cref="WillPublished"/> for each once it is in the log.</summary>
    /// <param name="most">Most wills at once; call again when as many came.</param>
    public IReadOnlyList<PendingWill> TakeDueWills(int most = 256)
    {
        long now = clock.NowTicks;
        Retained.RemoveExpired(now);
        var due = new List<PendingWill>();
        lock (gate)
        {
            while (expiries.TryTakeDue(now, out var held))
                End_NeedsLock(held, SessionEnd.Expired, now);
            while (due.Count < most && wills.TryTakeDue(now, out var will))
                due.Add(will);
        }
        return due;
    }

    /// <summary>A will is in the log and with its subscribers: a restart shall not publish it again.</summary>
    public long WillPublished(PendingWill will)
    {
        metrics.WillPublished();
        lock (gate)
            return wills.Published(will);
    }

    // Without this its client would go on as if it had been told of every alarm. Now it finds Session Present 0, subscribes again, and gets what is open.
    private void EndOverflowed(List<MqttSession> overflowed, long nowTicks)
    {
        foreach (var session in overflowed)
        {
            ISessionConnection? connection = null;
            lock (gate)
            {
                if (IsCurrent_NeedsLock(session))
                    connection = End_NeedsLock(sessions[session.ClientId], SessionEnd.Overflowed, nowTicks);
            }
            Log.SessionOverflowed(logger, SafeText.Of(session.ClientId), options.MaxQueuedAlarms);
            connection?.Release(SessionRelease.Ended);
        }
    }

    private bool IsCurrent_NeedsLock(MqttSession session) => sessions.GetValueOrDefault(session.ClientId)?.Session == session;

    private static bool GoesOn_NeedsLock(HeldSession held, bool cleanStart, long nowTicks) =>
        !cleanStart && held.Session.Terms.ExpirySeconds > 0 && held.ExpiresAtTicks > nowTicks;

    private uint Granted(in SessionRequest request) => request.ProtocolVersion >= 5
        ? Math.Min(request.ExpirySeconds, maxExpirySeconds)
        : request.CleanStart ? 0 : maxExpirySeconds;

    private HeldSession Open_NeedsLock(string clientId, bool isStored)
    {
        var session = new MqttSession(
            clientId, isStored ? store?.NewId() ?? 0 : 0, options, budget, metrics, isStored ? store : null);
        return Add_NeedsLock(session);
    }

    private HeldSession Add_NeedsLock(MqttSession session)
    {
        var held = new HeldSession(session, ++lastDeadline);
        sessions.Add(session.ClientId, held);
        metrics.SessionOpened();
        return held;
    }

    private ISessionConnection? Attach_NeedsLock(HeldSession held, in SessionRequest request, uint expiry, ISessionConnection connection, long nowTicks)
    {
        var session = held.Session;
        // The connection before, if there still is one, is lost now: its will is sent unless it has a delay, since the client is back.
        if (held.Will is { } old)
        {
            if (session.IsConnected && old.DelaySeconds == 0)
                wills.MakeDue(old, nowTicks);
            else if (session.IsConnected || wills.IsToCome(old, nowTicks))
                wills.Forget(old);
            held.Will = null;
        }
        expiries.Cancel(held.Deadline);
        held.ExpiresAtTicks = long.MaxValue;

        if (session.IsStored && expiry == 0)
        {
            session.StopStoring();
            held.LastChange = store!.RemoveSession(session.Key);
        }
        var terms = new SessionTerms(request.ProtocolVersion, expiry, request.ReceiveMaximum);
        var before = session.Attach(connection, terms);
        if (request.Will is { } will)
            held.Will = wills.Arm(session.ClientId, will, session.IsStored);
        if (session.IsStored)
            held.LastChange = store!.PutSession(session.Key, session.ClientId, terms, disconnectedAtTicks: null);
        return before;
    }

    private void Wait_NeedsLock(HeldSession held, long disconnectedAtTicks)
    {
        var session = held.Session;
        held.ExpiresAtTicks = SessionClock.After(disconnectedAtTicks, session.Terms.ExpirySeconds);
        expiries.Set(held.Deadline, held.ExpiresAtTicks, held);
        if (session.IsStored)
            held.LastChange = store!.PutSession(session.Key, session.ClientId, session.Terms, disconnectedAtTicks);
    }

    private ISessionConnection? End_NeedsLock(HeldSession held, SessionEnd reason, long nowTicks)
    {
        var session = held.Session;
        // The end of the session is the latest time for its will. One that is due is not made due again: it may have been taken.
        if (held.Will is { } will && (will.LostAtTicks is null || wills.IsToCome(will, nowTicks)))
            wills.MakeDue(will, nowTicks);
        expiries.Cancel(held.Deadline);
        sessions.Remove(session.ClientId);
        tree.Remove(session);
        var connection = session.End();
        if (session.IsStored)
            store!.RemoveSession(session.Key);
        metrics.SessionEnded(reason);
        return connection;
    }
}
