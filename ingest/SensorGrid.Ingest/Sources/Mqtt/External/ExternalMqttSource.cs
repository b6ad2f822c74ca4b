using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Sparkplug;
using SensorGrid.Readings.Time;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Sources.Mqtt.External;

/// <summary>Messages by way of somebody else's broker (<c>Mqtt:Mode=External</c>): a client with a session the broker keeps, which
/// acknowledges each message once it is on our disk. Which gateway may publish what is decided by the broker's access rules. How far "nothing
/// acknowledged is lost" holds depends on the broker too: docs/mqtt-source.md says how to set Mosquitto up and what remains.</summary>
public sealed class ExternalMqttSource : IMessageSource, IMessagePublisher, IDisposable
{
    /// <summary>Source on the records.</summary>
    public const string SourceName = "mqtt-broker";

    private readonly MqttOptions options;
    private readonly IMessageSink sink;
    private readonly IngestMetrics metrics;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly MqttLibraryLogger libraryLogger;
    private readonly SparkplugOptions? sparkplug;
    private readonly RetryPauses pauses;
    private readonly string broker;
    private readonly CancellationTokenSource stop = new();
    private volatile BrokerConnection? current;
    private volatile string? trouble;
    private volatile string? publishTrouble;
    private volatile int retainedEpoch;
    private bool wasConnected;
    private Task running = Task.CompletedTask;

    /// <param name="options">Where the broker is and how to behave to it; validated.</param>
    /// <param name="sink">Where messages go.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="time">Clock of the pauses.</param>
    /// <param name="random">Jitter of the pauses.</param>
    /// <param name="logger">Diagnostics.</param>
    /// <param name="sparkplug">Whether we are a host of Sparkplug B there; null: we are not.</param>
    public ExternalMqttSource(
        MqttOptions options, IMessageSink sink, IngestMetrics metrics, TimeProvider time, Random random, ILogger<ExternalMqttSource> logger,
        SparkplugOptions? sparkplug = null)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.sparkplug = sparkplug is { Enabled: true } ? sparkplug : null;
        this.options = options;
        this.sink = sink;
        this.metrics = metrics;
        this.time = time;
        this.logger = logger;
        libraryLogger = new(logger, time);
        pauses = new(options.ReconnectFirst, options.ReconnectLongest, random);
        broker = options.Broker?.GetLeftPart(UriPartial.Authority) ?? throw new ArgumentException("Mqtt:Broker is not set.", nameof(options));
        trouble = $"Not connected to {broker} yet.";
    }

    /// <inheritdoc/>
    public string Name => SourceName;

    /// <inheritdoc/>
    public MessageSourceState State => new(Name, current is not null, current is null ? 0 : 1, trouble);

    /// <inheritdoc/>
    public string? Trouble => trouble ?? publishTrouble;

    /// <inheritdoc/>
    public int RetainedEpoch => retainedEpoch;

    /// <inheritdoc/>
    public IReadOnlyList<string> RetainedTopics(string filter) => [];

    /// <inheritdoc/>
    public async Task<PublishOutcome> PublishAsync(IReadOnlyList<PublishedMessage> messages, CancellationToken cancellationToken)
    {
        if (current is not { } connection)
            return PublishOutcome.Unavailable;
        string? refusal = await connection.PublishAsync(messages, cancellationToken);
        publishTrouble = refusal is null ? null : $"Broker {broker}: {refusal}";
        return refusal is null ? PublishOutcome.Published : PublishOutcome.Unavailable;
    }

    /// <inheritdoc/>
    public Task StartAsync(CancellationToken cancellationToken)
    {
        running = Task.Run(() => RunAsync(stop.Token), CancellationToken.None);
        return Task.CompletedTask;
    }

    /// <inheritdoc/>
    public async Task StopAsync(CancellationToken cancellationToken)
    {
        await stop.CancelAsync();
        await running.WaitAsync(cancellationToken);
    }

    /// <inheritdoc/>
    public async Task<GatewayCommandOutcome> PublishAsync(
        string domain, string gateway, ReadOnlyMemory<byte> payload, string principal, CancellationToken cancellationToken)
    {
        string topic = TelemetryTopic.Format(domain, gateway, TelemetryTopicKind.Commands);
        var admitted = await sink.AdmitAsync(new IncomingMessage
        {
            Source = SourceName, Principal = principal, FromCentre = true, Topic = topic, Payload = new(payload),
        });
        var connection = current;
        var outcome = admitted.Outcome == AdmissionOutcome.Accepted && connection is not null
            ? await connection.PublishAsync(topic, payload, cancellationToken)
            : GatewayCommandOutcome.Unavailable;
        metrics.CommandPublished(outcome.ToString());
        return outcome;
    }

    /// <inheritdoc/>
    public void Dispose() => stop.Dispose();

    private async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            string reason;
            try
            {
                // A log that failed takes nothing more: do not pull messages out of the broker for nothing.
                reason = sink.IsAvailable ? await ConnectAndServeAsync(cancellationToken) : "the reading log has failed: check the disk and restart the service.";
            }
            catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever ended this connection, what was not acknowledged stays with the broker; the next connection gets it.
                reason = $"cannot connect or go on: {e.Message}";
            }
            if (cancellationToken.IsCancellationRequested)
                return;
            var pause = pauses.Next();
            trouble = $"Broker {broker}: {reason}";
            Log.BrokerUnreachable(logger, broker, SafeText.Of(reason, 500), pause);
            await Task.Delay(pause, time, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    private async Task<string> ConnectAndServeAsync(CancellationToken cancellationToken)
    {
        // One number for the state and for the will that takes it back.
        var state = sparkplug is null ? null : new HostState(sparkplug.StateTopic, time.GetUtcNow().ToUnixTimeMilliseconds());
        using var connection = new BrokerConnection(options, SourceName, sink, libraryLogger, state);
        bool kept = await connection.OpenAsync(cancellationToken);
        metrics.BrokerConnected(kept);
        Log.BrokerConnected(logger, broker, options.ClientId, kept ? "kept our" : "no");
        if (wasConnected && !kept)
            Log.BrokerLostSession(logger, broker, options.ClientId);
        // Who lost our session may have lost what was retained as well.
        if (!kept)
            retainedEpoch++;
        wasConnected = true;
        pauses.Succeeded();
        trouble = null;
        current = connection;
        try
        {
            return await connection.ServeAsync(cancellationToken);
        }
        finally
        {
            trouble = $"The connection to {broker} ended.";
            current = null;
            await connection.CloseAsync();
        }
    }
}
