using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Testing;
using V = SensorGrid.Ingest.Sources.Mqtt.Packets.MqttViolation;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

/// <summary>Every malformed form the standards name, by its clause. What needs a connection to be wrong (a second CONNECT, an unknown alias …) is in
/// the tests of the endpoint; <see cref="Every_violation_has_its_test"/> keeps count.</summary>
public sealed class MqttViolationTests
{
    private const MqttVersion V5 = MqttVersion.V5;
    private const MqttVersion V4 = MqttVersion.V311;

    private static readonly byte[] Surrogate = [0xED, 0xA0, 0x80];
    private static readonly byte[] Overlong = [0xC0, 0x80];

    private static readonly (string Clause, MqttVersion Version, byte[] Bytes, V Expected)[] Cases =
    [
        ("1.5.5: five length bytes", V5, [0x30, 0xFF, 0xFF, 0xFF, 0xFF, 0x01], V.VariableIntegerTooLong),
        ("3.1.1 2.2.3: five length bytes", V4, [0x30, 0x80, 0x80, 0x80, 0x80, 0x01], V.VariableIntegerTooLong),
        ("MQTT-1.5.5-1: remaining length in too many bytes", V5, [0xC0, 0x80, 0x00], V.VariableIntegerNotMinimal),
        ("MQTT-1.5.5-1: remaining length of CONNECT in too many bytes", MqttVersion.Unknown, [0x10, 0x8E, 0x00, .. Wire.Connect(V5)[2..]], V.VariableIntegerNotMinimal),
        ("MQTT-1.5.5-1: property length in too many bytes", V5, Wire.Publish(V5, "t", properties: [0x80, 0x00]), V.VariableIntegerNotMinimal),
        ("MQTT-1.5.5-1: subscription identifier in too many bytes", V5, Wire.Subscribe(V5, "t", properties: [3, 0x0B, 0x81, 0x00]), V.VariableIntegerNotMinimal),
        ("1.5.5: property length in five bytes", V5, Wire.Publish(V5, "t", properties: [0x80, 0x80, 0x80, 0x80, 0x01]), V.VariableIntegerTooLong),
        ("1.5.5: subscription identifier in five bytes", V5, Wire.Subscribe(V5, "t", properties: [6, 0x0B, 0x80, 0x80, 0x80, 0x80, 0x01]), V.VariableIntegerTooLong),
        ("2.1.2: packet type 0", V5, [0x00, 0x00], V.PacketTypeReserved),
        ("3.1.1 2.2.1: packet type 15", V4, [0xF0, 0x00], V.PacketTypeReserved),
        ("MQTT-2.1.3-1: flags of PUBREL", V5, Wire.Packet(0x60, (ushort)1), V.HeaderFlagsReserved),
        ("MQTT-2.1.3-1: flags of PINGREQ", V5, [0xC1, 0x00], V.HeaderFlagsReserved),
        ("3.1.1 MQTT-3.8.1-1: flags of SUBSCRIBE", V4, Wire.Packet(0x80, (ushort)1, "t", (byte)0), V.HeaderFlagsReserved),
        ("3.1.1 MQTT-3.10.1-1: flags of UNSUBSCRIBE", V4, Wire.Packet(0xA3, (ushort)1, "t"), V.HeaderFlagsReserved),
        ("3.1.1 MQTT-3.14.1-1: flags of DISCONNECT", V4, [0xE8, 0x00], V.HeaderFlagsReserved),
        ("table 2-1: CONNACK from a client", V5, Wire.Packet(0x20, (byte)0, (byte)0, (byte)0), V.PacketFromServerOnly),
        ("table 2-1: SUBACK from a client", V4, Wire.Packet(0x90, (ushort)1, (byte)0), V.PacketFromServerOnly),
        ("table 2-1: UNSUBACK from a client", V4, Wire.Packet(0xB0, (ushort)1), V.PacketFromServerOnly),
        ("table 2-1: PINGRESP from a client", V4, [0xD0, 0x00], V.PacketFromServerOnly),
        ("1.2: PUBLISH without topic", V4, Wire.Packet(0x30), V.BodyTooShort),
        ("1.2: PUBLISH whose topic is longer than it", V4, Wire.Packet(0x30, (ushort)9, (byte)'a'), V.BodyTooShort),
        ("1.2: PUBLISH of QoS 1 without packet id", V4, Wire.Packet(0x32, "topic"), V.BodyTooShort),
        ("1.2: PUBLISH whose properties are longer than it", V5, Wire.Packet(0x30, "t", (byte)9, (byte)1), V.BodyTooShort),
        ("1.2: PUBLISH of MQTT 5 without property length", V5, Wire.Packet(0x30, "t"), V.BodyTooShort),
        ("1.2: a property without its value", V5, Wire.Publish(V5, "t", properties: [1, 0x02]), V.BodyTooShort),
        ("1.2: a user property without its value", V5, Wire.Publish(V5, "t", properties: Wire.Properties((byte)0x26, "k")), V.BodyTooShort),
        ("1.2: PUBACK of one byte", V4, Wire.Packet(0x40, (byte)1), V.BodyTooShort),
        ("1.2: SUBSCRIBE without options", V5, Wire.Packet(0x82, (ushort)1, (byte)0, "t"), V.BodyTooShort),
        ("1.2: CONNECT without client id", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)4, (byte)2, (ushort)10), V.BodyTooShort),
        ("3.1.1 MQTT-3.1.2-9: will flag without a will", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)4, (byte)6, (ushort)10, "c"), V.BodyTooShort),
        ("3.1.1 MQTT-3.1.2-19: user flag without a user name", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)4, (byte)0x82, (ushort)10, "c"), V.BodyTooShort),
        ("3.1.1 MQTT-3.1.2-21: password flag without a password", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)4, (byte)0xC2, (ushort)10, "c", "u"), V.BodyTooShort),
        ("3.1.1 MQTT-3.1.2-18: user name without its flag", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)4, (byte)2, (ushort)10, "c", "u"), V.BodyTooLong),
        ("1.2: PUBACK of three bytes in 3.1.1", V4, Wire.Packet(0x40, (ushort)1, (byte)0), V.BodyTooLong),
        ("1.2: PUBACK with more than its properties", V5, Wire.Packet(0x40, (ushort)1, (byte)0, (byte)0, (byte)0), V.BodyTooLong),
        ("3.12: PINGREQ with a body", V4, [0xC0, 0x01, 0x00], V.BodyTooLong),
        ("3.14: DISCONNECT with a body in 3.1.1", V4, [0xE0, 0x01, 0x00], V.BodyTooLong),
        ("MQTT-1.5.4-1: a surrogate in a topic", V4, Wire.Packet(0x30, Text(Surrogate)), V.TextIllFormed),
        ("MQTT-1.5.4-1: an overlong form in a topic", V4, Wire.Packet(0x30, Text(Overlong)), V.TextIllFormed),
        ("MQTT-1.5.4-1: half a sign in a filter", V4, Wire.Packet(0x82, (ushort)1, Text([0xE6, 0xB0]), (byte)0), V.TextIllFormed),
        ("MQTT-1.5.4-1: a surrogate in a user property", V5, Wire.Publish(V5, "t", properties: Wire.Properties((byte)0x26, "k", Text(Surrogate))), V.TextIllFormed),
        ("MQTT-1.5.4-1: a surrogate in a content type", V5, Wire.Publish(V5, "t", properties: Wire.Properties((byte)0x03, Text(Surrogate))), V.TextIllFormed),
        ("MQTT-1.5.4-1: a surrogate in a user name", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)4, (byte)0x82, (ushort)10, "c", Text(Surrogate)), V.TextIllFormed),
        ("MQTT-1.5.4-2: U+0000 in a topic", V4, Wire.Packet(0x30, "a\0b"), V.TextHoldsNull),
        ("MQTT-1.5.4-2: U+0000 in a filter", V5, Wire.Subscribe(V5, "a\0"), V.TextHoldsNull),
        ("MQTT-1.5.4-2: U+0000 in a will topic", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)4, (byte)6, (ushort)10, "c", "\0", ""), V.TextHoldsNull),
        ("MQTT-1.5.4-2: U+0000 in a reason string", V5, Wire.Packet(0xE0, (byte)0, Wire.Properties((byte)0x1F, "\0")), V.TextHoldsNull),
        ("1.5.4: U+0001 in a topic", V4, Wire.Packet(0x30, "a\u0001"), V.NameHoldsControl),
        ("1.5.4: U+007F in a topic", V4, Wire.Packet(0x30, "a\u007F"), V.NameHoldsControl),
        ("1.5.4: U+009F in a filter", V5, Wire.Subscribe(V5, "\u009F"), V.NameHoldsControl),
        ("1.5.4: U+FFFF in a topic", V4, Wire.Packet(0x30, "\uFFFF"), V.NameHoldsControl),
        ("1.5.4: U+FDD0 in a topic", V4, Wire.Packet(0x30, "\uFDD0"), V.NameHoldsControl),
        ("1.5.4: U+1FFFE in a topic", V4, Wire.Packet(0x30, "\U0001FFFE"), V.NameHoldsControl),
        ("1.5.4: a line break in a user name", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)5, (byte)0x82, (ushort)10, (byte)0, "c", "u\n"), V.NameHoldsControl),
        ("MQTT-2.2.1-3: PUBLISH with packet id 0", V4, Wire.Publish(V4, "t", qos: 1, id: 0), V.PacketIdZero),
        ("MQTT-2.2.1-3: SUBSCRIBE with packet id 0", V5, Wire.Subscribe(V5, "t", id: 0), V.PacketIdZero),
        ("MQTT-2.2.1-3: UNSUBSCRIBE with packet id 0", V4, Wire.Packet(0xA2, (ushort)0, "t"), V.PacketIdZero),
        ("MQTT-2.2.1-5: PUBACK with packet id 0", V4, Wire.Packet(0x40, (ushort)0), V.PacketIdZero),
        ("2.2.2.2: a property that is none", V5, Wire.Publish(V5, "t", properties: [2, 0x04, 1]), V.PropertyUnknown),
        ("2.2.2.2: a property beyond the last", V5, Wire.Publish(V5, "t", properties: [2, 0x7F, 1]), V.PropertyUnknown),
        ("2.2.2.2: a property of two bytes", V5, Wire.Publish(V5, "t", properties: [3, 0x80, 0x01, 1]), V.PropertyUnknown),
        ("MQTT-3.3.4-6: subscription identifier in PUBLISH", V5, Wire.Publish(V5, "t", properties: [2, 0x0B, 1]), V.PropertyNotAllowed),
        ("table 2-4: Receive Maximum in PUBLISH", V5, Wire.Publish(V5, "t", properties: [3, 0x21, 0, 1]), V.PropertyNotAllowed),
        ("table 2-4: Will Delay in CONNECT itself", MqttVersion.Unknown, Wire.Connect(V5, properties: Wire.Properties((byte)0x18, Wire.FourBytes(1))), V.PropertyNotAllowed),
        ("table 2-4: Message Expiry in PUBACK", V5, Wire.Packet(0x40, (ushort)1, (byte)0, Wire.Properties((byte)0x02, Wire.FourBytes(1))), V.PropertyNotAllowed),
        ("table 2-4: Maximum QoS in CONNECT", MqttVersion.Unknown, Wire.Connect(V5, properties: [2, 0x24, 1]), V.PropertyNotAllowed),
        ("2.2.2.2: two Message Expiry Intervals", V5, Wire.Publish(V5, "t", properties: Wire.Properties((byte)2, Wire.FourBytes(1), (byte)2, Wire.FourBytes(1))), V.PropertyRepeated),
        ("2.2.2.2: two Session Expiry Intervals", MqttVersion.Unknown, Wire.Connect(V5, properties: Wire.Properties((byte)0x11, Wire.FourBytes(1), (byte)0x11, Wire.FourBytes(2))), V.PropertyRepeated),
        ("3.3.2.3.2: Payload Format Indicator 2", V5, Wire.Publish(V5, "t", properties: [2, 1, 2]), V.PropertyValueInvalid),
        ("3.1.2.11.3: Receive Maximum 0", MqttVersion.Unknown, Wire.Connect(V5, properties: [3, 0x21, 0, 0]), V.PropertyValueInvalid),
        ("3.1.2.11.4: Maximum Packet Size 0", MqttVersion.Unknown, Wire.Connect(V5, properties: Wire.Properties((byte)0x27, Wire.FourBytes(0))), V.PropertyValueInvalid),
        ("3.1.2.11.6: Request Response Information 2", MqttVersion.Unknown, Wire.Connect(V5, properties: [2, 0x19, 2]), V.PropertyValueInvalid),
        ("3.1.2.11.7: Request Problem Information 2", MqttVersion.Unknown, Wire.Connect(V5, properties: [2, 0x17, 2]), V.PropertyValueInvalid),
        ("3.8.2.1.2: subscription identifier 0", V5, Wire.Subscribe(V5, "t", properties: [2, 0x0B, 0]), V.PropertyValueInvalid),
        ("MQTT-3.1.2-1: another protocol", MqttVersion.Unknown, Wire.Packet(0x10, "MQTU", (byte)4, (byte)2, (ushort)10, "c"), V.ProtocolNameWrong),
        ("MQTT-3.1.2-1: no protocol name", MqttVersion.Unknown, Wire.Packet(0x10, "", (byte)4, (byte)2, (ushort)10, "c"), V.ProtocolNameWrong),
        ("MQTT-3.1.2-2: level 6", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)6, (byte)2, (ushort)10, "c"), V.ProtocolVersionUnsupported),
        ("MQTT-3.1.2-2: MQTT 3.1", MqttVersion.Unknown, Wire.Packet(0x10, "MQIsdp", (byte)3, (byte)2, (ushort)10, "c"), V.ProtocolVersionUnsupported),
        ("MQTT-3.1.2-3: the reserved flag of CONNECT", MqttVersion.Unknown, Wire.Connect(V5, flags: 3), V.ConnectFlagReserved),
        ("MQTT-3.1.2-12: Will QoS 3", MqttVersion.Unknown, Wire.Connect(V4, flags: 0x1E), V.WillQosInvalid),
        ("MQTT-3.1.2-11: Will QoS without a will", MqttVersion.Unknown, Wire.Connect(V5, flags: 0x0A), V.WillFlagsWithoutWill),
        ("MQTT-3.1.2-13: Will Retain without a will", MqttVersion.Unknown, Wire.Connect(V4, flags: 0x22), V.WillFlagsWithoutWill),
        ("3.1.1 MQTT-3.1.2-22: a password without a user name", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)4, (byte)0x42, (ushort)10, "c", "p"), V.PasswordWithoutUser),
        ("MQTT-3.1.3-4: a surrogate in the client id", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)5, (byte)2, (ushort)10, (byte)0, Text(Surrogate)), V.ClientIdIllFormed),
        ("1.5.4: a control character in the client id", MqttVersion.Unknown, Wire.Connect(V4, "a\u001F"), V.ClientIdIllFormed),
        ("3.1.1 MQTT-3.1.3-8: no client id and a session to keep", MqttVersion.Unknown, Wire.Connect(V4, "", flags: 0), V.ClientIdMissing),
        ("3.1.2.11.10: Authentication Data alone", MqttVersion.Unknown, Wire.Connect(V5, properties: [3, 0x16, 0, 0]), V.AuthenticationDataAlone),
        ("4.12: an Authentication Method", MqttVersion.Unknown, Wire.Connect(V5, properties: Wire.Properties((byte)0x15, "SCRAM-SHA-256", (byte)0x16, (ushort)0)), V.AuthenticationMethodUnsupported),
        ("MQTT-3.3.1-4: QoS 3", V5, [0x36, 0x00], V.PublishQosInvalid),
        ("MQTT-3.3.1-2: DUP with QoS 0", V4, Wire.Packet(0x38, "t"), V.PublishDupWithQos0),
        ("MQTT-3.3.2-2: + in a topic name", V4, Wire.Publish(V4, "a/+"), V.TopicHoldsWildcard),
        ("MQTT-3.3.2-2: # in a topic name", V5, Wire.Publish(V5, "#"), V.TopicHoldsWildcard),
        ("4.7.1: # in a will topic", MqttVersion.Unknown, Wire.Packet(0x10, "MQTT", (byte)4, (byte)6, (ushort)10, "c", "a/#", ""), V.TopicHoldsWildcard),
        ("3.3.2.1: no topic name and no alias", V5, Wire.Publish(V5, ""), V.TopicMissing),
        ("3.1.1 MQTT-4.7.3-1: no topic name", V4, Wire.Publish(V4, ""), V.TopicMissing),
        ("MQTT-3.3.2-8: topic alias 0", V5, Wire.Publish(V5, "t", properties: [3, 0x23, 0, 0]), V.TopicAliasInvalid),
        ("MQTT-3.3.2-14: a wildcard in the response topic", V5, Wire.Publish(V5, "t", properties: Wire.Properties((byte)0x08, "a/#")), V.ResponseTopicInvalid),
        ("3.4.2.1: PUBACK with a reason of SUBACK", V5, Wire.Packet(0x40, (ushort)1, (byte)0x01), V.ReasonCodeInvalid),
        ("3.6.2.1: PUBREL with a reason of PUBACK", V5, Wire.Packet(0x62, (ushort)1, (byte)0x87), V.ReasonCodeInvalid),
        ("3.14.2.1: DISCONNECT with a reason of servers", V5, Wire.Packet(0xE0, (byte)0x8B), V.ReasonCodeInvalid),
        ("MQTT-3.8.3-2: SUBSCRIBE without a filter", V5, Wire.Packet(0x82, (ushort)1, (byte)0), V.SubscribeWithoutFilter),
        ("3.1.1 MQTT-3.8.3-3: SUBSCRIBE without a filter", V4, Wire.Packet(0x82, (ushort)1), V.SubscribeWithoutFilter),
        ("MQTT-3.8.3-5: reserved subscription options", V5, Wire.Subscribe(V5, "t", 0x40), V.SubscriptionOptionsReserved),
        ("3.1.1 MQTT-3-8.3-4: options of MQTT 5 in 3.1.1", V4, Wire.Subscribe(V4, "t", 0x04), V.SubscriptionOptionsReserved),
        ("3.8.3.1: subscription to QoS 3", V5, Wire.Subscribe(V5, "t", 3), V.SubscriptionQosInvalid),
        ("3.1.1 MQTT-3-8.3-4: subscription to QoS 3", V4, Wire.Subscribe(V4, "t", 3), V.SubscriptionQosInvalid),
        ("3.8.3.1: Retain Handling 3", V5, Wire.Subscribe(V5, "t", 0x30), V.RetainHandlingInvalid),
        ("MQTT-4.7.3-1: an empty filter", V4, Wire.Packet(0x82, (ushort)1, "t", (byte)0, "", (byte)0), V.FilterIllFormed),
        ("MQTT-3.10.3-2: UNSUBSCRIBE without a filter", V5, Wire.Packet(0xA2, (ushort)1, (byte)0), V.UnsubscribeWithoutFilter),
    ];

    // Tested on a connection, because it takes one to be wrong.
    private static readonly V[] OfTheEndpoint =
    [
        V.PacketTooLarge, V.ConnectNotFirst, V.ConnectRepeated, V.ConnectTooLate, V.AuthUnexpected, V.TopicAliasUnknown, V.ReceiveMaximumExceeded,
        V.AcknowledgementOfOtherKind, V.NoLocalOnShared, V.ShareIllFormed, V.SessionExpiryRaised,
    ];

    public static TheoryData<string> Clauses { get; } = [.. Cases.Select(test => test.Clause)];

    [Theory]
    [MemberData(nameof(Clauses))]
    public void Is_refused(string clause)
    {
        var (_, version, bytes, expected) = Cases.Single(test => test.Clause == clause);

        foreach (var cut in Sequences.EverySplit(bytes).Append(Sequences.ByteByByte(bytes)))
            Assert.Equal(expected.ToString(), PacketText.Read(cut, version).Split('\n')[^1]);
    }

    [Fact]
    public void Every_violation_has_its_test()
    {
        var tested = Cases.Select(test => test.Expected).Concat(OfTheEndpoint).Append(V.None).ToHashSet();

        Assert.DoesNotContain(Enum.GetValues<V>(), violation => !tested.Contains(violation));
    }

    [Fact]
    public void Every_violation_is_answered_with_a_refusal_or_with_silence_and_has_a_word()
    {
        foreach (var violation in Enum.GetValues<V>().Where(violation => violation != V.None))
        {
            Assert.True(MqttViolations.ReasonOf(violation)?.IsError() ?? violation is V.ConnectNotFirst or V.ConnectTooLate or V.ProtocolNameWrong, violation.ToString());
            Assert.Matches("^[a-z0-9_]+$", violation.ToWord());
        }
    }

    [Theory]
    [InlineData("水/位")]
    [InlineData("A\U0002A6D4")]
    [InlineData("/")]
    [InlineData(" ")]
    [InlineData("\uFEFF")]
    public void Names_that_look_strange_and_are_correct_are_taken(string topic) => Assert.Contains(
        $"'{topic}'", PacketText.Read(Wire.Publish(V4, topic), V4), StringComparison.Ordinal);

    [Fact]
    public void Free_text_may_hold_a_line_break() => Assert.Contains(
        "[k=a\nb]", PacketText.Read(Wire.Publish(V5, "t", properties: Wire.Properties((byte)0x26, "k", "a\nb")), V5), StringComparison.Ordinal);

    private static byte[] Text(byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];
}
