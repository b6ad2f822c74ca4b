using System.Globalization;
using CsCheck;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Tests;

public sealed class LateReadingTests
{
    [Theory]
    [InlineData("sum(60s)", 8, 3)]
    [InlineData("count(60s)", 4, 3)]
    [InlineData("max(60s)", 5, 1)]
    [InlineData("avg(60s)", 2, 1)]
    [InlineData("delta(60s)", 2, 1)]
    public void A_late_reading_is_in_the_window_from_the_next_one_on(string value, double after, double limit)
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("w", $"value: '{value}', levels: {{ yellow: {(limit + 0.5).ToString(CultureInfo.InvariantCulture)} }}")));
        // What a change is measured from is at 10 s by then, which came late.
        bool isChange = value.StartsWith("delta", StringComparison.Ordinal);
        rig.Read("gw/stage", 0, 1).Read("gw/stage", 20, 1).Read("gw/stage", 10, isChange ? -1 : 5, received: 21);
        Assert.Empty(rig.Lines);
        Assert.Equal((1, 1), (rig.Engine.Counters.Late, rig.Engine.Counters.WindowCorrections));
        rig.Read("gw/stage", isChange ? 70 : 30, 1);
        Assert.Single(rig.Lines);
        Assert.Equal(after, rig.Changes[0].Value);
    }

    [Fact]
    public void A_late_reading_that_comes_twice_or_belongs_to_no_window_changes_nothing()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("w", "value: sum(60s), levels: { yellow: 12 }")));
        rig.Read("gw/stage", 0, 1).Read("gw/stage", 100, 1).Read("gw/stage", 50, 5, received: 101).Read("gw/stage", 50, 5, received: 101).Read("gw/stage", 30, 5, received: 101);
        rig.Read("gw/stage", 102, 5, received: 102);
        Assert.Empty(rig.Lines);
        Assert.Equal((3, 1), (rig.Engine.Counters.Late, rig.Engine.Counters.WindowCorrections));
        Assert.Equal(["103 w gw/stage none>yellow onset=103"], rig.Read("gw/stage", 103, 1).Lines);
    }

    [Fact]
    public void The_day_of_rain_is_right_after_an_outage_whose_backlog_comes_behind_live_readings()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("day", "value: sum(24h), levels: { yellow: 50, red: 100 }", "{ datastreams: [gw/rain] }")));
        for (int minute = 0; minute < 60; minute++)
            rig.Read("gw/rain", minute * 60, 0.1);
        // An hour's outage in which 54 mm fell; then live readings go first.
        rig.Tick(7190).Read("gw/rain", 7200, 0.1);
        for (int minute = 60; minute < 120; minute++)
            rig.Read("gw/rain", minute * 60, 0.9, received: 7201 + (minute / 10.0));
        Assert.Empty(rig.Lines);
        rig.Read("gw/rain", 7260, 0.1);
        Assert.Equal(["7260 day gw/rain none>yellow onset=7260"], rig.Lines);
        Assert.Equal(60.2, rig.Changes[0].Value, 9);
        // What came late leaves when it is a day old, not a day after it came: 0.1 mm sixty times, then 0.9 mm five times.
        Assert.Equal("90240 day gw/rain yellow>none onset=7260", rig.Tick(86_400 + 7199).Lines[^1]);
    }

    [Theory]
    [InlineData(ValueFunction.Sum)]
    [InlineData(ValueFunction.Average)]
    [InlineData(ValueFunction.Count)]
    [InlineData(ValueFunction.Minimum)]
    [InlineData(ValueFunction.Maximum)]
    [InlineData(ValueFunction.Delta)]
    [InlineData(ValueFunction.Rate)]
    [InlineData(ValueFunction.Increase)]
    [InlineData(ValueFunction.StandardDeviation)]
    [InlineData(ValueFunction.Quantile)]
    [InlineData(ValueFunction.Coverage)]
    public void A_window_that_got_a_reading_late_is_as_one_that_got_it_in_time(ValueFunction function) =>
        Gen.Select(Gen.Int[1, 9], Gen.Int[-8, 24], Gen.Frequency((3, Gen.Const(false)), (1, Gen.Const(true)))).Array[2, 40].Sample(given =>
        {
            var expression = ValueExpression.Last with { Function = function, Window = WindowKind.Sliding, WindowTicks = 50, PerTicks = 5, Argument = function == ValueFunction.Increase ? 7 : 0.5 };
            var (inTime, late) = (WindowFactory.CreateWithin(expression), WindowFactory.CreateWithin(expression));
            long now = 1000;
            var readings = given.Select(one => (At: now += one.Item1, Value: one.Item2 / 4.0, IsLate: one.Item3)).ToList();
            // The first and the newest come in time: a window knows of none before, and late is older than the newest.
            readings[0] = readings[0] with { IsLate = false };
            readings[^1] = readings[^1] with { IsLate = false };
            foreach (var (at, value, _) in readings)
                inTime.Add(at, value);
            foreach (var (at, value, _) in readings.Where(reading => !reading.IsLate))
                late.Add(at, value);
            foreach (var (at, value, _) in readings.Where(reading => reading.IsLate))
            {
                bool taken = late.AddLate(at, value, now);
                Assert.False(taken && late.AddLate(at, value, now), "twice");
            }
            // What was thrown out for good before a late one came can be where a change would be measured from: then there is less to go by.
            bool isExact = function is not (ValueFunction.Delta or ValueFunction.Rate or ValueFunction.Increase or ValueFunction.Coverage) || now - readings[0].At < 50;
            for (int step = 0; step < 12 && isExact; step++)
            {
                Assert.Equal(inTime.Value, late.Value);
                Assert.Equal(inTime.NextExpiry, late.NextExpiry);
                inTime.ExpireAt(now + (step * 5));
                late.ExpireAt(now + (step * 5));
            }
        });
}
