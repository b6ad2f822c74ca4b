using System.Buffers;
using System.IO.Pipelines;
using MQTTnet.Exceptions;
using SensorGrid.Ingest.Sources.Mqtt.Embedded;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt;

public sealed class PacketLimitPipeReaderTests
{
    // MQTT 3.1.1, table 2.4: the ends of each size.
    [Theory]
    [InlineData("00", 0)]
    [InlineData("7F", 127)]
    [InlineData("8001", 128)]
    [InlineData("FF7F", 16_383)]
    [InlineData("808001", 16_384)]
    [InlineData("FFFF7F", 2_097_151)]
    [InlineData("80808001", 2_097_152)]
    [InlineData("FFFFFF7F", 268_435_455)]
    [InlineData("FFFFFFFF", long.MaxValue)]
    [InlineData("8080808001", long.MaxValue)]
    public void Reads_the_remaining_length_at_every_split(string length, long expected)
    {
        byte[] header = [0x30, .. Convert.FromHexString(length), 0xAA];
        foreach (var buffer in Sequences.EverySplit(header))
            Assert.Equal(expected, PacketLimitPipeReader.RemainingLength(buffer));
    }

    [Theory]
    [InlineData("")]
    [InlineData("30")]
    [InlineData("3080")]
    [InlineData("30808080")]
    public void Waits_for_a_header_that_is_not_whole(string bytes) =>
        Assert.Equal(-1, PacketLimitPipeReader.RemainingLength(new ReadOnlySequence<byte>(Convert.FromHexString(bytes))));

    [Fact]
    public async Task A_packet_up_to_the_limit_passes_and_a_larger_one_ends_the_connection_at_its_header()
    {
        var pipe = new Pipe();
        var reader = new PacketLimitPipeReader(pipe.Reader, 128);
        byte[] fits = [0x30, 0x80, 0x01, .. new byte[128]];
        await pipe.Writer.WriteAsync(fits);
        var read = await reader.ReadAsync();
        Assert.Equal(fits.Length, read.Buffer.Length);
        reader.AdvanceTo(read.Buffer.End);

        await pipe.Writer.WriteAsync(new byte[] { 0x30, 0x81, 0x01 });
        await Assert.ThrowsAsync<MqttCommunicationException>(async () => await reader.ReadAsync());
    }
}
