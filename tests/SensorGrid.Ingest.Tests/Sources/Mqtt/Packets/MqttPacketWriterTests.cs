using System.Buffers;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

/// <summary>What we send, byte by byte.</summary>
public sealed class MqttPacketWriterTests
{
    private readonly ArrayBufferWriter<byte> output = new();

    [Theory]
    [InlineData(MqttVersion.V311, 7, MqttReasonCode.Success, null, uint.MaxValue, "40020007")]
    [InlineData(MqttVersion.V311, 7, MqttReasonCode.NotAuthorized, "why", uint.MaxValue, "40020007")]
    [InlineData(MqttVersion.V5, 7, MqttReasonCode.Success, null, uint.MaxValue, "40020007")]
    [InlineData(MqttVersion.V5, 7, MqttReasonCode.NotAuthorized, null, uint.MaxValue, "4003000787")]
    [InlineData(MqttVersion.V5, 7, MqttReasonCode.NotAuthorized, "why", uint.MaxValue, "400A000787061F0003776879")]
    [InlineData(MqttVersion.V5, 7, MqttReasonCode.NotAuthorized, "why", 12, "400A000787061F0003776879")]
    [InlineData(MqttVersion.V5, 7, MqttReasonCode.NotAuthorized, "why", 11, "4003000787")]
    public void Acknowledgements_are_as_short_as_they_can_be_and_fit_the_client(
        object version, int id, object reason, string? words, uint size, string expected)
    {
        MqttPacketWriter.Acknowledgement(output, (MqttVersion)version, MqttPacketType.PubAck, (ushort)id, (MqttReasonCode)reason, words, size);

        Assert.Equal(expected, Written());
    }

    [Fact]
    public void PUBREL_carries_its_flag()
    {
        MqttPacketWriter.Acknowledgement(output, MqttVersion.V5, MqttPacketType.PubRel, 258, MqttReasonCode.Success, null, uint.MaxValue);

        Assert.Equal("62020102", Written());
    }

    [Theory]
    [InlineData(MqttReasonCode.Success, true, "20020100")]
    [InlineData(MqttReasonCode.UnsupportedProtocolVersion, false, "20020001")]
    [InlineData(MqttReasonCode.ClientIdentifierNotValid, false, "20020002")]
    [InlineData(MqttReasonCode.QuotaExceeded, false, "20020003")]
    [InlineData(MqttReasonCode.ServerUnavailable, false, "20020003")]
    [InlineData(MqttReasonCode.BadUserNameOrPassword, false, "20020004")]
    [InlineData(MqttReasonCode.NotAuthorized, false, "20020005")]
    public void CONNACK_of_311_has_its_return_codes(object reason, bool present, string expected)
    {
        MqttPacketWriter.ConnAck(output, MqttVersion.V311, new() { Reason = (MqttReasonCode)reason, SessionPresent = present }, uint.MaxValue);

        Assert.Equal(expected, Written());
    }

    [Fact]
    public void CONNACK_of_5_tells_what_is_not_the_default()
    {
        MqttPacketWriter.ConnAck(output, MqttVersion.V5, new(), uint.MaxValue);
        Assert.Equal("2003000000", Written());
        MqttPacketWriter.ConnAck(
            output,
            MqttVersion.V5,
            new()
            {
                SessionPresent = true, SessionExpirySeconds = 1, AssignedClientIdentifier = "c", ServerKeepAliveSeconds = 2, ReceiveMaximum = 3, TopicAliasMaximum = 4,
                MaximumQos = 1, MaximumPacketSize = 5, RetainAvailable = false, WildcardSubscriptionAvailable = false, SubscriptionIdentifierAvailable = false,
                SharedSubscriptionAvailable = false,
            },
            uint.MaxValue);
        Assert.Equal("2024010021" + "1100000001" + "12000163" + "130002" + "210003" + "220004" + "2401" + "2700000005" + "2500" + "2800" + "2900" + "2A00", Written());
    }

    [Fact]
    public void CONNACK_gives_up_its_words_and_then_itself_when_the_client_takes_less()
    {
        Assert.True(MqttPacketWriter.ConnAck(output, MqttVersion.V5, new() { Reason = MqttReasonCode.Banned, ReasonString = "no" }, 10));
        Assert.Equal("2008008A051F00026E6F", Written());
        Assert.True(MqttPacketWriter.ConnAck(output, MqttVersion.V5, new() { Reason = MqttReasonCode.Banned, ReasonString = "no" }, 9));
        Assert.Equal("2003008A00", Written());
        Assert.False(MqttPacketWriter.ConnAck(output, MqttVersion.V5, new(), 4));
        Assert.Equal("", Written());
    }

    [Fact]
    public void SUBACK_and_UNSUBACK_speak_both_versions()
    {
        MqttReasonCode[] reasons = [MqttReasonCode.Success, MqttReasonCode.GrantedQos2, MqttReasonCode.NotAuthorized];
        MqttPacketWriter.SubAck(output, MqttVersion.V311, 1, reasons, "w", uint.MaxValue);
        Assert.Equal("90050001000280", Written());
        MqttPacketWriter.SubAck(output, MqttVersion.V5, 1, reasons, null, uint.MaxValue);
        Assert.Equal("9006000100000287", Written());
        MqttPacketWriter.SubAck(output, MqttVersion.V5, 1, reasons, "w", uint.MaxValue);
        Assert.Equal("900A0001041F000177000287", Written());
        MqttPacketWriter.UnsubAck(output, MqttVersion.V311, 1, [MqttReasonCode.NoSubscriptionExisted]);
        Assert.Equal("B0020001", Written());
        MqttPacketWriter.UnsubAck(output, MqttVersion.V5, 1, [MqttReasonCode.NoSubscriptionExisted]);
        Assert.Equal("B00400010011", Written());
    }

    [Fact]
    public void DISCONNECT_and_PINGRESP()
    {
        MqttPacketWriter.Disconnect(output, MqttReasonCode.ServerShuttingDown);
        Assert.Equal("E0018B", Written());
        MqttPacketWriter.PingResp(output);
        Assert.Equal("D000", Written());
    }

    [Fact]
    public void PUBLISH_of_311_has_no_properties()
    {
        var packet = Outgoing(MqttQos.AtLeastOnce) with { Duplicate = true, Retain = true, ExpirySeconds = 5, SubscriptionIdentifiers = [1] };
        var publish = new MqttPublishWriter(MqttVersion.V311, packet);
        publish.WriteTo(output);

        Assert.Equal("3B07" + "000174" + "0009" + "7879", Written(publish.Length));
    }

    [Fact]
    public void PUBLISH_of_5_carries_everything_in_order_and_knows_its_length()
    {
        var message = new MqttMessage
        {
            Topic = "t", Payload = "xy"u8.ToArray(), PayloadIsText = true, ContentType = "c", ResponseTopic = "r", CorrelationData = new byte[] { 1 },
            UserProperties = [new("b", "2"), new("a", "1"), new("b", "")],
        };
        var packet = Outgoing(MqttQos.ExactlyOnce) with { Message = message, ExpirySeconds = 5, SubscriptionIdentifiers = [1, 200] };
        var publish = new MqttPublishWriter(MqttVersion.V5, packet, alias: 3);
        publish.WriteTo(output);

        Assert.Equal(
            "3437" + "000174" + "0009" + "2F" + "0101" + "0200000005" + "03000163" + "08000172" + "09000101" + "0B01" + "0BC801" + "230003"
            + "2600016200" + "0132" + "26000161000131" + "2600016200" + "00" + "7879",
            Written(publish.Length));
        var aliasOnly = new MqttPublishWriter(MqttVersion.V5, Outgoing(MqttQos.AtMostOnce), alias: 3, aliasIsKnown: true);
        aliasOnly.WriteTo(output);
        Assert.Equal("30080000032300037879", Written(aliasOnly.Length));
    }

    private static OutgoingPacket Outgoing(MqttQos qos) => new()
    {
        Message = new() { Topic = "t", Payload = "xy"u8.ToArray() },
        PacketId = qos == MqttQos.AtMostOnce ? (ushort)0 : (ushort)9,
        Qos = qos,
        SubscriptionIdentifiers = [],
    };

    private string Written(long? length = null)
    {
        string hex = Convert.ToHexString(output.WrittenSpan);
        Assert.Equal(length ?? output.WrittenCount, output.WrittenCount);
        output.Clear();
        return hex;
    }
}
