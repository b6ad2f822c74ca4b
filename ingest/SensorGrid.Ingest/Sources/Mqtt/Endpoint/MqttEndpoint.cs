using System.Collections.Concurrent;
using System.Net;
using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>The embedded broker: MQTT 3.1.1 and 5 on any byte stream. Holds what all connections share; knows no socket and no web server.
/// <code>
/// bytes ─► MqttConnection ─► PublishReceiver ─► sink (log) ···commit···► answers, MqttRouter ─► MqttSession ─► PublishSender ─► bytes
/// </code></summary>
internal sealed class MqttEndpoint : IAsyncDisposable
{
    private static readonly TimeSpan LinePause = TimeSpan.FromSeconds(1);

    private readonly ConcurrentDictionary<MqttConnection, bool> connections = new();
    private readonly KeepAliveWatch watch;
    private readonly WillPublisher wills;
    private readonly SessionStore? store;
    private readonly ILogger logger;
    private readonly RateLimitedLine refusalLine;
    private readonly CancellationTokenSource stopping = new();
    private readonly TaskCompletionSource empty = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private ITimer? timer;
    private Task? stopped;
    private long lastSequence;

    /// <param name="options">Bounds of connections.</param>
    /// <param name="sessionOptions">Bounds of sessions.</param>
    /// <param name="maxPayloadBytes">Largest payload.</param>
    /// <param name="access">Who may do what.</param>
    /// <param name="sink">Where messages go.</param>
    /// <param name="sessions">What is kept for clients.</param>
    /// <param name="store">Where it is kept; null when it ends with the process.</param>
    /// <param name="clock">The time of sessions.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Diagnostics.</param>
    public MqttEndpoint(
        MqttEndpointOptions options, MqttSessionOptions sessionOptions, int maxPayloadBytes, IMqttAccess access, ICommittingSink sink,
        MqttSessions sessions, SessionStore? store, SessionClock clock, IngestMetrics metrics, TimeProvider time, ILogger logger)
    {
        Options = options;
        SessionOptions = sessionOptions;
        MaximumPacketSize = maxPayloadBytes + options.PacketOverheadBytes;
        Access = access;
        Sink = sink;
        Sessions = sessions;
        this.store = store;
        Clock = clock;
        Metrics = metrics;
        Time = time;
        this.logger = logger;
        refusalLine = new(time, LinePause);
        Limits = new(options.MaxConnections, options.MaxConnectionsPerAddress);
        Waiters = new(sink) { OnFailed = OnLogFailed };
        Router = new(sessions, clock, sequence => DurableWait.ForAsync(sink, Waiters, sequence).WaitAsync(stopping.Token));
        watch = new(options, time);
        wills = new(this);
    }

    /// <summary>Bounds of connections.</summary>
    public MqttEndpointOptions Options { get; }

    /// <summary>Bounds of sessions.</summary>
    public MqttSessionOptions SessionOptions { get; }

    /// <summary>Largest packet we take, header included, in bytes.</summary>
    public int MaximumPacketSize { get; }

    /// <summary>Who may do what.</summary>
    public IMqttAccess Access { get; }

    /// <summary>Where messages go.</summary>
    public ICommittingSink Sink { get; }

    /// <summary>What is kept for clients.</summary>
    public MqttSessions Sessions { get; }

    /// <summary>The time of sessions.</summary>
    public SessionClock Clock { get; }

    /// <summary>Counts.</summary>
    public IngestMetrics Metrics { get; }

    /// <summary>The clock.</summary>
    public TimeProvider Time { get; }

    /// <summary>Places for connections.</summary>
    public ConnectionLimits Limits { get; }

    /// <summary>Who waits for the log.</summary>
    public CommitWaiters Waiters { get; }

    /// <summary>The way to subscribers.</summary>
    public MqttRouter Router { get; }

    /// <summary>Newest place in the log that was given to a message of ours.</summary>
    public long LastSequence => Volatile.Read(ref lastSequence);

    /// <summary>True between start and stop.</summary>
    public bool IsRunning => timer is not null && !stopping.IsCancellationRequested;

    /// <summary>Whether clients are let in.</summary>
    public bool IsAvailable => IsRunning && Trouble is null;

    /// <summary>Why nothing can be kept, or null.</summary>
    public string? Trouble =>
        !Sink.IsAvailable ? "The reading log failed: gateways are turned away and keep their readings. Check the disk and restart the service."
        : store is { IsAvailable: false } ? "The session store failed: gateways are turned away and keep their readings. Check the disk and restart the service."
        : null;

    /// <summary>Begins to look at the clock and to listen to the log.</summary>
    public void Start()
    {
        Sink.Subscribe(Waiters);
        timer = Time.CreateTimer(static endpoint => ((MqttEndpoint)endpoint!).Look(), this, Options.WatchPeriod, Options.WatchPeriod);
    }

    /// <summary>Serves one connection until it has ended.</summary>
    public async Task RunAsync(MqttTransport transport)
    {
        if (Limits.TryEnter(transport.Address) is { } refusal)
        {
            Refused(transport.Address.ToString(), refusal);
            transport.Abort();
            return;
        }
        Metrics.ConnectionOpened();
        using var connection = new MqttConnection(this, transport);
        connections[connection] = true;
        try
        {
            // Looked at after it was entered: a stop either sees the connection or is seen by it.
            if (stopping.IsCancellationRequested)
                connection.End(MqttEnding.ShuttingDown);
            await connection.RunAsync();
        }
        finally
        {
            connections.TryRemove(connection, out _);
            Limits.Leave(transport.Address);
            Metrics.ConnectionClosed();
            if (stopping.IsCancellationRequested && connections.IsEmpty)
                empty.TrySetResult();
        }
    }

    /// <summary>Lets go of all clients and takes no more. What was not acknowledged stays theirs to send again; wills are not taken, because that
    /// we stop says nothing about a client.</summary>
    public Task StopAsync()
    {
        lock (gate)
            return stopped ??= StopOnceAsync();
    }

    /// <summary>Hands a message to the log.</summary>
    public AdmissionTicket Admit(in IncomingMessage message)
    {
        var ticket = Sink.Admit(message);
        long last = Volatile.Read(ref lastSequence);
        while (ticket.Sequence > last)
        {
            long seen = Interlocked.CompareExchange(ref lastSequence, ticket.Sequence, last);
            if (seen == last)
                break;
            last = seen;
        }
        return ticket;
    }

    /// <summary>Hands a message to the log, waits for room, and until it is durable; for what is rare.</summary>
    /// <returns>The kind of the last ticket, and whether the message is durable.</returns>
    public async ValueTask<(AdmissionTicketKind Kind, bool IsDurable)> AdmitAndWaitAsync(IncomingMessage message, CancellationToken cancellationToken)
    {
        var ticket = Admit(message);
        while (ticket.Kind is AdmissionTicketKind.NoRoom or AdmissionTicketKind.NoRoomForBacklog)
        {
            await (ticket.Kind == AdmissionTicketKind.NoRoom ? Sink.RoomAsync(cancellationToken) : Sink.BacklogRoomAsync(cancellationToken));
            ticket = Admit(message);
        }
        bool isAppended = ticket.Kind is AdmissionTicketKind.Appended or AdmissionTicketKind.AppendedUnreadable;
        return (ticket.Kind, isAppended && await DurableWait.ForAsync(Sink, Waiters, ticket.Sequence).WaitAsync(cancellationToken));
    }

    /// <summary>A connection was turned away.</summary>
    public void ConnectionRefused(MqttConnection connection, string reason, string clientId) =>
        Refused(connection.Address.ToString(), reason, $"{reason}, client id '{SafeText.Of(clientId, 64)}'");

    /// <summary>A connection was turned away before it was one of ours.</summary>
    public void ConnectionRefused(IPAddress address, string reason, string detail) => Refused(address.ToString(), reason, $"{reason}, {SafeText.Of(detail, 256)}");

    /// <summary>A client was let in.</summary>
    public void ConnectionOpened(MqttConnection connection, MqttClient client) => Log.ClientConnected(
        logger,
        client.Principal switch
        {
            { Account: { } account } => $"Account {account.Name}",
            { BoundGateway: { Length: > 0 } gateway } => $"Gateway {gateway}",
            _ => "Somebody without an account",
        }, SafeText.Of(client.Principal.ClientId), connection.Address.ToString(),
        client.Version == MqttVersion.V5 ? "5" : "3.1.1");

    /// <summary>A peer broke the standard.</summary>
    public void Violated(MqttConnection connection, MqttViolation violation)
    {
        Metrics.ProtocolViolated(violation.ToWord());
        if (refusalLine.Allows(out long suppressed))
            Log.ProtocolViolated(logger, SafeText.Of(connection.Client?.Principal.ClientId ?? ""), connection.Address.ToString(), violation.ToWord(), suppressed);
    }

    /// <summary>A PUBLISH broke the standard by its topic: it counts among the refused messages too.</summary>
    public void TopicViolated(MqttViolation violation)
    {
        if (violation is MqttViolation.TopicHoldsWildcard or MqttViolation.TopicMissing or MqttViolation.NameHoldsControl
            or MqttViolation.TextHoldsNull or MqttViolation.TextIllFormed)
        {
            Metrics.MessageRejected(MqttEndpointSource.SourceName, NotAllowedReason.TopicInvalid.ToWord());
        }
    }

    /// <summary>A client has gone.</summary>
    public void Left(MqttConnection connection, MqttClient client, MqttEnding ending, uint? expirySeconds)
    {
        Sessions.Disconnect(client.Session, connection, forgetWill: ending == MqttEnding.Disconnected, expirySeconds);
        Log.GatewayDisconnected(logger, SafeText.Of(client.Principal.ClientId), ending.ToString());
        // Its will may be due at once; the watch would find it a moment later.
        wills.Start(stopping.Token);
    }

    /// <inheritdoc/>
    public async ValueTask DisposeAsync()
    {
        await StopAsync();
        if (store is not null)
            await store.DisposeAsync();
        stopping.Dispose();
    }

    private void Look()
    {
        foreach (var (connection, _) in connections)
            watch.Look(connection);
        if (!stopping.IsCancellationRequested)
            wills.Start(stopping.Token);
    }

    private void Refused(string address, string reason, string? words = null)
    {
        Metrics.ConnectionRefused(reason);
        if (refusalLine.Allows(out long suppressed))
            Log.ConnectionRefused(logger, address, words ?? reason, suppressed);
    }

    // On the log's thread: ending a connection runs none of its work here.
    private void OnLogFailed() => ThreadPool.UnsafeQueueUserWorkItem(static endpoint => endpoint.EndAll(MqttEnding.Unavailable), this, preferLocal: false);

    private void EndAll(MqttEnding reason)
    {
        foreach (var (connection, _) in connections)
            connection.End(reason);
    }

    private async Task StopOnceAsync()
    {
        Sessions.BeginStop();
        await stopping.CancelAsync();
        EndAll(MqttEnding.ShuttingDown);
        if (connections.IsEmpty)
            empty.TrySetResult();
        // Ends: a peer that does not read is cut off by the watch, which runs until here.
        await empty.Task;
        if (timer is not null)
            await timer.DisposeAsync();
        await wills.Running;
        await Router.Late;
        Sink.Unsubscribe(Waiters);
    }
}
