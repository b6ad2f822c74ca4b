using System.Buffers;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Everything a client sends that is no message: subscriptions, acknowledgements of what it got, pings, its goodbye. Belongs to the thread
/// that reads.</summary>
internal sealed class ConnectionRequests(MqttEndpoint endpoint, MqttConnection connection, MqttClient client, PublishSender sender)
{
    // The answer to a SUBSCRIBE or UNSUBSCRIBE that waits for the session store.
    private (bool IsSubscribe, ushort PacketId, MqttReasonCode[] Reasons, string? Words, long Change) waiting;

    /// <summary>Takes a packet other than PUBLISH and PUBREL.</summary>
    public ReadStep Take(MqttPacketReader packets, MqttFrame frame, in ReadOnlySequence<byte> packet)
    {
        MqttViolation wrong;
        switch (frame.Type)
        {
            case MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubComp:
                wrong = packets.ReadAcknowledgement(frame, packet, out var acknowledgement);
                return wrong == MqttViolation.None ? Acknowledge(acknowledgement) : connection.Violate(wrong);
            case MqttPacketType.Subscribe:
                wrong = packets.ReadSubscribe(frame, packet, out var subscribe);
                return wrong == MqttViolation.None ? Subscribe(subscribe!) : connection.Violate(wrong);
            case MqttPacketType.Unsubscribe:
                wrong = packets.ReadUnsubscribe(frame, packet, out var unsubscribe);
                return wrong == MqttViolation.None ? Unsubscribe(unsubscribe!) : connection.Violate(wrong);
            case MqttPacketType.PingReq:
                wrong = MqttPacketReader.ReadPing(frame);
                return wrong == MqttViolation.None ? Ping() : connection.Violate(wrong);
            case MqttPacketType.Disconnect:
                wrong = packets.ReadDisconnect(frame, packet, out var disconnect);
                return wrong == MqttViolation.None ? connection.Disconnect(disconnect) : connection.Violate(wrong);
            case MqttPacketType.Connect:
                return connection.Violate(MqttViolation.ConnectRepeated);
            default:
                return connection.Violate(MqttViolation.AuthUnexpected);
        }
    }

    /// <summary>Sends the answer to the last SUBSCRIBE or UNSUBSCRIBE, once a restart will know what it says.</summary>
    /// <exception cref="SessionStoreException">It never will.</exception>
    public async ValueTask AnswerAsync(CancellationToken cancellationToken)
    {
        var (isSubscribe, packetId, reasons, words, change) = waiting;
        var durable = endpoint.Sessions.WhenDurableAsync(change);
        if (!durable.IsCompletedSuccessfully)
            await durable.AsTask().WaitAsync(cancellationToken);
        var output = connection.Output;
        lock (output.Gate)
        {
            if (isSubscribe)
                MqttPacketWriter.SubAck(output.Writer_NeedsLock, client.Version, packetId, reasons, client.WantsProblems ? words : null, client.MaximumPacketSize);
            else
                MqttPacketWriter.UnsubAck(output.Writer_NeedsLock, client.Version, packetId, reasons);
        }
        sender.Resume();
    }

    private ReadStep Acknowledge(in MqttAcknowledgement acknowledgement)
    {
        var (type, packetId, reason) = acknowledgement;
        var outcome = type switch
        {
            MqttPacketType.PubAck => client.Session.PubAck(connection, packetId),
            MqttPacketType.PubRec => client.Session.PubRec(connection, packetId, accepted: !reason.IsError()),
            _ => client.Session.PubComp(connection, packetId),
        };
        if (outcome == AcknowledgeOutcome.ProtocolError)
            return connection.Violate(MqttViolation.AcknowledgementOfOtherKind);
        // So that the client can finish an exchange that we know nothing of.
        if (outcome == AcknowledgeOutcome.UnknownPacketId && type == MqttPacketType.PubRec && !reason.IsError())
            sender.Release(packetId, client.HasReasonCodes ? MqttReasonCode.PacketIdentifierNotFound : MqttReasonCode.Success);
        return ReadStep.Next;
    }

    private ReadStep Ping()
    {
        lock (connection.Output.Gate)
            MqttPacketWriter.PingResp(connection.Output.Writer_NeedsLock);
        return ReadStep.Next;
    }

    private ReadStep Subscribe(MqttSubscribe packet)
    {
        var filters = new TopicFilter?[packet.Items.Count];
        for (int i = 0; i < filters.Length; i++)
        {
            // All are judged before the first has an effect.
            var wrong = Parse(packet.Items[i].Filter, out filters[i]);
            if (wrong == MqttViolation.None && filters[i] is { IsShared: true } && packet.Items[i].NoLocal)
                wrong = MqttViolation.NoLocalOnShared;
            if (wrong != MqttViolation.None)
                return connection.Violate(wrong);
        }
        if (AnswerSize(filters.Length, hasReasons: true) > client.MaximumPacketSize)
            return connection.Violate(MqttViolation.PacketTooLarge);
        sender.Pause();
        var reasons = new MqttReasonCode[filters.Length];
        string? words = null;
        long change = 0;
        for (int i = 0; i < filters.Length; i++)
        {
            reasons[i] = SubscribeOne(filters[i], packet.Items[i], packet.SubscriptionIdentifier, out string? refusal, out long made);
            words ??= refusal;
            change = Math.Max(change, made);
        }
        waiting = (true, packet.PacketId, reasons, words, change);
        return ReadStep.WaitForStore;
    }

    private MqttReasonCode SubscribeOne(TopicFilter? filter, MqttSubscribeItem item, int identifier, out string? refusal, out long change)
    {
        change = 0;
        refusal = "filter_over_limit";
        if (filter is null)
            return MqttReasonCode.TopicFilterInvalid;
        var decision = endpoint.Access.Subscribe(client.Principal, filter, (MqttQos)item.Qos);
        refusal = decision.Reason.IsError() ? decision.Word : null;
        if (refusal is not null)
        {
            endpoint.Metrics.MessageRejected(MqttEndpointSource.SourceName, refusal);
            return decision.Reason;
        }
        var subscription = new Subscription(
            filter, decision.Granted, item.NoLocal, item.RetainAsPublished, (RetainHandling)item.RetainHandling, identifier);
        if (endpoint.Sessions.Subscribe(client.Session, subscription, out change) is SubscribeOutcome.TooMany or SubscribeOutcome.TreeFull)
        {
            refusal = NotAllowedReason.TooManySubscriptions.ToWord();
            endpoint.Metrics.MessageRejected(MqttEndpointSource.SourceName, refusal);
            return MqttReasonCode.QuotaExceeded;
        }
        return (MqttReasonCode)decision.Granted;
    }

    private ReadStep Unsubscribe(MqttUnsubscribe packet)
    {
        var reasons = new MqttReasonCode[packet.Filters.Count];
        long change = 0;
        var filters = new TopicFilter?[reasons.Length];
        for (int i = 0; i < filters.Length; i++)
        {
            var wrong = Parse(packet.Filters[i], out filters[i]);
            if (wrong != MqttViolation.None)
                return connection.Violate(wrong);
        }
        if (AnswerSize(filters.Length, hasReasons: client.HasReasonCodes) > client.MaximumPacketSize)
            return connection.Violate(MqttViolation.PacketTooLarge);
        for (int i = 0; i < filters.Length; i++)
        {
            long made = 0;
            bool existed = filters[i] is { } filter && endpoint.Sessions.Unsubscribe(client.Session, filter, out made);
            reasons[i] = existed ? MqttReasonCode.Success : MqttReasonCode.NoSubscriptionExisted;
            change = Math.Max(change, made);
        }
        waiting = (false, packet.PacketId, reasons, null, change);
        return ReadStep.WaitForStore;
    }

    // SUBACK or UNSUBACK without words: asked before anything is done that the client could not be told of.
    private int AnswerSize(int filters, bool hasReasons) => MqttPacketWriter.AnswerSize(client.Version, hasReasons ? filters : 0);

    // A filter over our limits is correct and not taken: null, and no violation.
    private MqttViolation Parse(string text, out TopicFilter? filter) =>
        TopicFilter.TryParse(text, endpoint.Sessions.Limits, out filter) switch
        {
            TopicProblem.None or TopicProblem.TooLong or TopicProblem.TooDeep => MqttViolation.None,
            TopicProblem.ShareNameInvalid => MqttViolation.ShareIllFormed,
            _ => MqttViolation.FilterIllFormed,
        };
}
