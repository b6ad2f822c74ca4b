using SensorGrid.Ingest.Sources.Mqtt.Packets;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

/// <summary>Each packet a client may send, in plain and in full dress, with what it says.</summary>
internal static class Samples
{
    private static readonly byte[] FullProperties = Wire.Properties(
        (byte)0x01, (byte)1, (byte)0x02, Wire.FourBytes(60), (byte)0x03, "text/plain", (byte)0x08, "answers/here", (byte)0x09, Wire.Fields((ushort)2, (byte)0xCA, (byte)0xFE),
        (byte)0x26, "a", "1", (byte)0x23, (ushort)7, (byte)0x26, "b", "2", (byte)0x26, "a", "3");

    public static (string Name, MqttVersion Version, byte[] Bytes, string Expected)[] All { get; } =
    [
        ("CONNECT 3.1.1, least", MqttVersion.Unknown, Wire.Connect(MqttVersion.V311, "gw"),
            "Connect V311 clean 'gw' keep-alive 60 user  password  expiry  receive 65535 size 4294967295 aliases 0 problems True responses False\n"),
        ("CONNECT 3.1.1, most", MqttVersion.Unknown,
            Wire.Packet(0x10, "MQTT", (byte)4, (byte)0xEC, (ushort)5, "gw", "w/t", "gone", "user", Wire.Fields((ushort)2, (byte)0, (byte)255)),
            "Connect V311 kept 'gw' keep-alive 5 user user password 00FF expiry  receive 65535 size 4294967295 aliases 0 problems True responses False\n"
            + "Will after 0: 'w/t' AtLeastOnce retain = 676F6E65 text  type  answer   expires never []\n"),
        ("CONNECT 5, most", MqttVersion.Unknown,
            Wire.Packet(
                0x10, "MQTT", (byte)5, (byte)0xD6, (ushort)0,
                Wire.Properties((byte)0x11, Wire.FourBytes(uint.MaxValue), (byte)0x21, (ushort)20, (byte)0x27, Wire.FourBytes(1000), (byte)0x22, (ushort)3,
                    (byte)0x19, (byte)1, (byte)0x17, (byte)0, (byte)0x26, "k", "v"),
                "",
                Wire.Properties((byte)0x18, Wire.FourBytes(9), (byte)0x02, Wire.FourBytes(4), (byte)0x01, (byte)0, (byte)0x26, "n", ""), "w/水", "",
                "u", Wire.Fields((ushort)0)),
            "Connect V5 clean '' keep-alive 0 user u password  expiry 4294967295 receive 20 size 1000 aliases 3 problems False responses True\n"
            + "Will after 9: 'w/水' ExactlyOnce =  text False type  answer   expires 4 [n=]\n"),
        ("PUBLISH 3.1.1 QoS 0", MqttVersion.V311, Wire.Publish(MqttVersion.V311, "a/b", "hello", flags: 1),
            "Publish 0 new alias 0 'a/b' AtMostOnce retain = 68656C6C6F text  type  answer   expires never []\n"),
        ("PUBLISH 3.1.1 QoS 2, empty, again", MqttVersion.V311, Wire.Publish(MqttVersion.V311, "/", "", qos: 2, id: 65535, flags: 8),
            "Publish 65535 again alias 0 '/' ExactlyOnce =  text  type  answer   expires never []\n"),
        ("PUBLISH 5, all properties", MqttVersion.V5, Wire.Publish(MqttVersion.V5, "t", "p", qos: 1, id: 258, properties: FullProperties),
            "Publish 258 new alias 7 't' AtLeastOnce = 70 text True type text/plain answer answers/here CAFE expires 60 [a=1 b=2 a=3]\n"),
        ("PUBLISH 5, alias only", MqttVersion.V5, Wire.Publish(MqttVersion.V5, "", "p", properties: Wire.Properties((byte)0x23, (ushort)1)),
            "Publish 0 new alias 1 '' AtMostOnce = 70 text  type  answer   expires never []\n"),
        ("PUBACK 3.1.1", MqttVersion.V311, Wire.Packet(0x40, (ushort)7), "PubAck 7 Success\n"),
        ("PUBACK 5, short", MqttVersion.V5, Wire.Packet(0x40, (ushort)7), "PubAck 7 Success\n"),
        ("PUBACK 5, reason", MqttVersion.V5, Wire.Packet(0x40, (ushort)7, (byte)0x87), "PubAck 7 NotAuthorized\n"),
        ("PUBREC 5, properties", MqttVersion.V5, Wire.Packet(0x50, (ushort)7, (byte)0x97, Wire.Properties((byte)0x1F, "full", (byte)0x26, "a", "b")), "PubRec 7 QuotaExceeded\n"),
        ("PUBREL 3.1.1", MqttVersion.V311, Wire.Packet(0x62, (ushort)1), "PubRel 1 Success\n"),
        ("PUBREL 5", MqttVersion.V5, Wire.Packet(0x62, (ushort)1, (byte)0x92, (byte)0), "PubRel 1 PacketIdentifierNotFound\n"),
        ("PUBCOMP", MqttVersion.V311, Wire.Packet(0x70, (ushort)300), "PubComp 300 Success\n"),
        ("SUBSCRIBE 3.1.1", MqttVersion.V311, Wire.Packet(0x82, (ushort)10, "a/+", (byte)1, "#", (byte)2),
            "Subscribe 10 #0 MqttSubscribeItem { Filter = a/+, Qos = 1, NoLocal = False, RetainAsPublished = False, RetainHandling = 0 } "
            + "MqttSubscribeItem { Filter = #, Qos = 2, NoLocal = False, RetainAsPublished = False, RetainHandling = 0 }\n"),
        ("SUBSCRIBE 5", MqttVersion.V5, Wire.Subscribe(MqttVersion.V5, "$share/g/t", 0x2A, 11, Wire.Properties((byte)0x0B, Wire.Variable(MqttVariableInteger.Max), (byte)0x26, "x", "y")),
            "Subscribe 11 #268435455 MqttSubscribeItem { Filter = $share/g/t, Qos = 2, NoLocal = False, RetainAsPublished = True, RetainHandling = 2 }\n"),
        ("UNSUBSCRIBE 3.1.1", MqttVersion.V311, Wire.Packet(0xA2, (ushort)12, "a", "b/#"), "Unsubscribe 12 a b/#\n"),
        ("UNSUBSCRIBE 5", MqttVersion.V5, Wire.Packet(0xA2, (ushort)12, Wire.Properties((byte)0x26, "x", "y"), "a"), "Unsubscribe 12 a\n"),
        ("PINGREQ", MqttVersion.V311, [0xC0, 0], "PingReq\n"),
        ("DISCONNECT 3.1.1", MqttVersion.V311, [0xE0, 0], "Disconnect Success \n"),
        ("DISCONNECT 5, short", MqttVersion.V5, [0xE0, 0], "Disconnect Success \n"),
        ("DISCONNECT 5, long", MqttVersion.V5, Wire.Packet(0xE0, (byte)4, Wire.Properties((byte)0x11, Wire.FourBytes(5), (byte)0x1F, "bye", (byte)0x1C, "other")), "Disconnect DisconnectWithWill 5\n"),
    ];

    public static TheoryData<string> Names { get; } = [.. All.Select(sample => sample.Name)];

    public static (string Name, MqttVersion Version, byte[] Bytes, string Expected) Of(string name) => All.Single(sample => sample.Name == name);
}
