using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>The rules for gateways (docs/mqtt-source.md, "Who may do what"): a client is a gateway, publishes into the log under its own id, and gets
/// its own commands. Which topic it may publish to is decided by admission, beside the payload limit, for every source alike.</summary>
internal sealed class GatewayMqttAccess : IMqttAccess
{
    /// <inheritdoc/>
    public bool AllowsWildcards => false;

    /// <inheritdoc/>
    public bool AllowsShares => false;

    /// <inheritdoc/>
    public MqttConnectDecision Connect(in MqttConnectRequest request)
    {
        // A gateway must say which one it is: a client id of our choosing speaks for nobody.
        if (request.IsAssigned || !GatewayAccess.TryGetGateway(request.ClientId, out string gateway))
            return MqttConnectDecision.Refuse(MqttReasonCode.ClientIdentifierNotValid, NotAllowedReason.ClientIdInvalid.ToWord());
        if (!GatewayAccess.CredentialsAreWellFormed(request.UserName, request.Password is { Length: > 0 }))
            return MqttConnectDecision.Refuse(MqttReasonCode.BadUserNameOrPassword, NotAllowedReason.UserNameInvalid.ToWord());
        return MqttConnectDecision.Allow(new(request.ClientId, gateway));
    }

    /// <inheritdoc/>
    // One that is no gateway any more (the rules changed over a restart) is bound to a gateway that cannot be, so that admission refuses its will.
    public MqttPrincipal PrincipalOf(string clientId) => new(clientId, GatewayAccess.TryGetGateway(clientId, out string gateway) ? gateway : "");

    /// <inheritdoc/>
    public MqttPublishDecision Publish(MqttPrincipal principal, string topic) => new(MqttDestination.Log);

    /// <inheritdoc/>
    public MqttSubscribeDecision Subscribe(MqttPrincipal principal, TopicFilter filter, MqttQos wanted)
    {
        var reason = filter.IsShared ? NotAllowedReason.FilterNotOwn : GatewayAccess.CheckSubscribe(principal.BoundGateway!, filter.Text);
        return reason == NotAllowedReason.None
            ? new(MqttReasonCode.Success, wanted)
            : new(MqttReasonCode.NotAuthorized, default, reason.ToWord());
    }
}
