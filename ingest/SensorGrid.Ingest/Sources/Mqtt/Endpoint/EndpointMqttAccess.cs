using System.Net;
using System.Text;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Accounts;
using SensorGrid.Ingest.Sources.Mqtt.Alarms;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Topics;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Who is who at the embedded broker (docs/mqtt-source.md, "Who may do what"):
/// <code>
/// CONNECT                                   is
/// user name, and there are accounts         the account, if the password is right
/// client id of a gateway                    that gateway; with a client certificate, only if it names the gateway
/// any other, on this machine                a reader of alarms, where those need no account
/// else                                      nobody: refused
/// </code></summary>
internal sealed class EndpointMqttAccess : IMqttAccess
{
    // Of gateways none is called so: what it may do is nothing.
    private const string NoGateway = "";
    private const char AccountMark = '/';

    private readonly bool anonymousReadsAlarms;
    private readonly AccountLogin? login;

    private EndpointMqttAccess(bool anonymousReadsAlarms, AccountLogin? login) => (this.anonymousReadsAlarms, this.login) = (anonymousReadsAlarms, login);

    /// <param name="options">Validated.</param>
    /// <param name="time">The clock of locks.</param>
    public static EndpointMqttAccess Create(MqttAccessOptions options, TimeProvider time)
    {
        var errors = new List<string>();
        MqttAccount[] accounts = [.. options.Accounts.Select(account => account.Read(errors)).OfType<MqttAccount>()];
        if (errors.Count > 0)
            throw new ArgumentException(string.Join(' ', errors), nameof(options));
        return new(options is { AnonymousAlarms: true, IsLoopbackOnly: true }, accounts.Length > 0 ? new(accounts, options, time) : null);
    }

    /// <inheritdoc/>
    public bool AllowsWildcards(MqttPrincipal principal) => principal.ReadsAlarms || principal.Account is not null;

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
        else
            reason = GatewayAccess.CheckSubscribe(principal.BoundGateway!, filter.Text);
        return reason == NotAllowedReason.None
            ? new(MqttReasonCode.Success, wanted)
            : new(MqttReasonCode.NotAuthorized, default, reason.ToWord());
    }

    private async ValueTask<MqttConnectDecision> SignInAsync(MqttConnectRequest request, string name, CancellationToken cancellationToken)
    {
        if (Encoding.UTF8.GetByteCount(request.ClientId) > GatewayAccess.MaxClientIdBytes)
            return Refuse(MqttReasonCode.ClientIdentifierNotValid, NotAllowedReason.ClientIdInvalid);
        var (account, reason) = await login!.CheckAsync(name, request.Password, request.Address, cancellationToken);
        if (account is not null)
            return MqttConnectDecision.Allow(new($"{account.Name}{AccountMark}{request.ClientId}", null) { Account = account });
        // Locked or wrong, known or not: the same answer.
        return Refuse(reason == NotAllowedReason.LoginsWaiting ? MqttReasonCode.ServerBusy : MqttReasonCode.BadUserNameOrPassword, reason);
    }

    private MqttConnectDecision ConnectAnonymous(in MqttConnectRequest request)
    {
        bool readsAlarms = anonymousReadsAlarms && IPAddress.IsLoopback(request.Address);
        // A gateway must say which one it is: a client id of our choosing speaks for nobody.
        if (request.IsAssigned || !GatewayAccess.TryGetGateway(request.ClientId, out string gateway))
        {
            return readsAlarms && Encoding.UTF8.GetByteCount(request.ClientId) <= GatewayAccess.MaxClientIdBytes
                ? MqttConnectDecision.Allow(new($"{MqttAccountOptions.AnonymousName}{AccountMark}{request.ClientId}", NoGateway) { ReadsAlarms = true })
                : Refuse(MqttReasonCode.ClientIdentifierNotValid, NotAllowedReason.ClientIdInvalid);
        }
        if (request.Certificate is { } certificate && !CertificateNames.Name(certificate, gateway))
            return Refuse(MqttReasonCode.NotAuthorized, NotAllowedReason.CertificateNameMismatch);
        return MqttConnectDecision.Allow(new(request.ClientId, gateway) { ReadsAlarms = readsAlarms });
    }

    private static MqttConnectDecision Refuse(MqttReasonCode code, NotAllowedReason reason) => MqttConnectDecision.Refuse(code, reason.ToWord());

    private static MqttPublishDecision Refused(NotAllowedReason reason) => new(MqttDestination.None, MqttReasonCode.NotAuthorized, reason.ToWord());
}
