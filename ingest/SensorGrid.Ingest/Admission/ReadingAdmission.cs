using System.Buffers;
using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Following;
using SensorGrid.Ingest.Sources;
using SensorGrid.ReadingLog;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Admission;

/// <summary>Decides about every message that comes in: "admit" in a reading's journey. May this sender send this? Then the payload goes into
/// the log as it came, readable or not, and only when it is on disk does the source get its answer.
/// <code>
/// not allowed                → counted, never in the log
/// log cannot take it         → unavailable: no acknowledgement
/// on disk, cannot be read    → counted with its reason, remembered for the console
/// on disk, read              → accepted
/// </code>
/// Never throws for what a sender did, and holds no lock while it waits.</summary>
public sealed class ReadingAdmission : IMessageSink, ICommittingSink
{
    private static readonly TimeSpan LinePause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan LongestBacklogWait = TimeSpan.FromSeconds(1);

    private readonly LogAppender appender;
    private readonly CommittedStream stream;
    private readonly RecordDecoder decoder;
    private readonly GatewayRegister register;
    private readonly IngestOptions options;
    private readonly IngestMetrics metrics;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly RateLimitedLine rejectionLine;
    private readonly RateLimitedLine unavailableLine;

    /// <param name="appender">The way into the log.</param>
    /// <param name="stream">Where decoded records go from there.</param>
    /// <param name="register">Remembers what each gateway sent.</param>
    /// <param name="options">Limits.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Diagnostics.</param>
    public ReadingAdmission(
        LogAppender appender, CommittedStream stream, GatewayRegister register, IngestOptions options, IngestMetrics metrics, TimeProvider time,
        ILogger<ReadingAdmission> logger)
    {
        ArgumentNullException.ThrowIfNull(stream);
        this.appender = appender;
        this.stream = stream;
        decoder = stream.Decoder;
        this.register = register;
        this.options = options;
        this.metrics = metrics;
        this.time = time;
        this.logger = logger;
        rejectionLine = new(time, LinePause);
        unavailableLine = new(time, LinePause);
    }

    /// <summary>Who must not fall behind because of backlog: it waits until this follower has come near enough. Null: it is taken like anything else.</summary>
    public LogFollowerLoop? Before { get; init; }

    /// <inheritdoc/>
    public bool IsAvailable => appender.IsAvailable;

    /// <inheritdoc/>
    public long DurableSequence => stream.LastDurableSequence;

    /// <inheritdoc/>
    public ValueTask<AdmissionResult> AdmitAsync(in IncomingMessage message) =>
        Refusal(message, out var route) is { } refused ? new(refused) : AppendAsync(message, route!);

    /// <inheritdoc/>
    public AdmissionTicket Admit(in IncomingMessage message)
    {
        if (Refusal(message, out var route) is { } refused)
            return new(AdmissionTicketKind.NotAllowed, NotAllowedReason: refused.NotAllowedReason);
        if (MustWait(message, route!))
            return new(AdmissionTicketKind.NoRoomForBacklog);
        ReadingLogStamp stamp;
        PayloadOutcome outcome;
        try
        {
            if (!appender.TryAppendPayload(message.Source, message.Principal, route!, message.Payload, out stamp, out outcome))
                return new(AdmissionTicketKind.NoRoom);
        }
        catch (ReadingLogException exception)
        {
            TurnAway(message, exception);
            return new(AdmissionTicketKind.Unavailable);
        }
        var result = Taken(message, route!, stamp, outcome);
        return result.Outcome == AdmissionOutcome.Accepted
            ? new(AdmissionTicketKind.Appended, stamp.Sequence)
            : new(AdmissionTicketKind.AppendedUnreadable, stamp.Sequence, result.PayloadReason, result.PayloadPosition);
    }

    /// <inheritdoc/>
    public ValueTask RoomAsync(CancellationToken cancellationToken) => new(appender.RoomAsync().WaitAsync(cancellationToken));

    /// <inheritdoc/>
    public async ValueTask BacklogRoomAsync(CancellationToken cancellationToken)
    {
        // Half of it, so that the waiting do not come back for one place each. A follower that stands still (its disk is full) is looked at again.
        while (IsAvailable && BacklogMustWait)
            await Before!.WaitUntilAppliedAsync(appender.NextSequence - options.BacklogBehindRecords / 2, LongestBacklogWait, cancellationToken);
    }

    /// <inheritdoc/>
    public void Subscribe(ICommitListener listener) => stream.Subscribe(listener);

    /// <inheritdoc/>
    public void Unsubscribe(ICommitListener listener) => stream.Unsubscribe(listener);

    // A topic is taken apart once. One that is refused gets no route: what nobody may send must not fill the table.
    private AdmissionResult? Refusal(in IncomingMessage message, out TopicRoute? route)
    {
        route = decoder.Routes.FindKnown(message.Topic);
        var reason = route is null
            ? GatewayAccess.CheckPublish(message.BoundGateway, message.Topic, message.FromCentre)
            : GatewayAccess.CheckPublish(message.BoundGateway, route.Topic, message.FromCentre);
        if (reason == NotAllowedReason.None && message.Payload.Length > (message.IsReport ? options.MaxReportBytes : options.MaxPayloadBytes))
            reason = NotAllowedReason.PayloadTooLarge;
        if (reason == NotAllowedReason.None)
        {
            route ??= decoder.Routes.Find(message.Topic);
            return null;
        }
        var refused = AdmissionResult.NotAllowed(reason);
        Reject(message, message.BoundGateway ?? message.Principal, refused);
        return refused;
    }

    // Backlog that comes while the follower is too far behind; counted.
    private bool MustWait(in IncomingMessage message, TopicRoute route)
    {
        if (route.Topic.Kind != TelemetryTopicKind.Backlog || !BacklogMustWait)
            return false;
        metrics.BacklogWaited(message.Source);
        return true;
    }

    private bool BacklogMustWait => Before is { } follower && appender.NextSequence - 1 - follower.AppliedSequence >= options.BacklogBehindRecords;

    private async ValueTask<AdmissionResult> AppendAsync(IncomingMessage message, TopicRoute route)
    {
        long began = time.GetTimestamp();
        if (MustWait(message, route))
            await BacklogRoomAsync(CancellationToken.None);
        ReadingLogStamp stamp;
        PayloadOutcome outcome;
        try
        {
            (stamp, outcome) = await appender.AppendPayloadAsync(message.Source, message.Principal, route, message.Payload);
        }
        catch (ReadingLogException exception)
        {
            TurnAway(message, exception);
            return AdmissionResult.Unavailable;
        }
        var result = Taken(message, route, stamp, outcome);
        metrics.AdmitTook(time.GetElapsedTime(began));
        return result;
    }

    // Failed, closed, or more callers wait than may: in every case it is not known to be on disk.
    private void TurnAway(in IncomingMessage message, ReadingLogException exception)
    {
        metrics.TurnedAway(message.Source);
        if (unavailableLine.Allows(out _))
            Log.LogUnavailable(logger, exception.Message);
    }

    // It has its place in the log, and is durable or about to be.
    private AdmissionResult Taken(in IncomingMessage message, TopicRoute route, ReadingLogStamp stamp, PayloadOutcome outcome)
    {
        if (message.FromCentre)
            return AdmissionResult.Accepted(stamp.Sequence);
        var gateway = register.Enter(route.Gateway);
        gateway?.Received(route.Topic.Domain, stamp.ReceivedAtTicks);
        if (outcome.IsRead && route.Topic.Kind == TelemetryTopicKind.Status)
            outcome = TakeStatus(message, gateway, stamp.Sequence);
        if (!outcome.IsRead)
        {
            var unreadable = AdmissionResult.Unreadable(outcome.Reason, outcome.Position, stamp.Sequence);
            Reject(message, route.Gateway, unreadable);
            return unreadable;
        }
        metrics.Admitted(message.Source, outcome.Counters);
        gateway?.AcceptedOne(outcome.Counters.Readings);
        return AdmissionResult.Accepted(stamp.Sequence, outcome.Counters.FrameProblems);
    }

    /// <summary>A gateway said, in a message that has its place in the log, whether it is there; in a protocol that has other words for it than a status.</summary>
    internal void Said(string gateway, bool online, long sequence) => register.Enter(gateway)?.SaidStatus(new(online, null, null), sequence);

    private static PayloadOutcome TakeStatus(in IncomingMessage message, GatewayEntry? gateway, long sequence)
    {
        // An empty retained message is how MQTT takes a retained one back; it says nothing about the gateway.
        if (message.Payload.IsEmpty)
            return default;
        // Rare, and bounded by the payload limit: a copy of one that lies in two pieces costs nothing that counts.
        var payload = message.Payload;
        var reason = GatewayStatus.Read(payload.IsSingleSegment ? payload.FirstSpan : payload.ToArray(), out var status);
        if (reason == PayloadReason.None)
            gateway?.SaidStatus(status, sequence);
        return new(reason, 0, default);
    }

    private void Reject(in IncomingMessage message, string gateway, in AdmissionResult result)
    {
        string reason = result.ReasonWord;
        var now = time.GetUtcNow();
        string topic = SafeText.Of(message.Topic);
        string start = SafeText.OfStart(message.Payload, options.RejectionSampleBytes);
        metrics.MessageRejected(message.Source, reason);
        register.Rejected(new(
            SafeText.Of(gateway), reason, 1, now, now, topic, start, message.Payload.Length, result.PayloadPosition, result.Sequence));
        if (rejectionLine.Allows(out long suppressed))
            Log.MessageRejected(logger, SafeText.Of(gateway), topic, reason, result.PayloadPosition, start, suppressed);
    }
}
