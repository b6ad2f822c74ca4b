using System.Buffers;
using System.Text;
using CsCheck;
using SensorGrid.FieldProtocols.Frames;
using SensorGrid.FieldProtocols.Hj212;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

public sealed class Hj212FrameWriterTests
{
    private readonly ArrayBufferWriter<byte> output = new();
    private readonly Hj212AreaWriter area = new();

    [Fact]
    public void The_example_of_the_standard_comes_out_to_the_byte()
    {
        Assert.Equal(Hj212WriteError.None, Hj212Areas.RealTimeInterval(area, 30));
        Assert.Equal(Hj212WriteError.None, Hj212FrameWriter.TryWrite(
            new()
            {
                Qn = "20160801085857223"u8,
                St = "32"u8,
                Command = 1062,
                Pw = "100000"u8,
                Mn = "010000A8900016F000169DC0"u8,
                Flag = Hj212Flag.Of(Hj212Edition.Hj2017, wantsAnswer: true),
            },
            area.Area, output));
        Assert.Equal(
            "##0101QN=20160801085857223;ST=32;CN=1062;PW=100000;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&1C80\r\n",
            Encoding.ASCII.GetString(output.WrittenSpan));
    }

    [Fact]
    public void The_encrypted_example_of_2025_comes_out_to_the_byte()
    {
        var vector = Hj212Vector.All.Single(vector => vector.IsEncrypted);
        byte[] plain = Encoding.UTF8.GetBytes(vector.Expect.GetProperty("plaintext").GetString()!);
        Assert.Equal(Hj212WriteError.None, Hj212FrameWriter.TryWrite(
            new()
            {
                Qn = "20240520210700000"u8,
                St = "31"u8,
                Command = 2051,
                Pw = "123456"u8,
                Mn = "010000A8900016F000169DC0"u8,
                Flag = Hj212Flag.Of(Hj212Edition.Hj2025, wantsAnswer: true),
            },
            plain, output, new(vector.Key)));
        Assert.Equal(Convert.ToHexString(vector.Frame) + "0D0A", Convert.ToHexString(output.WrittenSpan));
    }

    [Fact]
    public void What_is_written_is_what_is_read() =>
        GenReport.Sample(
            report =>
            {
                var written = new ArrayBufferWriter<byte>();
                Assert.Equal(Hj212WriteError.None, Write(report, Build(report.Items), written));
                var scanner = new Hj212FrameScanner(report.IsEncrypted ? Encrypting : null);
                var scan = scanner.Scan(written.WrittenSpan, isFinal: false);
                Assert.Equal(FrameScan.Frame(0, written.WrittenCount - 2), scan);
                Assert.True(Hj212Packet.TryOpen(written.WrittenSpan[..scan.Length], out var packet));
                Assert.Equal(report.Qn, Text(packet.Qn));
                Assert.Equal(report.St, Text(packet.St));
                Assert.Equal(report.Command, packet.Command);
                Assert.Equal(report.Mn, Text(packet.Mn));
                Assert.Equal(report.Flag is { } flag ? (byte)(flag & ~2) : null, packet.Flag?.Value);
                byte[] plain = packet.Area.ToArray();
                if (report.IsEncrypted)
                    Key.Decrypt(plain, plain);
                Assert.Equal(report.Items, Items(plain));
            },
            iter: 3000, seed: "0000KoJT3F01");

    [Fact]
    public void A_long_report_is_cut_between_items_and_every_item_comes_once() =>
        Gen.Select(GenItems, Gen.Int[60, 300]).Sample(
            (items, longest) =>
            {
                string[] all = ["DataTime=20240601120000", .. items];
                var report = Build(all);
                int packets = Hj212FrameWriter.CountPackets(report, longest);
                if (packets == 0)
                {
                    Assert.Contains(items, item => Encoding.UTF8.GetByteCount(item) + all[0].Length + 1 > longest);
                    return;
                }
                var read = new List<string>();
                for (int number = 1; number <= packets; number++)
                {
                    var written = new ArrayBufferWriter<byte>();
                    Assert.Equal(
                        Hj212WriteError.None,
                        Hj212FrameWriter.TryWritePart(
                            new() { St = "32"u8, Command = 2051, Mn = "M"u8, Flag = new(5) }, report, number, written, longestArea: longest));
                    Assert.True(Hj212Packet.TryOpen(written.WrittenSpan, out var packet));
                    Assert.InRange(packet.Area.Length, 0, longest);
                    Assert.Equal(packets > 1 ? packets : 0, packet.PacketCount);
                    Assert.Equal(packets > 1 ? number : 0, packet.PacketNumber);
                    Assert.Equal(packets > 1, packet.Flag!.Value.IsSplit);
                    var part = Items(packet.Area);
                    Assert.Equal(all[0], part[0]);
                    read.AddRange(part.Skip(1));
                }
                Assert.Equal(items, read);
                Assert.Equal(Hj212WriteError.FieldOutOfRange, Hj212FrameWriter.TryWritePart(new() { Command = 2051 }, report, packets + 1, new ArrayBufferWriter<byte>(), longestArea: longest));
            },
            iter: 2000, seed: "0000KoJT3F01");

    [Fact]
    public void Every_command_goes_out_in_each_direction_it_has_and_is_read()
    {
        long time = Hj212Text.Beijing("2024-06-01 12:00");
        foreach (var command in Hj212Command.All)
        {
            foreach (var edition in Enum.GetValues<Hj212Edition>())
            {
                Assert.Equal(Hj212WriteError.None, AreaOf(command, time));
                output.ResetWrittenCount();
                Assert.Equal(
                    Hj212WriteError.None,
                    Hj212FrameWriter.TryWrite(
                        new() { Qn = "20240601120000001"u8, St = "32"u8, Command = command.Code, Pw = "123456"u8, Mn = "M1"u8, Flag = Hj212Flag.Of(edition, wantsAnswer: true) },
                        area.Area, output));
                Assert.Equal(FrameScan.Frame(0, output.WrittenCount - 2), new Hj212FrameScanner().Scan(output.WrittenSpan, isFinal: false));
                var frame = new FieldFrame();
                Assert.Equal(default, new Hj212FrameReader().Read(output.WrittenSpan, time, frame));
                Assert.Equal(command.Code.ToString(System.Globalization.CultureInfo.InvariantCulture), frame.Function);
                Assert.DoesNotContain(frame.Problems.ToArray(), problem => problem.Code != Hj212Faults.BadTime);
            }
        }
    }

    [Theory]
    [InlineData("", "1", Hj212WriteError.EmptyKey)]
    [InlineData("a=b", "1", Hj212WriteError.ForbiddenSign)]
    [InlineData("a;b", "1", Hj212WriteError.ForbiddenSign)]
    [InlineData("a", "1;2", Hj212WriteError.ForbiddenSign)]
    [InlineData("a", "1,2", Hj212WriteError.ForbiddenSign)]
    [InlineData("a", "1&&2", Hj212WriteError.ForbiddenSign)]
    [InlineData("a", "1&", Hj212WriteError.ForbiddenSign)]
    [InlineData("a", "1\r\n", Hj212WriteError.ForbiddenSign)]
    [InlineData("a", " 1", Hj212WriteError.ForbiddenSign)]
    [InlineData("a", "//1//", Hj212WriteError.ForbiddenSign)]
    [InlineData("a", "", Hj212WriteError.None)]
    [InlineData("a", "1&2=3", Hj212WriteError.None)]
    public void What_would_be_read_as_something_else_is_refused(string key, string value, Hj212WriteError error)
    {
        area.Add("first", "1");
        Assert.Equal(error, area.Add(key, value));
        Assert.Equal(error == Hj212WriteError.None ? $"first=1,{key}={value}" : "first=1", Text(area.Area));
    }

    [Theory]
    [InlineData("清洗; a=b, c&&d\r\n", Hj212WriteError.None)]
    [InlineData("/a", Hj212WriteError.None)]
    [InlineData("a//b", Hj212WriteError.LogHoldsItsEnd)]
    [InlineData("a/", Hj212WriteError.LogHoldsItsEnd)]
    public void A_log_holds_anything_but_its_end(string text, Hj212WriteError error)
    {
        Assert.Equal(error, area.AddLog("i11001-Info", text));
        if (error == Hj212WriteError.None)
            Assert.Equal([$"i11001-Info=//{text}//"], Items(area.Area));
    }

    [Fact]
    public void What_does_not_fit_is_refused_and_nothing_is_written()
    {
        Assert.Equal(Hj212WriteError.None, area.Add("a", new string('1', 9999 - "CN=2011;PW=;CP=&&a=&&".Length)));
        Assert.Equal(Hj212WriteError.None, Hj212FrameWriter.TryWrite(new() { Command = 2011 }, area.Area, output));
        Assert.Equal(FrameScan.Frame(0, 10009), new Hj212FrameScanner().Scan(output.WrittenSpan, isFinal: false));
        output.ResetWrittenCount();
        Assert.Equal(Hj212WriteError.SegmentTooLong, Hj212FrameWriter.TryWrite(new() { Command = 2011, Mn = "1"u8 }, area.Area, output));
        Assert.Equal(Hj212WriteError.ItemTooLong, Hj212FrameWriter.TryWritePart(new() { Command = 2011 }, area, 1, output));
        Assert.Equal(Hj212WriteError.FieldOutOfRange, Hj212FrameWriter.TryWrite(new() { Command = 999 }, default, output));
        Assert.Equal(Hj212WriteError.FieldOutOfRange, Hj212FrameWriter.TryWrite(new() { Command = 10000 }, default, output));
        Assert.Equal(Hj212WriteError.FieldOutOfRange, Hj212FrameWriter.TryWrite(new() { Command = 2011, PacketCount = 2, PacketNumber = 3 }, default, output));
        Assert.Equal(Hj212WriteError.FieldTooLong, Hj212FrameWriter.TryWrite(new() { Command = 2011, Mn = new byte[65] }, default, output));
        Assert.Equal(Hj212WriteError.ForbiddenSign, Hj212FrameWriter.TryWrite(new() { Command = 2011, Mn = "a;b"u8 }, default, output));
        Assert.Equal(Hj212WriteError.ForbiddenSign, Hj212FrameWriter.TryWrite(new() { Command = 2011, Qn = "a\n"u8 }, default, output));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Parameters_keep_to_the_limits_of_the_standard()
    {
        Assert.Equal(Hj212WriteError.ParameterOutOfRange, Hj212Areas.RealTimeInterval(area, 29));
        Assert.Equal(Hj212WriteError.ParameterOutOfRange, Hj212Areas.RealTimeInterval(area, 3601));
        Assert.Equal(Hj212WriteError.ParameterOutOfRange, Hj212Areas.MinuteInterval(area, 7));
        Assert.Equal(Hj212WriteError.ParameterOutOfRange, Hj212Areas.Period(area, 2, 1));
        Assert.Equal(Hj212WriteError.ParameterOutOfRange, Hj212Areas.SamplingCycle(area, "w01018", new(0, 0), 0));
        Assert.Equal(Hj212WriteError.ParameterOutOfRange, Hj212Areas.TimeOuts(area, 0, 3));
        Assert.Equal(Hj212WriteError.ParameterOutOfRange, Hj212Areas.Password(area, ""));
        Assert.Equal(Hj212WriteError.ForbiddenSign, Hj212Areas.Instrument(area, "a;b"));
    }

    // Data areas as annex C has them, one for each command.
    private Hj212WriteError AreaOf(Hj212Command command, long time)
    {
        switch (command.Code)
        {
            case 1000:
                return Hj212Areas.TimeOuts(area, 5, 3);
            case 1011 or 1012:
                return Hj212Areas.Clock(area, time, "w01018");
            case 1061 or 1062:
                return Hj212Areas.RealTimeInterval(area, 60);
            case 1063 or 1064:
                return Hj212Areas.MinuteInterval(area, 10);
            case 1072:
                return Hj212Areas.Password(area, "654321");
            case 2081:
                return Hj212Areas.Restart(area, time, time);
            case 3011 or 3012 or 3013 or 3014 or 1013 or 3019:
                return Hj212Areas.Instrument(area, "w01018");
            case 3015:
                return Hj212Areas.RetainedSample(area, time, 7);
            case 3016 or 3017:
                return Hj212Areas.SamplingCycle(area, "w01018", new(0, 30), 2);
            case 3018:
                return Hj212Areas.SamplingDuration(area, "w01018", 40);
            case 3020:
                return Hj212Areas.Information(area, "w01018", "i11001", time, time);
            case 3021:
                return Hj212Areas.Parameter(area, "w01018", "i13004", "175");
            case 9011:
                return Hj212Areas.RequestAnswer(area, 1);
            case 9012:
                return Hj212Areas.Result(area, 1);
            case >= 2000 and < 3000:
                area.Clear();
                area.AddTime("DataTime", time);
                area.NextItem().Add("w01018-Avg", 12.50m);
                return area.Add("w01018-Flag", "N");
            default:
                area.Clear();
                return Hj212WriteError.None;
        }
    }

    private static readonly Sm4 Key = new("0000000000000000"u8);
    private static readonly Hj212Stations Encrypting = new(new() { Cipher = Key });

    private static readonly Gen<string> GenWord = Gen.Char["abcwXYZ019-"].Array[1, 8].Select(signs => new string(signs));

    private static readonly Gen<string> GenItem = Gen.Select(GenWord, Gen.Char["0129.-/ &=中"].Array[0, 12]).Select((key, value) => $"{key}={Plain(new string(value))}");

    private static readonly Gen<string[]> GenItems = GenItem.Array[1, 20];

    private static readonly Gen<Report> GenReport = Gen.Select(
        Gen.Int[0, 999].Select(ms => $"20240601120000{ms:D3}"), GenWord, Gen.Int[1000, 9999], GenWord, Gen.Byte.Nullable(), GenItem.Array[0, 20], Gen.Bool)
        .Select((qn, st, command, mn, flag, items, isEncrypted) => new Report(qn, st, command, mn, flag, items, isEncrypted));

    // Values as they may be: no separators, no blanks at the ends, no log.
    private static string Plain(string value)
    {
        value = value.Replace("&&", "&", StringComparison.Ordinal).Replace("//", "/", StringComparison.Ordinal).Trim(' ', '&');
        return value.Contains("&&", StringComparison.Ordinal) || value.StartsWith("//", StringComparison.Ordinal) ? "1" : value;
    }

    private static Hj212AreaWriter Build(IEnumerable<string> items)
    {
        var built = new Hj212AreaWriter();
        foreach (string item in items)
        {
            int equals = item.IndexOf('=', StringComparison.Ordinal);
            Assert.Equal(Hj212WriteError.None, built.NextItem().Add(item[..equals], item[(equals + 1)..]));
        }
        return built;
    }

    private static Hj212WriteError Write(Report report, Hj212AreaWriter area, IBufferWriter<byte> output) =>
        Hj212FrameWriter.TryWrite(
            new()
            {
                Qn = Encoding.UTF8.GetBytes(report.Qn),
                St = Encoding.UTF8.GetBytes(report.St),
                Command = report.Command,
                Mn = Encoding.UTF8.GetBytes(report.Mn),
                Flag = report.Flag is { } flag ? new Hj212Flag(flag) : null,
            },
            area.Area, output, report.IsEncrypted ? Key : null);

    private static List<string> Items(ReadOnlySpan<byte> area)
    {
        var items = new List<string>();
        var pairs = new Hj212PairReader(area);
        while (pairs.MoveNext())
            items.Add($"{Text(pairs.Key)}={Text(pairs.Value)}");
        return items;
    }

    private static string Text(ReadOnlySpan<byte> utf8) => Encoding.UTF8.GetString(utf8);

    private sealed record Report(string Qn, string St, int Command, string Mn, byte? Flag, string[] Items, bool IsEncrypted);
}
