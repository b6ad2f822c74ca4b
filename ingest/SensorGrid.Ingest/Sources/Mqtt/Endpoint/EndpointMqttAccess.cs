using System.Net;
using System.Text;
using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Sources.Mqtt.Alarms;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Topics;
using SensorGrid.Ingest.Sources.Sparkplug;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Who is who at the embedded broker (docs/mqtt-source.md, "Who may do what"):
/// <code>
/// CONNECT                                   is
/// user name of an account                   the account, if the password is right
/// user name of a gateway, and its client id that gateway, if the password is right and a client certificate, if there is one, names it
/// client id of a gateway, no user name      that gateway, if a client certificate names it, or gateways need no password
/// any other, on this machine                a reader of alarms, where those need no account
/// else                                      nobody: refused
/// </code></summary>
internal sealed class EndpointMqttAccess : IMqttAccess
{
    // Of gateways none is called so: what it may do is nothing.
    private const string NoGateway = "";
    private const char AccountMark = '/';

    private readonly bool anonymousReadsAlarms;
    private readonly bool gatewaysNeedPassword;
    private readonly AccountLogin? login;

    // Null: there is no Sparkplug here.
    private readonly string? sparkplugState;

    private EndpointMqttAccess(MqttAccessOptions options, AccountLogin? login, SparkplugOptions? sparkplug)
    {
        sparkplugState = sparkplug is { Enabled: true } ? sparkplug.StateTopic : null;
        anonymousReadsAlarms = options is { AnonymousAlarms: true, IsLoopbackOnly: true };
        gatewaysNeedPassword = options.RequiresGatewayPasswords;
        this.login = login;
    }

    /// <param name="options">Validated.</param>
    /// <param name="time">The clock of locks.</param>
    /// <param name="logger">Diagnostics.</param>
    /// <param name="sparkplug">Whether edge nodes of Sparkplug B come here too; null: they do not.</param>
    public static EndpointMqttAccess Create(MqttAccessOptions options, TimeProvider time, ILogger logger, SparkplugOptions? sparkplug = null)
    {
        var errors = new List<string>();
        MqttAccount[] accounts = [.. options.Accounts.Select(account => account.Read(errors)).OfType<MqttAccount>()];
        var gateways = options.GatewayPasswordFile is { } file ? GatewayPasswords.Read(file, accounts.Select(account => account.Name), logger, errors) : null;
        if (errors.Count > 0)
            throw new ArgumentException(string.Join(' ', errors), nameof(options));
        return new(options, accounts.Length > 0 || gateways is not null ? new(accounts, gateways, options, time) : null, sparkplug);
    }

    /// <inheritdoc/>
    public bool AllowsWildcards(MqttPrincipal principal) => principal.ReadsAlarms || principal.Account is not null || sparkplugState is not null;

    /// <inheritdoc/>
    public bool AllowsShares(MqttPrincipal principal) => false;

    /// <inheritdoc/>
    public ValueTask<MqttConnectDecision> ConnectAsync(MqttConnectRequest request, CancellationToken cancellationToken)
    {
        if (!GatewayAccess.CredentialsAreWellFormed(request.UserName, request.Password is { Length: > 0 }))
            return new(Refuse(MqttReasonCode.BadUserNameOrPassword, NotAllowedReason.UserNameInvalid));
        return request.UserName is { } name && login is not null ? SignInAsync(request, name, cancellationToken) : new(ConnectAnonymous(request));
    }

    /// <inheritdoc/>
    public MqttPrincipal PrincipalOf(string clientId)
    {
        int mark = clientId.IndexOf(AccountMark);
        if (mark >= 0)
            return new(clientId, NoGateway) { Account = login?.Find(clientId[..mark]) };
        // One that is no gateway any more (the rules changed over a restart) is bound to none, so that admission refuses its will.
        return new(clientId, GatewayAccess.TryGetGateway(clientId, out string gateway) ? gateway : NoGateway);
    }

    /// <inheritdoc/>
    public MqttPublishDecision Publish(MqttPrincipal principal, string topic)
    {
        // Of a gateway: admission decides, beside the payload limit, for every source alike.
        if (principal.Account is not { } account)
            return new(MqttDestination.Log);
        if (!account.MayWrite(topic))
            return Refused(NotAllowedReason.TopicNotAllowed);
        if (TelemetryTopic.TryParse(topic, out _))
            return new(MqttDestination.Log);
        if (sparkplugState is not null && SparkplugTopic.IsInNamespace(topic))
            return PublishSparkplug(topic);
        return topic.StartsWith("sensorgrid/", StringComparison.Ordinal) ? Refused(NotAllowedReason.TopicUnknown) : new(MqttDestination.Clients);
    }

    /// <inheritdoc/>
    public MqttSubscribeDecision Subscribe(MqttPrincipal principal, TopicFilter filter, MqttQos wanted)
    {
        NotAllowedReason reason;
        if (principal.Account is { } account)
            reason = account.MayRead(filter) ? NotAllowedReason.None : NotAllowedReason.FilterNotAllowed;
        else if (filter.IsShared)
            reason = NotAllowedReason.FilterNotOwn;
        else if (principal.ReadsAlarms && AlarmTopics.Filter.Covers(filter))
            reason = NotAllowedReason.None;
        else if (sparkplugState is not null && SparkplugAccess.MaySubscribe(principal.BoundGateway!, filter.Text))
            reason = NotAllowedReason.None;
        else
            reason = GatewayAccess.CheckSubscribe(principal.BoundGateway!, filter.Text);
        return reason == NotAllowedReason.None
            ? new(MqttReasonCode.Success, wanted)
            : new(MqttReasonCode.NotAuthorized, default, reason.ToWord());
    }

    // Of an account that may write there: another host, whose state and commands are for edge nodes, or a bridge that brings their messages.
    private MqttPublishDecision PublishSparkplug(string topic)
    {
        if (topic == sparkplugState)
            return Refused(NotAllowedReason.TopicNotAllowed);
        bool isForClients = SparkplugTopic.Parse(topic, out var parsed) == SparkplugTopicError.None && (parsed.IsCommand || parsed.Type == SparkplugMessageType.State);
        return new(isForClients ? MqttDestination.Clients : MqttDestination.Log);
    }

    private async ValueTask<MqttConnectDecision> SignInAsync(MqttConnectRequest request, string name, CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(request.ClientId) > GatewayAccess.MaxClientIdBytes)
            return Refuse(MqttReasonCode.ClientIdentifierNotValid, NotAllowedReason.ClientIdInvalid);
        var reason = await login!.CheckAsync(name, request.Password, request.Address, cancellationToken);
        // Locked or wrong, known or not: the same answer.
        if (reason != NotAllowedReason.None)
            return Refuse(reason == NotAllowedReason.LoginsWaiting ? MqttReasonCode.ServerBusy : MqttReasonCode.BadUserNameOrPassword, reason);
        if (login.Find(name) is { } account)
            return MqttConnectDecision.Allow(new($"{account.Name}{AccountMark}{request.ClientId}", null) { Account = account });
        return !request.IsAssigned && GatewayAccess.TryGetGateway(request.ClientId, out string gateway) && gateway == name
            ? AdmitGateway(request, gateway)
            : Refuse(MqttReasonCode.ClientIdentifierNotValid, NotAllowedReason.ClientIdNotOfUser);
    }

    private MqttConnectDecision ConnectAnonymous(in MqttConnectRequest request)
    {
        // A gateway must say which one it is: a client id of our choosing speaks for nobody.
        if (request.IsAssigned || !GatewayAccess.TryGetGateway(request.ClientId, out string gateway))
        {
            return ReadsAlarms(request) && Encoding.UTF8.GetByteCount(request.ClientId) <= GatewayAccess.MaxClientIdBytes
                ? MqttConnectDecision.Allow(new($"{MqttAccountOptions.AnonymousName}{AccountMark}{request.ClientId}", NoGateway) { ReadsAlarms = true })
                : Refuse(MqttReasonCode.ClientIdentifierNotValid, NotAllowedReason.ClientIdInvalid);
        }
        // A certificate says it better than a password.
        if (request.Certificate is null && (gatewaysNeedPassword || login?.HasPassword(gateway) == true))
            return Refuse(MqttReasonCode.BadUserNameOrPassword, NotAllowedReason.PasswordMissing);
        return AdmitGateway(request, gateway);
    }

    private MqttConnectDecision AdmitGateway(in MqttConnectRequest request, string gateway) =>
        request.Certificate is { } certificate && !CertificateNames.Name(certificate, gateway)
            ? Refuse(MqttReasonCode.NotAuthorized, NotAllowedReason.CertificateNameMismatch)
            : MqttConnectDecision.Allow(new(request.ClientId, gateway) { ReadsAlarms = ReadsAlarms(request) });

    private bool ReadsAlarms(in MqttConnectRequest request) => anonymousReadsAlarms && IPAddress.IsLoopback(request.Address);

    private static MqttConnectDecision Refuse(MqttReasonCode code, NotAllowedReason reason) => MqttConnectDecision.Refuse(code, reason.ToWord());

    private static MqttPublishDecision Refused(NotAllowedReason reason) => new(MqttDestination.None, MqttReasonCode.NotAuthorized, reason.ToWord());
}
