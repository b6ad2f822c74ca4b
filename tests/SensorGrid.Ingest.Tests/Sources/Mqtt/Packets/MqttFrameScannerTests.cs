using System.Buffers;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;

public sealed class MqttFrameScannerTests
{
    // MQTT 5, table 1-1: the ends of each size.
    [Theory]
    [InlineData("00", 0)]
    [InlineData("7F", 127)]
    [InlineData("8001", 128)]
    [InlineData("FF7F", 16_383)]
    [InlineData("808001", 16_384)]
    [InlineData("FFFF7F", 2_097_151)]
    [InlineData("80808001", 2_097_152)]
    [InlineData("FFFFFF7F", 268_435_455)]
    public void Reads_the_remaining_length_at_every_split(string length, int expected)
    {
        byte[] header = [0x30, .. Convert.FromHexString(length)];
        foreach (var buffer in Sequences.EverySplit(header).Append(Sequences.ByteByByte(header)))
        {
            var scan = MqttFrameScanner.Scan(buffer, int.MaxValue, MqttVersion.V5, out var frame, out _);

            Assert.Equal(expected == 0 ? MqttScan.Whole : MqttScan.Incomplete, scan);
            Assert.Equal((MqttPacketType.Publish, expected, header.Length), (frame.Type, frame.BodyLength, frame.HeaderLength));
        }
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("3080")]
    [InlineData("30808080")]
    public void Waits_for_a_header_that_is_not_whole(string bytes) => Assert.Equal(
        MqttScan.Incomplete, MqttFrameScanner.Scan(new(Convert.FromHexString(bytes)), int.MaxValue, MqttVersion.V5, out _, out _));

    [Theory]
    [InlineData(129, MqttScan.Incomplete, MqttViolation.None)]
    [InlineData(128, MqttScan.Refused, MqttViolation.PacketTooLarge)]
    public void A_packet_over_the_limit_is_refused_at_its_header(int limit, object expected, object violation)
    {
        Assert.Equal((MqttScan)expected, MqttFrameScanner.Scan(new(new byte[] { 0x30, 127 }), limit, MqttVersion.V311, out _, out var found));
        Assert.Equal((MqttViolation)violation, found);
    }

    // MQTT 5, tables 2-1 and 2-2: all 256 first bytes, by what a client may send.
    [Theory]
    [InlineData(5)]
    [InlineData(4)]
    public void Judges_every_first_byte(byte level)
    {
        var version = (MqttVersion)level;
        for (int first = 0; first < 256; first++)
        {
            bool good = (first >> 4) switch
            {
                1 or 4 or 5 or 7 or 12 or 14 => (first & 15) == 0,
                3 => (first & 6) != 6 && (first & 14) != 8,
                6 or 8 or 10 => (first & 15) == 2,
                15 => version == MqttVersion.V5 && (first & 15) == 0,
                _ => false,
            };
            var scan = MqttFrameScanner.Scan(new(new byte[] { (byte)first, 0 }), 1000, version, out _, out var violation);

            Assert.True(good == (scan == MqttScan.Whole), $"0x{first:X2}: {scan} {violation}");
            Assert.Equal(good, violation == MqttViolation.None);
        }
    }

    [Fact]
    public void MQTT_311_may_write_a_length_in_more_bytes_than_it_needs_and_MQTT_5_may_not()
    {
        var ping = new ReadOnlySequence<byte>([0xC0, 0x80, 0x00]);

        Assert.Equal(MqttScan.Whole, MqttFrameScanner.Scan(ping, 1000, MqttVersion.V311, out _, out _));
        Assert.Equal(MqttScan.Refused, MqttFrameScanner.Scan(ping, 1000, MqttVersion.V5, out _, out var violation));
        Assert.Equal(MqttViolation.VariableIntegerNotMinimal, violation);
    }
}
