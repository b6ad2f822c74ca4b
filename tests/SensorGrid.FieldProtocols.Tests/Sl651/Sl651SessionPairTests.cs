using CsCheck;
using SensorGrid.FieldProtocols.Sl651;

namespace SensorGrid.FieldProtocols.Tests.Sl651;

public sealed class Sl651SessionPairTests
{
    private static readonly Sl651Address Address = new(0x0012345678);

    private static readonly Gen<(int Seed, int Trouble, bool IsAscii, int[] Steps)> Lives =
        Gen.Select(Gen.Int[0, 1_000_000], Gen.Int[0, 30], Gen.Bool, Gen.Int[0, 19].Array[1, 60]);

    [Fact]
    public void Nothing_confirmed_is_lost_and_everything_arrives_whatever_the_line_does() =>
        Lives.Sample(life =>
        {
            var (seed, trouble, isAscii, steps) = life;
            var line = new Sl651LossyLine(
                seed, new() { Address = Address, PieceBytes = 60, Encoding = isAscii ? Sl651Encoding.Ascii : Sl651Encoding.Hex }, new()) { Trouble = trouble };
            var made = new List<string>();
            foreach (int step in steps)
                Act(line, step, made);
            // Then the line heals, and everything comes.
            line.Trouble = 0;
            for (int minute = 0; minute < 600 && line.Unconfirmed.Count > 0; minute++)
                line.Pass(TimeSpan.FromMinutes(1));
            Assert.Empty(line.Unconfirmed);
            Assert.All(line.Confirmed, upload => Assert.Contains(Convert.ToHexString(upload.Body.Span), line.Log.Keys));
            Assert.Equal(made.Order(), line.Log.Keys.Order());
        }, iter: 300);

    [Fact]
    public void Commands_and_refills_between_reports_end_one_way_or_the_other() =>
        Lives.Sample(life =>
        {
            var line = new Sl651LossyLine(life.Seed, new() { Address = Address, PieceBytes = 60 }, new() { ClockTolerance = TimeSpan.FromMinutes(1) })
            {
                Trouble = life.Trouble, Answers = Hours,
            };
            var made = new List<string>();
            foreach (int step in life.Steps)
            {
                Act(line, step, made);
                if (step % 3 == 0)
                    line.Centre.TryRefill("0012345678", line.Now - step * TimeSpan.TicksPerDay, line.Now);
                if (step % 4 == 0)
                    line.Centre.TrySend(Sl651Command.QueryPeriod("0012345678", line.Now - TimeSpan.TicksPerDay, line.Now, new(0, 1, 0), 0x39));
                if (step % 5 == 0)
                    line.Centre.TrySend(Sl651Command.QueryVersion("0012345678"));
            }
            line.Trouble = 0;
            for (int minute = 0; minute < 600 && (line.Unconfirmed.Count > 0 || line.Centre.Held is not (_, 0, 0, 0)); minute++)
                line.Pass(TimeSpan.FromMinutes(1));
            Assert.Empty(line.Unconfirmed);
            Assert.True(line.Centre.Held is (_, 0, 0, 0), line.Centre.Held.ToString());
            Assert.Subset(line.Log.Keys.ToHashSet(), made.ToHashSet());
        }, iter: 100);

    [Fact]
    public void On_a_good_line_everything_is_kept_once() =>
        Lives.Sample(life =>
        {
            var line = new Sl651LossyLine(life.Seed, new() { Address = Address, PieceBytes = 60 }, new());
            var made = new List<string>();
            foreach (int step in life.Steps.Where(step => step < 7))
                Act(line, step, made);
            line.Pass(TimeSpan.FromMinutes(10));
            Assert.Equal(made.Count, line.Confirmed.Count);
            Assert.All(line.Log.Values, times => Assert.Equal(1, times));
        }, iter: 50);

    [Fact]
    public void What_the_station_measured_during_an_outage_is_asked_for_and_comes()
    {
        var line = new Sl651LossyLine(1, new() { Address = Address, PieceBytes = 60 }, new()) { Answers = Hours };
        line.Report(Sl651Function.Timed, body => body.Station(Address, 0x48).ObservedAt(line.Now).Value(0x39, 6.38m).Value(0x26, 12.5m));
        line.Pass(TimeSpan.FromSeconds(1));
        long from = line.Now - TimeSpan.FromHours(50).Ticks;
        Assert.True(line.Centre.TryRefill("0012345678", from, line.Now));
        line.Pass(TimeSpan.FromMinutes(5));
        // Two elements, three pieces of at most 24 hours each, one at a time.
        Assert.Equal(6, line.Commands.Count);
        Assert.All(line.Commands, command => Assert.Equal((Sl651Function.QueryPeriod, Sl651CommandOutcome.Answered), (command.Command.Function, command.Outcome)));
        var reader = new Sl651FrameReader();
        var into = new FieldFrame();
        var seen = new HashSet<(string, long)>();
        foreach (byte[] payload in line.Payloads.Skip(1))
        {
            Assert.Null(reader.Read(payload, 0, into).Code);
            Assert.Equal(0, into.ProblemCount);
            foreach (var reading in into.Readings)
                seen.Add((reading.Element.Name, reading.ObservedAtTicks));
        }
        for (long hour = from + TimeSpan.TicksPerHour - from % TimeSpan.TicksPerHour; hour < line.Now; hour += TimeSpan.TicksPerHour)
        {
            Assert.Contains(("Z", hour), seen);
            Assert.Contains(("PT", hour), seen);
        }
    }

    [Fact]
    public void An_element_that_a_station_does_not_answer_is_asked_once_and_the_others_on()
    {
        var line = new Sl651LossyLine(1, new() { Address = Address }, new())
        {
            Answers = (function, request, answer) => request[13] == 0x39 && Hours(function, request, answer),
        };
        line.Report(Sl651Function.Timed, body => body.Station(Address, 0x48).ObservedAt(line.Now).Value(0x26, 12.5m).Value(0x39, 6.38m).Value(0x38, 12m));
        line.Pass(TimeSpan.FromSeconds(1));
        Assert.True(line.Centre.TryRefill("0012345678", line.Now - 3 * TimeSpan.TicksPerDay, line.Now));
        line.Pass(TimeSpan.FromMinutes(5));
        // 72 hours and the one begun: four pieces of the level, one question for rain, none for the voltage.
        Assert.Equal(
            [Sl651CommandOutcome.TimedOut, .. Enumerable.Repeat(Sl651CommandOutcome.Answered, 4)], line.Commands.Select(command => command.Outcome));
    }

    [Fact]
    public void A_station_that_is_held_says_that_it_is_there_and_then_no_more()
    {
        var line = new Sl651LossyLine(1, new() { Address = Address }, new());
        line.Report(Sl651Function.Timed, body => body.Station(Address, 0x48).ObservedAt(line.Now).Value(0x38, 12m));
        line.Pass(TimeSpan.FromSeconds(1));
        Assert.NotEqual(long.MaxValue, line.Station.DueAtTicks);
        line.Pass(TimeSpan.FromMinutes(11));
        Assert.Equal(long.MaxValue, line.Station.DueAtTicks);
        Assert.Single(line.Log);
    }

    [Fact]
    public void A_station_without_confirmations_sends_once()
    {
        var line = new Sl651LossyLine(1, new() { Address = Address, AwaitsConfirmation = false }, new());
        for (int i = 0; i < 3; i++)
            line.Report(Sl651Function.Timed, body => body.Station(Address, 0x48).ObservedAt(line.Now).Value(0x38, i));
        line.Pass(TimeSpan.FromMinutes(1));
        Assert.Equal(3, line.Log.Count);
        Assert.Equal(0, line.Station.Unconfirmed);
    }

    [Fact]
    public void A_station_refuses_more_reports_than_it_may_keep()
    {
        var line = new Sl651LossyLine(1, new() { Address = Address, MaxReports = 2 }, new());
        var upload = line.Station.Make(Sl651Function.Test, line.Now, _ => { });
        Assert.True(line.Station.TrySend(upload, line.Now));
        Assert.True(line.Station.TrySend(upload, line.Now));
        Assert.False(line.Station.TrySend(upload, line.Now));
    }

    private static void Act(Sl651LossyLine line, int step, List<string> made)
    {
        switch (step)
        {
            case <= 2:
                line.Report(Sl651Function.Timed, body => body.Station(Address, 0x48).ObservedAt(line.Now).Value(0x39, 6.38m).Value(0x38, 12.5m));
                made.Add(Convert.ToHexString(line.Unconfirmed[^1].Body.Span));
                break;
            case <= 4:
                line.Report(Sl651Function.ManualText, body => body.ManualText(new string('x', 100 + 50 * step)));
                made.Add(Convert.ToHexString(line.Unconfirmed[^1].Body.Span));
                break;
            case 5:
                line.Pass(TimeSpan.FromSeconds(1));
                break;
            case 6:
                line.Pass(TimeSpan.FromSeconds(7));
                break;
            case 7:
                line.Pass(TimeSpan.FromSeconds(90));
                break;
            case <= 11:
                line.Happen(step - 7);
                break;
            case <= 15:
                // At any step of what goes on.
                line.Happen(step - 12);
                line.KillCentre();
                break;
            default:
                line.Happen(step - 16);
                line.KillStation();
                break;
        }
    }

    // Answers 38H from a memory of a value for each hour; takes the clock; is silent otherwise.
    private static bool Hours(Sl651Function function, byte[] request, Sl651BodyWriter answer)
    {
        if (function == Sl651Function.SetClock)
            return true;
        if (function != Sl651Function.QueryPeriod)
            return false;
        Assert.True(Sl651Time.TryRead(request.AsSpan(0, 4), out long from));
        Assert.True(Sl651Time.TryRead(request.AsSpan(4, 4), out long until));
        Assert.Equal("0418000100", Convert.ToHexString(request.AsSpan(8, 5)));
        long?[] values = [.. Enumerable.Range(0, (int)((until - from) / TimeSpan.TicksPerHour) + 1).Select(hour => (long?)(1000 + hour))];
        answer.ObservedAt(from).Step(new(0, 1, 0)).Series(request[13], new(request[14]), values);
        return true;
    }
}
