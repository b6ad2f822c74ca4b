using System.Buffers;
using System.Globalization;
using System.Text;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

/// <summary>What scanner and reader make of some bytes, as lines of text: one per packet, and the violation that ended it.</summary>
internal static class PacketText
{
    public static string Read(in ReadOnlySequence<byte> bytes, MqttVersion version, int maxPacketBytes = 1 << 20)
    {
        using var reader = new MqttPacketReader();
        var text = new StringBuilder();
        var rest = bytes;
        if (version != MqttVersion.Unknown)
            Introduce(reader, version);
        while (!rest.IsEmpty)
        {
            var scan = MqttFrameScanner.Scan(rest, maxPacketBytes, reader.Version, out var frame, out var violation);
            if (scan == MqttScan.Incomplete)
                return text.Append("incomplete").ToString();
            if (scan == MqttScan.Whole)
                violation = ReadOne(reader, frame, rest.Slice(0, frame.Length), text);
            if (violation != MqttViolation.None)
                return text.Append(violation).ToString();
            rest = rest.Slice(frame.Length);
        }
        return text.ToString();
    }

    public static string Read(byte[] bytes, MqttVersion version) => Read(new ReadOnlySequence<byte>(bytes), version);

    private static void Introduce(MqttPacketReader reader, MqttVersion version)
    {
        byte[] connect = Wire.Connect(version);
        var packet = new ReadOnlySequence<byte>(connect);
        MqttFrameScanner.Scan(packet, connect.Length, MqttVersion.Unknown, out var frame, out _);
        Assert.Equal(MqttViolation.None, reader.ReadConnect(frame, packet, out _));
    }

    private static MqttViolation ReadOne(MqttPacketReader reader, MqttFrame frame, in ReadOnlySequence<byte> packet, StringBuilder text)
    {
        MqttViolation violation;
        switch (frame.Type)
        {
            case MqttPacketType.Connect:
                violation = reader.ReadConnect(frame, packet, out var connect);
                if (connect is not null)
                    Append(text, connect);
                return violation;
            case MqttPacketType.Publish:
                violation = reader.ReadPublish(frame, packet, out var publish);
                if (violation == MqttViolation.None)
                    Append(text, publish);
                return violation;
            case MqttPacketType.PubAck or MqttPacketType.PubRec or MqttPacketType.PubRel or MqttPacketType.PubComp:
                violation = reader.ReadAcknowledgement(frame, packet, out var acknowledgement);
                if (violation == MqttViolation.None)
                    Line(text, $"{acknowledgement.Type} {acknowledgement.PacketId} {acknowledgement.Reason}");
                return violation;
            case MqttPacketType.Subscribe:
                violation = reader.ReadSubscribe(frame, packet, out var subscribe);
                if (violation == MqttViolation.None)
                    Line(text, $"Subscribe {subscribe!.PacketId} #{subscribe.SubscriptionIdentifier} {string.Join(' ', subscribe.Items)}");
                return violation;
            case MqttPacketType.Unsubscribe:
                violation = reader.ReadUnsubscribe(frame, packet, out var unsubscribe);
                if (violation == MqttViolation.None)
                    Line(text, $"Unsubscribe {unsubscribe!.PacketId} {string.Join(' ', unsubscribe.Filters)}");
                return violation;
            case MqttPacketType.PingReq:
                violation = MqttPacketReader.ReadPing(frame);
                if (violation == MqttViolation.None)
                    Line(text, $"PingReq");
                return violation;
            case MqttPacketType.Disconnect:
                violation = reader.ReadDisconnect(frame, packet, out var disconnect);
                if (violation == MqttViolation.None)
                    Line(text, $"Disconnect {disconnect.Reason} {disconnect.SessionExpirySeconds}");
                return violation;
            default:
                Line(text, $"{frame.Type}");
                return MqttViolation.None;
        }
    }

    private static void Append(StringBuilder text, MqttConnect connect)
    {
        Line(text, $"Connect {connect.Version} {(connect.CleanStart ? "clean" : "kept")} '{connect.ClientId}' keep-alive {connect.KeepAliveSeconds}"
            + $" user {connect.UserName} password {(connect.Password is { } password ? Convert.ToHexString(password) : "")}"
            + $" expiry {connect.SessionExpirySeconds} receive {connect.ReceiveMaximum} size {connect.MaximumPacketSize} aliases {connect.TopicAliasMaximum}"
            + $" problems {connect.RequestProblemInformation} responses {connect.RequestResponseInformation}");
        if (connect.Will is { } will)
            Line(text, $"Will after {will.DelaySeconds}: {Describe(will.Message)}");
    }

    private static void Append(StringBuilder text, scoped in MqttPublish publish)
    {
        var message = MqttMessages.From(publish, publish.Topic, 0);
        Line(text, $"Publish {publish.PacketId} {(publish.Duplicate ? "again" : "new")} alias {publish.Properties.TopicAlias} {Describe(message)}");
    }

    private static string Describe(MqttMessage message) => string.Create(CultureInfo.InvariantCulture,
        $"'{message.Topic}' {message.Qos}{(message.Retain ? " retain" : "")} = {Convert.ToHexString(message.Payload.Span)} text {message.PayloadIsText}")
        + $" type {message.ContentType} answer {message.ResponseTopic} {(message.CorrelationData is { } data ? Convert.ToHexString(data.Span) : "")}"
        + $" expires {(message.ExpiresAtTicks == MqttMessage.NeverExpires ? "never" : message.ExpiresAtTicks / TimeSpan.TicksPerSecond)}"
        + $" [{string.Join(' ', message.UserProperties.Select(property => $"{property.Name}={property.Value}"))}]";

    private static void Line(StringBuilder text, FormattableString line) => text.Append(line.ToString(CultureInfo.InvariantCulture)).Append('\n');

    private static void Line(StringBuilder text, string line) => text.Append(line).Append('\n');
}
