using System.Buffers;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

/// <summary>Scanner and reader on every packet a client may send, cut in every way a network may cut it.</summary>
public sealed class MqttPacketReaderTests
{
    public static TheoryData<string> Names => Samples.Names;

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_it_whole(string name)
    {
        var (_, version, bytes, expected) = Samples.Of(name);

        Assert.Equal(expected, PacketText.Read(bytes, version));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Reads_it_at_every_split_and_byte_by_byte(string name)
    {
        var (_, version, bytes, expected) = Samples.Of(name);

        foreach (var split in Sequences.EverySplit(bytes))
            Assert.Equal(expected, PacketText.Read(split, version));
        Assert.Equal(expected, PacketText.Read(Sequences.ByteByByte(bytes), version));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Waits_for_the_rest_of_one_that_is_cut_short(string name)
    {
        var (_, version, bytes, _) = Samples.Of(name);

        for (int length = 1; length < bytes.Length; length++)
        {
            Assert.Equal("incomplete", PacketText.Read(bytes[..length], version));
            Assert.Equal("incomplete", PacketText.Read(Sequences.ByteByByte(bytes.AsMemory(0, length)), version));
        }
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Takes_only_its_own_bytes_out_of_many(string name)
    {
        var (_, version, bytes, expected) = Samples.Of(name);
        if (version == MqttVersion.Unknown)
            return;

        Assert.Equal(expected + expected + "PingReq\n", PacketText.Read([.. bytes, .. bytes, 0xC0, 0], version));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void Refuses_a_body_that_ends_early_or_late(string name)
    {
        var (_, version, bytes, _) = Samples.Of(name);
        // All samples are shorter than 128 bytes times 128: one or two bytes of length.
        int header = bytes.Length - 2 < 128 ? 2 : 3;
        for (int length = 0; length < bytes.Length - header; length++)
        {
            byte[] cut = [bytes[0], .. Wire.Variable(length), .. bytes.AsSpan(header, length)];
            string text = PacketText.Read(cut, version);
            // A shorter packet may be another good one (a PUBLISH with less payload, a PUBACK without its reason); it is never read beyond its end.
            Assert.DoesNotContain("incomplete", text, StringComparison.Ordinal);
            Assert.Equal(text, PacketText.Read(Sequences.ByteByByte(cut), version));
        }
        // Three bytes: one or two may be the reason and the empty properties that a short form leaves out.
        byte[] late = [bytes[0], .. Wire.Variable(bytes.Length - header + 3), .. bytes.AsSpan(header), 0, 0, 0];
        if (!name.StartsWith("PUBLISH", StringComparison.Ordinal))
            Assert.True(Enum.TryParse<MqttViolation>(PacketText.Read(late, version).Split('\n')[^1], out var violation) && violation != MqttViolation.None);
    }

    [Fact]
    public void Messages_of_known_topics_and_their_acknowledgements_make_no_garbage()
    {
        using var reader = new MqttPacketReader();
        var connect = new ReadOnlySequence<byte>(Wire.Connect(MqttVersion.V5));
        MqttFrameScanner.Scan(connect, 1000, MqttVersion.Unknown, out var frame, out _);
        reader.ReadConnect(frame, connect, out _);
        byte[] bytes =
        [
            .. Wire.Publish(MqttVersion.V5, "a/b", new string('x', 300), qos: 1, id: 5, properties: Wire.Properties((byte)0x02, Wire.FourBytes(9), (byte)0x26, "k", "v")),
            .. Wire.Publish(MqttVersion.V5, "c/d", "y", qos: 2, id: 6),
            .. Wire.Packet(0x62, (ushort)6), .. Wire.Packet(0x40, (ushort)9, (byte)0), .. Wire.Packet(0x50, (ushort)9), .. Wire.Packet(0x70, (ushort)9), 0xC0, 0,
        ];
        foreach (var sequence in (ReadOnlySequence<byte>[])[new(bytes), Sequences.Split(bytes, 20), Sequences.ByteByByte(bytes)])
        {
            Run(sequence);
            long before = GC.GetAllocatedBytesForCurrentThread();
            for (int i = 0; i < 1000; i++)
                Run(sequence);
            Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        }

        void Run(in ReadOnlySequence<byte> all)
        {
            var rest = all;
            while (!rest.IsEmpty)
            {
                MqttFrameScanner.Scan(rest, 1000, MqttVersion.V5, out var next, out _);
                if (next.Type == MqttPacketType.Publish)
                    reader.ReadPublish(next, rest, out _);
                else if (next.Type != MqttPacketType.PingReq)
                    reader.ReadAcknowledgement(next, rest, out _);
                rest = rest.Slice(next.Length);
            }
        }
    }

    [Fact]
    public void A_connection_keeps_a_few_topics_and_reads_any_number()
    {
        using var reader = new MqttPacketReader();
        var connect = new ReadOnlySequence<byte>(Wire.Connect(MqttVersion.V311));
        MqttFrameScanner.Scan(connect, 1000, MqttVersion.Unknown, out var frame, out _);
        reader.ReadConnect(frame, connect, out _);
        for (int round = 0; round < 3; round++)
        {
            for (int i = 0; i < 20; i++)
            {
                var packet = new ReadOnlySequence<byte>(Wire.Publish(MqttVersion.V311, $"topic/{i}"));
                MqttFrameScanner.Scan(packet, 1000, MqttVersion.V311, out frame, out _);
                Assert.Equal(MqttViolation.None, reader.ReadPublish(frame, packet, out var publish));
                Assert.Equal($"topic/{i}", publish.Topic);
            }
        }
    }
}
