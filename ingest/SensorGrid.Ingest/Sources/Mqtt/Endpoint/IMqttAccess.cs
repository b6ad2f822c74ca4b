using System.Net;
using System.Security.Cryptography.X509Certificates;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Who may do what: asked by the endpoint for each connection, topic and subscription. Keeps nothing about connections.
/// Two implementations: the rules for gateways and accounts, and the open one that conformance tests run with.</summary>
internal interface IMqttAccess
{
    /// <summary>Whether any filter of this client may hold wildcards; told in CONNACK.</summary>
    bool AllowsWildcards(MqttPrincipal principal);

    /// <summary>Whether any subscription of this client may be shared; told in CONNACK.</summary>
    bool AllowsShares(MqttPrincipal principal);

    /// <summary>May this client connect? Waits only for the check of a password.</summary>
    ValueTask<MqttConnectDecision> ConnectAsync(MqttConnectRequest request, CancellationToken cancellationToken);

    /// <summary>Who a client was that is not connected any more: its will is published for it, perhaps after a restart.</summary>
    MqttPrincipal PrincipalOf(string clientId);

    /// <summary>Where may a message of this client go?</summary>
    MqttPublishDecision Publish(MqttPrincipal principal, string topic);

    /// <summary>What does a subscription of this client get?</summary>
    MqttSubscribeDecision Subscribe(MqttPrincipal principal, TopicFilter filter, MqttQos wanted);
}

/// <summary>Somebody who wants to connect.</summary>
/// <param name="ClientId">Client id; never empty (one was chosen when the client left it to us and that is allowed).</param>
/// <param name="IsAssigned">We chose the client id.</param>
/// <param name="UserName">User name, or null.</param>
/// <param name="Password">Password, or null.</param>
/// <param name="Certificate">Client certificate, or null.</param>
/// <param name="Address">Where it comes from.</param>
internal readonly record struct MqttConnectRequest(
    string ClientId, bool IsAssigned, string? UserName, byte[]? Password, X509Certificate2? Certificate, IPAddress Address);

/// <summary>Who a connection is, as far as access goes.</summary>
/// <param name="ClientId">Key of its session, and the principal on log records: the client id of a gateway; <c>account/client id</c> of an account, so that
/// nobody can take over the session of somebody else by its client id.</param>
/// <param name="BoundGateway">The only gateway it may speak for; null when it is none.</param>
internal sealed record MqttPrincipal(string ClientId, string? BoundGateway)
{
    /// <summary>It may read alarms although nobody said who it is.</summary>
    public bool ReadsAlarms { get; init; }

    /// <summary>Its account; null without one.</summary>
    public MqttAccount? Account { get; init; }
}

/// <summary>The answer to a CONNECT.</summary>
/// <param name="Reason">Success, or the code of the refusal.</param>
/// <param name="Word">The refusal as counters and logs say it.</param>
/// <param name="Principal">Who it is when it may.</param>
internal readonly record struct MqttConnectDecision(MqttReasonCode Reason, string Word, MqttPrincipal? Principal)
{
    /// <summary>It may.</summary>
    public static MqttConnectDecision Allow(MqttPrincipal principal) => new(MqttReasonCode.Success, "", principal);

    /// <summary>It may not.</summary>
    public static MqttConnectDecision Refuse(MqttReasonCode reason, string word) => new(reason, word, null);
}

/// <summary>Where a message goes.</summary>
[Flags]
internal enum MqttDestination
{
    /// <summary>Nowhere: refused.</summary>
    None = 0,

    /// <summary>Into the log.</summary>
    Log = 1,

    /// <summary>To subscribers. With <see cref="Log"/>: once it is durable.</summary>
    Clients = 2,
}

/// <summary>The answer to a PUBLISH.</summary>
/// <param name="Destination">Where it goes.</param>
/// <param name="Reason">The code of the refusal.</param>
/// <param name="Word">The refusal as counters and logs say it.</param>
internal readonly record struct MqttPublishDecision(MqttDestination Destination, MqttReasonCode Reason = MqttReasonCode.Success, string Word = "")
{
    /// <summary>It goes into the log.</summary>
    public bool ToLog => (Destination & MqttDestination.Log) != 0;

    /// <summary>It goes to subscribers.</summary>
    public bool ToClients => (Destination & MqttDestination.Clients) != 0;
}

/// <summary>The answer to one filter of a SUBSCRIBE.</summary>
/// <param name="Reason">Success, or the code of the refusal.</param>
/// <param name="Granted">QoS granted.</param>
/// <param name="Word">The refusal as counters and logs say it.</param>
internal readonly record struct MqttSubscribeDecision(MqttReasonCode Reason, MqttQos Granted, string Word = "");
