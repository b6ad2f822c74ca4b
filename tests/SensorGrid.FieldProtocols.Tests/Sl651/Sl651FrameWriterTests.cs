using System.Buffers;
using System.Buffers.Binary;
using System.Globalization;
using System.Text;
using CsCheck;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

public sealed class Sl651FrameWriterTests
{
    private static readonly long Noon = new DateTime(2026, 7, 1, 4, 0, 0).Ticks;
    private static readonly Sl651End[] Ends = Enum.GetValues<Sl651End>();
    private static readonly Sl651FrameHead Up = new(Sl651Direction.Up, 1, new(0x0012345678), 0x1234, Sl651Function.Timed, Sl651End.Etx);

    [Fact]
    public void Every_published_frame_is_written_byte_by_byte_from_what_was_read()
    {
        string[] deviceWays =
        [
            "fujian-02-fc34",             // F5 marked 5C
            "lab-2024-fc34-up-8063",      // AA for a missing value
            "rtu-hourly-vendor-arrays",   // a tail in the maker's layout
        ];
        int same = 0;
        foreach (var vector in Sl651Vector.Good.Where(vector => !deviceWays.Contains(vector.Name)))
        {
            Assert.Equal(Convert.ToHexString(vector.Frame), Convert.ToHexString(Sl651Rewrite.Of(vector.Frame)));
            same++;
        }
        Assert.Equal(85, same);
    }

    [Fact]
    public void What_is_written_is_read_again() =>
        Gen.Select(Sl651Content.Frames, Gen.Int[9, 600]).Sample((content, piece) =>
        {
            var output = new ArrayBufferWriter<byte>();
            Sl651FrameWriter.WriteReport(output, content.Head, content.Body(Sl651Encoding.Hex), Math.Max(piece, 16));
            var into = new FieldFrame();
            Assert.Null(new Sl651FrameReader().Read(Scanned(output.WrittenSpan), 0, into).Code);
            Assert.Equal(content.Expected, Sl651ReadingText.Of(into));
            Assert.Equal((content.Head.Station.ToString(), content.Serial, content.SentAt), (into.Station, into.Serial!.Value, into.SentAtTicks!.Value));
        });

    [Fact]
    public void Both_encodings_say_the_same() =>
        Sl651Content.Frames.Where(content => content.HasAsciiForm).Sample(content =>
        {
            var output = new ArrayBufferWriter<byte>();
            Sl651FrameWriter.WriteReport(output, content.Head with { Encoding = Sl651Encoding.Ascii }, content.Body(Sl651Encoding.Ascii), 1000);
            var into = new FieldFrame();
            Assert.Null(new Sl651FrameReader().Read(Scanned(output.WrittenSpan), 0, into).Code);
            Assert.Equal(content.Expected, Sl651ReadingText.Of(into));
        });

    [Fact]
    public void Headers_of_every_kind_are_read_again() =>
        Gen.Select(Gen.Bool, Gen.Byte, Gen.ULong[0, 0xFF_FFFF_FFFF], Gen.UShort, Gen.Byte, Gen.Int[0, Ends.Length - 1].Select(index => Ends[index]), Gen.Bool, Gen.Int[0, 4095])
            .Sample((isUp, centre, station, password, function, end, isAscii, total) =>
            {
                var head = new Sl651FrameHead(
                    isUp ? Sl651Direction.Up : Sl651Direction.Down, centre, new(station), password, (Sl651Function)function, end,
                    isAscii ? Sl651Encoding.Ascii : Sl651Encoding.Hex);
                var output = new ArrayBufferWriter<byte>();
                if (total == 0)
                    Sl651FrameWriter.WriteConfirmation(output, head, 7, Noon);
                else
                    Sl651FrameWriter.WritePacketAnswer(output, head, total, total, 7, Noon);
                Assert.True(Sl651FrameView.TryRead(Scanned(output.WrittenSpan), out var view, out _));
                Assert.Equal(head, Sl651FrameHead.Of(view.Header));
                Assert.Equal((total, total), (view.Header.Total, view.Header.Sequence));
            });

    [Fact]
    public void A_confirmation_is_the_published_one()
    {
        Assert.True(Sl651FrameView.TryRead(Sl651Vector.Named("quick-doc-32-up-9FE1").Frame, out var report, out _));
        var output = new ArrayBufferWriter<byte>();
        Sl651FrameWriter.WriteConfirmation(output, Sl651FrameHead.AnswerTo(report.Header, Sl651End.Esc), report.Serial, new DateTime(2014, 12, 5, 3, 0, 2).Ticks);
        Assert.Equal(Convert.ToHexString(Sl651Vector.Named("quick-doc-32-dn-BD6C").Frame), Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void A_negative_level_takes_the_sign_in_its_leading_zeros_and_a_large_one_takes_a_byte_more()
    {
        Assert.Equal("3923FF000345", Body(writer => writer.Value(0x39, -0.345m)));
        Assert.Equal("392BFF01234567", Body(writer => writer.Value(0x39, -1234.567m)));
        Assert.Equal("272BFF00000531", Body(writer => writer.Value(0x27, -0.531m)));
        Assert.Equal("2619FFFFFF", Body(writer => writer.Value(0x26, null)));
    }

    [Theory]
    [InlineData("overflow", "10000.0 of 02 does not fit into 2 bytes")]
    [InlineData("overflow", "0.12 is no value of 26: 1 decimals")]
    [InlineData("overflow", "slot 1 of F4 is 255: 0 to 254")]
    [InlineData("overflow", "slot 1 of F5 is 65535: 0 to 65534")]
    [InlineData("overflow", "3 slots: an hour has exactly 12")]
    [InlineData("overflow", "31 event counters: exactly 32")]
    [InlineData("overflow", "a version of 256 bytes: at most 255")]
    [InlineData("overflow", "65536 is no serial number")]
    [InlineData("overflow", "32 bytes with 0 decimals")]
    [InlineData("overflow", "a body of 4096 bytes: 1 to 4095 fit")]
    [InlineData("overflow", "needs 5000 packets; 4095 can be numbered")]
    [InlineData("bad_packet_field", "packet 3 of 2")]
    [InlineData("bad_time", "the year 1999 cannot be written")]
    [InlineData("bad_step", "1 d 1 h 0 min")]
    [InlineData("bad_identifier", "0 is no identifier")]
    [InlineData("bad_identifier", "F4 is no element with a value of its own")]
    [InlineData("no_definition", "76 has no natural width")]
    [InlineData("no_ascii_form", "76 has no name in the ASCII encoding")]
    [InlineData("no_ascii_form", "a version cannot be written in the ASCII encoding")]
    [InlineData("forbidden_character", "the class 00 is no sign of a word")]
    [InlineData("forbidden_character", "no control characters")]
    [InlineData("forbidden_character", "sign 1 of the text is half a sign")]
    [InlineData("bad_address", "'44088' is not a county of six digits")]
    public void What_cannot_be_written_is_refused_with_the_reason(string code, string message)
    {
        var refusals = Refusals.Select(write => Assert.Throws<Sl651WriteException>(write)).ToArray();
        Assert.Equal(23, refusals.Length);
        Assert.Contains(refusals, refusal => refusal.Code == code && refusal.Message.Contains(message, StringComparison.Ordinal));
    }

    private static IEnumerable<Action> Refusals =>
    [
        () => Body(writer => writer.Value(0x02, 10000m)),
        () => Body(writer => writer.Value(0x26, 0.12m)),
        () => Body(writer => writer.RainSlots([255, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        () => Body(writer => writer.LevelSlots(1, [65535, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0])),
        () => Body(writer => writer.RainSlots([1, 2, 3])),
        () => Body(writer => writer.Events(new ushort[31])),
        () => Body(writer => writer.Version(new string('v', 256))),
        () => new Sl651BodyWriter().Begin(65536, Noon),
        () => Sl651Definition.Of(32, 0),
        () => Sl651FrameWriter.Write(new ArrayBufferWriter<byte>(), Up, new byte[4096]),
        () => Sl651FrameWriter.WriteReport(new ArrayBufferWriter<byte>(), Up, new byte[100_000], 20),
        () => Sl651FrameWriter.WritePacket(new ArrayBufferWriter<byte>(), Up, 2, 3, [1]),
        () => new Sl651BodyWriter().Begin(1, new DateTime(1999, 12, 31).Ticks),
        () => Body(writer => writer.Step(new(1, 1, 0))),
        () => Body(writer => writer.Digits(0, 1, new(0x08))),
        () => Body(writer => writer.Digits(0xF4, 1, new(0x60))),
        () => Body(writer => writer.Value(0x76, 1m)),
        () => new Sl651BodyWriter(Sl651Encoding.Ascii).Begin(1, Noon).Digits(0x76, 1, new(0x08)),
        () => new Sl651BodyWriter(Sl651Encoding.Ascii).Begin(1, Noon).Version("1"),
        () => new Sl651BodyWriter(Sl651Encoding.Ascii).Begin(1, Noon).Station(default, 0),
        () => new Sl651BodyWriter(Sl651Encoding.Ascii).Begin(1, Noon).ManualText("a\u0003"),
        () => Body(writer => writer.ManualText("a\ud800")),
        () => Sl651Address.Of("44088", 1),
    ];

    [Fact]
    public void Chinese_text_comes_back_as_it_was()
    {
        var body = new Sl651BodyWriter().Begin(1, Noon).ManualText("水位 6.38 米");
        var output = new ArrayBufferWriter<byte>();
        Sl651FrameWriter.Write(output, Up with { Function = Sl651Function.ManualText }, body.Written);
        Assert.Equal(["RGZS '水位 6.38 米' @ 260701 12:00:00"], Sl651ReadingText.Of(Convert.ToHexString(output.WrittenSpan)));
    }

    [Fact]
    public void States_of_pumps_and_gates_and_quota_become_booleans()
    {
        Assert.Equal(
            ["PUMP.1 true @ 260701 12:00:00", "PUMP.2 false @ 260701 12:00:00", "PUMP.3 true @ 260701 12:00:00"],
            Read(Sl651Function.SwitchPumps, writer => writer.Switches([0b101]))[..3]);
        Assert.Equal(
            ["GATE.1 true @ 260701 12:00:00", "GATE.2 false @ 260701 12:00:00", "GATE-OPENING.1 150 cm @ 260701 12:00:00", "GATE-OPENING.2 0 cm @ 260701 12:00:00"],
            Read(Sl651Function.MoveGates, writer => writer.Gates([true, false], [150, 0])));
        Assert.Equal(["quota true @ 260701 12:00:00"], Read(Sl651Function.SetQuota, writer => writer.Quota(true)));
        Assert.Equal("ZT.door-open true @ 260701 12:00:00", Read(Sl651Function.QueryStatus, writer => writer.Status(0))[8]);
        Assert.Equal("ZT 1152 @ 260701 12:00:00", Read(Sl651Function.QueryStatus, writer => writer.Status(0x480))[0]);
    }

    private static string[] Read(Sl651Function function, Action<Sl651BodyWriter> write)
    {
        var body = new Sl651BodyWriter().Begin(1, Noon).Station(Up.Station);
        write(body);
        var output = new ArrayBufferWriter<byte>();
        Sl651FrameWriter.Write(output, Up with { Function = function }, body.Written);
        return Sl651ReadingText.Of(Convert.ToHexString(output.WrittenSpan));
    }

    private static string Body(Action<Sl651BodyWriter> write)
    {
        var body = new Sl651BodyWriter().Begin(1, Noon);
        write(body);
        return Convert.ToHexString(body.Written[8..]);
    }

    // One frame, or packets: all of them are found whole one behind the other.
    private static byte[] Scanned(ReadOnlySpan<byte> bytes)
    {
        var scanner = new Sl651FrameScanner();
        for (int at = 0; at < bytes.Length;)
        {
            var scan = scanner.Scan(bytes[at..], isFinal: false);
            Assert.Equal((FrameScanOutcome.Frame, 0), (scan.Outcome, scan.Start));
            at += scan.Length;
        }
        return bytes.ToArray();
    }
}
