using System.Net;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Connections.Features;
using Microsoft.Extensions.Logging;
using MQTTnet.AspNetCore;
using MQTTnet.Protocol;
using MQTTnet.Server;

namespace SensorGrid.Ingest.Sources.Mqtt.Embedded;

/// <summary>The broker inside: MQTTnet.Server on Kestrel's connections, MQTT 3.1.1 and 5. "Receive" in a reading's journey. Gateways publish to
/// us and get their own commands; nothing is forwarded between clients. PUBACK and PUBREC go out after the sink has answered, so after
/// the disk. This first cut serves one packet of a connection at a time; its known weaknesses are listed in docs/mqtt-source.md.</summary>
public sealed class EmbeddedMqttSource : IMessageSource, IDisposable
{
    /// <summary>Source on the records.</summary>
    public const string SourceName = "mqtt";

    private static readonly TimeSpan LinePause = TimeSpan.FromSeconds(1);

    private readonly MqttConnectionHandler connections = new();
    private readonly MqttServer server;
    private readonly EmbeddedMqttEvents events;
    private readonly ConnectionLimits limits;
    private readonly int maxRemainingLength;
    private readonly IngestMetrics metrics;
    private readonly ILogger logger;
    private readonly RateLimitedLine refusalLine;
    private readonly IMessageSink sink;
    private readonly Lock gate = new();
    private Task? stopping;

    /// <param name="options">Limits of connections.</param>
    /// <param name="ingest">Limit of payloads.</param>
    /// <param name="sink">Where messages go.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">The clock. MQTTnet's own keep-alive runs by the machine's wall clock.</param>
    /// <param name="logger">Diagnostics.</param>
    public EmbeddedMqttSource(
        MqttOptions options, IngestOptions ingest, IMessageSink sink, IngestMetrics metrics, TimeProvider time, ILogger<EmbeddedMqttSource> logger)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(ingest);
        this.sink = sink;
        this.metrics = metrics;
        this.logger = logger;
        limits = new(options.MaxConnections, options.MaxConnectionsPerAddress);
        maxRemainingLength = ingest.MaxPayloadBytes + options.PacketOverheadBytes;
        refusalLine = new(time, LinePause);
        server = new MqttServer(ServerOptions(options), [connections], new MqttLibraryLogger(logger, time));
        events = new(server, options, sink, metrics, logger, refusalLine);
    }

    /// <inheritdoc/>
    public string Name => SourceName;

    /// <inheritdoc/>
    public MessageSourceState State => new(
        Name,
        server.IsStarted && !events.IsStopping && sink.IsAvailable,
        limits.Count,
        sink.IsAvailable ? null : "The reading log failed: gateways are turned away and keep their readings. Check the disk and restart the service.");

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken) => server.StartAsync();

    /// <inheritdoc/>
    public Task StopAsync(CancellationToken cancellationToken)
    {
        lock (gate)
            stopping ??= StopOnceAsync();
        return stopping.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public Task<GatewayCommandOutcome> PublishAsync(
        string domain, string gateway, ReadOnlyMemory<byte> payload, string principal, CancellationToken cancellationToken) =>
        events.PublishCommandAsync(domain, gateway, payload, principal, cancellationToken);

    /// <inheritdoc/>
    public void Dispose()
    {
        server.Dispose();
        connections.Dispose();
    }

    /// <summary>Serves one connection until it ends. Kestrel calls it (<see cref="MqttListenOptions.UseMqttSource"/>).</summary>
    internal async Task RunConnectionAsync(ConnectionContext connection)
    {
        var address = (connection.RemoteEndPoint as IPEndPoint)?.Address ?? IPAddress.None;
        if (limits.TryEnter(address) is { } refusal)
        {
            metrics.ConnectionRefused(refusal);
            if (refusalLine.Allows(out long suppressed))
                Log.ConnectionRefused(logger, address.ToString(), refusal, suppressed);
            return;
        }
        metrics.ConnectionOpened();
        try
        {
            // Kestrel stops before us and waits for its connections: let go of them then.
            using var closing = connection.Features.Get<IConnectionLifetimeNotificationFeature>()?.ConnectionClosedRequested
                .UnsafeRegister(static source => _ = ((EmbeddedMqttSource)source!).StopAsync(CancellationToken.None), this);
            connection.Transport = new LimitedTransport(connection.Transport, maxRemainingLength);
            await connections.OnConnectedAsync(connection);
        }
        finally
        {
            limits.Leave(address);
            metrics.ConnectionClosed();
        }
    }

    private async Task StopOnceAsync()
    {
        events.BeginStop();
        if (!server.IsStarted)
            return;
        await server.StopAsync(new MqttServerStopOptions
        {
            DefaultClientDisconnectOptions = new MqttServerClientDisconnectOptions { ReasonCode = MqttDisconnectReasonCode.ServerShuttingDown },
        });
    }

    private static MqttServerOptions ServerOptions(MqttOptions options)
    {
        var server = new MqttServerOptionsBuilder()
            .WithoutDefaultEndpoint()
            .WithPersistentSessions()
            .WithMaxPendingMessagesPerClient(options.MaxPendingCommands)
            // The oldest command may be the one that matters; whoever sends a new one is told that there is no room.
            .WithPendingMessagesOverflowStrategy(MqttPendingMessagesOverflowStrategy.DropNewMessage)
            .WithDefaultCommunicationTimeout(options.ConnectTimeout)
            .Build();
        return server;
    }
}
