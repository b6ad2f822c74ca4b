using System.Buffers;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>From CONNECT to CONNACK (3.1, 3.2): may it, which session, what is agreed on.</summary>
internal static class ConnectHandshake
{
    /// <summary>Lets a client in, or ends its connection with a reason. A stored session is durable before CONNACK says that it is there.</summary>
    /// <exception cref="SessionStoreException">It cannot be made durable.</exception>
    public static async ValueTask OpenAsync(MqttEndpoint endpoint, MqttConnection connection, MqttConnect connect, CancellationToken cancellationToken)
    {
        if (!endpoint.IsAvailable)
        {
            connection.Refuse(MqttReasonCode.ServerUnavailable);
            return;
        }
        bool isAssigned = connect.ClientId.Length == 0;
        string clientId = isAssigned ? "auto-" + Guid.NewGuid().ToString("N") : connect.ClientId;
        var decision = await endpoint.Access.ConnectAsync(
            new(clientId, isAssigned, connect.UserName, connect.Password, connection.Certificate, connection.Address), cancellationToken);
        if (decision.Principal is { } allowed && connect.Will is { } will && TopicName.Check(will.Message.Topic, endpoint.Sessions.Limits) != TopicProblem.None)
            decision = MqttConnectDecision.Refuse(MqttReasonCode.TopicNameInvalid, "will_topic_invalid");
        if (decision.Principal is not { } principal)
        {
            endpoint.ConnectionRefused(connection, decision.Word, clientId);
            connection.Refuse(decision.Reason);
            return;
        }
        var grant = endpoint.Sessions.Connect(RequestOf(principal.ClientId, connect), connection);
        if (grant.Session is not { } session)
        {
            endpoint.ConnectionRefused(connection, "too_many_sessions", clientId);
            connection.Refuse(MqttReasonCode.QuotaExceeded);
            return;
        }
        var client = ClientOf(endpoint, connect, principal, session);
        connection.Attach(client);
        long dropped = grant.SessionPresent ? DropForbidden(endpoint, principal, session) : 0;
        await endpoint.Sessions.WhenDurableAsync(Math.Max(grant.Change, dropped)).AsTask().WaitAsync(cancellationToken);
        ushort keepAlive = KeepAlive(endpoint.Options, connect);
        bool written;
        lock (connection.Output.Gate)
        {
            written = MqttPacketWriter.ConnAck(
                connection.Output.Writer_NeedsLock,
                connect.Version,
                AnswerOf(endpoint, principal, connect, grant, isAssigned ? clientId : null, keepAlive),
                connect.MaximumPacketSize);
        }
        // A client that takes no packet of this size cannot be told anything.
        if (!written)
            connection.End(MqttEnding.Refused);
        else
            connection.Open(TimeSpan.FromSeconds(keepAlive) * 1.5);
        endpoint.ConnectionOpened(connection, client);
    }

    /// <summary>Writes the CONNACK of a connection that ends before it began, if there is one to write.</summary>
    public static void WriteRefusal(IBufferWriter<byte> output, MqttVersion version, MqttConnect? connect, MqttReasonCode? reason)
    {
        if (reason is not { } code || version == MqttVersion.Unknown || (version == MqttVersion.V311 && code.ToReturnCode() is null))
            return;
        MqttPacketWriter.ConnAck(output, version, new() { Reason = code }, connect?.MaximumPacketSize ?? uint.MaxValue);
    }

    private static SessionRequest RequestOf(string clientId, MqttConnect connect) => new()
    {
        ClientId = clientId,
        ProtocolVersion = (byte)connect.Version,
        CleanStart = connect.CleanStart,
        ExpirySeconds = connect.SessionExpirySeconds ?? 0,
        ReceiveMaximum = connect.ReceiveMaximum,
        Will = connect.Will is { } will ? new(will.Message, will.DelaySeconds) : null,
    };

    private static MqttClient ClientOf(MqttEndpoint endpoint, MqttConnect connect, MqttPrincipal principal, MqttSession session) => new()
    {
        Version = connect.Version,
        Principal = principal,
        Session = session,
        MaximumPacketSize = connect.MaximumPacketSize,
        TopicAliases = Math.Min(connect.TopicAliasMaximum, endpoint.Options.OutgoingTopicAliases),
        WantsProblems = connect.RequestProblemInformation,
        AskedExpirySeconds = connect.SessionExpirySeconds ?? 0,
    };

    // What the client was allowed when it subscribed it may not be any more: accounts are changed between two starts.
    private static long DropForbidden(MqttEndpoint endpoint, MqttPrincipal principal, MqttSession session)
    {
        long change = 0;
        foreach (var subscription in endpoint.Sessions.SubscriptionsOf(session))
        {
            if (!endpoint.Access.Subscribe(principal, subscription.Filter, subscription.Qos).Reason.IsError())
                continue;
            endpoint.Sessions.Unsubscribe(session, subscription.Filter, out long made);
            change = Math.Max(change, made);
        }
        return change;
    }

    // Seconds; MQTT 3.1.1 keeps what it asked for, because it cannot be told another.
    private static ushort KeepAlive(MqttEndpointOptions options, MqttConnect connect)
    {
        ushort longest = (ushort)options.MaxKeepAlive.TotalSeconds;
        bool isTooLong = connect.KeepAliveSeconds == 0 || connect.KeepAliveSeconds > longest;
        return connect.Version == MqttVersion.V5 && isTooLong ? longest : connect.KeepAliveSeconds;
    }

    private static MqttConnAck AnswerOf(
        MqttEndpoint endpoint, MqttPrincipal principal, MqttConnect connect, in SessionGrant grant, string? assigned, ushort keepAlive)
    {
        uint granted = grant.Session!.Terms.ExpirySeconds;
        int receiveMaximum = endpoint.SessionOptions.ReceiveMaximum;
        return new()
        {
            SessionPresent = grant.SessionPresent,
            SessionExpirySeconds = granted == (connect.SessionExpirySeconds ?? 0) ? null : granted,
            ReceiveMaximum = receiveMaximum == ushort.MaxValue ? null : (ushort)receiveMaximum,
            MaximumPacketSize = (uint)endpoint.MaximumPacketSize,
            AssignedClientIdentifier = assigned,
            TopicAliasMaximum = (ushort)endpoint.Options.TopicAliasMaximum,
            ServerKeepAliveSeconds = keepAlive == connect.KeepAliveSeconds ? null : keepAlive,
            WildcardSubscriptionAvailable = endpoint.Access.AllowsWildcards(principal),
            SharedSubscriptionAvailable = endpoint.Access.AllowsShares(principal),
        };
    }
}
