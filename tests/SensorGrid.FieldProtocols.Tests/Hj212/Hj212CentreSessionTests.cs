using System.Buffers;
using System.Text;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

public sealed class Hj212CentreSessionTests
{
    private const string Standard = "QN=20160801085857223;ST=32;CN={0};PW=123456;MN=010000A8900016F000169DC0;Flag=5";
    private static readonly long Start = Hj212Text.Beijing("2024-06-01 12:00");
    private readonly ArrayBufferWriter<byte> output = new();
    private Hj212CentreSession session = new();
    private long now = Start;

    [Fact]
    public void An_upload_is_answered_when_it_is_durable_and_not_before()
    {
        byte[] upload = Upload("DataTime=20160801085857;w01018-Rtd=1");
        Assert.Equal(FieldSessionWish.Keep, Take(upload));
        Assert.Equal("010000A8900016F000169DC0", session.Station);
        Assert.Equal(upload, session.Payload.ToArray());
        Assert.Equal("", Sent());
        Assert.Equal(FieldSessionWish.Send, session.Kept(true, now, output));
        Assert.Equal("QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&", Sent());
        Assert.Equal(FieldSessionWish.None, session.Kept(true, now, output));
    }

    [Fact]
    public void What_is_not_durable_is_not_answered_and_is_kept_when_it_comes_again()
    {
        byte[] upload = Upload("DataTime=20160801085857;w01018-Rtd=1");
        Take(upload);
        Assert.Equal(FieldSessionWish.None, session.Kept(false, now, output));
        Assert.Equal(FieldSessionWish.Keep, Take(upload));
        Assert.Equal("", Sent());
        Assert.Equal(0, session.Repeats);
    }

    [Fact]
    public void A_repeat_of_what_is_durable_is_answered_at_once()
    {
        byte[] upload = Upload("DataTime=20160801085857;w01018-Rtd=1");
        Keep(upload);
        string answer = Sent();
        Assert.Equal(FieldSessionWish.Send, Take(upload));
        Assert.Equal(answer, Sent());
        Assert.Equal(1, session.Repeats);
        // The same number with other values is no repeat: some clocks stand still.
        Assert.Equal(FieldSessionWish.Keep, Take(Upload("DataTime=20160801085857;w01018-Rtd=2")));
    }

    [Fact]
    public void Packets_without_a_time_of_their_own_are_never_repeats()
    {
        Keep(Upload("w01018-Rtd=1"));
        Assert.Equal(FieldSessionWish.Keep, Take(Upload("w01018-Rtd=1")));
    }

    [Fact]
    public void Only_so_many_repeats_are_remembered()
    {
        session = new(new() { RememberedUploads = 2 });
        for (int i = 1; i <= 3; i++)
            Keep(Upload($"DataTime=2016080108585{i};w01018-Rtd=1"));
        Assert.Equal(FieldSessionWish.Keep, Take(Upload("DataTime=20160801085851;w01018-Rtd=1")));
        Assert.Equal(FieldSessionWish.Send, Take(Upload("DataTime=20160801085853;w01018-Rtd=1")));
    }

    [Theory]
    [InlineData("QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=M1;Flag=4", "")]
    [InlineData("ST=32;CN=2011;PW=123456;MN=M1", "")]
    [InlineData("QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=M1;Flag=1", "ST=91;CN=9014;PW=123456;MN=M1;Flag=0;CP=&&QN=20160801085857223&&")]
    [InlineData("QN=20160801085857223;ST=32;CN=2011;PW=123456;MN=M1;Flag=9", "QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=M1;Flag=8;CP=&&&&")]
    [InlineData("ST=32;CN=2011;MN=M1;Flag=5", "ST=91;CN=9014;PW=;MN=M1;Flag=4;CP=&&&&")]
    public void Answers_are_of_the_edition_of_the_upload(string header, string answer)
    {
        Keep(Hj212Text.Frame(header + ";CP=&&DataTime=20160801085857;w01018-Rtd=1&&"));
        Assert.Equal(answer, Sent());
    }

    [Fact]
    public void Stations_can_be_answered_always_and_with_the_packets_number()
    {
        session = new(new() { Stations = new(null, new Dictionary<string, Hj212StationOptions> { ["M1"] = new() { AnswerAll = true, EchoPacketNumber = true } }) });
        Keep(Hj212Text.Frame("ST=32;CN=2011;PW=1;MN=M1;CP=&&DataTime=20160801085857&&"));
        Assert.Equal("ST=91;CN=9014;PW=1;MN=M1;CP=&&&&", Sent());
        Keep(Hj212Text.Frame("QN=1;ST=32;CN=2011;PW=1;MN=M1;Flag=7;PNUM=2;PNO=02;CP=&&DataTime=20160801085857&&"));
        Assert.Equal("QN=1;ST=91;CN=9014;PW=1;MN=M1;Flag=4;CP=&&PNO=02&&", Sent());
        Keep(Hj212Text.Frame("ST=32;CN=2011;PW=1;MN=M2;CP=&&DataTime=20160801085857&&"));
        Assert.Equal("", Sent());
    }

    [Theory]
    [InlineData(9021, "QN=20160801085857223;ST=91;CN=9014;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&")]
    [InlineData(9015, "QN=20160801085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&")]
    public void Signs_of_life_are_answered_and_not_kept(int command, string answer)
    {
        Assert.Equal(FieldSessionWish.Send, Take(Hj212Text.Upload(command, "", Standard)));
        Assert.Equal(answer, Sent());
    }

    [Fact]
    public void A_station_that_asks_for_the_time_gets_it()
    {
        Assert.Equal(FieldSessionWish.Send, Take(Hj212Text.Upload(1013, "PolId=w01018", Standard)));
        Assert.Equal(
            "QN=20160801085857223;ST=91;CN=9013;PW=123456;MN=010000A8900016F000169DC0;Flag=4;CP=&&&&|" +
            "QN=20240601120000000;ST=32;CN=1012;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&PolId=w01018;SystemTime=20240601120000&&",
            Sent());
        Answer("20240601120000000", 9011, "QnRtn=1");
        Answer("20240601120000000", 9012, "ExeRtn=1");
        Assert.True(session.TryTakeOutcome(out var outcome));
        Assert.Equal(new("010000A8900016F000169DC0", 1012, Hj212CommandEnd.Done, 1, 0), outcome);
    }

    [Fact]
    public void A_command_nobody_answers_goes_out_byte_for_byte_three_times_more()
    {
        Meet();
        Assert.True(session.TrySetRealTimeInterval("010000A8900016F000169DC0", 30));
        Assert.Equal(long.MinValue, session.DueAtTicks);
        Assert.Equal(FieldSessionWish.Send, session.Tick(now, output));
        string command = Sent();
        Assert.Equal("QN=20240601120000000;ST=32;CN=1062;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&RtdInterval=30&&", command);
        for (int resend = 0; resend < 3; resend++)
        {
            Assert.Equal(now + TimeSpan.FromSeconds(10).Ticks, session.DueAtTicks);
            now = session.DueAtTicks - 1;
            Assert.Equal(FieldSessionWish.None, session.Tick(now, output));
            now++;
            Assert.Equal(FieldSessionWish.Send, session.Tick(now, output));
            Assert.Equal(command, Sent());
        }
        now = session.DueAtTicks;
        Assert.Equal(FieldSessionWish.None, session.Tick(now, output));
        Assert.True(session.TryTakeOutcome(out var outcome));
        Assert.Equal(Hj212CommandEnd.TimedOut, outcome.End);
        Assert.Equal(long.MaxValue, session.DueAtTicks);
    }

    [Theory]
    [InlineData("9011 QnRtn=3", Hj212CommandEnd.Refused, 3)]
    [InlineData("9011 QnRtn=1|9012 ExeRtn=1", Hj212CommandEnd.Done, 1)]
    [InlineData("9011 QnRtn=1|9012 ExeRtn=100", Hj212CommandEnd.NoData, 100)]
    [InlineData("9011 QnRtn=1|9012 ExeRtn=5", Hj212CommandEnd.Failed, 5)]
    [InlineData("9012 ExeRtn=1", Hj212CommandEnd.Done, 1)]
    [InlineData("9011 QnRtn=1|wait", Hj212CommandEnd.NoResult, 0)]
    [InlineData("9011 |", Hj212CommandEnd.Refused, -1)]
    public void Return_codes_say_how_a_command_ended(string answers, Hj212CommandEnd end, int code)
    {
        Meet();
        session.TryInstrument("010000A8900016F000169DC0", 3011, "w01018");
        session.Tick(now, output);
        foreach (string answer in answers.Split('|', StringSplitOptions.RemoveEmptyEntries))
        {
            if (answer == "wait")
                session.Tick(now = session.DueAtTicks, output);
            else
                Answer("20240601120000000", int.Parse(answer[..4], System.Globalization.CultureInfo.InvariantCulture), answer[5..]);
        }
        Assert.True(session.TryTakeOutcome(out var outcome));
        Assert.Equal(new("010000A8900016F000169DC0", 3011, end, code, 0), outcome);
    }

    [Fact]
    public void Answers_about_something_else_change_nothing()
    {
        Meet();
        session.TryReadClock("010000A8900016F000169DC0");
        session.Tick(now, output);
        Answer("20240601120000001", 9011, "QnRtn=3");
        Take(Hj212Text.Frame("QN=20240601120000000;ST=91;CN=9011;PW=1;MN=another;Flag=4;CP=&&QnRtn=3&&"));
        Assert.False(session.TryTakeOutcome(out _));
        // As 2005 has it, the number stands inside.
        Take(Hj212Text.Frame("ST=91;CN=9012;PW=1;MN=010000A8900016F000169DC0;Flag=0;CP=&&QN=20240601120000000;ExeRtn=1&&"));
        Assert.True(session.TryTakeOutcome(out _));
    }

    [Fact]
    public void Data_of_a_query_give_the_station_time_again_but_not_for_ever()
    {
        Meet();
        Assert.True(session.TryQuery("010000A8900016F000169DC0", 2051, Start - TimeSpan.TicksPerHour, Start));
        session.Tick(now, output);
        Assert.Contains("CP=&&BeginTime=20240601110000;EndTime=20240601120000&&", Sent(), StringComparison.Ordinal);
        Answer("20240601120000000", 9011, "QnRtn=1");
        int packets = 0;
        while (!session.TryTakeOutcome(out _))
        {
            now += TimeSpan.FromSeconds(9).Ticks;
            session.Tick(now, output);
            Take(Hj212Text.Upload(2051, $"DataTime=20160801085857;w01018-Avg={packets}", Standard));
            Assert.InRange(++packets, 0, 68);
        }
        Assert.InRange(packets, 66, 68);
    }

    [Fact]
    public void Real_time_data_is_on_as_soon_as_the_station_agrees()
    {
        Meet();
        session.TrySetRealTime("010000A8900016F000169DC0", isOn: true);
        session.TrySetRealTime("010000A8900016F000169DC0", isOn: false);
        session.Tick(now, output);
        output.ResetWrittenCount();
        Answer("20240601120000000", 9011, "QnRtn=1");
        Assert.Equal("QN=20240601120000001;ST=32;CN=2012;PW=123456;MN=010000A8900016F000169DC0;Flag=5;CP=&&&&", Sent());
        Answer("20240601120000001", 9013, "");
        Assert.True(session.TryTakeOutcome(out var first));
        Assert.True(session.TryTakeOutcome(out var second));
        Assert.Equal((2011, Hj212CommandEnd.Done, 2012, Hj212CommandEnd.Done), (first.Command, first.End, second.Command, second.End));
    }

    [Fact]
    public void Each_packet_of_a_split_report_is_kept_and_answered_by_itself()
    {
        for (int number = 1; number <= 3; number++)
        {
            byte[] part = Part(number, 3, $"DataTime=20160801085857;w0101{number}-Avg=1");
            Keep(part);
            Assert.Equal(part, session.Payload.ToArray());
            Assert.Contains("CN=9014", Sent(), StringComparison.Ordinal);
        }
        Assert.Equal((1, 0), (session.CompleteReports, session.IncompleteReports));
        Assert.Equal(long.MaxValue, session.DueAtTicks);
    }

    [Fact]
    public void A_later_packet_without_the_time_goes_into_the_log_behind_the_one_that_says_it()
    {
        byte[] first = Part(1, 2, "DataTime=20160801085857;w01018-Avg=1");
        byte[] second = Part(2, 2, "w21003-Avg=2,w21003-Flag=D");
        Keep(first);
        Keep(second);
        Assert.Equal([.. first, .. second], session.Payload.ToArray());
        var frame = new FieldFrame();
        Assert.Equal(default, new Hj212FrameReader().Read(session.Payload.Span, 1, frame));
        Assert.All(frame.Readings.ToArray(), reading => Assert.Equal(Hj212Text.Beijing("2016-08-01 08:58:57"), reading.ObservedAtTicks));
        Assert.Equal(1, session.CompleteReports);
    }

    [Fact]
    public void Reports_with_packets_missing_are_given_up_after_the_time_out_or_for_room()
    {
        session = new(new() { MaxOpenReports = 2 });
        for (int minute = 0; minute < 3; minute++)
            Keep(Part(1, 2, $"DataTime=2016080108{minute:D2}00;w01018-Avg=1"));
        Assert.Equal(1, session.IncompleteReports);
        Assert.Equal(now + TimeSpan.FromSeconds(10).Ticks, session.DueAtTicks);
        session.Tick(now = session.DueAtTicks, output);
        Assert.Equal((0, 3), (session.CompleteReports, session.IncompleteReports));
        Assert.Equal(long.MaxValue, session.DueAtTicks);
    }

    [Fact]
    public void Refills_ask_for_hours_of_minutes_days_of_hours_and_months_of_days()
    {
        Meet();
        Assert.True(session.TryRefill("010000A8900016F000169DC0", Hj212Text.Beijing("2024-05-31 22:20"), Hj212Text.Beijing("2024-06-01 00:30")));
        var asked = new List<string>();
        session.Tick(now, output);
        while (output.WrittenCount > 0)
        {
            Assert.True(Hj212Packet.TryOpen(output.WrittenSpan, out var packet));
            asked.Add($"{packet.Command} {Encoding.ASCII.GetString(packet.Area)}");
            string qn = LastQn();
            output.ResetWrittenCount();
            Answer(qn, 9011, "QnRtn=1");
            Answer(qn, 9012, asked.Count == 2 ? "ExeRtn=100" : "ExeRtn=1");
        }
        Assert.Equal(long.MaxValue, session.DueAtTicks);
        Assert.Equal(
            [
                "2051 BeginTime=20240531220000;EndTime=20240531225959", "2051 BeginTime=20240531230000;EndTime=20240531235959", "2051 BeginTime=20240601000000;EndTime=20240601002959",
                "2061 BeginTime=20240531220000;EndTime=20240601002959",
                "2031 BeginTime=20240531000000;EndTime=20240601002959",
            ],
            asked);
        Assert.False(session.TryTakeOutcome(out _));
        Assert.Equal(0, session.FailedRefills);
    }

    [Fact]
    public void A_refill_is_let_be_when_the_station_refuses_or_does_not_answer_and_tried_again_when_it_cannot_now()
    {
        session = new(new() { RefillCommands = [2051], Resends = 0 });
        Meet();
        Refill();
        session.Tick(now, output);
        Answer(LastQn(), 9011, "QnRtn=8");
        Assert.Equal((1, long.MaxValue), (session.FailedRefills, session.DueAtTicks));
        Refill();
        session.Tick(now, output);
        session.Tick(now = session.DueAtTicks, output);
        Assert.Equal((2, long.MaxValue), (session.FailedRefills, session.DueAtTicks));
        Refill();
        for (int attempt = 0; attempt < 3; attempt++)
        {
            Assert.Equal(2, session.FailedRefills);
            now = Math.Max(now, session.DueAtTicks);
            output.ResetWrittenCount();
            Assert.Equal(FieldSessionWish.Send, session.Tick(now, output));
            Answer(LastQn(), 9012, "ExeRtn=5");
        }
        Assert.Equal((3, long.MaxValue), (session.FailedRefills, session.DueAtTicks));

        void Refill() => Assert.True(session.TryRefill("010000A8900016F000169DC0", Start - TimeSpan.TicksPerHour, Start));
    }

    [Fact]
    public void What_is_wished_at_first_goes_out_once_to_each_station()
    {
        session = new(new() { SetClockAtFirst = true, SetTimeOutsAtFirst = true, RealTimeIntervalAtFirst = 60, MinuteIntervalAtFirst = 10 });
        Take(Upload("DataTime=20160801085857;w01018-Rtd=1"));
        var sent = new List<string>();
        for (int command = 0; command < 4; command++)
        {
            Assert.True(Hj212Packet.TryOpen(output.WrittenSpan, out var packet));
            sent.Add($"{packet.Command} {Encoding.ASCII.GetString(packet.Area)}");
            string qn = Encoding.ASCII.GetString(packet.Qn);
            output.ResetWrittenCount();
            Take(Hj212Text.Frame($"QN={qn};ST=91;CN=9012;PW=1;MN=010000A8900016F000169DC0;Flag=4;CP=&&ExeRtn=1&&"));
        }
        Assert.Equal(["1012 SystemTime=20240601120000", "1000 OverTime=10;ReCount=3", "1062 RtdInterval=60", "1064 MinInterval=10"], sent);
        Take(Upload("DataTime=20160801085858;w01018-Rtd=1"));
        Assert.Equal(0, output.WrittenCount);
    }

    [Fact]
    public void Everything_that_waits_has_a_bound()
    {
        session = new(new() { MaxStations = 2, MaxCommands = 3, MaxRefills = 4, MaxOutcomes = 2, Resends = 0, RefillCommands = [2051, 2061] });
        for (int i = 1; i <= 3; i++)
        {
            Keep(Hj212Text.Upload(2011, "DataTime=20160801085857", $"QN=1;ST=32;CN={{0}};PW=1;MN=M{i};Flag=5"));
            Assert.Equal($"M{i}", session.Station);
        }
        Assert.False(session.TryReadClock("M3"));
        Assert.False(session.TryRefill("M3", 1, 2));
        Assert.False(session.TryRefill("M1", 2, 2));
        Assert.Equal([true, true, true, false], Enumerable.Range(0, 4).Select(_ => session.TryReadClock("M1")));
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => session.TryRefill("M1", Start, Start + 1)));
        Assert.False(session.TrySetRealTimeInterval("M1", 1));
        Assert.False(session.TryInstrument("M1", 3011, "a;b"));
        session.Tick(now, output);
        while (session.DueAtTicks != long.MaxValue)
            session.Tick(now = Math.Max(now, session.DueAtTicks), output);
        Assert.Equal([true, true, false], Enumerable.Range(0, 3).Select(_ => session.TryTakeOutcome(out var _)));
        Assert.Equal(4, session.FailedRefills);
    }

    [Fact]
    public void What_cannot_be_repeated_in_an_answer_is_counted()
    {
        Keep(Hj212Text.Frame($"QN=1;ST=32;CN=2011;PW={new string('1', 65)};MN=M1;Flag=5;CP=&&DataTime=20160801085857&&"));
        Assert.Equal("", Sent());
        Assert.Equal(1, session.Unanswerable);
    }

    [Fact]
    public void Queries_of_information_are_encrypted_where_the_station_has_a_key()
    {
        var key = new Sm4("0000000000000000"u8);
        var stations = new Hj212Stations(new() { Cipher = key });
        session = new(new() { Stations = stations });
        Meet();
        Assert.True(session.TryReadInformation("010000A8900016F000169DC0", "w01018", "i11001", Start, Start));
        session.Tick(now, output);
        var scan = new Hj212FrameScanner(stations).Scan(output.WrittenSpan, isFinal: false);
        Assert.True(Hj212Packet.TryOpen(output.WrittenSpan.Slice(scan.Start, scan.Length), out var packet));
        byte[] area = packet.Area.ToArray();
        key.Decrypt(area, area);
        Assert.Equal("PolId=w01018;InfoId=i11001;BeginTime=20240601120000;EndTime=20240601120000", Encoding.ASCII.GetString(area));
    }

    [Fact]
    public void A_command_carries_the_password_that_is_set_for_its_station_and_else_the_stations_own()
    {
        session = new(new() { Stations = new(null, new Dictionary<string, Hj212StationOptions> { ["010000A8900016F000169DC0"] = new() { Password = Password("s3cret") } }) });
        Meet();
        Keep(Hj212Text.Frame("QN=1;ST=32;CN=2011;PW=654321;MN=M2;Flag=4;CP=&&DataTime=20160801085857&&"));
        Assert.True(session.TryReadClock("010000A8900016F000169DC0"));
        session.Tick(now, output);
        Assert.Contains(";PW=s3cret;MN=010000A8900016F000169DC0;", Sent(), StringComparison.Ordinal);
        Answer("20240601120000000", 9011, "QnRtn=2");
        output.ResetWrittenCount();
        Assert.True(session.TryReadClock("M2"));
        session.Tick(now, output);
        Assert.Contains(";PW=654321;MN=M2;", Sent(), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("PW=s3cret;", true)]
    [InlineData("PW=123456;", false)]
    [InlineData("PW=s3cre;", false)]
    [InlineData("PW=s3cretX;", false)]
    [InlineData("PW=S3CRET;", false)]
    [InlineData("PW=;", false)]
    [InlineData("", false)]
    public void Where_passwords_are_checked_nothing_is_kept_or_answered_with_a_wrong_one(string pw, bool isRight)
    {
        session = new(new() { Stations = new(new() { Password = Password("s3cret"), CheckPassword = true }) });
        foreach (var (command, wish) in new[] { (2011, FieldSessionWish.Keep), (9021, FieldSessionWish.Send), (9015, FieldSessionWish.Send), (1013, FieldSessionWish.Send) })
        {
            Assert.Equal(
                isRight ? wish : FieldSessionWish.TurnAway,
                Take(Hj212Text.Frame($"QN=20160801085857223;ST=32;CN={command};{pw}MN=M1;Flag=5;CP=&&DataTime=20160801085857&&")));
        }
        Assert.Equal("M1", session.Station);
        Assert.Equal(isRight, session.TryReadClock("M1"));
        if (!isRight)
            Assert.Equal("", Sent());
    }

    [Fact]
    public void Without_a_password_or_without_the_check_everybody_is_taken()
    {
        foreach (var station in new Hj212StationOptions[] { new() { CheckPassword = true }, new() { Password = Password("s3cret") } })
        {
            session = new(new() { Stations = new(station) });
            Assert.Equal(FieldSessionWish.Keep, Take(Upload("DataTime=20160801085857;w01018-Rtd=1")));
        }
    }

    [Fact]
    public void A_station_that_finds_our_password_wrong_ends_the_command_although_its_own_is_wrong_here()
    {
        session = new(new() { Stations = new(new() { Password = Password("123456"), CheckPassword = true }) });
        Meet();
        Assert.True(session.TryReadClock("010000A8900016F000169DC0"));
        session.Tick(now, output);
        Answer("20240601120000000", 9011, "QnRtn=3");
        Assert.True(session.TryTakeOutcome(out var outcome));
        Assert.Equal((Hj212CommandEnd.Refused, 3), (outcome.End, outcome.Code));
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("1", true)]
    [InlineData("123456789012345678901234", true)]
    [InlineData("1234567890123456789012345", false)]
    [InlineData("a;b", false)]
    [InlineData("a,b", false)]
    [InlineData("a=b", false)]
    [InlineData("a&b", false)]
    [InlineData("a b", false)]
    [InlineData("密码", false)]
    public void A_password_is_what_can_stand_in_a_packet(string text, bool isGood)
    {
        Assert.Equal(isGood, Hj212Password.TryCreate(text, out var password));
        if (isGood && text.Length > 1)
            Assert.DoesNotContain(text, $"{password} {new Hj212StationOptions { Password = password }}", StringComparison.Ordinal);
    }

    private static Hj212Password Password(string text)
    {
        Assert.True(Hj212Password.TryCreate(text, out var password));
        return password;
    }

    private static byte[] Upload(string area) => Hj212Text.Upload(2011, area, Standard);

    private static byte[] Part(int number, int count, string area) =>
        Hj212Text.Upload(2051, area, $"QN=2016080108585722{number};ST=32;CN={{0}};PW=123456;MN=M1;Flag=7;PNUM={count};PNO={number}");

    private FieldSessionWish Take(byte[] frame) => session.Take(frame, now, output);

    private void Keep(byte[] frame)
    {
        Assert.True(Take(frame).HasFlag(FieldSessionWish.Keep));
        session.Kept(true, now, output);
    }

    private void Meet()
    {
        Keep(Upload("DataTime=20160801085857;w01018-Rtd=1"));
        output.ResetWrittenCount();
    }

    private void Answer(string qn, int command, string area) =>
        Take(Hj212Text.Frame($"QN={qn};ST=91;CN={command};PW=1;MN=010000A8900016F000169DC0;Flag=4;CP=&&{area}&&"));

    private string LastQn()
    {
        string text = Encoding.ASCII.GetString(output.WrittenSpan);
        return text.Substring(text.LastIndexOf("QN=", StringComparison.Ordinal) + 3, 17);
    }

    // Segments of what was sent, one behind the other.
    private string Sent()
    {
        string[] lines = Encoding.UTF8.GetString(output.WrittenSpan).Split("\r\n", StringSplitOptions.RemoveEmptyEntries);
        output.ResetWrittenCount();
        return string.Join('|', lines.Select(line => line[6..^4]));
    }
}
