using System.Buffers;
using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;
using SensorGrid.Ingest.Sources.Sparkplug;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>The embedded broker as a source: "receive" in a reading's journey. Gateways publish to us and get their own commands. PUBACK and PUBREC
/// go out after the log is durable; many messages of a connection may be on their way meanwhile.</summary>
public sealed class MqttEndpointSource : IMessageSource, IMessagePublisher, IAsyncDisposable
{
    /// <summary>Source on the records.</summary>
    public const string SourceName = "mqtt";

    private readonly MqttEndpoint endpoint;

    internal MqttEndpointSource(MqttEndpoint endpoint, Task<SessionStoreException>? storeFailed = null)
    {
        this.endpoint = endpoint;
        StoreFailed = storeFailed ?? new TaskCompletionSource<SessionStoreException>().Task;
    }

    /// <summary>Completes with the reason when sessions cannot be kept any more; never otherwise. Nothing that needs them is acknowledged from
    /// then on: end the process and start it again.</summary>
    public Task<SessionStoreException> StoreFailed { get; }

    /// <inheritdoc/>
    public string Name => SourceName;

    /// <inheritdoc/>
    public MessageSourceState State => new(
        Name,
        endpoint.IsAvailable,
        endpoint.Limits.Count,
        endpoint.Trouble);

    /// <summary>Opens the sessions that were kept and makes the broker; it lets nobody in before it is started.</summary>
    /// <param name="options">Bounds of connections.</param>
    /// <param name="sessionOptions">Bounds of sessions.</param>
    /// <param name="ingest">Limit of payloads.</param>
    /// <param name="access">Who else than gateways may connect.</param>
    /// <param name="folder">The data folder: sessions are kept there.</param>
    /// <param name="sink">Where messages go.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="sessionMetrics">Counts of sessions.</param>
    /// <param name="time">The clock.</param>
    /// <param name="logger">Diagnostics.</param>
    /// <param name="sparkplug">Whether edge nodes of Sparkplug B come here too; null: they do not.</param>
    /// <exception cref="SessionStoreException">The sessions cannot be opened.</exception>
    public static MqttEndpointSource Open(
        MqttEndpointOptions options, MqttSessionOptions sessionOptions, IngestOptions ingest, MqttAccessOptions access, string folder, ICommittingSink sink,
        IngestMetrics metrics, SessionMetrics sessionMetrics, TimeProvider time, ILogger<MqttEndpointSource> logger,
        SparkplugOptions? sparkplug = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(ingest);
        ArgumentNullException.ThrowIfNull(access);
        var store = SessionStore.Open(folder, sessionOptions, time, sessionMetrics, logger, out var kept);
        var clock = new SessionClock(time);
        var sessions = new MqttSessions(sessionOptions, clock, sessionMetrics, logger, store, kept);
        var endpoint = new MqttEndpoint(
            options, sessionOptions, ingest.MaxPayloadBytes, EndpointMqttAccess.Create(access, time, logger, sparkplug), sink, sessions, store, clock, metrics, time, logger);
        return new(endpoint, store.Failed);
    }

    /// <inheritdoc/>
    public string? Trouble => endpoint.Trouble;

    /// <inheritdoc/>
    public int RetainedEpoch => 1;

    /// <inheritdoc/>
    public IReadOnlyList<string> RetainedTopics(string filter)
    {
        var problem = TopicFilter.TryParse(filter, endpoint.Sessions.Limits, out var parsed);
        return parsed is not null ? endpoint.Sessions.Retained.TopicsOf(parsed) : throw new ArgumentException($"{filter} is no filter: {problem}.", nameof(filter));
    }

    /// <inheritdoc/>
    public async Task<PublishOutcome> PublishAsync(IReadOnlyList<PublishedMessage> messages, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(messages);
        var matches = new MatchList();
        var outcome = PublishOutcome.Published;
        long change = 0;
        foreach (var published in messages)
        {
            await endpoint.Sessions.WaitForRoomAsync(cancellationToken);
            var message = MqttMessages.OfOurs(published);
            change = Math.Max(change, endpoint.Router.Forward(message, publisher: null, matches).Change);
            if (message is { Retain: true, Payload.IsEmpty: false } && endpoint.Sessions.Retained.Find(message.Topic) != message)
                outcome = PublishOutcome.NotRetained;
        }
        // A full disk is waited for; whoever stops meanwhile does not wait with it.
        await endpoint.Sessions.WhenDurableAsync(change).AsTask().WaitAsync(cancellationToken);
        return outcome;
    }

    /// <summary>A connection did not get as far as CONNECT, or was turned away by its certificate: counted and logged like every other refusal.</summary>
    public void ConnectionRefused(IPAddress address, string reason, string detail)
    {
        ArgumentNullException.ThrowIfNull(address);
        endpoint.ConnectionRefused(address, reason, detail);
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        endpoint.Start();
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken) => endpoint.StopAsync().WaitAsync(cancellationToken);

    /// <inheritdoc/>
    public async Task<GatewayCommandOutcome> PublishAsync(
        string domain, string gateway, ReadOnlyMemory<byte> payload, string principal, CancellationToken cancellationToken)
    {
        var outcome = await PublishCommandAsync(TelemetryTopic.Format(domain, gateway, TelemetryTopicKind.Commands), payload, principal, cancellationToken);
        endpoint.Metrics.CommandPublished(outcome.ToString());
        return outcome;
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => endpoint.DisposeAsync();

    /// <summary>The clock.</summary>
    internal TimeProvider Time => endpoint.Time;

    /// <summary>Serves one connection until it ends. Kestrel calls it (<see cref="MqttListenOptions.UseMqttSource"/>).</summary>
    internal async Task RunConnectionAsync(ConnectionContext connection)
    {
        // Kestrel stops before us and waits for its connections: let go of them then.
        using var closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
            .UnsafeRegister(static source => _ = ((MqttEndpointSource)source!).endpoint.StopAsync(), this);
        await RunAsync(new(
            connection.Transport,
            (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None,
            connection.Features.Get<ITlsConnectionFeature>()?.ClientCertificate,
            connection.Abort));
    }

    /// <summary>Serves a connection of any kind until it ends.</summary>
    internal Task RunAsync(MqttTransport transport) => endpoint.RunAsync(transport);

    private async Task<GatewayCommandOutcome> PublishCommandAsync(
        string topic, ReadOnlyMemory<byte> payload, string principal, CancellationToken cancellationToken)
    {
        if (!endpoint.IsAvailable)
            return GatewayCommandOutcome.Unavailable;
        var (_, isDurable) = await endpoint.AdmitAndWaitAsync(
            new IncomingMessage
            {
                Source = SourceName,
                Principal = principal,
                FromCentre = true,
                Topic = topic,
                Payload = new ReadOnlySequence<byte>(payload),
            },
            cancellationToken);
        if (!isDurable || !endpoint.IsAvailable)
            return GatewayCommandOutcome.Unavailable;
        // Copied: the session keeps it as long as the gateway is away.
        var message = new MqttMessage { Topic = topic, Payload = payload.ToArray(), Qos = MqttQos.AtLeastOnce };
        var routed = endpoint.Router.Forward(message, publisher: null, new MatchList());
        await endpoint.Sessions.WhenDurableAsync(routed.Change);
        return routed.Receivers == 0 ? GatewayCommandOutcome.NoSession
            : routed.IsRefused ? GatewayCommandOutcome.QueueFull
            : GatewayCommandOutcome.Queued;
    }
}
