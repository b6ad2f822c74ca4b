using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>Everybody may do everything, as in a plain broker. Topics below <c>log/</c> go into the log, those below <c>both/</c> into the log and on to
/// subscribers, those below <c>no/</c> nowhere, all others to subscribers only.</summary>
internal sealed class OpenAccess : IMqttAccess
{
    public bool AllowsWildcards(MqttPrincipal principal) => true;

    public bool AllowsShares(MqttPrincipal principal) => true;

    /// <summary>Everything goes to subscribers, whatever it is called.</summary>
    public bool IsPlainBroker { get; init; }

    /// <summary>The refusal of every CONNECT; null = all may.</summary>
    public MqttReasonCode? Refusal { get; set; }

    public ValueTask<MqttConnectDecision> ConnectAsync(MqttConnectRequest request, CancellationToken cancellationToken) =>
        new(Refusal is { } reason ? MqttConnectDecision.Refuse(reason, "refused_by_test") : MqttConnectDecision.Allow(PrincipalOf(request.ClientId)));

    public MqttPrincipal PrincipalOf(string clientId) => new(clientId, null);

    public MqttPublishDecision Publish(MqttPrincipal principal, string topic) =>
        IsPlainBroker ? new(MqttDestination.Clients)
        : topic.StartsWith("log/", StringComparison.Ordinal) ? new(MqttDestination.Log)
        : topic.StartsWith("both/", StringComparison.Ordinal) ? new(MqttDestination.Log | MqttDestination.Clients)
        : topic.StartsWith("no/", StringComparison.Ordinal) ? new(MqttDestination.None, MqttReasonCode.NotAuthorized, "no_topic")
        : new(MqttDestination.Clients);

    public MqttSubscribeDecision Subscribe(MqttPrincipal principal, TopicFilter filter, MqttQos wanted) =>
        filter.Text.StartsWith("no/", StringComparison.Ordinal)
            ? new(MqttReasonCode.NotAuthorized, default, "no_filter")
            : new(MqttReasonCode.Success, wanted);
}
