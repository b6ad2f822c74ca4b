using System.Buffers;
using System.Text;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

/// <summary>What is wrong in a good frame costs itself and nothing else.</summary>
public sealed class Sl651BadInputTests
{
    private static readonly Sl651FrameHead Up = new(Sl651Direction.Up, 1, new(0x0012345678), 0, Sl651Function.Timed, Sl651End.Etx);

    [Theory]
    [InlineData("2619001A05" + "38121250", "PT NaN mm @ 260701 12:00:00 Bad|VT 12.5 V @ 260701 12:00:00|! not_bcd at 37 26")]
    [InlineData("2650" + "01000000000000000000" + "38121250", "PT NaN mm @ 260701 12:00:00 Bad|VT 12.5 V @ 260701 12:00:00|! too_many_digits at 37 26")]
    [InlineData("2650" + "00000000000000000015" + "38121250", "PT 15 mm @ 260701 12:00:00|VT 12.5 V @ 260701 12:00:00")]
    [InlineData("2600" + "38121250", "VT 12.5 V @ 260701 12:00:00|! empty_element at 37 26")]
    [InlineData("38121250" + "2619000105" + "39230000", "VT 12.5 V @ 260701 12:00:00|PT 10.5 mm @ 260701 12:00:00|! overlong_element at 46")]
    [InlineData("38121250" + "39", "VT 12.5 V @ 260701 12:00:00|! overlong_element at 41")]
    [InlineData("38121250" + "FF09", "VT 12.5 V @ 260701 12:00:00|! overlong_element at 41")]
    [InlineData("38121250" + "0000", "VT 12.5 V @ 260701 12:00:00|! bad_identifier at 41")]
    [InlineData("38121250" + "F0F12607", "VT 12.5 V @ 260701 12:00:00|! bad_identifier at 41")]
    [InlineData("0418010100" + "38121250", "! bad_step at 42")]
    [InlineData("F0F02613010000" + "38121250", "VT 12.5 V @ 260701 12:00:30 Suspect|! bad_time at 37")]
    [InlineData("05120130", "DT 90 min @ 260701 12:00:00")]
    [InlineData("05120175", "DT NaN min @ 260701 12:00:00 Bad|! bad_time at 37 05")]
    [InlineData("2722FF000531", "Q -5.31 m3/s @ 260701 12:00:00")]
    [InlineData("3808FF" + "7608AA", "VT NaN V @ 260701 12:00:00 Missing|x76 NaN @ 260701 12:00:00 Missing")]
    [InlineData("FDF60102FF", "DATA '0102FF' @ 260701 12:00:00")]
    [InlineData("F1F1003030149048" + "38121250", "0030301490/VT 12.5 V @ 260701 12:00:00")]
    [InlineData("F1F1003030149048" + "F0F02607011100" + "38121250" + "F1F1001234567848" + "3812FFFF", "0030301490/VT 12.5 V @ 260701 11:00:00|VT NaN V @ 260701 11:00:00 Missing")]
    public void Of_a_timed_report(string content, string expected) =>
        Assert.Equal(expected.Split('|'), Read(Sl651Function.Timed, "F1F1001234567848" + "F0F02607011200" + content));

    [Fact]
    public void Data_before_the_first_observation_time_are_suspect() =>
        Assert.Equal(["VT 12.5 V @ 260701 12:00:30 Suspect", "! no_observation_time at 30"], Read(Sl651Function.Timed, "F1F1001234567848" + "38121250"));

    [Fact]
    public void A_send_time_that_does_not_exist_is_replaced_by_arrival()
    {
        var into = new FieldFrame();
        new Sl651FrameReader().Read(Frame(Sl651Function.QueryStatus, "0001261332250000" + "F1F10012345678" + "452000000480"), Sl651ReadingText.ReceivedAt, into);
        Assert.Null(into.SentAtTicks);
        Assert.Equal("ZT 1152 @ 261125 12:00:00 Suspect", Sl651ReadingText.Of(into)[0]);
        Assert.Equal("! bad_send_time at 16", Sl651ReadingText.Of(into)[^1]);
    }

    [Fact]
    public void A_series_that_ends_within_a_value_gives_the_whole_ones() => Assert.Equal(
        ["Z 1 m @ 260701 12:00:00", "Z NaN m @ 260702 12:00:00 Missing", "! partial_value at 42 39"],
        Read(Sl651Function.Uniform, "F1F1001234567848" + "F0F02607011200" + "0418010000" + "391A000100" + "FFFFFF" + "0001"));

    [Fact]
    public void A_step_of_nothing_stands_before_slots() => Assert.Equal(
        12, Read(Sl651Function.QueryPeriod, "F1F1001234567848" + "F0F02607011105" + "0418000000" + "F460" + "000102030405060708090A0B").Length);

    [Fact]
    public void A_function_that_the_standard_lacks_stays_raw() =>
        Assert.Equal(["! unknown_function at 22"], Read((Sl651Function)0xE5, "38121250"));

    [Theory]
    [InlineData("short_body", "000126070112")]
    [InlineData("short_body", "00")]
    public void A_body_without_room_for_serial_and_time_is_refused(string fault, string body) =>
        Assert.Equal(fault, new Sl651FrameReader().Read(Frame(Sl651Function.Timed, body), 0, new()).Code);

    [Fact]
    public void Packets_that_cannot_be_are_refused_and_a_later_one_alone_says_nothing()
    {
        byte[] packet = Sl651Vector.Named("fujian-09-fc36").Frame;
        (packet[15], packet[16]) = (0x40, 0x05);
        Assert.Equal("bad_packet_field", new Sl651FrameReader().Read(packet, 0, new()).Code);
        packet[16] = 0x02;
        Assert.Equal(["! missing_packets at 0"], Sl651ReadingText.Of(Convert.ToHexString(packet)));
        Assert.Equal("! trailing_bytes at 40", Sl651ReadingText.Of(Convert.ToHexString(Frame(Sl651Function.Timed, "0001260701120030" + "F0F02607011200" + "3812125038121250")) + "7E")[^1]);
    }

    [Fact]
    public void A_text_that_is_too_long_is_told()
    {
        var frames = new ArrayBufferWriter<byte>();
        var body = new Sl651BodyWriter().Begin(1, new DateTime(2026, 7, 1, 4, 0, 0).Ticks).ManualText(new string('x', 70_000));
        Sl651FrameWriter.WriteReport(frames, Up with { Function = Sl651Function.ManualText }, body.Written, 4000);
        Assert.Equal(["! text_too_long at 25 F2"], Sl651ReadingText.Of(Convert.ToHexString(frames.WrittenSpan)));
    }

    [Theory]
    [InlineData(0x31, "TT 2607011200 DRN05 Z Q 6.38 12.1 M 12.3 6.4 ", "Z 6.38 m @ 260701 12:00:00|Q 12.1 m3/s @ 260701 12:00:00|Z NaN m @ 260701 12:05:00 Missing|Q 12.3 m3/s @ 260701 12:05:00|Z 6.4 m @ 260701 12:10:00")]
    [InlineData(0x31, "TT 2607011200 DRD01 6.38 ", "! unpaired_word at 76")]
    [InlineData(0x31, "TT 2607011200 DRH02 Z 6.38 x1 ", "Z 6.38 m @ 260701 12:00:00|Z NaN m @ 260701 12:00:00 Bad|! not_a_number at 83 39")]
    [InlineData(0x32, "TT 2607011200 Z -0.345 VT M ", "Z -0.345 m @ 260701 12:00:00|VT NaN V @ 260701 12:00:00 Missing")]
    [InlineData(0x32, "TT 2607011200 ZT 00000480 FOO 1.5 A+B 2 ", "ZT 1152 @ 260701 12:00:00|*|x.FOO 1.5 @ 260701 12:00:00|x.A_2BB 2 @ 260701 12:00:00")]
    [InlineData(0x32, "TT 2607011200 Z 6.3.8 VT 12 ", "Z NaN m @ 260701 12:00:00 Bad|VT 12 V @ 260701 12:00:00|! not_a_number at 70 39")]
    [InlineData(0x32, "TT 2607011200 VT 12 Z", "VT 12 V @ 260701 12:00:00|! unpaired_word at 76")]
    [InlineData(0x32, "TT 2613011200 VT 12 ", "VT 12 V @ 260701 12:00:30 Suspect|! bad_time at 56")]
    [InlineData(0x32, "VT 12 ", "VT 12 V @ 260701 12:00:30 Suspect|! no_observation_time at 56")]
    [InlineData(0x32, "TT 2607011105 DRP 00FF0203 ", "DRP NaN mm @ 260701 11:05:00 Bad|! not_a_number at 70 F4")]
    [InlineData(0x35, "RGZS Q 1.234 by hand", "RGZS 'Q 1.234 by hand' @ 260701 12:00:30")]
    [InlineData(0x36, "TT 2607011200 PIC abcdef", "PIC 6 B @ 260701 12:00:00")]
    [InlineData(0x43, "20 1 03 1234 ", "cfg.20 1 h @ 260701 12:00:30")]
    [InlineData(0x43, "Z 1 ", "! bad_identifier at 40")]
    [InlineData(0xE5, "Z 1 ", "! unknown_function at 40")]
    public void Of_an_ascii_body(int function, string content, string expected)
    {
        // Serial, send time and station take 32 signs behind the 24 of the header; texts and parameters stand without the station here.
        string body = "0001260701120030" + (function is 0x35 or 0x43 or 0xE5 ? "" : "ST 0012345678 H ") + content;
        var output = new ArrayBufferWriter<byte>();
        Sl651FrameWriter.Write(output, Up with { Function = (Sl651Function)function, Encoding = Sl651Encoding.Ascii }, Encoding.ASCII.GetBytes(body));
        var lines = Sl651ReadingText.Of(Convert.ToHexString(output.WrittenSpan));
        string[] wanted = expected.Split('|');
        Assert.Equal(wanted.Where(line => line != "*"), wanted.Contains("*") ? [lines[0], .. lines[13..]] : lines);
    }

    [Theory]
    [InlineData("ST 12 H TT 2607011200 VT 12 ", "VT 12 V @ 260701 12:00:00|! bad_address at 43")]
    [InlineData("TT 2607011200 LONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONGLONG1 1 VT 12 ", "VT 12 V @ 260701 12:00:00|! name_too_long at 54")]
    public void Of_an_ascii_body_without_its_station(string content, string expected)
    {
        var output = new ArrayBufferWriter<byte>();
        Sl651FrameWriter.Write(output, Up with { Encoding = Sl651Encoding.Ascii }, Encoding.ASCII.GetBytes("0001260701120030" + content));
        Assert.Equal(expected.Split('|'), Sl651ReadingText.Of(Convert.ToHexString(output.WrittenSpan)));
    }

    private static string[] Read(Sl651Function function, string content) =>
        Sl651ReadingText.Of(Convert.ToHexString(Frame(function, "0001260701120030" + content)));

    private static byte[] Frame(Sl651Function function, string body)
    {
        var output = new ArrayBufferWriter<byte>();
        Sl651FrameWriter.Write(output, Up with { Function = function }, Convert.FromHexString(body));
        return output.WrittenSpan.ToArray();
    }
}
