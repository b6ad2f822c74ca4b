using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Modbus;
using SensorGrid.FieldProtocols.Tests.Support;

namespace SensorGrid.FieldProtocols.Tests.Modbus;

/// <summary>Frames of the application protocol's own examples (V1.1b3 §6): coils 20–38, discrete inputs 197–218, holding registers 108–110, input register 9.</summary>
public sealed class ModbusFramesTests
{
    private static readonly ModbusRequest Registers = new(0x11, ModbusTable.Holding, 0x6B, 3);

    public static TheoryData<byte, ushort, ushort, string, string> Examples => new()
    {
        { 1, 0x13, 0x13, "0100130013", "0103CD6B05" },
        { 2, 0xC4, 0x16, "0200C40016", "0203ACDB35" },
        { 3, 0x6B, 3, "03006B0003", "0306022B00000064" },
        { 4, 8, 1, "0400080001", "0402000A" },
    };

    [Fact]
    public void The_checksum_is_that_of_the_catalogue_of_checksums() => Assert.Equal(0x4B37, ModbusFrames.Crc("123456789"u8));

    [Theory, MemberData(nameof(Examples))]
    public void Requests_and_answers_are_those_of_the_standard(byte table, ushort address, ushort count, string request, string answer)
    {
        var asked = new ModbusRequest(7, (ModbusTable)table, address, count);
        byte[] tcp = new byte[ModbusFrames.TcpRequestBytes];
        ModbusFrames.WriteTcp(0x1501, asked, tcp);
        Assert.Equal("15010000000607" + request, Convert.ToHexString(tcp));
        byte[] rtu = new byte[ModbusFrames.RtuRequestBytes];
        ModbusFrames.WriteRtu(asked, rtu);
        Assert.Equal("07" + request, Convert.ToHexString(rtu[..6]));
        Assert.Equal(ModbusFrames.Crc(rtu.AsSpan(0, 6)), rtu[6] | rtu[7] << 8);

        byte[] pdu = Convert.FromHexString("07" + answer);
        byte[] tcpAnswer = [0x15, 0x01, 0, 0, 0, (byte)pdu.Length, .. pdu];
        Assert.Equal(new(default, ModbusException.None, 9, pdu.Length - 3), ModbusFrames.ReadTcp(tcpAnswer, 0x1501, asked));
        byte[] rtuAnswer = WithCrc(pdu);
        Assert.Equal(new(default, ModbusException.None, 3, pdu.Length - 3), ModbusFrames.ReadRtu(rtuAnswer, asked));
    }

    [Fact]
    public void A_frame_on_a_serial_line_is_the_one_engineers_know()
    {
        // Printed in many manuals: slave 17 asked for registers 107 to 109.
        byte[] request = new byte[8];
        ModbusFrames.WriteRtu(Registers, request);
        Assert.Equal("1103006B00037687", Convert.ToHexString(request));
        Assert.Equal(new(default, ModbusException.None, 3, 6), ModbusFrames.ReadRtu(Convert.FromHexString("110306AE415652434049AD"), Registers));
    }

    [Theory]
    [InlineData("150200000009110306022B00000064", "other_transaction")]
    [InlineData("150100000009120306022B00000064", "other_unit")]
    [InlineData("150100000009110406022B00000064", "other_function")]
    [InlineData("150100000007110304022B0000", "bad_length")]
    [InlineData("15010000000411830200", "bad_length")]
    public void An_answer_to_another_question_is_none(string hex, string code) =>
        Assert.Equal(code, ModbusFrames.ReadTcp(Convert.FromHexString(hex), 0x1501, Registers).Fault.Code);

    [Fact]
    public void A_refusal_is_an_answer() =>
        Assert.Equal(new(default, ModbusException.IllegalAddress), ModbusFrames.ReadTcp(Convert.FromHexString("150100000003118302"), 0x1501, Registers));

    [Fact]
    public async Task Answers_come_out_of_a_tcp_stream_however_it_is_cut()
    {
        byte[] one = Convert.FromHexString("150100000009110306022B00000064"), two = Convert.FromHexString("150200000003118302");
        Assert.Equal(
            ["frame " + Convert.ToHexString(one), "frame " + Convert.ToHexString(two), "End"], await StreamEvents.OfEverySplitAsync(new ModbusTcpScanner(), [.. one, .. two]));
        var noisy = await StreamEvents.OfEverySplitAsync(new ModbusTcpScanner(), [0xFF, 0xFF, 0xFF, .. one]);
        Assert.Equal("frame " + Convert.ToHexString(one), noisy.Single(text => text.StartsWith("frame", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task Answers_come_out_of_a_serial_line_with_noise_and_echoes()
    {
        byte[] one = Convert.FromHexString("110306AE415652434049AD"), two = WithCrc(0x11, 0x83, 2);
        Assert.Equal(
            ["frame " + Convert.ToHexString(one), "frame " + Convert.ToHexString(two), "End"], await StreamEvents.OfEverySplitAsync(new ModbusRtuScanner(), [.. one, .. two]));
        byte[] broken = [.. one];
        broken[4] ^= 1;
        var events = await StreamEvents.OfEverySplitAsync(new ModbusRtuScanner(), [0, 0xFF, .. broken, .. one]);
        Assert.Contains("fault crc_mismatch", events);
        Assert.Equal("frame " + Convert.ToHexString(one), events.Single(text => text.StartsWith("frame", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_cut_answer_is_truncated()
    {
        byte[] one = Convert.FromHexString("150100000009110306022B00000064");
        for (int length = 1; length < one.Length; length++)
            Assert.Contains("fault truncated", await StreamEvents.OfAsync(new ModbusTcpScanner(), one.AsMemory(0, length)));
    }

    [Theory, InlineData(1), InlineData(2)]
    public void Damaged_frames_are_found_or_not_and_nothing_else(int seed)
    {
        var random = new Random(seed);
        byte[][] seeds = [Convert.FromHexString("150100000009110306022B00000064"), Convert.FromHexString("110306AE415652434049AD"), Convert.FromHexString("150200000003118302")];
        IFrameScanner[] scanners = [new ModbusTcpScanner(), new ModbusRtuScanner()];
        for (int i = 0; i < 50_000; i++)
        {
            byte[] bytes = [.. seeds[random.Next(3)]];
            for (int wounds = random.Next(1, 4); wounds > 0; wounds--)
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            var scan = scanners[i % 2].Scan(bytes, isFinal: random.Next(2) == 0);
            Assert.InRange(scan.Start + scan.Length, 0, bytes.Length);
            if (scan.Outcome != FrameScanOutcome.Frame)
                continue;
            var frame = bytes.AsSpan(scan.Start, scan.Length);
            var answer = i % 2 == 0 ? ModbusFrames.ReadTcp(frame, 0x1501, Registers) : ModbusFrames.ReadRtu(frame, Registers);
            Assert.InRange(answer.DataStart + answer.DataLength, 0, frame.Length);
        }
    }

    private static byte[] WithCrc(params byte[] bytes)
    {
        ushort crc = ModbusFrames.Crc(bytes);
        return [.. bytes, (byte)crc, (byte)(crc >> 8)];
    }
}
