using System.Buffers;
using System.Collections.Concurrent;
using System.Globalization;
using Microsoft.Extensions.Logging;
using MQTTnet;
using MQTTnet.Formatter;
using MQTTnet.Protocol;
using MQTTnet.Server;
using SensorGrid.Ingest.Admission;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Sources.Mqtt.Embedded;

/// <summary>What the embedded broker asks us, and our answers: who may connect, what happens to a message, who may subscribe, and the commands
/// we send. Every client id, topic and filter is checked here, because MQTTnet lets wildcards, U+0000 and more through.</summary>
internal sealed class EmbeddedMqttEvents
{
    private const string SubscriptionsKey = "sensorgrid.subscriptions";

    // '#' is in no client id, so no gateway can be taken for us.
    private const string CommandSender = "sensorgrid#";

    // The items of our own messages; being this very object is what tells them from a gateway's.
    private static readonly ConcurrentDictionary<object, object> CommandItems = new();

    private readonly MqttServer server;
    private readonly MqttOptions options;
    private readonly IMessageSink sink;
    private readonly IngestMetrics metrics;
    private readonly ILogger logger;
    private readonly RateLimitedLine refusalLine;
    private readonly ConcurrentDictionary<string, GatewayCommandOutcome> commands = new(StringComparer.Ordinal);
    private long commandNumber;
    private volatile bool stopping;

    public EmbeddedMqttEvents(
        MqttServer server, MqttOptions options, IMessageSink sink, IngestMetrics metrics, ILogger logger, RateLimitedLine refusalLine)
    {
        this.server = server;
        this.options = options;
        this.sink = sink;
        this.metrics = metrics;
        this.logger = logger;
        this.refusalLine = refusalLine;
        server.ValidatingConnectionAsync += OnConnectingAsync;
        server.ClientConnectedAsync += OnConnectedAsync;
        server.ClientDisconnectedAsync += OnDisconnectedAsync;
        server.InterceptingPublishAsync += OnPublishAsync;
        server.InterceptingSubscriptionAsync += OnSubscribeAsync;
        server.InterceptingUnsubscriptionAsync += OnUnsubscribeAsync;
        server.ApplicationMessageEnqueuedOrDroppedAsync += OnEnqueuedAsync;
    }

    public bool IsStopping => stopping;

    /// <summary>From now on nothing is acknowledged: the log closes soon.</summary>
    public void BeginStop() => stopping = true;

    public async Task<GatewayCommandOutcome> PublishCommandAsync(
        string domain, string gateway, ReadOnlyMemory<byte> payload, string principal, CancellationToken cancellationToken)
    {
        string topic = TelemetryTopic.Format(domain, gateway, TelemetryTopicKind.Commands);
        var content = new ReadOnlySequence<byte>(payload);
        var admitted = await sink.AdmitAsync(new IncomingMessage
        {
            Source = EmbeddedMqttSource.SourceName, Principal = principal, FromCentre = true, Topic = topic, Payload = content, AcknowledgementExpected = true,
        });
        var outcome = admitted.Outcome == AdmissionOutcome.Accepted && server.IsStarted && !stopping
            ? await InjectAsync(topic, content, cancellationToken)
            : GatewayCommandOutcome.Unavailable;
        metrics.CommandPublished(outcome.ToString());
        return outcome;
    }

    private async Task<GatewayCommandOutcome> InjectAsync(string topic, ReadOnlySequence<byte> payload, CancellationToken cancellationToken)
    {
        var message = new MqttApplicationMessageBuilder()
            .WithTopic(topic)
            .WithPayload(payload)
            .WithQualityOfServiceLevel(MqttQualityOfServiceLevel.AtLeastOnce)
            .Build();
        // MQTTnet names the sender in its events; a name of its own for each command tells us which one a session took.
        string sender = CommandSender + Interlocked.Increment(ref commandNumber).ToString(CultureInfo.InvariantCulture);
        commands[sender] = GatewayCommandOutcome.NoSession;
        try
        {
            await server.InjectApplicationMessage(
                new InjectedMqttApplicationMessage(message) { SenderClientId = sender, CustomSessionItems = CommandItems }, cancellationToken);
            return commands[sender];
        }
        finally
        {
            commands.TryRemove(sender, out _);
        }
    }

    private Task OnEnqueuedAsync(ApplicationMessageEnqueuedEventArgs e)
    {
        if (commands.TryGetValue(e.SenderClientId, out var outcome) && outcome != GatewayCommandOutcome.Queued)
            commands[e.SenderClientId] = e.IsDropped ? GatewayCommandOutcome.QueueFull : GatewayCommandOutcome.Queued;
        return Task.CompletedTask;
    }

    private Task OnConnectingAsync(ValidatingConnectionEventArgs e)
    {
        if (stopping || !sink.IsAvailable)
            e.ReasonCode = MqttConnectReasonCode.ServerUnavailable;
        else if (e.ProtocolVersion is not (MqttProtocolVersion.V311 or MqttProtocolVersion.V500))
            Refuse(e, MqttConnectReasonCode.UnsupportedProtocolVersion, NotAllowedReason.ProtocolVersion);
        else if (!GatewayAccess.TryGetGateway(e.ClientId, out _))
            Refuse(e, MqttConnectReasonCode.ClientIdentifierNotValid, NotAllowedReason.ClientIdInvalid);
        else if (!GatewayAccess.CredentialsAreWellFormed(e.UserName, e.RawPassword is { Length: > 0 }))
            Refuse(e, MqttConnectReasonCode.BadUserNameOrPassword, NotAllowedReason.UserNameInvalid);
        return Task.CompletedTask;
    }

    private void Refuse(ValidatingConnectionEventArgs e, MqttConnectReasonCode code, NotAllowedReason reason)
    {
        e.ReasonCode = code;
        metrics.ConnectionRefused(reason.ToWord());
        if (refusalLine.Allows(out long suppressed))
            Log.ConnectionRefused(logger, $"{e.RemoteEndPoint}", $"{reason.ToWord()}, client id '{SafeText.Of(e.ClientId, 64)}'", suppressed);
    }

    private Task OnConnectedAsync(ClientConnectedEventArgs e)
    {
        // The id passed OnConnectingAsync.
        GatewayAccess.TryGetGateway(e.ClientId, out string gateway);
        bool hasReasonCodes = e.ProtocolVersion == MqttProtocolVersion.V500;
        e.SessionItems[MqttPeer.Key] = new MqttPeer(e.ClientId, gateway, hasReasonCodes);
        Log.GatewayConnected(logger, gateway, e.ClientId, $"{e.RemoteEndPoint}", hasReasonCodes ? "5" : "3.1.1");
        return Task.CompletedTask;
    }

    private Task OnDisconnectedAsync(ClientDisconnectedEventArgs e)
    {
        Log.GatewayDisconnected(logger, e.ClientId, e.DisconnectType.ToString());
        return Task.CompletedTask;
    }

    // Also called for wills (with the session's items, nobody waits for the answer) and for our own commands.
    private async Task OnPublishAsync(InterceptingPublishEventArgs e)
    {
        if (ReferenceEquals(e.SessionItems, CommandItems))
            return;
        // Nothing is forwarded or retained: nobody but us may subscribe to what gateways publish.
        e.ProcessPublish = false;
        if (stopping || e.SessionItems?[MqttPeer.Key] is not MqttPeer peer)
        {
            e.CloseConnection = true;
            return;
        }
        var message = e.ApplicationMessage;
        var result = await sink.AdmitAsync(new IncomingMessage
        {
            Source = EmbeddedMqttSource.SourceName,
            Principal = peer.ClientId,
            BoundGateway = peer.Gateway,
            Topic = message.Topic ?? "",
            Payload = message.Payload,
            AcknowledgementExpected = message.QualityOfServiceLevel != MqttQualityOfServiceLevel.AtMostOnce,
            Retained = message.Retain,
        });
        var answer = PublishAnswer.To(result, peer.HasReasonCodes);
        e.CloseConnection = answer.Close;
        e.Response.ReasonCode = answer.Code;
        e.Response.ReasonString = answer.Reason;
    }

    private Task OnSubscribeAsync(InterceptingSubscriptionEventArgs e)
    {
        var reason = NotAllowedReason.FilterNotOwn;
        if (e.SessionItems[MqttPeer.Key] is MqttPeer peer)
            reason = GatewayAccess.CheckSubscribe(peer.Gateway, e.TopicFilter.Topic);
        if (reason == NotAllowedReason.None && !TryTakeSubscription(e.SessionItems, e.TopicFilter.Topic))
            reason = NotAllowedReason.TooManySubscriptions;
        if (reason != NotAllowedReason.None)
        {
            e.ProcessSubscription = false;
            e.Response.ReasonCode = reason == NotAllowedReason.TooManySubscriptions ? MqttSubscribeReasonCode.QuotaExceeded : MqttSubscribeReasonCode.NotAuthorized;
            e.ReasonString = reason.ToWord();
            metrics.MessageRejected(EmbeddedMqttSource.SourceName, reason.ToWord());
        }
        return Task.CompletedTask;
    }

    private Task OnUnsubscribeAsync(InterceptingUnsubscriptionEventArgs e)
    {
        if (e.SessionItems[SubscriptionsKey] is ConcurrentDictionary<string, bool> filters)
            filters.TryRemove(e.Topic, out _);
        return Task.CompletedTask;
    }

    private bool TryTakeSubscription(System.Collections.IDictionary session, string filter)
    {
        if (session[SubscriptionsKey] is not ConcurrentDictionary<string, bool> filters)
            session[SubscriptionsKey] = filters = new(StringComparer.Ordinal);
        return filters.ContainsKey(filter) || (filters.Count < options.MaxSubscriptions && filters.TryAdd(filter, true));
    }
}
