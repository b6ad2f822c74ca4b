using System.Text;
using CsCheck;
using SensorGrid.FieldProtocols.Hj212;
using SensorGrid.FieldProtocols.Sessions;

namespace SensorGrid.FieldProtocols.Tests.Hj212;

public sealed class Hj212SessionsTests
{
    private static readonly Hj212StationSettings Settings = new() { Mn = "M1" };

    [Theory]
    [InlineData(Hj212Edition.Hjt2005, false)]
    [InlineData(Hj212Edition.Hj2017, false)]
    [InlineData(Hj212Edition.Hj2025, false)]
    [InlineData(Hj212Edition.Hj2025, true)]
    public void Reports_arrive_once_and_are_acknowledged_in_every_edition(Hj212Edition edition, bool isEncrypted)
    {
        var key = isEncrypted ? new Sm4("0123456789abcdef"u8) : null;
        var line = new Hj212Line(new() { Stations = new(new() { Cipher = key }) }, Settings with { Edition = edition, Cipher = key });
        for (int minute = 0; minute < 5; minute++)
            line.Store.Measure(2051, line.Now + minute * TimeSpan.TicksPerMinute, values: 60);
        line.Run(1);
        Assert.Equal(0, line.Store.WaitingCount);
        Assert.Equal(300, line.LogCount);
        Assert.Equal(0, line.Centre.Repeats);
        Assert.Equal(5, line.Centre.CompleteReports);
    }

    [Fact]
    public void On_any_line_nothing_acknowledged_is_lost_and_everything_arrives()
    {
        Gen.Select(Gen.Int[0, 13], Gen.Int[0, 1000]).Array[0, 300].Sample(
            schedule =>
            {
                // Bounds so small that they are reached.
                var line = new Hj212Line(new() { RememberedUploads = 3, MaxOpenReports = 1, MaxCommands = 2, MaxRefills = 3, Resends = 1 }, Settings with { Resends = 1 });
                foreach (var (step, number) in schedule)
                    Step(line, step, number);
                line.LogFails = false;
                line.Run(60);
                Assert.Equal(0, line.Store.WaitingCount);
                line.Store.AssertAllLogged((_, _) => true);
            },
            iter: 2000, seed: "0000KoJT3F01");
    }

    [Fact]
    public void Holes_are_filled_by_asking_again_however_bad_the_line_is()
    {
        Gen.Select(Gen.Int[1, 13], Gen.Int[0, 1000]).Array[0, 200].Sample(
            schedule =>
            {
                var line = new Hj212Line(new() { Resends = 1 }, Settings with { WantsAnswersToQueries = true });
                long from = line.Now - 3 * TimeSpan.TicksPerDay - 17 * TimeSpan.TicksPerMinute;
                for (long time = from - from % TimeSpan.TicksPerHour; time < line.Now; time += TimeSpan.TicksPerHour)
                {
                    line.Store.Measure(2061, time, 2, isToBeSent: false);
                    line.Store.Measure(2051, time, 30, isToBeSent: false);
                }
                line.Store.Measure(2031, Hj212Text.Beijing("2024-05-30"), 2, isToBeSent: false);
                line.Store.Measure(2011, line.Now, 1);
                line.Run(1);
                line.Centre.TryRefill("M1", from, line.Now);
                foreach (var (step, number) in schedule)
                {
                    if (step is not 11)
                        Step(line, step, number);
                }
                // Until nothing of it failed, as the service does when a hole stays open.
                line.LogFails = false;
                for (int attempt = 0; attempt < 5; attempt++)
                {
                    line.Break();
                    line.Store.Measure(2011, line.Now, 1);
                    line.Run(1);
                    Assert.True(line.Centre.TryRefill("M1", from, line.Now));
                    line.Run(3);
                    if (line.Centre.FailedRefills == 0 && line.Centre.DueAtTicks == long.MaxValue)
                        break;
                }
                line.Store.AssertAllLogged((_, time) => time >= from);
                Assert.Equal(0, line.Centre.FailedRefills);
            },
            iter: 100, seed: "0000KoJT3F01");
    }

    [Fact]
    public void A_station_is_set_and_asked_and_says_how_it_ended()
    {
        var line = new Hj212Line(new(), Settings);
        line.Store.Measure(2011, line.Now, 1);
        line.Run(1);
        var centre = line.Centre;
        Assert.True(centre.TrySetClock("M1"));
        Assert.True(centre.TryReadClock("M1"));
        Assert.True(centre.TrySetTimeOuts("M1", 5, 2));
        Assert.True(centre.TrySetRealTimeInterval("M1", 30));
        Assert.True(centre.TrySetMinuteInterval("M1", 15));
        Assert.True(centre.TrySetRealTime("M1", isOn: false));
        Assert.True(centre.TrySetStates("M1", isOn: false));
        Assert.True(centre.TryInstrument("M1", 3011, "w01018"));
        Assert.True(centre.TryInstrument("M1", 3013, "w01018"));
        Assert.True(centre.TryReadInformation("M1", "w01018", "i11001"));
        Assert.True(centre.TryQuery("M1", 2061, line.Now, line.Now));
        Assert.True(centre.TryCommand("M1", 4000));
        var parameters = new Hj212AreaWriter();
        Assert.Equal(Hj212WriteError.None, Hj212Areas.Password(parameters, "654321"));
        Assert.True(centre.TryCommand("M1", 1072, parameters));
        line.Run(2);
        var ends = new List<(int, Hj212CommandEnd, int)>();
        while (centre.TryTakeOutcome(out var outcome))
            ends.Add((outcome.Command, outcome.End, outcome.Code));
        Assert.Equal(
            [
                (1012, Hj212CommandEnd.Done, 1), (1011, Hj212CommandEnd.Done, 1), (1000, Hj212CommandEnd.Done, 1), (1062, Hj212CommandEnd.Done, 1), (1064, Hj212CommandEnd.Done, 1),
                (2012, Hj212CommandEnd.Done, 1), (2022, Hj212CommandEnd.Done, 1), (3011, Hj212CommandEnd.Done, 1), (3013, Hj212CommandEnd.Failed, 5),
                (3020, Hj212CommandEnd.Done, 1), (2061, Hj212CommandEnd.NoData, 100), (4000, Hj212CommandEnd.Refused, 8), (1072, Hj212CommandEnd.Done, 1),
            ],
            ends);
        var station = line.Station;
        Assert.Equal((TimeSpan.FromSeconds(5), 2, 30, 15), (station.AnswerTimeout, station.Resends, station.RealTimeIntervalSeconds, station.MinuteIntervalMinutes));
        Assert.Equal((false, false), (station.IsRealTimeWanted, station.AreStatesWanted));
        Assert.Equal([(3011, "PolId=w01018"), (3013, "PolId=w01018"), (3020, "PolId=w01018;InfoId=i11001")], line.Store.Executed);
        // The new password is wanted now; the centre learns it from the next upload.
        line.Store.Measure(2011, line.Now, 1);
        line.Run(1);
        Assert.True(centre.TryReadClock("M1"));
        line.Run(1);
        Assert.True(centre.TryTakeOutcome(out var last));
        Assert.Equal(Hj212CommandEnd.Done, last.End);
    }

    [Fact]
    public void A_station_asks_for_the_time_and_takes_it()
    {
        var line = new Hj212Line(new(), Settings);
        line.Station.AskForClock();
        line.Advance(TimeSpan.FromHours(-1));
        line.Deliver(isToCentre: true);
        line.Advance(TimeSpan.FromSeconds(1.5));
        line.Run(1);
        Assert.Equal(TimeSpan.FromSeconds(-1.5), line.Station.ClockOffset);
    }

    [Theory]
    [InlineData("QN=20240601120000001;ST=32;CN=1011;PW=123456;MN=M1;Flag=5", "QnRtn=1")]
    [InlineData("ST=32;CN=1011;PW=123456;MN=M1;Flag=5", "QnRtn=7")]
    [InlineData("QN=20240601120000001;ST=32;CN=1011;PW=1;MN=M1;Flag=5", "QnRtn=3")]
    [InlineData("QN=20240601120000001;ST=32;CN=1011;PW=123456;MN=M2;Flag=5", "QnRtn=4")]
    [InlineData("QN=20240601120000001;ST=32;CN=2081;PW=123456;MN=M1;Flag=5", "QnRtn=8")]
    [InlineData("QN=20240601120000001;ST=32;CN=1011;PW=123456;MN=M1;Flag=1", "QN=20240601120000001;QnRtn=1")]
    public void A_request_is_answered_with_what_is_wrong_with_it(string header, string answer)
    {
        var line = new Hj212Line(new(), Settings);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        Assert.Equal(FieldSessionWish.Send, line.Station.Take(Hj212Text.Frame(header + ";CP=&&&&"), line.Now, output));
        string first = Encoding.ASCII.GetString(output.WrittenSpan).Split("\r\n")[0];
        Assert.Contains($"CN=9011;PW=123456;MN=M1;Flag={(header.EndsWith("=1", StringComparison.Ordinal) ? 0 : 4)};CP=&&{answer}&&", first, StringComparison.Ordinal);
    }

    [Fact]
    public void A_request_that_comes_twice_is_carried_out_once_and_answered_twice()
    {
        var line = new Hj212Line(new(), Settings);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        byte[] request = Hj212Text.Frame("QN=20240601120000001;ST=32;CN=3012;PW=123456;MN=M1;Flag=5;CP=&&PolId=w01018&&");
        line.Station.Take(request, line.Now, output);
        byte[] answers = output.WrittenSpan.ToArray();
        output.ResetWrittenCount();
        line.Station.Take(request, line.Now, output);
        Assert.Equal(answers, output.WrittenSpan.ToArray());
        Assert.Single(line.Store.Executed);
    }

    [Fact]
    public void A_station_that_nobody_answers_closes_and_keeps_its_reports()
    {
        var line = new Hj212Line(new(), Settings);
        line.Store.Measure(2011, line.Now, 1);
        var output = new System.Buffers.ArrayBufferWriter<byte>();
        var station = line.Station;
        long now = line.Now;
        Assert.Equal(FieldSessionWish.Send, station.Tick(now, output));
        byte[] first = output.WrittenSpan.ToArray();
        for (int resend = 0; resend < 3; resend++)
        {
            output.ResetWrittenCount();
            now = station.DueAtTicks;
            Assert.Equal(FieldSessionWish.Send, station.Tick(now, output));
            Assert.Equal(first, output.WrittenSpan.ToArray());
        }
        Assert.Equal(FieldSessionWish.Close, station.Tick(station.DueAtTicks, output));
        Assert.Equal(1, line.Store.WaitingCount);
    }

    private static void Step(Hj212Line line, int step, int number)
    {
        switch (step)
        {
            case 0:
                line.Store.Measure(2051, line.Now, values: number % 4 == 0 ? 70 : 3);
                line.Tick();
                break;
            case 1 or 2:
                line.Deliver(isToCentre: true);
                break;
            case 3 or 4:
                line.Deliver(isToCentre: false);
                break;
            case 5:
                line.Deliver(number % 2 == 0, 1 + number % 50);
                break;
            case 6:
                line.Drop(number % 2 == 0);
                break;
            case 7:
                line.Repeat(number % 2 == 0);
                break;
            case 8:
                line.Spoil(number % 2 == 0, number);
                break;
            case 9:
                line.Advance(TimeSpan.FromMilliseconds(number * 11));
                line.Settle();
                break;
            case 10 when number % 4 == 0:
                line.Break();
                break;
            case 11:
                line.Centre.TrySetClock("M1");
                line.Centre.TryRefill("M1", line.Now - TimeSpan.TicksPerHour * (number % 5), line.Now);
                line.Tick();
                break;
            case 12:
                line.LogFails = true;
                break;
            default:
                line.Tick();
                break;
        }
        // What one side may have on the way is bounded by what it answers: nothing grows by itself.
        Assert.InRange(line.ToCentre.Count + line.ToStation.Count, 0, 1000);
    }
}
