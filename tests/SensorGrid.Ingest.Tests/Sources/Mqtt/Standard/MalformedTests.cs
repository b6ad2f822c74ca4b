using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using static SensorGrid.Ingest.Tests.Sources.Mqtt.Standard.NormativeAttribute;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

/// <summary>Packets that a statement forbids, sent to the endpoint: MQTT 5 hears the reason code that the clause names, and then the connection
/// closes; MQTT 3.1.1 sees it close. What stands behind such a packet is not looked at any more. The reader's own tests
/// (<see cref="MqttViolationTests"/>) have more forms, cut at every place.</summary>
public sealed class MalformedTests
{
    private const MqttVersion V5 = MqttVersion.V5;
    private const MqttVersion V4 = MqttVersion.V311;
    private const string Closed = "closed";

    // Sent after CONNECT unless it is one itself. Statement of the standard of its version | what | bytes | first answer.
    private static readonly (string Statement, string What, MqttVersion Version, byte[] Bytes, string Answer)[] Cases =
    [
        .. OfMqtt5(),
        .. OfMqtt311(),
    ];

    public static TheoryData<string> Names { get; } = [.. Cases.Select(NameOf)];

    [Theory]
    [MemberData(nameof(Names))]
    [Normative(Mqtt5,
        "MQTT-1.5.4-1", "MQTT-1.5.4-2", "MQTT-1.5.5-1", "MQTT-1.5.7-1", "MQTT-2.1.3-1", "MQTT-2.2.1-3", "MQTT-2.2.2-1", "MQTT-3.1.2-1", "MQTT-3.1.2-2",
        "MQTT-3.1.2-3", "MQTT-3.1.2-9", "MQTT-3.1.2-11", "MQTT-3.1.2-12", "MQTT-3.1.2-13", "MQTT-3.1.2-16", "MQTT-3.1.2-17", "MQTT-3.1.2-18",
        "MQTT-3.1.2-19", "MQTT-3.1.3-1", "MQTT-3.1.3-3", "MQTT-3.1.3-4", "MQTT-3.1.3-11", "MQTT-3.1.3-12", "MQTT-3.1.4-1", "MQTT-3.3.1-2",
        "MQTT-3.3.1-4", "MQTT-3.3.2-1", "MQTT-3.3.2-2", "MQTT-3.3.2-8", "MQTT-3.3.2-9", "MQTT-3.3.2-13", "MQTT-3.3.2-14", "MQTT-3.3.2-19",
        "MQTT-3.3.4-6", "MQTT-3.4.2-1", "MQTT-3.5.2-1", "MQTT-3.6.1-1", "MQTT-3.6.2-1", "MQTT-3.7.2-1", "MQTT-3.8.1-1", "MQTT-3.8.3-1", "MQTT-3.8.3-2",
        "MQTT-3.8.3-4", "MQTT-3.8.3-5", "MQTT-3.10.1-1", "MQTT-3.10.3-1", "MQTT-3.10.3-2", "MQTT-3.14.1-1", "MQTT-3.14.2-1", "MQTT-3.15.1-1",
        "MQTT-4.7.0-1", "MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.3-1", "MQTT-4.7.3-2", "MQTT-4.8.2-1", "MQTT-4.8.2-2", "MQTT-4.12.0-1",
        "MQTT-4.12.0-7", "MQTT-4.13.1-1", "MQTT-4.13.2-1")]
    [Normative(Mqtt311,
        "MQTT-1.5.3-1", "MQTT-1.5.3-2", "MQTT-2.2.2-1", "MQTT-2.2.2-2", "MQTT-2.3.1-1", "MQTT-3.1.2-1", "MQTT-3.1.2-2", "MQTT-3.1.2-3", "MQTT-3.1.2-9",
        "MQTT-3.1.2-11", "MQTT-3.1.2-13", "MQTT-3.1.2-14", "MQTT-3.1.2-15", "MQTT-3.1.2-18", "MQTT-3.1.2-19", "MQTT-3.1.2-20", "MQTT-3.1.2-21",
        "MQTT-3.1.2-22", "MQTT-3.1.3-1", "MQTT-3.1.3-3", "MQTT-3.1.3-4", "MQTT-3.1.3-7", "MQTT-3.1.3-8", "MQTT-3.1.3-9", "MQTT-3.1.3-10", "MQTT-3.1.3-11",
        "MQTT-3.1.4-1", "MQTT-3.3.1-2", "MQTT-3.3.1-4", "MQTT-3.3.2-1", "MQTT-3.3.2-2", "MQTT-3.6.1-1", "MQTT-3.8.1-1", "MQTT-3.8.3-1", "MQTT-3.8.3-3",
        "MQTT-3-8.3-4", "MQTT-3.10.1-1", "MQTT-3.10.3-1", "MQTT-3.10.3-2", "MQTT-3.14.1-1", "MQTT-4.7.1-1", "MQTT-4.7.1-2", "MQTT-4.7.1-3",
        "MQTT-4.7.3-1", "MQTT-4.7.3-2", "MQTT-4.8.0-1")]
    public async Task Is_answered_as_the_standard_says_and_closed(string name)
    {
        var (_, _, version, bytes, answer) = Cases.Single(test => NameOf(test) == name);
        await using var rig = new EndpointRig();
        bool isConnect = bytes[0] >> 4 == 1 && !answer.StartsWith("E0", StringComparison.Ordinal);
        var client = isConnect ? rig.Open() : await rig.ConnectAsync(version, flags: 2);
        string[] expected = answer == Closed ? [Closed] : [answer, Closed];

        string[] answers = await Talk.AnswersAsync(client, [.. bytes, .. Wire.Publish(version, "log/behind")]);

        Assert.Equal(expected, answers);
        Assert.Empty(rig.Sink.Messages);
        await client.Served.WaitAsync(MqttTestClient.Patience);
    }

    [Fact]
    public void Every_statement_named_has_its_case_and_every_case_its_statement()
    {
        var method = typeof(MalformedTests).GetMethod(nameof(Is_answered_as_the_standard_says_and_closed))!;
        foreach (var named in method.GetCustomAttributes(typeof(NormativeAttribute), false).Cast<NormativeAttribute>())
        {
            var version = named.Standard == Mqtt5 ? V5 : V4;
            Assert.Equal(named.Statements.Order(StringComparer.Ordinal), Cases.Where(test => test.Version == version).Select(test => test.Statement).Distinct().Order(StringComparer.Ordinal));
        }
    }

    private static string NameOf((string Statement, string What, MqttVersion Version, byte[] Bytes, string Answer) test) => $"{test.Version} {test.Statement}: {test.What}";

    private static byte[] Text(params byte[] bytes) => [(byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes];

    private static IEnumerable<(string Statement, string What, MqttVersion Version, byte[] Bytes, string Answer)> OfMqtt5()
    {
        byte[] surrogate = Text(0xED, 0xA0, 0x80);
        byte[] authentication = Wire.Properties((byte)0x15, "SCRAM-SHA-1");
        return
        [
            ("MQTT-1.5.4-1", "a surrogate in a topic name", V5, Wire.Packet(0x30, surrogate, (byte)0), "E00181"),
            ("MQTT-1.5.4-1", "a lone continuation byte in a filter", V5, Wire.Packet(0x82, (ushort)1, (byte)0, Text(0x80), (byte)0), "E00181"),
            ("MQTT-1.5.4-2", "U+0000 in a topic name", V5, Wire.Publish(V5, "a\0"), "E00181"),
            ("MQTT-1.5.5-1", "a remaining length in more bytes than needed", V5, [0xC0, 0x80, 0x00], "E00181"),
            ("MQTT-1.5.5-1", "a property length in more bytes than needed", V5, Wire.Packet(0x30, "t", (byte)0x80, (byte)0x00), "E00181"),
            ("MQTT-1.5.5-1", "a remaining length of five bytes", V5, [0x30, 0x80, 0x80, 0x80, 0x80, 0x01], "E00181"),
            ("MQTT-1.5.7-1", "U+0000 in the value of a user property", V5, Wire.Publish(V5, "t", properties: Wire.Properties((byte)0x26, "k", "\0")), "E00181"),
            ("MQTT-2.1.3-1", "reserved flags of PINGREQ", V5, [0xC1, 0x00], "E00181"),
            ("MQTT-2.1.3-1", "reserved flags of PUBACK", V5, Wire.Packet(0x42, (ushort)1), "E00181"),
            ("MQTT-2.1.3-1", "reserved flags of CONNECT", V5, [0x11, .. Wire.Connect(V5)[1..]], "closed"),
            ("MQTT-2.1.3-1", "reserved flags of a packet that servers send", V5, [0xD4, 0x00], "E00181"),
            ("MQTT-2.2.1-3", "PUBLISH with packet id 0", V5, Wire.Publish(V5, "log/t", qos: 1, id: 0), "E00182"),
            ("MQTT-2.2.1-3", "SUBSCRIBE with packet id 0", V5, Wire.Subscribe(V5, "t", id: 0), "E00182"),
            ("MQTT-2.2.1-3", "UNSUBSCRIBE with packet id 0", V5, Wire.Packet(0xA2, (ushort)0, (byte)0, "t"), "E00182"),
            ("MQTT-2.2.2-1", "PUBLISH without a property length", V5, Wire.Packet(0x30, "t"), "E00181"),
            ("MQTT-2.2.2-1", "SUBSCRIBE whose filter stands where its property length should", V5, Wire.Packet(0x82, (ushort)1, "t", (byte)0), "E00181"),
            ("MQTT-3.1.2-1", "another protocol name", V5, Wire.Packet(0x10, "MQtt", (byte)5, (byte)2, (ushort)0, (byte)0, "c"), Closed),
            ("MQTT-3.1.2-2", "another protocol version", V5, Wire.Packet(0x10, "MQTT", (byte)7, (byte)2, (ushort)0, (byte)0, "c"), "2003008400"),
            ("MQTT-3.1.2-3", "the reserved flag of CONNECT", V5, Wire.Connect(V5, flags: 0x03), "2003008100"),
            ("MQTT-3.1.2-9", "the will flag and no will", V5, Wire.Connect(V5, flags: 0x06), "2003008100"),
            ("MQTT-3.1.2-11", "Will QoS without a will", V5, Wire.Connect(V5, flags: 0x0A), "2003008100"),
            ("MQTT-3.1.2-12", "Will QoS 3", V5, Wire.Packet(0x10, "MQTT", (byte)5, (byte)0x1E, (ushort)0, (byte)0, "c", (byte)0, "gone", ""), "2003008100"),
            ("MQTT-3.1.2-13", "Will Retain without a will", V5, Wire.Connect(V5, flags: 0x22), "2003008100"),
            ("MQTT-3.1.2-16", "a user name without its flag", V5, [.. Wire.Packet(0x10, "MQTT", (byte)5, (byte)2, (ushort)0, (byte)0, "c", "user")], "2003008100"),
            ("MQTT-3.1.2-17", "the flag of a user name without one", V5, Wire.Connect(V5, flags: 0x82), "2003008100"),
            ("MQTT-3.1.2-18", "a password without its flag", V5, Wire.Packet(0x10, "MQTT", (byte)5, (byte)0x82, (ushort)0, (byte)0, "c", "user", "password"), "2003008100"),
            ("MQTT-3.1.2-19", "the flag of a password without one", V5, Wire.Packet(0x10, "MQTT", (byte)5, (byte)0xC2, (ushort)0, (byte)0, "c", "user"), "2003008100"),
            ("MQTT-3.1.3-1", "the user name before the will, read as the will's properties", V5, Wire.Packet(0x10, "MQTT", (byte)5, (byte)0x86, (ushort)0, (byte)0, "c", "user", (byte)0, "gone", "bye"), "2003008100"),
            ("MQTT-3.1.3-3", "no client id", V5, Wire.Packet(0x10, "MQTT", (byte)5, (byte)2, (ushort)0, (byte)0), "2003008100"),
            ("MQTT-3.1.3-4", "a surrogate in the client id", V5, Wire.Packet(0x10, "MQTT", (byte)5, (byte)2, (ushort)0, (byte)0, surrogate), "2003008500"),
            ("MQTT-3.1.3-11", "a surrogate in the will topic", V5, Wire.Packet(0x10, "MQTT", (byte)5, (byte)6, (ushort)0, (byte)0, "c", (byte)0, surrogate, "bye"), "2003008100"),
            ("MQTT-3.1.3-12", "a surrogate in the user name", V5, Wire.Packet(0x10, "MQTT", (byte)5, (byte)0x82, (ushort)0, (byte)0, "c", surrogate), "2003008100"),
            ("MQTT-3.1.4-1", "CONNECT that goes on behind its end", V5, Wire.Packet(0x10, "MQTT", (byte)5, (byte)2, (ushort)0, (byte)0, "c", (byte)1), "2003008100"),
            ("MQTT-3.1.4-1", "CONNECT with Receive Maximum 0", V5, Wire.Connect(V5, properties: [3, 0x21, 0, 0]), "2003008200"),
            ("MQTT-3.1.4-1", "CONNECT with a property of PUBLISH", V5, Wire.Connect(V5, properties: [2, 0x01, 0]), "2003008100"),
            ("MQTT-3.1.4-1", "CONNECT with a property twice", V5, Wire.Connect(V5, properties: [6, 0x21, 0, 1, 0x21, 0, 1]), "2003008200"),
            ("MQTT-3.3.1-2", "DUP with QoS 0", V5, Wire.Publish(V5, "log/t", flags: 8), "E00181"),
            ("MQTT-3.3.1-4", "both QoS bits", V5, Wire.Publish(V5, "log/t", qos: 3), "E00181"),
            ("MQTT-3.3.2-1", "PUBLISH whose topic name is longer than itself", V5, Wire.Packet(0x30, (ushort)5, (byte)'t'), "E00181"),
            ("MQTT-3.3.2-2", "# in a topic name", V5, Wire.Publish(V5, "log/#"), "E00181"),
            ("MQTT-3.3.2-8", "Topic Alias 0", V5, Wire.Publish(V5, "log/t", properties: [3, 0x23, 0, 0]), "E00194"),
            ("MQTT-3.3.2-9", "a Topic Alias above our maximum", V5, Wire.Publish(V5, "log/t", properties: [3, 0x23, 0, 11]), "E00194"),
            ("MQTT-3.3.2-13", "a surrogate in the Response Topic", V5, Wire.Publish(V5, "log/t", properties: Wire.Properties((byte)0x08, surrogate)), "E00181"),
            ("MQTT-3.3.2-14", "a wildcard in the Response Topic", V5, Wire.Publish(V5, "log/t", properties: Wire.Properties((byte)0x08, "a/+")), "E00182"),
            ("MQTT-3.3.2-19", "a surrogate in the Content Type", V5, Wire.Publish(V5, "log/t", properties: Wire.Properties((byte)0x03, surrogate)), "E00181"),
            ("MQTT-3.3.4-6", "a Subscription Identifier from a client", V5, Wire.Publish(V5, "log/t", properties: [2, 0x0B, 1]), "E00181"),
            ("MQTT-3.4.2-1", "a reason of SUBACK in PUBACK", V5, Wire.Packet(0x40, (ushort)1, (byte)0x8F), "E00182"),
            ("MQTT-3.5.2-1", "a reason of PUBREL in PUBREC", V5, Wire.Packet(0x50, (ushort)1, (byte)0x92), "E00182"),
            ("MQTT-3.6.1-1", "flags of PUBREL", V5, Wire.Packet(0x60, (ushort)1), "E00181"),
            ("MQTT-3.6.2-1", "a reason of PUBREC in PUBREL", V5, Wire.Packet(0x62, (ushort)1, (byte)0x80), "E00182"),
            ("MQTT-3.7.2-1", "a reason of PUBREC in PUBCOMP", V5, Wire.Packet(0x70, (ushort)1, (byte)0x10), "E00182"),
            ("MQTT-3.8.1-1", "flags of SUBSCRIBE", V5, [0x80, .. Wire.Subscribe(V5, "t")[1..]], "E00181"),
            ("MQTT-3.8.3-1", "an overlong form in a filter", V5, Wire.Packet(0x82, (ushort)1, (byte)0, Text(0xC0, 0xAF), (byte)0), "E00181"),
            ("MQTT-3.8.3-2", "SUBSCRIBE without a filter", V5, Wire.Packet(0x82, (ushort)1, (byte)0), "E00182"),
            ("MQTT-3.8.3-4", "No Local on a shared subscription", V5, Wire.Subscribe(V5, "$share/g/t", 0x04), "E00182"),
            ("MQTT-3.8.3-5", "reserved bits of the subscription options", V5, Wire.Subscribe(V5, "t", 0x80), "E00181"),
            ("MQTT-3.10.1-1", "flags of UNSUBSCRIBE", V5, Wire.Packet(0xA0, (ushort)1, (byte)0, "t"), "E00181"),
            ("MQTT-3.10.3-1", "a surrogate in a filter of UNSUBSCRIBE", V5, Wire.Packet(0xA2, (ushort)1, (byte)0, surrogate), "E00181"),
            ("MQTT-3.10.3-2", "UNSUBSCRIBE without a filter", V5, Wire.Packet(0xA2, (ushort)1, (byte)0), "E00182"),
            ("MQTT-3.14.1-1", "flags of DISCONNECT", V5, [0xE2, 0x00], "E00181"),
            ("MQTT-3.14.2-1", "a reason of servers in DISCONNECT", V5, [0xE0, 0x01, 0x8E], "E00182"),
            ("MQTT-3.15.1-1", "flags of AUTH", V5, [0xF1, 0x02, 0x18, 0x00], "E00181"),
            ("MQTT-4.7.0-1", "+ in a topic name", V5, Wire.Publish(V5, "log/+/a"), "E00181"),
            ("MQTT-4.7.0-1", "# in a will topic", V5, Wire.Packet(0x10, "MQTT", (byte)5, (byte)6, (ushort)0, (byte)0, "c", (byte)0, "#", "bye"), "2003008100"),
            ("MQTT-4.7.1-1", "# in the middle of a filter", V5, Wire.Subscribe(V5, "sport/#/ranking"), "E00181"),
            ("MQTT-4.7.1-1", "# that shares its level", V5, Wire.Subscribe(V5, "sport/tennis#"), "E00181"),
            ("MQTT-4.7.1-2", "+ that shares its level", V5, Wire.Subscribe(V5, "sport+"), "E00181"),
            ("MQTT-4.7.3-1", "an empty topic name and no alias", V5, Wire.Publish(V5, ""), "E00182"),
            ("MQTT-4.7.3-1", "an empty filter", V5, Wire.Subscribe(V5, ""), "E00181"),
            ("MQTT-4.7.3-2", "U+0000 in a filter", V5, Wire.Subscribe(V5, "a\0b"), "E00181"),
            ("MQTT-4.8.2-1", "no share name", V5, Wire.Subscribe(V5, "$share//t"), "E00182"),
            ("MQTT-4.8.2-2", "a wildcard in the share name", V5, Wire.Subscribe(V5, "$share/a+/t"), "E00182"),
            ("MQTT-4.8.2-2", "a share name and no filter", V5, Wire.Subscribe(V5, "$share/g/"), "E00182"),
            ("MQTT-4.12.0-1", "an Authentication Method", V5, Wire.Connect(V5, properties: authentication), "2003008C00"),
            ("MQTT-4.12.0-7", "AUTH without an Authentication Method in CONNECT", V5, Wire.Packet(0xF0, (byte)0x18, authentication), "E00182"),
            ("MQTT-4.13.1-1", "a packet of type 0", V5, [0x00, 0x00], "E00181"),
            ("MQTT-4.13.1-1", "PUBREC that goes on behind its end", V5, Wire.Packet(0x50, (ushort)1, (byte)0, (byte)0, (byte)0), "E00181"),
            ("MQTT-4.13.1-1", "a property of CONNECT in UNSUBSCRIBE", V5, Wire.Packet(0xA2, (ushort)1, Wire.Properties((byte)0x21, (ushort)1), "t"), "E00181"),
            ("MQTT-4.13.1-1", "a property that does not exist", V5, Wire.Publish(V5, "log/t", properties: [2, 0x7E, 0]), "E00181"),
            ("MQTT-4.13.1-1", "Retain Handling 3", V5, Wire.Subscribe(V5, "t", 0x30), "E00182"),
            ("MQTT-4.13.1-1", "a subscription to QoS 3", V5, Wire.Subscribe(V5, "t", 0x03), "E00182"),
            ("MQTT-4.13.1-1", "a Subscription Identifier of 0", V5, Wire.Subscribe(V5, "t", properties: [2, 0x0B, 0]), "E00182"),
            ("MQTT-4.13.2-1", "a second CONNECT", V5, Wire.Connect(V5), "E00182"),
        ];
    }

    private static IEnumerable<(string Statement, string What, MqttVersion Version, byte[] Bytes, string Answer)> OfMqtt311()
    {
        byte[] surrogate = Text(0xED, 0xA0, 0x80);
        return
        [
            ("MQTT-1.5.3-1", "a surrogate in a topic name", V4, Wire.Packet(0x30, surrogate), Closed),
            ("MQTT-1.5.3-2", "U+0000 in a topic name", V4, Wire.Publish(V4, "a\0"), Closed),
            ("MQTT-2.2.2-1", "reserved flags of PUBCOMP", V4, Wire.Packet(0x71, (ushort)1), Closed),
            ("MQTT-2.2.2-2", "reserved flags of PINGREQ", V4, [0xC8, 0x00], Closed),
            ("MQTT-2.2.2-2", "reserved flags of CONNECT", V4, [0x12, .. Wire.Connect(V4)[1..]], Closed),
            ("MQTT-2.3.1-1", "PUBLISH with packet id 0", V4, Wire.Publish(V4, "log/t", qos: 2, id: 0), Closed),
            ("MQTT-2.3.1-1", "SUBSCRIBE with packet id 0", V4, Wire.Subscribe(V4, "t", id: 0), Closed),
            ("MQTT-2.3.1-1", "UNSUBSCRIBE with packet id 0", V4, Wire.Packet(0xA2, (ushort)0, "t"), Closed),
            ("MQTT-3.1.2-1", "another protocol name", V4, Wire.Packet(0x10, "MQT", (byte)4, (byte)2, (ushort)0, "c"), Closed),
            ("MQTT-3.1.2-2", "MQTT 3.1", V4, Wire.Packet(0x10, "MQIsdp", (byte)3, (byte)2, (ushort)0, "c"), "20020001"),
            ("MQTT-3.1.2-3", "the reserved flag of CONNECT", V4, Wire.Connect(V4, flags: 0x03), Closed),
            ("MQTT-3.1.2-9", "the will flag and no will", V4, Wire.Connect(V4, flags: 0x06), Closed),
            ("MQTT-3.1.2-9", "the will flag and no will message", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)6, (ushort)0, "c", "gone"), Closed),
            ("MQTT-3.1.2-11", "a will without its flag", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)2, (ushort)0, "c", "gone", "bye"), Closed),
            ("MQTT-3.1.2-13", "Will QoS without a will", V4, Wire.Connect(V4, flags: 0x12), Closed),
            ("MQTT-3.1.2-14", "Will QoS 3", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)0x1E, (ushort)0, "c", "gone", "bye"), Closed),
            ("MQTT-3.1.2-15", "Will Retain without a will", V4, Wire.Connect(V4, flags: 0x22), Closed),
            ("MQTT-3.1.2-18", "a user name without its flag", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)2, (ushort)0, "c", "user"), Closed),
            ("MQTT-3.1.2-19", "the flag of a user name without one", V4, Wire.Connect(V4, flags: 0x82), Closed),
            ("MQTT-3.1.2-20", "a password without its flag", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)0x82, (ushort)0, "c", "user", "password"), Closed),
            ("MQTT-3.1.2-21", "the flag of a password without one", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)0xC2, (ushort)0, "c", "user"), Closed),
            ("MQTT-3.1.2-22", "a password without a user name", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)0x42, (ushort)0, "c", "password"), Closed),
            ("MQTT-3.1.3-1", "the user name before the will, read as its topic, and one field too many", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)0x06, (ushort)0, "c", "user", "gone", "bye"), Closed),
            ("MQTT-3.1.3-3", "no client id", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)2, (ushort)0), Closed),
            ("MQTT-3.1.3-4", "a surrogate in the client id", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)2, (ushort)0, surrogate), Closed),
            ("MQTT-3.1.3-7", "an empty client id and a session to keep", V4, Wire.Connect(V4, "", flags: 0), "20020002"),
            ("MQTT-3.1.3-8", "an empty client id and a session to keep", V4, Wire.Connect(V4, "", flags: 0), "20020002"),
            ("MQTT-3.1.3-9", "a client id that is refused", V4, Wire.Connect(V4, "", flags: 0), "20020002"),
            ("MQTT-3.1.3-10", "a surrogate in the will topic", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)6, (ushort)0, "c", surrogate, "bye"), Closed),
            ("MQTT-3.1.3-11", "a surrogate in the user name", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)0x82, (ushort)0, "c", surrogate), Closed),
            ("MQTT-3.1.4-1", "CONNECT that goes on behind its end", V4, Wire.Packet(0x10, "MQTT", (byte)4, (byte)2, (ushort)0, "c", (byte)1), Closed),
            ("MQTT-3.3.1-2", "DUP with QoS 0", V4, Wire.Publish(V4, "log/t", flags: 8), Closed),
            ("MQTT-3.3.1-4", "both QoS bits", V4, Wire.Publish(V4, "log/t", qos: 3), Closed),
            ("MQTT-3.3.2-1", "PUBLISH without a topic name", V4, [0x30, 0x00], Closed),
            ("MQTT-3.3.2-2", "# in a topic name", V4, Wire.Publish(V4, "log/#"), Closed),
            ("MQTT-3.6.1-1", "flags of PUBREL", V4, Wire.Packet(0x60, (ushort)1), Closed),
            ("MQTT-3.8.1-1", "flags of SUBSCRIBE", V4, [0x80, .. Wire.Subscribe(V4, "t")[1..]], Closed),
            ("MQTT-3.8.3-1", "a surrogate in a filter", V4, Wire.Packet(0x82, (ushort)1, surrogate, (byte)0), Closed),
            ("MQTT-3.8.3-3", "SUBSCRIBE without a filter", V4, Wire.Packet(0x82, (ushort)1), Closed),
            ("MQTT-3-8.3-4", "reserved bits beside the QoS", V4, Wire.Subscribe(V4, "t", 0x10), Closed),
            ("MQTT-3-8.3-4", "a subscription to QoS 3", V4, Wire.Subscribe(V4, "t", 3), Closed),
            ("MQTT-3.10.1-1", "flags of UNSUBSCRIBE", V4, Wire.Packet(0xA0, (ushort)1, "t"), Closed),
            ("MQTT-3.10.3-1", "a surrogate in a filter of UNSUBSCRIBE", V4, Wire.Packet(0xA2, (ushort)1, surrogate), Closed),
            ("MQTT-3.10.3-2", "UNSUBSCRIBE without a filter", V4, Wire.Packet(0xA2, (ushort)1), Closed),
            ("MQTT-3.14.1-1", "flags of DISCONNECT", V4, [0xE1, 0x00], Closed),
            ("MQTT-4.7.1-1", "+ in a topic name", V4, Wire.Publish(V4, "log/+"), Closed),
            ("MQTT-4.7.1-2", "# in the middle of a filter", V4, Wire.Subscribe(V4, "sport/#/ranking"), Closed),
            ("MQTT-4.7.1-3", "+ that shares its level", V4, Wire.Subscribe(V4, "sport+"), Closed),
            ("MQTT-4.7.3-1", "an empty topic name", V4, Wire.Publish(V4, ""), Closed),
            ("MQTT-4.7.3-1", "an empty filter", V4, Wire.Subscribe(V4, ""), Closed),
            ("MQTT-4.7.3-2", "U+0000 in a filter", V4, Wire.Subscribe(V4, "a\0b"), Closed),
            ("MQTT-4.8.0-1", "a packet of type 0", V4, [0x00, 0x00], Closed),
            ("MQTT-4.8.0-1", "AUTH, which MQTT 3.1.1 does not know", V4, [0xF0, 0x00], Closed),
            ("MQTT-4.8.0-1", "a packet that only servers send", V4, [0xD0, 0x00], Closed),
            ("MQTT-4.8.0-1", "PINGREQ with a body", V4, [0xC0, 0x01, 0x00], Closed),
            ("MQTT-4.8.0-1", "a remaining length of five bytes", V4, [0x30, 0x80, 0x80, 0x80, 0x80, 0x01], Closed),
        ];
    }
}
