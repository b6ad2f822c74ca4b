using System.Diagnostics;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>The messages one session holds for its client: what waits, what is in flight, what must be sent again. Belongs to the lock of
/// its <see cref="MqttSession"/>, which also lists the transitions.
/// <para>Order (MQTT 5 4.6): PUBRELs in the order of their PUBRECs, then PUBLISHs of an earlier connection in the order they were first
/// sent, then what waits. QoS 0 passes QoS 1 and 2 that wait for the client's Receive Maximum; within each there is one order.</para></summary>
internal sealed class OutgoingMessages(MqttSessionOptions options, QueueBudget budget, SessionMetrics metrics, SessionStore? store, long key)
{
    // Retained messages are looked up this few at a time: what is not looked up cannot go stale, and takes no room from new messages.
    private const int RetainedAhead = 8;

    private readonly Queue<OutgoingEntry> waiting = [];
    private readonly Queue<OutgoingEntry> waitingAtMostOnce = [];
    private readonly Dictionary<ushort, OutgoingEntry> inFlight = [];
    private readonly Queue<OutgoingEntry> releases = [];
    private readonly Queue<OutgoingEntry> resends = [];
    private readonly RetainedBacklog retained = new(options.MaxRetainedMessages + options.MaxRetainedAlarms);

    private SessionStore? store = store;
    private int window;
    private int windowUsed;
    private ushort lastPacketId;
    private long lastPosition;
    private long lastTurn;
    private long soonestExpiry = MqttMessage.NeverExpires;

    /// <summary>Messages held, waiting or in flight.</summary>
    public int Count { get; private set; }

    /// <summary>Bytes of those.</summary>
    public long Bytes { get; private set; }

    /// <summary>Alarms among them; they have bounds of their own.</summary>
    public int Alarms { get; private set; }

    /// <summary>Bytes of those.</summary>
    public long AlarmBytes { get; private set; }

    /// <summary>Packet ids in use.</summary>
    public int InFlight => inFlight.Count;

    public bool HasRoom => Count - Alarms < options.MaxQueuedMessages && Bytes - AlarmBytes < options.MaxQueuedBytes;

    public bool WindowIsFull => windowUsed >= window;

    /// <summary>True when more might be sent once an acknowledgement made room.</summary>
    public bool HasMore => waiting.Count + waitingAtMostOnce.Count + resends.Count + releases.Count + retained.Count > 0;

    public RetainedBacklog Retained => retained;

    /// <summary>Takes in what a store had kept, in the order of positions.</summary>
    public void Restore(OutgoingEntry entry)
    {
        Hold(entry);
        budget.TakeAnyway(entry.Message);
        lastPosition = Math.Max(lastPosition, entry.Position);
        lastTurn = Math.Max(lastTurn, entry.Turn);
        if (entry.State == OutgoingState.Waiting)
            waiting.Enqueue(entry);
        else
            inFlight.Add(entry.PacketId, entry);
    }

    /// <summary>A connection came: everything that was in flight is due again, with its packet id (MQTT 5 4.4).</summary>
    public void Begin(int receiveMaximum)
    {
        window = Math.Min(receiveMaximum, options.MaxInFlight);
        windowUsed = 0;
        releases.Clear();
        resends.Clear();
        foreach (var entry in inFlight.Values.Where(entry => entry.State == OutgoingState.Released).OrderBy(entry => entry.Turn))
        {
            entry.ReleaseIsDue = true;
            entry.CountsInWindow = false;
            releases.Enqueue(entry);
        }
        foreach (var entry in inFlight.Values.Where(entry => entry.State == OutgoingState.Sent).OrderBy(entry => entry.Position))
        {
            entry.CountsInWindow = false;
            resends.Enqueue(entry);
        }
    }

    /// <summary>The connection went: what is QoS 0 goes with it.</summary>
    public void Pause()
    {
        metrics.MessageDropped(DropReason.Offline, waitingAtMostOnce.Count);
        while (waitingAtMostOnce.TryDequeue(out var entry))
            LetGo(entry);
    }

    /// <summary>The session no longer outlives its connection: nothing of it is written from now on.</summary>
    public void StopStoring()
    {
        store = null;
        foreach (var entry in inFlight.Values)
            entry.Change = 0;
    }

    public EnqueueOutcome Enqueue(MqttMessage message, MqttQos qos, bool retain, int[] identifiers, bool isConnected, long nowTicks, out long change)
    {
        change = 0;
        if (message.HasExpired(nowTicks))
        {
            metrics.MessageDropped(DropReason.Expired);
            return EnqueueOutcome.Expired;
        }
        if (qos == MqttQos.AtMostOnce && !isConnected)
        {
            metrics.MessageDropped(DropReason.Offline);
            return EnqueueOutcome.Dropped;
        }
        if (!TryMakeRoom(message, nowTicks, out var refusal))
        {
            if (qos != MqttQos.AtMostOnce || message.IsAlarm)
            {
                metrics.MessageRefused(refusal);
                return message.IsAlarm ? EnqueueOutcome.Overflowed : EnqueueOutcome.Refused;
            }
            metrics.MessageDropped(DropReason.QueueFull);
            return EnqueueOutcome.Dropped;
        }
        var entry = new OutgoingEntry(++lastPosition, message, qos, retain, identifiers);
        Hold(entry);
        (qos == MqttQos.AtMostOnce ? waitingAtMostOnce : waiting).Enqueue(entry);
        if (qos != MqttQos.AtMostOnce && store is not null)
            change = entry.Change = store.PutOutgoing(key, entry);
        return EnqueueOutcome.Queued;
    }

    public bool TryTake(long nowTicks, out OutgoingPacket packet)
    {
        while (releases.TryDequeue(out var due))
        {
            // Its PUBCOMP may have come, unasked for, before we got here.
            if (!IsInFlight(due) || !due.ReleaseIsDue)
                continue;
            due.ReleaseIsDue = false;
            packet = new() { PacketId = due.PacketId, Qos = MqttQos.ExactlyOnce, DurableAfter = due.Change, SubscriptionIdentifiers = [] };
            return true;
        }
        // The client may have acknowledged it, or its PUBREC may have come, before its turn to be sent again.
        while (resends.TryPeek(out var again) && (!IsInFlight(again) || again.State != OutgoingState.Sent))
            resends.Dequeue();
        if (resends.Count > 0 && !WindowIsFull)
        {
            packet = Send(resends.Dequeue(), duplicate: true, nowTicks);
            return true;
        }
        LookUpRetained(nowTicks);
        while (NextWaiting() is { } queue)
        {
            var entry = queue.Dequeue();
            if (entry.Message.HasExpired(nowTicks))
            {
                Expire(entry);
                continue;
            }
            if (entry.Qos == MqttQos.AtMostOnce)
                LetGo(entry);
            else
                Start(entry);
            packet = Send(entry, duplicate: false, nowTicks);
            return true;
        }
        packet = default;
        return false;
    }

    /// <summary>Gives up a message that cannot be sent on this connection at all.</summary>
    public void Discard(in OutgoingPacket packet)
    {
        metrics.MessageDropped(DropReason.PacketTooLarge);
        if (packet.PacketId != 0 && inFlight.TryGetValue(packet.PacketId, out var entry) && entry.Message == packet.Message)
            Complete(entry);
    }

    public AcknowledgeOutcome PubAck(ushort packetId) => CompleteIf(packetId, static entry => entry.Qos == MqttQos.AtLeastOnce);

    public AcknowledgeOutcome PubRec(ushort packetId)
    {
        if (!inFlight.TryGetValue(packetId, out var entry))
            return AcknowledgeOutcome.UnknownPacketId;
        if (entry.Qos != MqttQos.ExactlyOnce)
            return AcknowledgeOutcome.ProtocolError;
        if (entry.State == OutgoingState.Sent)
        {
            entry.State = OutgoingState.Released;
            entry.Turn = ++lastTurn;
            if (store is not null)
                entry.Change = store.MarkReleased(key, entry);
        }
        if (!entry.ReleaseIsDue)
            releases.Enqueue(entry);
        entry.ReleaseIsDue = true;
        return AcknowledgeOutcome.Done;
    }

    public AcknowledgeOutcome PubRecRefused(ushort packetId) => CompleteIf(packetId, static entry => entry.Qos == MqttQos.ExactlyOnce);

    public AcknowledgeOutcome PubComp(ushort packetId) => CompleteIf(packetId, static entry => entry.State == OutgoingState.Released);

    /// <summary>The session ended. Its rows go with the session's own.</summary>
    public void DropAll()
    {
        if (Count > 0)
            metrics.MessageDropped(DropReason.SessionEnded, Count);
        budget.Return(Bytes - AlarmBytes, AlarmBytes);
        Count = Alarms = 0;
        Bytes = AlarmBytes = 0;
        waiting.Clear();
        waitingAtMostOnce.Clear();
        inFlight.Clear();
        releases.Clear();
        resends.Clear();
        retained.Clear();
    }

    // The older of the two heads, if it may be sent now.
    private Queue<OutgoingEntry>? NextWaiting()
    {
        bool mayAcknowledged = resends.Count == 0 && !WindowIsFull && inFlight.Count < ushort.MaxValue && waiting.Count > 0;
        if (waitingAtMostOnce.Count == 0)
            return mayAcknowledged ? waiting : null;
        return mayAcknowledged && waiting.Peek().Position < waitingAtMostOnce.Peek().Position ? waiting : waitingAtMostOnce;
    }

    private void LookUpRetained(long nowTicks)
    {
        while (waiting.Count + waitingAtMostOnce.Count < RetainedAhead && retained.TryPeek(out var message, out var subscription))
        {
            // Room comes as the client acknowledges; where nothing is held there is nothing to wait for, and it is refused and counted.
            if (!Fits(message) && (message.IsAlarm ? Alarms : Count - Alarms) > 0)
                return;
            retained.Remove();
            var qos = (MqttQos)Math.Min((byte)message.Qos, (byte)subscription.Qos);
            int[] identifiers = subscription.Identifier == 0 ? [] : [subscription.Identifier];
            Enqueue(message, qos, retain: true, identifiers, isConnected: true, nowTicks, out _);
        }
    }

    private void Start(OutgoingEntry entry)
    {
        do
        {
            // Wraps from 65,535 to 0, which is no packet id. An unused one exists: NextWaiting asked.
            lastPacketId++;
        }
        while (lastPacketId == 0 || inFlight.ContainsKey(lastPacketId));
        entry.PacketId = lastPacketId;
        entry.State = OutgoingState.Sent;
        inFlight.Add(entry.PacketId, entry);
        if (store is not null)
            entry.Change = store.MarkSent(key, entry);
    }

    private OutgoingPacket Send(OutgoingEntry entry, bool duplicate, long nowTicks)
    {
        if (entry.Qos != MqttQos.AtMostOnce)
        {
            entry.CountsInWindow = true;
            windowUsed++;
        }
        return new()
        {
            Message = entry.Message,
            PacketId = entry.PacketId,
            Qos = entry.Qos,
            Duplicate = duplicate,
            Retain = entry.Retain,
            SubscriptionIdentifiers = entry.Identifiers,
            ExpirySeconds = entry.Message.ExpirySeconds(nowTicks),
            // QoS 2 is exactly once only if a restart knows this packet id. QoS 1 may be repeated, so it need not wait.
            DurableAfter = entry.Qos == MqttQos.ExactlyOnce ? entry.Change : 0,
        };
    }

    private AcknowledgeOutcome CompleteIf(ushort packetId, Func<OutgoingEntry, bool> fits)
    {
        if (!inFlight.TryGetValue(packetId, out var entry))
            return AcknowledgeOutcome.UnknownPacketId;
        if (!fits(entry))
            return AcknowledgeOutcome.ProtocolError;
        Complete(entry);
        return AcknowledgeOutcome.Done;
    }

    private void Complete(OutgoingEntry entry)
    {
        inFlight.Remove(entry.PacketId);
        if (entry.CountsInWindow)
            windowUsed--;
        LetGo(entry);
        store?.RemoveOutgoing(key, entry);
    }

    private void Expire(OutgoingEntry entry)
    {
        metrics.MessageDropped(DropReason.Expired);
        LetGo(entry);
        if (entry.Qos != MqttQos.AtMostOnce)
            store?.RemoveOutgoing(key, entry);
    }

    private bool TryMakeRoom(MqttMessage message, long nowTicks, out RefuseReason refusal)
    {
        refusal = message.IsAlarm ? RefuseReason.AlarmQueueFull : RefuseReason.QueueFull;
        if (!Fits(message) && soonestExpiry <= nowTicks)
            SweepExpired(nowTicks);
        if (!Fits(message))
            return false;
        refusal = message.IsAlarm ? RefuseReason.AlarmBudgetFull : RefuseReason.BudgetFull;
        return budget.TryTake(message);
    }

    private bool Fits(MqttMessage message) => message.IsAlarm
        ? Alarms < options.MaxQueuedAlarms && AlarmBytes + message.Size <= options.MaxQueuedAlarmBytes
        : Count - Alarms < options.MaxQueuedMessages && Bytes - AlarmBytes + message.Size <= options.MaxQueuedBytes;

    private void SweepExpired(long nowTicks)
    {
        soonestExpiry = MqttMessage.NeverExpires;
        foreach (var queue in (ReadOnlySpan<Queue<OutgoingEntry>>)[waiting, waitingAtMostOnce])
        {
            for (int left = queue.Count; left > 0; left--)
            {
                var entry = queue.Dequeue();
                if (entry.Message.HasExpired(nowTicks))
                {
                    Expire(entry);
                    continue;
                }
                soonestExpiry = Math.Min(soonestExpiry, entry.Message.ExpiresAtTicks);
                queue.Enqueue(entry);
            }
        }
    }

    private bool IsInFlight(OutgoingEntry entry) => inFlight.TryGetValue(entry.PacketId, out var current) && current == entry;

    private void Hold(OutgoingEntry entry)
    {
        Count++;
        Bytes += entry.Message.Size;
        if (entry.Message.IsAlarm)
        {
            Alarms++;
            AlarmBytes += entry.Message.Size;
        }
        soonestExpiry = Math.Min(soonestExpiry, entry.Message.ExpiresAtTicks);
    }

    private void LetGo(OutgoingEntry entry)
    {
        Count--;
        Bytes -= entry.Message.Size;
        if (entry.Message.IsAlarm)
        {
            Alarms--;
            AlarmBytes -= entry.Message.Size;
        }
        budget.Return(entry.Message);
        Debug.Assert(Count >= Alarms && Bytes >= AlarmBytes && Alarms >= 0 && AlarmBytes >= 0, "a message is let go of once");
    }
}
