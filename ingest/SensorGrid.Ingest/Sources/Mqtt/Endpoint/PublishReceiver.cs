using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>How reading goes on after a packet.</summary>
internal enum ReadStep
{
    /// <summary>The packet is taken: the next one.</summary>
    Next = 1,

    /// <summary>More bytes are needed.</summary>
    More,

    /// <summary>The packet stays where it is until an answer is out.</summary>
    WaitForAnswers,

    /// <summary>The packet stays where it is until the log has room.</summary>
    WaitForLog,

    /// <summary>The packet stays where it is until backlog is taken again.</summary>
    WaitForLive,

    /// <summary>CONNECT is taken: a session is to be found for it.</summary>
    Open,

    /// <summary>The packet is taken; its answer waits for the session store.</summary>
    WaitForStore,

    /// <summary>The connection has ended.</summary>
    End,
}

/// <summary>Messages from a client on their way into the log and to subscribers: "receive" in a reading's journey. Reading never waits for the disk:
/// each message is handed to the sink, its answer waits in the queue, and when the log has come that far all due answers go out with one
/// flush. Two threads at a time at most: the one that reads, and one that answers.
/// <code>
/// PUBLISH ─ alias ─ may it? ─► sink ─► queue (id, sequence) ··· commit ···► PUBACK | PUBREC ─► subscribers
/// </code></summary>
internal sealed class PublishReceiver(MqttEndpoint endpoint, MqttConnection connection, MqttClient client)
{
    // Ids whose PUBREC said no and whose PUBREL may come all the same; a client that never sends it costs no more than this.
    private const int MostRefusedIds = 64;

    // Reading.
    private readonly IncomingTopicAliases aliases = new(endpoint.Options.TopicAliasMaximum, endpoint.Sessions.Limits.MaxBytes);
    private readonly HashSet<ushort> refusedIds = [];
    private readonly MatchList matches = new();

    // Both, under the lock of the queue.
    private readonly Lock queueGate = new();
    private readonly AcknowledgementQueue queue = new(endpoint.SessionOptions.ReceiveMaximum);
    private int inFlight;
    private bool readerWaits;
    private bool isClosing;

    // Answering. Held while answers are written and messages forwarded, so that both keep their order.
    private readonly Lock answering = new();
    private readonly StoreWait store = new(endpoint.Sessions, connection);

    /// <summary>Set when an answer made room that the reader waits for.</summary>
    public AsyncSignal Room { get; } = new();

    /// <summary>A wait for the session store that may be under way; never fails.</summary>
    public Task StoreWait => store.Current;

    /// <summary>Takes a PUBLISH, or says what it must wait for; it is handed in again then.</summary>
    public ReadStep Take(scoped in MqttPublish publish)
    {
        var violation = aliases.Resolve(publish.Topic, publish.Properties.TopicAlias, out string topic);
        if (violation != MqttViolation.None)
            return connection.Violate(violation);
        var seen = publish.Qos == 2 ? client.Session.CheckReceive(connection, publish.PacketId) : ReceiveOutcome.New;
        if (seen == ReceiveOutcome.TooMany || (seen == ReceiveOutcome.New && publish.Qos > 0 && IsOverReceiveMaximum()))
            return connection.Violate(MqttViolation.ReceiveMaximumExceeded);
        if (MustWait())
            return ReadStep.WaitForAnswers;
        if (seen != ReceiveOutcome.New)
            return Repeated(seen, publish.PacketId);
        return Route(publish, topic);
    }

    /// <summary>Takes a PUBREL.</summary>
    public ReadStep Release(ushort packetId)
    {
        if (MustWait())
            return ReadStep.WaitForAnswers;
        // A PUBREC that says no ends the exchange, but clients are seen (MQTTnet) that send PUBREL then and hide the reason of the
        // PUBREC behind a PUBCOMP 0x92.
        bool known = client.Session.Release(connection, packetId, out long change) | refusedIds.Remove(packetId);
        var reason = known || !client.HasReasonCodes ? MqttReasonCode.Success : MqttReasonCode.PacketIdentifierNotFound;
        Enqueue(new() { Kind = PendingKind.PubComp, PacketId = packetId, Reason = reason, Change = change });
        return ReadStep.Next;
    }

    /// <summary>Sends the answers that are due. Any thread.</summary>
    public void Answer()
    {
        lock (answering)
        {
            while (TryTakeDue(out var due))
            {
                if (due.Kind == PendingKind.Close)
                {
                    connection.End(MqttEnding.NotAllowed);
                    return;
                }
                Write(due);
                if (due.Forward is { } message)
                    endpoint.Router.Forward(message, client.Session, matches);
            }
        }
    }

    /// <summary>The connection has ended: nothing is answered any more. Messages that were to go on when durable still do.</summary>
    public void Stop()
    {
        List<PendingAcknowledgement>? left = null;
        lock (answering)
        {
            while (TryTake(out var pending))
            {
                if (pending.Forward is not null)
                    (left ??= []).Add(pending);
            }
        }
        // After the queue is empty: whoever answers beside us has nothing left to wait for.
        endpoint.Waiters.Remove(connection);
        if (left is not null)
            endpoint.Router.ForwardWhenDurable(left, client.Session);
    }

    private ReadStep Repeated(ReceiveOutcome outcome, ushort packetId)
    {
        // PUBREC again, behind whatever the first one waits for: what an earlier connection sent may not be durable yet.
        if (outcome == ReceiveOutcome.Repeat)
            Enqueue(new() { Kind = PendingKind.PubRec, PacketId = packetId, Sequence = endpoint.LastSequence });
        return outcome == ReceiveOutcome.Repeat ? ReadStep.Next : ReadStep.End;
    }

    private ReadStep Route(scoped in MqttPublish publish, string topic)
    {
        var decision = endpoint.Access.Publish(client.Principal, topic);
        if (decision.Destination == MqttDestination.None)
        {
            endpoint.Metrics.MessageRejected(MqttEndpointSource.SourceName, decision.Word);
            return Answered(publish, new(decision.Reason, decision.Word, false), 0, 0, null);
        }
        if (decision.ToClients && TopicName.Check(topic, endpoint.Sessions.Limits) != TopicProblem.None)
        {
            endpoint.Metrics.MessageRejected(MqttEndpointSource.SourceName, NotAllowedReason.TopicInvalid.ToWord());
            return Answered(publish, new(MqttReasonCode.TopicNameInvalid, NotAllowedReason.TopicInvalid.ToWord(), false), 0, 0, null);
        }
        var message = decision.ToClients ? MqttMessages.From(publish, topic, endpoint.Clock.NowTicks) : null;
        if (!decision.ToLog)
            return ToClients(publish, message!);
        var ticket = endpoint.Admit(new IncomingMessage
        {
            Source = MqttEndpointSource.SourceName,
            Principal = client.Principal.ClientId,
            BoundGateway = client.Principal.BoundGateway,
            Topic = topic,
            Payload = publish.Payload,
        });
        switch (ticket.Kind)
        {
            case AdmissionTicketKind.NoRoom:
                return ReadStep.WaitForLog;
            case AdmissionTicketKind.NoRoomForBacklog:
                return ReadStep.WaitForLive;
            case AdmissionTicketKind.Unavailable:
                connection.End(MqttEnding.Unavailable);
                return ReadStep.End;
            default:
                return Answered(publish, PublishAnswer.To(ticket), ticket.Sequence, 0, message);
        }
    }

    private ReadStep ToClients(scoped in MqttPublish publish, MqttMessage message)
    {
        RouteOutcome routed;
        lock (answering)
            routed = endpoint.Router.Forward(message, client.Session, matches);
        var reason = routed.IsRefused ? MqttReasonCode.QuotaExceeded
            : routed.Receivers == 0 && publish.Qos == 1 ? MqttReasonCode.NoMatchingSubscribers
            : MqttReasonCode.Success;
        return Answered(publish, new(reason, null, true), 0, routed.Change, null);
    }

    private ReadStep Answered(scoped in MqttPublish publish, PublishAnswer answer, long sequence, long change, MqttMessage? forward)
    {
        if (!client.HasReasonCodes && !answer.IsDurable)
        {
            Close();
            return ReadStep.Next;
        }
        // A PUBREC that says no ends the exchange: there will be no PUBREL (4.3.3).
        if (publish.Qos == 2 && (!client.HasReasonCodes || !answer.Reason.IsError()))
        {
            client.Session.Receive(publish.PacketId, out long received);
            change = Math.Max(change, received);
        }
        else if (publish.Qos == 2 && refusedIds.Count < MostRefusedIds)
        {
            refusedIds.Add(publish.PacketId);
        }
        if (publish.Qos == 0 && forward is null)
            return ReadStep.Next;
        CountIn(publish.Qos);
        Enqueue(new()
        {
            Kind = publish.Qos switch { 0 => PendingKind.Nothing, 1 => PendingKind.PubAck, _ => PendingKind.PubRec },
            PacketId = publish.PacketId,
            Reason = answer.Reason,
            ReasonString = client.WantsProblems ? answer.Words : null,
            Sequence = sequence,
            Change = change,
            Forward = forward,
        });
        return ReadStep.Next;
    }

    private bool MustWait()
    {
        lock (queueGate)
            return readerWaits = queue.IsFull || isClosing;
    }

    // What follows is not taken any more: it would be kept and never acknowledged.
    private void Close()
    {
        lock (queueGate)
        {
            isClosing = true;
            queue.Enqueue(new() { Kind = PendingKind.Close });
        }
    }

    // MQTT 5 counts what is not acknowledged in full and ends a connection that sends more; 3.1.1 knows no such bound and is not read at it.
    private bool IsOverReceiveMaximum()
    {
        lock (queueGate)
            return client.HasReasonCodes && inFlight >= endpoint.SessionOptions.ReceiveMaximum;
    }

    private void CountIn(byte qos)
    {
        lock (queueGate)
            inFlight += qos > 0 ? 1 : 0;
    }

    private void Enqueue(in PendingAcknowledgement pending)
    {
        lock (queueGate)
            queue.Enqueue(pending);
    }

    private bool TryTake(out PendingAcknowledgement pending)
    {
        lock (queueGate)
        {
            bool any = queue.Count > 0;
            pending = any ? queue.Dequeue() : default;
            return any;
        }
    }

    private bool TryTakeDue(out PendingAcknowledgement due)
    {
        lock (queueGate)
        {
            due = default;
            if (queue.Count == 0)
                return false;
            ref readonly var oldest = ref queue.Oldest;
            if (oldest.Sequence > endpoint.Sink.DurableSequence)
            {
                connection.OldestSequence = oldest.Sequence;
                if (endpoint.Waiters.TryAdd(connection))
                    return false;
            }
            if (oldest.Change > 0 && !store.IsDurable(oldest.Change))
                return false;
            due = queue.Dequeue();
            if (EndsExchange(due))
                inFlight = Math.Max(0, inFlight - 1);
            if (readerWaits)
            {
                readerWaits = false;
                Room.Set();
            }
            return true;
        }
    }

    private static bool EndsExchange(in PendingAcknowledgement pending) => pending.Kind switch
    {
        PendingKind.PubAck or PendingKind.PubComp => true,
        PendingKind.PubRec => pending.Reason.IsError(),
        _ => false,
    };

    private void Write(in PendingAcknowledgement due)
    {
        if (due.Kind == PendingKind.Nothing)
            return;
        var type = due.Kind switch
        {
            PendingKind.PubAck => MqttPacketType.PubAck,
            PendingKind.PubRec => MqttPacketType.PubRec,
            _ => MqttPacketType.PubComp,
        };
        var output = connection.Output;
        lock (output.Gate)
        {
            MqttPacketWriter.Acknowledgement(
                output.Writer_NeedsLock, client.Version, type, due.PacketId, due.Reason, due.ReasonString, client.MaximumPacketSize);
        }
    }
}
