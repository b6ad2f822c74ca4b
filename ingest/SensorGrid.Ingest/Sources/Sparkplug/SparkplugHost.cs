using System.Buffers;
using System.Collections.Concurrent;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Sources.Sparkplug;

/// <summary>A host application of Sparkplug B in front of admission: messages of edge nodes go into the log with what their session knew added to them, so
/// that each record can be read alone (docs/decisions/0010-sparkplug-records-resolve-themselves.md). Everything else passes through.
/// <code>
/// source ─► SparkplugHost ─► admission ─► log          spBv1.0/{group}/{type}/{edge}[/{device}]  ─►  sensorgrid/v1/{group}/{edge}/sparkplug
///               └─► SparkplugHostLoop ─► NCMD, STATE
/// </code>
/// A session moves on only when its message has its place in the log, so a message that had to wait for room is judged again.</summary>
public sealed class SparkplugHost : IMessageSink, ICommittingSink
{
    // Of a death that silences many, each record names as many as fit here.
    private const int SilenceBytes = 64 * 1024;

    private readonly ReadingAdmission inner;
    private readonly SparkplugOptions options;
    private readonly IngestOptions ingest;
    private readonly IngestMetrics metrics;
    private readonly TimeProvider time;
    private readonly long began;
    private readonly SparkplugRoutes routes;
    private readonly CommitWaiters waiters;
    private readonly ConcurrentDictionary<(string Group, string Edge), SparkplugNode> nodes = new();
    private readonly ConcurrentStack<Workspace> free = new();
    private int nodeCount;

    /// <param name="inner">Where messages go.</param>
    /// <param name="options">Validated.</param>
    /// <param name="ingest">Bounds of payloads and topics.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">Clock of waits.</param>
    public SparkplugHost(ReadingAdmission inner, SparkplugOptions options, IngestOptions ingest, IngestMetrics metrics, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(inner);
        ArgumentNullException.ThrowIfNull(ingest);
        ArgumentNullException.ThrowIfNull(time);
        this.inner = inner;
        this.options = options;
        this.ingest = ingest;
        this.metrics = metrics;
        this.time = time;
        began = time.GetTimestamp();
        routes = new(ingest.MaxTopics);
        waiters = new(this);
        inner.Subscribe(waiters);
    }

    /// <inheritdoc/>
    public bool IsAvailable => inner.IsAvailable;

    /// <inheritdoc/>
    public long DurableSequence => inner.DurableSequence;

    /// <summary>Edge nodes of which something is due: messages that wait, births that are wanted. At most as many as there are nodes.</summary>
    internal ConcurrentDictionary<SparkplugNode, (string Group, string Edge)> Due { get; } = new();

    /// <summary>Ticks of a clock that nobody sets.</summary>
    internal long NowTicks => time.GetElapsedTime(began).Ticks;

    /// <inheritdoc/>
    public AdmissionTicket Admit(in IncomingMessage message)
    {
        if (message.FromCentre || !SparkplugTopic.IsInNamespace(message.Topic))
            return inner.Admit(message);
        var known = routes.FindKnown(message.Topic);
        var route = known ?? SparkplugRoute.Of(message.Topic);
        // Admission says why not.
        if (route is null)
            return inner.Admit(message);
        if ((message.BoundGateway is not null && message.BoundGateway != route.Gateway) || message.Payload.Length > ingest.MaxPayloadBytes)
            return inner.Admit(message with { Topic = route.RecordTopic });
        if (known is null)
            routes.Keep(message.Topic, route);
        var work = free.TryPop(out var rented) ? rented : new();
        try
        {
            return NodeOf(route) is { } node ? Admit(message, route, node, work) : Forward(message, route.RecordTopic, message.Payload);
        }
        finally
        {
            free.Push(work);
        }
    }

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> AdmitAsync(in IncomingMessage message) =>
        message.FromCentre || !SparkplugTopic.IsInNamespace(message.Topic) ? inner.AdmitAsync(message) : AdmitAndWaitAsync(message, Admit(message));

    /// <inheritdoc/>
    public ValueTask RoomAsync(CancellationToken cancellationToken) => inner.RoomAsync(cancellationToken);

    /// <inheritdoc/>
    public ValueTask BacklogRoomAsync(CancellationToken cancellationToken) => inner.BacklogRoomAsync(cancellationToken);

    /// <inheritdoc/>
    public void Subscribe(ICommitListener listener) => inner.Subscribe(listener);

    /// <inheritdoc/>
    public void Unsubscribe(ICommitListener listener) => inner.Unsubscribe(listener);

    /// <summary>Gives up the gap of an edge node whose messages have waited long enough.</summary>
    internal void EndWait(SparkplugNode node)
    {
        var work = free.TryPop(out var rented) ? rented : new();
        lock (node.Gate)
        {
            if (node.HeldCount > 0 && NowTicks >= node.HoldUntilTicks)
                GiveUpGap_NeedsLock(node, work);
        }
        free.Push(work);
    }

    private async ValueTask<AdmissionResult> AdmitAndWaitAsync(IncomingMessage message, AdmissionTicket ticket)
    {
        while (ticket.Kind is AdmissionTicketKind.NoRoom)
        {
            await inner.RoomAsync(CancellationToken.None);
            ticket = Admit(message);
        }
        if (ticket.Kind == AdmissionTicketKind.NotAllowed)
            return AdmissionResult.NotAllowed(ticket.NotAllowedReason);
        bool isAppended = ticket.Kind is AdmissionTicketKind.Appended or AdmissionTicketKind.AppendedUnreadable;
        if (!isAppended || !await DurableWait.ForAsync(this, waiters, ticket.Sequence))
            return AdmissionResult.Unavailable;
        return ticket.Kind == AdmissionTicketKind.Appended
            ? AdmissionResult.Accepted(ticket.Sequence)
            : AdmissionResult.Unreadable(ticket.PayloadReason, ticket.PayloadPosition, ticket.Sequence);
    }

    // Null when there are as many as may be.
    private SparkplugNode? NodeOf(SparkplugRoute route)
    {
        if (nodes.TryGetValue((route.Group, route.Edge), out var known))
            return known;
        if (Volatile.Read(ref nodeCount) >= options.MaxNodes)
            return null;
        var node = new SparkplugNode(options);
        if (!nodes.TryAdd((route.Group, route.Edge), node))
            return nodes[(route.Group, route.Edge)];
        Interlocked.Increment(ref nodeCount);
        return node;
    }

    private AdmissionTicket Admit(in IncomingMessage message, SparkplugRoute route, SparkplugNode node, Workspace work)
    {
        var payload = work.Join(message.Payload);
        lock (node.Gate)
        {
            var ticket = Take_NeedsLock(message, route, node, payload, work);
            if (node.HeldCount > 0 || node.Rebirth.IsWanted)
                Due[node] = (route.Group, route.Edge);
            return ticket;
        }
    }

    private AdmissionTicket Take_NeedsLock(in IncomingMessage message, SparkplugRoute route, SparkplugNode node, ReadOnlySpan<byte> payload, Workspace work)
    {
        if (work.Reader.Read(payload) != SparkplugError.None)
        {
            var broken = Forward(message, route.RecordTopic, message.Payload);
            if (IsIn(broken))
            {
                metrics.SparkplugTaken("broken");
                node.CouldNotRead();
            }
            return broken;
        }
        var verdict = node.Judge(route.Type, route.Device, work.Reader, payload);
        // The session ends: what waits in it will not be joined by what is missing.
        if (node.HeldCount > 0 && verdict == SparkplugVerdict.Take && route.Type is SparkplugMessageType.NodeBirth or SparkplugMessageType.NodeDeath)
        {
            GiveUpGap_NeedsLock(node, work);
            if (node.HeldCount > 0)
                return new(AdmissionTicketKind.NoRoom);
            work.Reader.Read(payload);
        }
        var ticket = Append(message, route.RecordTopic, route.Type, route.Device, route.Device8, verdict, node, payload, work);
        if (!IsIn(ticket))
            return ticket;
        metrics.SparkplugTaken(WordOf(verdict));
        // The will of an older connection is not taken, so it turns nobody off.
        if (verdict == SparkplugVerdict.Take && route.Type is SparkplugMessageType.NodeBirth or SparkplugMessageType.NodeDeath)
            inner.Said(route.Gateway, online: route.Type == SparkplugMessageType.NodeBirth, ticket.Sequence);
        switch (verdict)
        {
            case SparkplugVerdict.Take or SparkplugVerdict.Unresolved:
            case SparkplugVerdict.Keep when route.Type != SparkplugMessageType.NodeDeath:
                node.Apply(route.Type, route.Device, work.Reader, payload);
                break;
            case SparkplugVerdict.Hold:
                var early = new HeldMessage(
                    route.Type, route.Device8, (byte)(work.Reader.Seq ?? 0), message with { Topic = route.RecordTopic, Payload = default }, payload.ToArray());
                if (!node.TryHold(early, NowTicks))
                    GiveUpGap_NeedsLock(node, work);
                return ticket;
        }
        ReleaseHeld_NeedsLock(node, work);
        return ticket;
    }

    private AdmissionTicket Append(
        in IncomingMessage message, string recordTopic, SparkplugMessageType type, string device, byte[] device8, SparkplugVerdict verdict, SparkplugNode node,
        ReadOnlySpan<byte> payload, Workspace work)
    {
        switch (verdict)
        {
            case SparkplugVerdict.Unresolved:
                SparkplugResolution.WriteNothing(work.Writer, payload);
                break;
            case SparkplugVerdict.Keep or SparkplugVerdict.Hold:
                SparkplugResolution.WriteKept(work.Writer, payload);
                break;
            case SparkplugVerdict.Take when type is SparkplugMessageType.NodeDeath or SparkplugMessageType.DeviceDeath:
                return AppendSilence(message, recordTopic, type, device, device8, node, payload, work);
            default:
                return AppendResolved(message, recordTopic, type, device, device8, node, payload, work);
        }
        return Forward(message, recordTopic, new(work.Writer.WrittenMemory));
    }

    // The sender is answered when the last of its records is durable. When there is no room behind the first, the message is judged and appended again as a whole: as one
    // that a gateway sent twice.
    private AdmissionTicket AppendResolved(
        in IncomingMessage message, string recordTopic, SparkplugMessageType type, string device, byte[] device8, SparkplugNode node, ReadOnlySpan<byte> payload, Workspace work)
    {
        int mostBytes = Math.Min(SparkplugLimits.Record, ingest.MaxReportBytes);
        int count = work.Reader.Metrics.Length;
        int next = 0;
        AdmissionTicket ticket;
        do
        {
            next = node.Resolve(type, device, device8, work.Reader, payload, work.Writer, next, mostBytes);
            ticket = Forward(message, recordTopic, new(work.Writer.WrittenMemory));
        }
        while (IsIn(ticket) && next < count);
        return ticket;
    }

    private AdmissionTicket AppendSilence(
        in IncomingMessage message, string recordTopic, SparkplugMessageType type, string device, byte[] device8, SparkplugNode node, ReadOnlySpan<byte> payload,
        Workspace work)
    {
        SparkplugResolution.Begin(work.Writer, payload, type, device8);
        foreach (var birth in node.SilencedBy(type, device))
        {
            foreach (var definition in birth.Definitions)
            {
                if (work.Writer.Written.Length + definition.Name.Length + birth.Device.Length + SparkplugResolution.DefinitionOverhead > payload.Length + SilenceBytes)
                {
                    SparkplugResolution.End(work.Writer);
                    var ticket = Forward(message, recordTopic, new(work.Writer.WrittenMemory));
                    if (!IsIn(ticket))
                        return ticket;
                    SparkplugResolution.Begin(work.Writer, payload, type, device8);
                }
                SparkplugResolution.Define(work.Writer, definition.Name, definition.Datatype, birth.Device);
            }
        }
        SparkplugResolution.End(work.Writer);
        return Forward(message, recordTopic, new(work.Writer.WrittenMemory));
    }

    private void GiveUpGap_NeedsLock(SparkplugNode node, Workspace work)
    {
        node.GiveUpGap();
        metrics.SparkplugTaken("gap");
        ReleaseHeld_NeedsLock(node, work);
    }

    // Each in its turn, until one is missing or the log has no room; then the rest waits for the next message or the end of the wait.
    private void ReleaseHeld_NeedsLock(SparkplugNode node, Workspace work)
    {
        while (node.NextHeld() is { } held)
        {
            // Read before: it is whole.
            work.Reader.Read(held.Payload);
            string device = System.Text.Encoding.UTF8.GetString(held.Device);
            var verdict = node.Judge(held.Type, device, work.Reader, held.Payload);
            // As it came it is in the log already.
            bool counts = verdict == SparkplugVerdict.Take;
            if (counts && !IsIn(Append(held.Message, held.Message.Topic, held.Type, device, held.Device, verdict, node, held.Payload, work)))
                return;
            metrics.SparkplugTaken(counts ? "release" : "drop");
            node.Release(held);
            node.Apply(held.Type, device, work.Reader, held.Payload);
        }
    }

    // What was added does not count against the bound of what a gateway may send.
    private AdmissionTicket Forward(in IncomingMessage message, string recordTopic, ReadOnlySequence<byte> record) =>
        inner.Admit(message with { Topic = recordTopic, Payload = record, IsReport = true });

    private static bool IsIn(in AdmissionTicket ticket) => ticket.Kind is AdmissionTicketKind.Appended or AdmissionTicketKind.AppendedUnreadable;

    private static string WordOf(SparkplugVerdict verdict) => verdict switch
    {
        SparkplugVerdict.Take => "take",
        SparkplugVerdict.Keep => "keep",
        SparkplugVerdict.Hold => "hold",
        _ => "unresolved",
    };

    /// <summary>What reading and writing one message needs; as many as threads do so at once.</summary>
    private sealed class Workspace
    {
        private byte[] joined = [];

        public SparkplugReader Reader { get; } = new();

        public SparkplugWriter Writer { get; } = new();

        public ReadOnlySpan<byte> Join(in ReadOnlySequence<byte> payload)
        {
            if (payload.IsSingleSegment)
                return payload.FirstSpan;
            if (joined.Length < payload.Length)
                joined = new byte[payload.Length];
            payload.CopyTo(joined);
            return joined.AsSpan(0, (int)payload.Length);
        }
    }
}
