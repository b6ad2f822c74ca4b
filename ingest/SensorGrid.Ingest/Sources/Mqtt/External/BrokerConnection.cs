using System.Threading.Channels;
using MQTTnet;
using MQTTnet.Exceptions;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Alarms;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Sources.Mqtt.External;

/// <summary>One connection to an external broker, from CONNECT to its end. Never used again afterwards: an acknowledgement that is still on
/// its way when the connection breaks must not go out on the next one, where its packet identifier may name another message.
/// <code>
/// broker ─ PUBLISH ─► admission (many at once) ─► queue, in order of arrival ─► wait for the disk ─► PUBACK
/// </code>
/// The queue is bounded by what the broker may have in flight; when it is full, the client's receive loop waits.</summary>
internal sealed class BrokerConnection : IDisposable
{
    private static readonly TelemetryTopicKind[] Kinds =
    [
        TelemetryTopicKind.Readings, TelemetryTopicKind.Backlog, TelemetryTopicKind.Status, TelemetryTopicKind.Replies,
        TelemetryTopicKind.Sl651, TelemetryTopicKind.Hj212, TelemetryTopicKind.Gb26875, TelemetryTopicKind.Lines,
    ];

    private readonly MqttOptions options;
    private readonly string source;
    private readonly IMessageSink sink;
    private readonly HostState? state;
    private readonly IMqttClient client;
    private readonly Channel<Unacknowledged> queue;
    private readonly TaskCompletionSource<string> ended = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly Lock gate = new();
    private bool isClosed;
    private bool mustSayAgain;
    private bool isSayingAgain;
    private Task sayingAgain = Task.CompletedTask;

    public BrokerConnection(MqttOptions options, string source, IMessageSink sink, MqttLibraryLogger logger, HostState? state = null)
    {
        this.state = state;
        this.options = options;
        this.source = source;
        this.sink = sink;
        client = new MqttClientFactory(logger).CreateMqttClient();
        queue = Channel.CreateBounded<Unacknowledged>(new BoundedChannelOptions(options.MaxInFlight) { SingleReader = true });
        client.ApplicationMessageReceivedAsync += OnMessageAsync;
        client.DisconnectedAsync += e =>
        {
            ended.TrySetResult(e.ReasonString is { Length: > 0 } reason ? reason : e.Exception?.Message ?? e.Reason.ToString());
            return Task.CompletedTask;
        };
    }

    /// <summary>Connects and subscribes.</summary>
    /// <returns>Whether the broker had kept our session.</returns>
    /// <exception cref="MqttCommunicationException">It cannot be reached, or refuses us.</exception>
    public async Task<bool> OpenAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(options.BrokerTimeout);
        var connected = await client.ConnectAsync(ClientOptions(), limit.Token);
        if (connected.ResultCode != MqttClientConnectResultCode.Success)
            throw new MqttCommunicationException($"it refuses {options.ClientId} ({connected.ResultCode}): check Mqtt:User, Mqtt:Password and its access rules.");
        var filters = new MqttClientSubscribeOptionsBuilder();
        foreach (var kind in Kinds)
            filters.WithTopicFilter(filter => filter.WithTopic(FilterOf(kind)).WithAtLeastOnceQoS().WithRetainAsPublished()
                .WithRetainHandling(MqttRetainHandling.SendAtSubscribeIfNewSubscriptionOnly));
        // What was retained there breaks the rules of Sparkplug, and is old: it is not asked for.
        foreach (string text in state?.Filters ?? [])
            filters.WithTopicFilter(filter => filter.WithTopic(text).WithAtLeastOnceQoS().WithRetainHandling(MqttRetainHandling.DoNotSendOnSubscribe));
        var subscribed = await client.SubscribeAsync(filters.Build(), limit.Token);
        foreach (var item in subscribed.Items)
        {
            if (item.ResultCode != MqttClientSubscribeResultCode.GrantedQoS1)
                throw new MqttCommunicationException($"it does not grant {item.TopicFilter.Topic} at QoS 1 ({item.ResultCode}): let {options.User ?? options.ClientId} read it.");
        }
        if (state is not null && await PublishAsync([state.Message(online: true)], limit.Token) is { } refusal)
            throw new MqttCommunicationException(refusal);
        return connected.IsSessionPresent;
    }

    /// <summary>Acknowledges message after message until the connection ends. A stop takes no more, and acknowledges what is on its way to the
    /// disk, so that the broker does not send it again.</summary>
    /// <returns>Why it ended.</returns>
    public async Task<string> ServeAsync(CancellationToken cancellationToken)
    {
        using var limit = new CancellationTokenSource();
        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var acknowledging = AcknowledgeAsync(limit.Token);
        await Task.WhenAny(ended.Task, acknowledging, Task.Delay(Timeout.InfiniteTimeSpan, TimeProvider.System, stop.Token));
        await stop.CancelAsync();
        lock (gate)
        {
            isClosed = true;
            queue.Writer.TryComplete();
        }
        if (ended.Task.IsCompleted)
            await limit.CancelAsync();
        else
            limit.CancelAfter(options.BrokerTimeout);
        string? refusal = await acknowledging;
        await sayingAgain;
        return refusal ?? (ended.Task.IsCompleted ? $"the connection ended: {await ended.Task}." : "the service stops.");
    }

    /// <summary>Publishes at least once; waits for the broker's acknowledgement.</summary>
    public async Task<GatewayCommandOutcome> PublishAsync(string topic, ReadOnlyMemory<byte> payload, CancellationToken cancellationToken)
    {
        try
        {
            var result = await client.PublishAsync(
                new MqttApplicationMessageBuilder().WithTopic(topic).WithPayload(new System.Buffers.ReadOnlySequence<byte>(payload)).WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce).Build(),
                cancellationToken);
            if (result.ReasonCode == MqttClientPublishReasonCode.NoMatchingSubscribers)
                return GatewayCommandOutcome.NoSession;
            return result.IsSuccess ? GatewayCommandOutcome.Queued : GatewayCommandOutcome.Unavailable;
        }
        catch (Exception e) when (e is MqttCommunicationException or ObjectDisposedException or InvalidOperationException)
        {
            // The connection went meanwhile. Whether the broker has the command is not known; the caller decides about sending it again.
            return GatewayCommandOutcome.Unavailable;
        }
    }

    /// <summary>Publishes messages of our own, one after the other, each after the broker has acknowledged the one before.</summary>
    /// <returns>Null when it has all of them; else why not.</returns>
    public async Task<string?> PublishAsync(IReadOnlyList<PublishedMessage> messages, CancellationToken cancellationToken)
    {
        try
        {
            foreach (var message in messages)
            {
                var result = await client.PublishAsync(Build(message), cancellationToken);
                if (!result.IsSuccess && result.ReasonCode != MqttClientPublishReasonCode.NoMatchingSubscribers)
                    return $"it does not take {message.Topic} ({result.ReasonCode}): let {options.User ?? options.ClientId} write {WritableOf(message.Topic)}.";
            }
            return null;
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            return $"it did not acknowledge a message within Mqtt:BrokerTimeout ({options.BrokerTimeout}).";
        }
        catch (Exception e) when (e is MqttCommunicationException or ObjectDisposedException or InvalidOperationException)
        {
            return $"the connection ended while messages were published: {e.Message}";
        }
    }

    private static string WritableOf(string topic) => AlarmTopics.Contains(topic) ? AlarmTopics.All : topic;

    private static MqttApplicationMessage Build(PublishedMessage message)
    {
        var builder = new MqttApplicationMessageBuilder().WithTopic(message.Topic).WithPayload(new System.Buffers.ReadOnlySequence<byte>(message.Payload))
            .WithRetainFlag(message.Retain)
            .WithQualityOfServiceLevel(message.AtMostOnce ? MqttQualityOfServiceLevel.AtMostOnce : MqttQualityOfServiceLevel.AtLeastOnce);
        if (!message.Payload.IsEmpty && !message.IsBinary)
            builder.WithContentType("application/json").WithPayloadFormatIndicator(MqttPayloadFormatIndicator.CharacterData);
        if (message.Position is { } position)
            builder.WithUserProperty("position", System.Text.Encoding.ASCII.GetBytes(position.ToString(System.Globalization.CultureInfo.InvariantCulture)));
        return builder.Build();
    }

    /// <summary>Says goodbye, so that the broker sends nothing more; the session stays.</summary>
    public async Task CloseAsync()
    {
        if (!client.IsConnected)
            return;
        using var limit = new CancellationTokenSource(options.BrokerTimeout);
        try
        {
            // Who says goodbye has no will any more.
            if (state is not null)
                await PublishAsync([state.Message(online: false)], limit.Token);
            await client.DisconnectAsync(
                new MqttClientDisconnectOptionsBuilder().WithSessionExpiryInterval((uint)options.SessionExpiry.TotalSeconds).Build(), limit.Token);
        }
        catch (Exception e) when (e is MqttCommunicationException or OperationCanceledException)
        {
            // It went before we could say so, which ends it as well.
        }
    }

    public void Dispose() => client.Dispose();

    /// <summary>The filter of all gateways' topics of one kind. Commands are not among them: we send those.</summary>
    internal static string FilterOf(TelemetryTopicKind kind)
    {
        string one = TelemetryTopic.Format("d", "g", kind);
        return string.Concat(TelemetryTopic.Prefix, "+/+", one.AsSpan(one.LastIndexOf('/')));
    }

    // Called for one message after the other. Returns when the message has its place in the queue, not when it is on disk.
    private async Task OnMessageAsync(MqttApplicationMessageReceivedEventArgs e)
    {
        var message = e.ApplicationMessage;
        if (state is not null && message.Topic == state.Topic)
        {
            SayAgain(message);
            return;
        }
        e.AutoAcknowledge = false;
        bool parsed = TelemetryTopic.TryParse(message.Topic, out var topic);
        ValueTask queued;
        lock (gate)
        {
            // Into the log and the queue, or into neither: what is logged on a stop is acknowledged as well.
            if (isClosed)
                return;
            var admitting = sink.AdmitAsync(new IncomingMessage
            {
                Source = source,
                Principal = parsed ? topic.Gateway.ToString() : options.ClientId,
                Topic = message.Topic ?? "",
                Payload = message.Payload,
            }).AsTask();
            queued = queue.Writer.WriteAsync(new(e, admitting));
        }
        try
        {
            await queued;
        }
        catch (ChannelClosedException)
        {
            // The connection is over: the broker sends the message again on the next one.
        }
    }

    // The will of an older connection of ours, published late: we are there. Not awaited here, where the broker's answer would be read.
    private void SayAgain(MqttApplicationMessage message)
    {
        var payload = message.Payload.Length > SparkplugState.MaxPayload ? default : message.Payload;
        byte[] copy = System.Buffers.BuffersExtensions.ToArray(payload);
        lock (gate)
        {
            if (isClosed || !SparkplugState.TryRead(copy, out var said) || said.Online)
                return;
            mustSayAgain = true;
            if (isSayingAgain)
                return;
            isSayingAgain = true;
            sayingAgain = Task.Run(SayAgainAsync, CancellationToken.None);
        }
    }

    // Once more for whatever came while the broker took it: another will may stand there since. Many of them are answered together.
    private async Task SayAgainAsync()
    {
        while (MustSayAgain())
            await PublishAsync([state!.Message(online: true)], CancellationToken.None);
    }

    private bool MustSayAgain()
    {
        lock (gate)
        {
            isSayingAgain = mustSayAgain && !isClosed;
            mustSayAgain = false;
            return isSayingAgain;
        }
    }

    /// <returns>Why no more is acknowledged on this connection; null when it was stopped.</returns>
    private async Task<string?> AcknowledgeAsync(CancellationToken cancellationToken)
    {
        try
        {
            await foreach (var (message, admitting) in queue.Reader.ReadAllAsync(cancellationToken))
            {
                var result = await admitting.WaitAsync(cancellationToken);
                if (result.Outcome == AdmissionOutcome.Unavailable)
                    return "the reading log cannot take messages; they stay with the broker.";
                // Refused ones are acknowledged too: the broker would send them again for ever. They were counted with their reason.
                await message.AcknowledgeAsync(cancellationToken);
            }
        }
        catch (OperationCanceledException)
        {
            // Stopped.
        }
        catch (Exception e) when (e is MqttCommunicationException or ObjectDisposedException or InvalidOperationException)
        {
            return $"an acknowledgement could not be sent: {e.Message}";
        }
        return null;
    }

    private MqttClientOptions ClientOptions()
    {
        var builder = new MqttClientOptionsBuilder()
            .WithTcpServer(options.Broker!.DnsSafeHost, options.Broker.Port > 0 ? options.Broker.Port : 1883)
            .WithProtocolVersion(MqttProtocolVersion.V500)
            .WithClientId(options.ClientId)
            .WithCleanStart(false)
            .WithSessionExpiryInterval((uint)options.SessionExpiry.TotalSeconds)
            .WithReceiveMaximum((ushort)options.MaxInFlight)
            .WithKeepAlivePeriod(options.KeepAlive)
            .WithTimeout(options.BrokerTimeout);
        if (state is not null)
        {
            builder.WithWillTopic(state.Topic).WithWillPayload(state.Message(online: false).Payload.ToArray())
                .WithWillRetain().WithWillQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce);
        }
        if (options.User is not null)
            builder.WithCredentials(options.User, options.Password ?? "");
        var built = builder.Build();
        // The library's default resets the connection when it closes it, and the broker may never see the last acknowledgements and DISCONNECT.
        if (built.ChannelOptions is MqttClientTcpOptions tcp)
            tcp.LingerState = new(false, 0);
        return built;
    }

    private readonly record struct Unacknowledged(MqttApplicationMessageReceivedEventArgs Message, Task<AdmissionResult> Admitting);
}
