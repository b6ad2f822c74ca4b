using System.Diagnostics;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>The state of one client id (MQTT 5 4.1): its connection, the messages on their way to it, and the QoS 2 packet ids on their way
/// from it. Owns one lock; knows no socket, disk or clock. Every verb of a connection names that connection, and does nothing when the
/// session has another one by now. <c>change</c> is the number of the change in the session store, 0 when none was needed: an answer that
/// promises it goes out when <see cref="SessionStore.WhenDurableAsync"/> says so.
/// <code>
/// session    event                    action                                                      next
/// offline    attach                   PUBRELs, then PUBLISHs in flight are due again, DUP         online
/// online     attach                   let go of the old connection (taken over), then as above    online
/// online     detach                   QoS 0 waiting is dropped; the rest stays                    offline
/// offline    detach                   do nothing                                                  offline
/// any        end                      let go of the connection; everything is dropped             ended
/// ended      anything                 do nothing
///
/// outgoing   event                    action                                                      next
/// —          enqueue, room            QoS 0 only while online                                     waiting
/// —          enqueue, no room         QoS 0: drop; QoS 1, 2: refuse                               —
/// —          enqueue, no room, alarm  refuse, whatever the QoS; the register ends the session             ended
/// waiting    take, expired            drop                                                        —
/// waiting    take, QoS 0              PUBLISH                                                     —
/// waiting    take, QoS 1, 2           if the window is open: new packet id, PUBLISH               sent
/// sent       attach, take             if the window is open: PUBLISH, DUP, same packet id         sent
/// sent       PUBACK, QoS 1            done                                                        —
/// sent       PUBACK, QoS 2            protocol error                                              sent
/// sent       PUBREC ok, QoS 2         PUBREL is due                                               released
/// sent       PUBREC refused, QoS 2    done                                                        —
/// sent       PUBREC, QoS 1            protocol error                                              sent
/// sent       PUBCOMP                  protocol error                                              sent
/// released   attach; PUBREC ok        PUBREL is due again                                         released
/// released   PUBREC refused           done                                                        —
/// released   PUBCOMP                  done                                                        —
/// released   PUBACK                   protocol error                                              released
/// unknown    PUBACK, PUBREC, PUBCOMP  unknown packet id                                           —
///
/// incoming   event                    action                                                      next
/// —          PUBLISH QoS 2            take it (the log first), then remember the id               received
/// received   PUBLISH QoS 2            repeat: PUBREC again, take nothing                          received
/// received   PUBREL                   forget the id, PUBCOMP                                      —
/// —          PUBREL                   PUBCOMP 0x92                                                —
/// </code></summary>
internal sealed class MqttSession
{
    private readonly Lock gate = new();
    private readonly OutgoingMessages outgoing;
    private readonly ReceivedIds received;
    private readonly SessionMetrics metrics;
    private ISessionConnection? connection;
    private bool ended;
    private volatile bool isConnected;
    private volatile bool hasRoom = true;

    /// <param name="clientId">Client id.</param>
    /// <param name="key">Its number in the store; 0 when it is not stored.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="budget">Bytes all sessions share.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="store">Where it is kept; null when it ends with its connection.</param>
    public MqttSession(string clientId, long key, MqttSessionOptions options, QueueBudget budget, SessionMetrics metrics, SessionStore? store)
    {
        ClientId = clientId;
        Key = key;
        this.metrics = metrics;
        outgoing = new(options, budget, metrics, store, key);
        received = new(options.ReceiveMaximum, store, key);
        IsStored = store is not null;
    }

    /// <summary>Client id.</summary>
    public string ClientId { get; }

    /// <summary>Its number in the store; 0 when it never was in it.</summary>
    public long Key { get; }

    /// <summary>True while it is kept in the store.</summary>
    public bool IsStored { get; private set; }

    /// <summary>Whether a connection has it. May have changed when it is looked at.</summary>
    public bool IsConnected => isConnected;

    /// <summary>Whether it takes messages. May have changed when it is looked at.</summary>
    public bool HasRoom => hasRoom;

    /// <summary>What was agreed on with the newest connection.</summary>
    public SessionTerms Terms { get; private set; }

    /// <summary>Messages held for the client.</summary>
    public int QueuedMessages { get { lock (gate) return outgoing.Count; } }

    /// <summary>Packet ids in use towards the client.</summary>
    public int InFlightMessages { get { lock (gate) return outgoing.InFlight; } }

    /// <summary>QoS 2 packet ids of the client that it has not released.</summary>
    public int UnreleasedIds { get { lock (gate) return received.Count; } }

    /// <summary>Gives the session to a connection.</summary>
    /// <returns>The connection it had before, to be released by the caller once it holds no lock; null when it had none.</returns>
    public ISessionConnection? Attach(ISessionConnection by, SessionTerms terms)
    {
        lock (gate)
        {
            Debug.Assert(!ended, "an ended session is in no register");
            var before = connection;
            if (before is not null)
                outgoing.Pause();
            connection = by;
            Terms = terms;
            isConnected = true;
            outgoing.Begin(terms.ReceiveMaximum);
            NoteRoom_NeedsLock();
            return before;
        }
    }

    /// <summary>The connection is gone.</summary>
    /// <param name="by">The connection.</param>
    /// <param name="expirySeconds">The expiry it left with, when its DISCONNECT named one (MQTT 5 3.14.2.2.2).</param>
    /// <returns>False when the session had let go of it before.</returns>
    public bool Detach(ISessionConnection by, uint? expirySeconds = null)
    {
        lock (gate)
        {
            if (connection != by)
                return false;
            connection = null;
            isConnected = false;
            if (expirySeconds is { } seconds)
                Terms = Terms with { ExpirySeconds = seconds };
            outgoing.Pause();
            NoteRoom_NeedsLock();
            return true;
        }
    }

    /// <summary>From now on it ends with its connection and is not written any more.</summary>
    public void StopStoring()
    {
        lock (gate)
        {
            IsStored = false;
            outgoing.StopStoring();
            received.StopStoring();
        }
    }

    /// <summary>Ends the session: everything it held is dropped.</summary>
    /// <returns>The connection it had, to be released by the caller once it holds no lock; null when it had none.</returns>
    public ISessionConnection? End()
    {
        lock (gate)
        {
            var before = connection;
            ended = true;
            connection = null;
            isConnected = false;
            hasRoom = false;
            outgoing.DropAll();
            received.Clear();
            return before;
        }
    }

    /// <summary>Puts a message into the queue of the client.</summary>
    /// <param name="message">The message.</param>
    /// <param name="qos">QoS of this copy.</param>
    /// <param name="retain">RETAIN of this copy.</param>
    /// <param name="identifiers">Subscription identifiers of this copy.</param>
    /// <param name="nowTicks">Now.</param>
    /// <param name="change">Durable when a restart will know the message.</param>
    public EnqueueOutcome Enqueue(MqttMessage message, MqttQos qos, bool retain, int[] identifiers, long nowTicks, out long change)
    {
        ISessionConnection? ready;
        EnqueueOutcome outcome;
        lock (gate)
        {
            change = 0;
            if (ended)
                return EnqueueOutcome.Ended;
            outcome = outgoing.Enqueue(message, qos, retain, identifiers, connection is not null, nowTicks, out change);
            ready = outcome == EnqueueOutcome.Queued ? connection : null;
            NoteRoom_NeedsLock();
        }
        ready?.OutgoingReady();
        return outcome;
    }

    /// <summary>Lets a new subscription have the retained messages of some topics, as room comes. Those that find no place even in the list
    /// of topics are refused and counted.</summary>
    public void OfferRetained(RetainedMessages source, IReadOnlyList<string> topics, Subscription subscription)
    {
        ISessionConnection? ready;
        int refused;
        lock (gate)
        {
            if (ended)
                return;
            refused = outgoing.Retained.Add(source, topics, subscription);
            ready = connection;
        }
        for (; refused > 0; refused--)
            metrics.MessageRefused(RefuseReason.QueueFull);
        ready?.OutgoingReady();
    }

    /// <summary>What to send next. False: nothing now; <see cref="ISessionConnection.OutgoingReady"/> comes when that changes.</summary>
    public bool TryTakeNext(ISessionConnection by, long nowTicks, out OutgoingPacket packet)
    {
        lock (gate)
        {
            packet = default;
            if (connection != by)
                return false;
            bool taken = outgoing.TryTake(nowTicks, out packet);
            NoteRoom_NeedsLock();
            return taken;
        }
    }

    /// <summary>The packet just taken is larger than the client allows: it is given up as if it had been sent [MQTT-3.1.2-25].</summary>
    public void Discard(ISessionConnection by, in OutgoingPacket packet)
    {
        lock (gate)
        {
            if (connection != by)
                return;
            outgoing.Discard(packet);
            NoteRoom_NeedsLock();
        }
    }

    /// <summary>PUBACK, with whatever reason: the message is the client's.</summary>
    public AcknowledgeOutcome PubAck(ISessionConnection by, ushort packetId) => Acknowledge(by, packetId, static (queue, id) => queue.PubAck(id));

    /// <summary>PUBREC. When it is <see cref="AcknowledgeOutcome.Done"/> and accepted, PUBREL comes by <see cref="TryTakeNext"/>.</summary>
    /// <param name="by">The connection.</param>
    /// <param name="packetId">Packet id.</param>
    /// <param name="accepted">False with a reason code of 0x80 and above: the message is done.</param>
    public AcknowledgeOutcome PubRec(ISessionConnection by, ushort packetId, bool accepted = true) =>
        accepted ? Acknowledge(by, packetId, static (queue, id) => queue.PubRec(id)) : Acknowledge(by, packetId, static (queue, id) => queue.PubRecRefused(id));

    /// <summary>PUBCOMP.</summary>
    public AcknowledgeOutcome PubComp(ISessionConnection by, ushort packetId) => Acknowledge(by, packetId, static (queue, id) => queue.PubComp(id));

    /// <summary>How a PUBLISH of QoS 2 stands to those received before; asked before the message is taken.</summary>
    public ReceiveOutcome CheckReceive(ISessionConnection by, ushort packetId)
    {
        lock (gate)
            return connection == by ? received.Check(packetId) : ReceiveOutcome.NotConnected;
    }

    /// <summary>Remembers a QoS 2 packet id whose message was taken. Also right when the connection has gone meanwhile: the client will
    /// send the message again and must be recognised.</summary>
    /// <param name="packetId">Packet id.</param>
    /// <param name="change">Durable before PUBREC may go out.</param>
    public void Receive(ushort packetId, out long change)
    {
        lock (gate)
            change = ended ? 0 : received.Add(packetId);
    }

    /// <summary>PUBREL.</summary>
    /// <param name="by">The connection.</param>
    /// <param name="packetId">Packet id.</param>
    /// <param name="change">Durable before PUBCOMP may go out: the client may use the id again then, and a restart that still held it
    /// would take the next message for a repeat.</param>
    /// <returns>False when it is not known: PUBCOMP 0x92.</returns>
    public bool Release(ISessionConnection by, ushort packetId, out long change)
    {
        lock (gate)
        {
            change = 0;
            return connection == by && received.Remove(packetId, out change);
        }
    }

    /// <summary>Takes in what the store had kept, before anybody else knows the session.</summary>
    internal void Restore(SessionTerms terms, IEnumerable<OutgoingEntry> entries, IEnumerable<ushort> receivedIds)
    {
        lock (gate)
        {
            Terms = terms;
            foreach (var entry in entries)
                outgoing.Restore(entry);
            foreach (ushort id in receivedIds)
                received.Restore(id);
            NoteRoom_NeedsLock();
        }
    }

    private AcknowledgeOutcome Acknowledge(ISessionConnection by, ushort packetId, Func<OutgoingMessages, ushort, AcknowledgeOutcome> apply)
    {
        AcknowledgeOutcome outcome;
        bool hasMore;
        lock (gate)
        {
            if (connection != by)
                return AcknowledgeOutcome.NotConnected;
            outcome = apply(outgoing, packetId);
            hasMore = outcome == AcknowledgeOutcome.Done && outgoing.HasMore;
            NoteRoom_NeedsLock();
        }
        if (hasMore)
            by.OutgoingReady();
        return outcome;
    }

    private void NoteRoom_NeedsLock() => hasRoom = outgoing.HasRoom;
}
