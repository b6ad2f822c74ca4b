using System.Buffers;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Adapter;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.Edge.Outbox;
using SensorGrid.Readings.Time;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Edge.Uplink;

/// <summary>
/// Stands at "publish": outbox → MQTT. Holds one connection for one gateway, publishes what the outbox keeps, tells the outbox what
/// was acknowledged. Never drops a reading itself: what is not acknowledged stays in the outbox and is sent again, in order.
/// <code>
/// outbox ─► lane(s): pack ─► PUBLISH QoS 1 … window … PUBACK ─► outbox.Acknowledge
///              └─ reason 0x99 (payload) ─► dead-letter file
/// </code>
/// </summary>
public sealed class MqttUplink
{
    private const long DeadLetterBytes = 4 << 20;

    private readonly UplinkOptions options;
    private readonly EdgeOutbox outbox;
    private readonly TimeProvider clock;
    private readonly ILogger logger;
    private readonly RetryPauses backoff;
    private readonly DeadLetterFile deadLetters;
    private readonly string deadLetterPath;
    private readonly TaskCompletionSource firstConnection = new(TaskCreationOptions.RunContinuationsAsynchronously);

    /// <param name="options">Where and how.</param>
    /// <param name="outbox">What to send.</param>
    /// <param name="clock">Clock of pauses and of the status message.</param>
    /// <param name="logger">Where endings are told.</param>
    /// <param name="random">Jitter of the pauses.</param>
    public MqttUplink(UplinkOptions options, EdgeOutbox outbox, TimeProvider clock, ILogger logger, Random random)
    {
        ArgumentNullException.ThrowIfNull(options);
        ArgumentNullException.ThrowIfNull(outbox);
        if (options.Validate() is { Count: > 0 } wrong)
            throw new ArgumentException(string.Join(" ", wrong), nameof(options));
        this.options = options;
        this.outbox = outbox;
        this.clock = clock;
        this.logger = logger;
        backoff = new(options.FirstPause, options.LongestPause, random);
        deadLetterPath = Path.Combine(outbox.Folder, "dead-letters.jsonl");
        deadLetters = new(deadLetterPath, DeadLetterBytes, clock);
    }

    /// <summary>What it has done so far.</summary>
    public UplinkCounters Counters { get; } = new();

    /// <summary>Completes when the first connection stands.</summary>
    public Task FirstConnection => firstConnection.Task;

    /// <summary>True while a connection stands.</summary>
    public bool IsConnected { get; private set; }

    /// <summary>How the last connection ended, for whoever wonders why nothing moves.</summary>
    public string LastEnding { get; private set; } = "not connected yet";

    /// <summary>Connects, publishes and connects again until cancelled. Then says goodbye (status offline) and returns.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (!cancellationToken.IsCancellationRequested)
        {
            var end = await RunConnectionAsync(cancellationToken);
            if (end.Ending == UplinkEnding.Stopped)
                break;
            LastEnding = $"{end.Ending}: {end.Detail}";
            var pause = backoff.Next();
            Log.UplinkEnded(logger, options.Gateway, end.Ending, end.Detail, pause);
            await Task.Delay(pause, clock, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
        Log.UplinkStopped(logger, options.Gateway, outbox.HeldReadings);
    }

    private async Task<LaneEnd> RunConnectionAsync(CancellationToken stop)
    {
        // A client serves one connection: after an ending nothing of its state is reused.
        using var client = new MqttClientFactory().CreateMqttClient();
        using var connection = CancellationTokenSource.CreateLinkedTokenSource(stop);
        var lost = new TaskCompletionSource<string>(TaskCreationOptions.RunContinuationsAsynchronously);
        client.DisconnectedAsync += disconnected =>
        {
            lost.TrySetResult(disconnected.Exception?.Message ?? disconnected.ReasonString ?? disconnected.Reason.ToString());
            return Task.CompletedTask;
        };
        var (connected, refused) = await ConnectAsync(client, stop);
        if (refused is not null)
            return refused;
        IsConnected = true;
        try
        {
            Counters.Connected();
            firstConnection.TrySetResult();
            Log.UplinkConnected(logger, options.Gateway, options.Host, options.Port, outbox.HeldReadings);
            var lanes = RunLanesAsync(client, WindowOf(connected!), connection.Token);
            await Task.WhenAny(lanes, lost.Task);
            await connection.CancelAsync();
            var end = await lanes;
            if (lost.Task.IsCompleted && !stop.IsCancellationRequested)
                return new(UplinkEnding.Disconnected, await lost.Task);
            if (client.IsConnected)
                await LeaveAsync(client);
            return stop.IsCancellationRequested ? new(UplinkEnding.Stopped, "") : end;
        }
        finally
        {
            IsConnected = false;
        }
    }

    private async Task<LaneEnd> RunLanesAsync(IMqttClient client, int window, CancellationToken cancellationToken)
    {
        try
        {
            // Bounded like any other message: a connection on which nothing is acknowledged any more is not always told as lost.
            var publishing = PublishStatusAsync(client, online: true, cancellationToken);
            UplinkLane.Observe(publishing);
            var status = await publishing.WaitAsync(options.AcknowledgementTimeout, clock, cancellationToken);
            if (!status.IsSuccess && status.ReasonCode != MqttClientPublishReasonCode.NoMatchingSubscribers)
                return new(UplinkEnding.MessageRefused, $"{status.ReasonCode} {status.ReasonString}".TrimEnd() + $" on {StatusTopic}.");
        }
        catch (TimeoutException)
        {
            return new(UplinkEnding.NotAcknowledged, $"no acknowledgement of {StatusTopic} within {options.AcknowledgementTimeout}.");
        }
        catch (OperationCanceledException)
        {
            return new(UplinkEnding.Stopped, "");
        }
        catch (Exception exception) when (UplinkLane.IsDisconnection(exception))
        {
            return new(UplinkEnding.Disconnected, exception.Message);
        }
        using var lanes = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        long first = outbox.FirstUnacknowledged;
        long liveFrom = outbox.LastKept + 1;
        // What fits into one window is no backlog: sending it first, in order, delays live readings by a moment and keeps them in order.
        bool oneLane = options.Mode == UplinkMode.Fifo || outbox.HeldReadings <= (long)window * options.PackReadings;
        var live = Lane(client, TelemetryTopicKind.Readings, window).RunAsync(oneLane ? first : liveFrom, long.MaxValue, lanes.Token);
        if (oneLane)
            return await live ?? new(UplinkEnding.Stopped, "");
        var backlog = Lane(client, TelemetryTopicKind.Backlog, Math.Min(window, options.BacklogWindow)).RunAsync(first, liveFrom, lanes.Token);
        var ended = await Task.WhenAny(live, backlog);
        if (ended == backlog && await backlog is null)
            return await live ?? new(UplinkEnding.Stopped, "");
        await lanes.CancelAsync();
        var (liveEnd, backlogEnd) = (await live, await backlog);
        var end = ended == live ? liveEnd : backlogEnd;
        return end ?? new(UplinkEnding.Stopped, "");
    }

    private UplinkLane Lane(IMqttClient client, TelemetryTopicKind kind, int window) => new(
        client, outbox, TelemetryTopic.Format(options.Domain, options.Gateway, kind), window, options, Counters, deadLetters, deadLetterPath,
        backoff, clock, logger);

    private async Task<(MqttClientConnectResult? Connected, LaneEnd? Refused)> ConnectAsync(IMqttClient client, CancellationToken stop)
    {
        using var limit = new CancellationTokenSource(options.ConnectTimeout, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(stop, limit.Token);
        try
        {
            var result = await client.ConnectAsync(ClientOptions(), either.Token);
            return result.ResultCode == MqttClientConnectResultCode.Success
                ? (result, null)
                : (null, new(UplinkEnding.ConnectionRefused, $"{result.ResultCode} {result.ReasonString}".TrimEnd() + "."));
        }
        catch (Exception) when (stop.IsCancellationRequested)
        {
            return (null, new(UplinkEnding.Stopped, ""));
        }
        catch (OperationCanceledException)
        {
            return (null, new(UplinkEnding.NotReachable, $"{options.Host}:{options.Port} did not answer within {options.ConnectTimeout}."));
        }
        catch (MqttConnectingFailedException exception)
        {
            return (null, new(UplinkEnding.NotReachable, $"{options.Host}:{options.Port}: {Root(exception).Message}"));
        }
        catch (Exception exception) when (UplinkLane.IsDisconnection(exception))
        {
            return (null, new(UplinkEnding.NotReachable, $"{options.Host}:{options.Port}: {Root(exception).Message}"));
        }
    }

    private async Task LeaveAsync(IMqttClient client)
    {
        // A clean goodbye is a courtesy with a time limit; without it the will says the same.
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(2), clock);
        try
        {
            await PublishStatusAsync(client, online: false, limit.Token);
            await client.DisconnectAsync(new MqttClientDisconnectOptionsBuilder().Build(), limit.Token);
        }
        catch (OperationCanceledException)
        {
            LastEnding = "the goodbye was not acknowledged in time";
        }
        catch (Exception exception) when (UplinkLane.IsDisconnection(exception))
        {
            LastEnding = exception.Message;
        }
    }

    private Task<MqttClientPublishResult> PublishStatusAsync(IMqttClient client, bool online, CancellationToken cancellationToken) => client.PublishAsync(
        new MqttApplicationMessageBuilder()
            .WithTopic(StatusTopic)
            .WithPayload(StatusPayload(online))
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithRetainFlag()
            .Build(),
        cancellationToken);

    private byte[] StatusPayload(bool online)
    {
        var payload = new ArrayBufferWriter<byte>(128);
        new GatewayStatus(online, clock.GetUtcNow().UtcTicks, options.Agent).WriteTo(payload);
        return payload.WrittenSpan.ToArray();
    }

    private string StatusTopic => TelemetryTopic.Format(options.Domain, options.Gateway, TelemetryTopicKind.Status);

    // MQTT 3.1.1 knows no Receive Maximum; the client then says 0.
    private int WindowOf(MqttClientConnectResult connected) =>
        connected.ReceiveMaximum is > 0 and var maximum ? Math.Min(options.Window, (int)maximum) : options.Window;

    private MqttClientOptions ClientOptions()
    {
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Host, options.Port)
            .WithClientId(options.Gateway)
            .WithProtocolVersion(options.Protocol == UplinkProtocol.Mqtt5 ? MqttProtocolVersion.V500 : MqttProtocolVersion.V311)
            .WithCleanSession(false)
            .WithKeepAlivePeriod(options.KeepAlive)
            .WithTimeout(options.ConnectTimeout)
            .WithWillTopic(StatusTopic)
            .WithWillPayload(StatusPayload(online: false))
            .WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .WithWillRetain();
        if (options.Protocol == UplinkProtocol.Mqtt5)
            builder = builder.WithSessionExpiryInterval((uint)options.SessionExpiry.TotalSeconds);
        if (options.UserName is not null)
            builder = builder.WithCredentials(options.UserName, options.Password);
        return builder.Build();
    }

    private static Exception Root(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception;
    }
}
