using CsCheck;
using SensorGrid.Readings;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Changes;

public sealed class StuckAtEvaluatorTests
{
    private static Rig Rig(string keys = "still: 30s, level: blue", params (double At, double Value)[] readings)
    {
        var rig = new Rig(Support.Rig.Rules(Rule(keys)));
        foreach (var (at, value) in readings)
            rig.Read("gw/stage", at, value);
        return rig;
    }

    private static string Rule(string keys) => $"{{ id: s, type: stuck-at, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}";

    [Fact]
    public void A_value_that_stands_still_is_raised_by_the_reading_that_says_so_and_ended_by_the_one_that_moves() =>
        Assert.Equal(
            ["40 s gw/stage none>blue onset=10", "60 s gw/stage blue>none onset=10"],
            Rig(readings: [(0, 2), (10, 3), (20, 3), (39, 3), (40, 3), (50, 3), (60, 3.001)]).Lines);

    [Fact]
    public void Silence_is_not_standing_still() => Assert.Empty(Rig(readings: [(0, 3), (10, 3), (20, 3)]).Tick(1000).Lines);

    [Theory]
    [InlineData(2, true)]
    [InlineData(3, true)]
    [InlineData(4, false)]
    public void So_many_readings_must_say_so(int least, bool raised) =>
        Assert.Equal(raised, Rig($"still: 30s, readings: {least}, level: blue", (0, 3), (15, 3), (30, 3)).Changes.Count == 1);

    [Theory]
    [InlineData(0.1, true)]
    [InlineData(0.09, false)]
    public void All_values_lie_within_the_band_and_its_edge_is_inside(double band, bool raised) =>
        Assert.Equal(raised, Rig($"still: 30s, band: {band}, level: blue", (0, 20.0), (10, 20.1), (20, 20.05), (30, 20.0)).Changes.Count == 1);

    [Fact]
    public void A_value_that_leaves_the_band_takes_along_only_the_readings_it_does_not_fit() =>
        Assert.Equal(
            ["50 s gw/stage none>blue onset=20"],
            Rig("still: 30s, band: 1, level: blue", (0, 1), (10, 1), (20, 1.6), (30, 2.4), (40, 2.5), (50, 2)).Lines);

    [Fact]
    public void A_value_that_creeps_stands_still_while_it_stays_in_the_band_over_the_time()
    {
        var rig = Rig("still: 30s, band: 1, level: blue");
        for (int i = 0; i <= 20; i++)
            rig.Read("gw/stage", i * 10, i * 0.25);
        Assert.Equal(["30 s gw/stage none>blue onset=0"], rig.Lines);
    }

    [Fact]
    public void Below_the_floor_a_value_may_stand_still() =>
        Assert.Equal(
            ["100 s gw/stage none>blue onset=70"],
            Rig("still: 30s, floor: { last: 0.5 }, level: blue", (0, 0), (20, 0), (40, 0), (60, 0), (70, 0.5), (90, 0.5), (100, 0.5)).Lines);

    [Fact]
    public void A_missing_reading_is_no_value_and_interrupts_nothing() =>
        Assert.Single(Rig(readings: [(0, 3), (10, 3)]).Read("gw/stage", 20, 9, quality: Quality.Missing).Read("gw/stage", 30, 3).Lines);

    [Fact]
    public void A_clock_that_is_set_makes_nobody_stuck_and_lets_nobody_go() =>
        Assert.Equal(
            ["30 s gw/stage none>blue onset=0"],
            Rig(readings: [(0, 3), (15, 3), (30, 3)])
                .Read("gw/stage", 5000, 3, received: 40, flags: ReadingFlags.FutureStamp).Read("gw/stage", 5010, 3, received: 50, flags: ReadingFlags.FutureStamp).Lines);

    [Fact]
    public void Before_it_is_raised_a_clock_that_is_set_begins_anew() =>
        Assert.Equal(
            ["5040 s gw/stage none>blue onset=5010"],
            Rig(readings: [(0, 3), (15, 3)])
                .Read("gw/stage", 5000, 3, received: 16, flags: ReadingFlags.FutureStamp).Read("gw/stage", 5010, 3, received: 26, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 5039, 3, received: 55, flags: ReadingFlags.FutureStamp).Read("gw/stage", 5040, 3, received: 56, flags: ReadingFlags.FutureStamp).Lines);

    [Fact]
    public void A_changed_rule_with_the_same_band_goes_on_with_what_it_saw() =>
        Assert.Equal(
            ["20 s gw/stage none>blue onset=0"],
            Rig(readings: [(0, 3), (10, 3)]).Activate(Support.Rig.Rules(Rule("still: 20s, level: blue"))).Read("gw/stage", 20, 3).Lines);

    [Fact]
    public void More_readings_than_it_keeps_are_counted_and_the_run_is_then_shorter()
    {
        var rig = Rig("still: 30s, band: 100000, level: blue");
        for (int i = 0; i <= 8192; i++)
            rig.Read("gw/stage", i / 1000.0, i);
        Assert.Equal(1, rig.Engine.Counters.WindowOverflows);
    }

    [Fact]
    public void Changes_equal_those_of_looking_through_all_readings() =>
        Gen.Select(Gen.Select(Gen.Int[1, 9], Gen.Int[0, 12]).Array[1, 60], Gen.Int[0, 4], Gen.Int[5, 30], Gen.Int[2, 5]).Sample((steps, band, still, least) =>
        {
            var rig = Rig($"still: {still}s, band: {band / 4.0}, readings: {least}, level: blue");
            var readings = new List<(int At, double Value)>();
            var expected = new List<(int At, bool On)>();
            bool on = false;
            foreach (var (gap, quarters) in steps)
            {
                readings.Add(((readings.Count == 0 ? 0 : readings[^1].At) + gap, quarters / 4.0));
                rig.Read("gw/stage", readings[^1].At, quarters / 4.0);
                if (IsStill(readings, band / 4.0, still, least) == on)
                    continue;
                on = !on;
                expected.Add((readings[^1].At, on));
            }
            Assert.Equal(expected, rig.Changes.Select(change => ((int)((change.AtTicks - Some.Ticks) / TimeSpan.TicksPerSecond), change.To != Level.None)));
        });

    // Looks back from each reading over the time it must have stood still, and at least to the reading before.
    private static bool IsStill(List<(int At, double Value)> readings, double band, int still, int least)
    {
        int since = readings[0].At;
        for (int end = 1; end < readings.Count; end++)
        {
            int oldest = Math.Min(end - 1, readings.FindIndex(reading => reading.At >= readings[end].At - still));
            int first = end;
            while (first > oldest && Fits(readings[(first - 1)..(end + 1)]))
                first--;
            if (first > oldest)
                since = Math.Max(since, readings[first].At);
        }
        return since <= readings[^1].At - still && readings.Count(reading => reading.At >= since) >= least;

        bool Fits(List<(int At, double Value)> part) => part.Max(reading => reading.Value) - part.Min(reading => reading.Value) <= band;
    }

    [Fact]
    public void It_goes_on_though_the_service_restarts_at_every_reading()
    {
        const string Keys = "still: 30s, band: 1, readings: 4, level: blue";
        var rig = Rig(Keys);
        foreach (var (at, value) in new[] { (0, 9.0), (10, 1), (20, 1.6), (40, 2), (50, 1.2), (60, 2.3), (70, 2.2), (80, 2.2), (90, 2.1) })
            rig.Read("gw/stage", at, value).Restart(Support.Rig.Rules(Rule(Keys)));
        Assert.Equal(["50 s gw/stage none>blue onset=10", "60 s gw/stage blue>none onset=10", "90 s gw/stage none>blue onset=60"], rig.Lines);
        Assert.Equal([1.2, 2.3, 2.1], rig.Changes.Select(change => change.Value));
    }

    [Theory]
    [InlineData("still: 20s, band: 0.5, level: blue", 0)]
    [InlineData("still: 20s, band: 0, level: orange", 1)]
    public void A_changed_rule_with_another_band_begins_anew(string keys, int changes) =>
        Assert.Equal(changes, Rig(readings: [(0, 3), (10, 3)]).Activate(Support.Rig.Rules(Rule(keys))).Read("gw/stage", 20, 3).Changes.Count);

    [Fact]
    public void A_changed_rule_goes_on_with_the_alarm_that_stands() =>
        Assert.Equal(
            ["30 s gw/stage none>blue onset=0", "40 s gw/stage blue>none onset=0"],
            Rig(readings: [(0, 3), (15, 3), (30, 3)]).Activate(Support.Rig.Rules(Rule("still: 31s, level: blue"))).Read("gw/stage", 40, 4).Lines);

    [Fact]
    public void A_rule_of_another_kind_leaves_it_nothing() =>
        Assert.Empty(
            new Rig(Support.Rig.Rules(Support.Rig.Threshold("s", "levels: { yellow: 5 }"))).Read("gw/stage", 0, 3).Read("gw/stage", 20, 3)
                .Activate(Support.Rig.Rules(Rule("still: 30s, level: blue"))).Read("gw/stage", 30, 3).Lines);

    [Fact]
    public void What_stands_when_a_clock_is_put_right_ends_by_the_new_time() =>
        Assert.Equal(
            ["5030 s gw/stage none>blue onset=5000", "60 s gw/stage blue>none onset=5000"],
            Rig().Read("gw/stage", 5000, 3, received: 0, flags: ReadingFlags.FutureStamp).Read("gw/stage", 5015, 3, received: 15, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 5030, 3, received: 30, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 50, 3).Read("gw/stage", 60, 4).Lines);

    [Fact]
    public void A_backlog_brings_one_of_the_past_to_light()
    {
        var rig = Rig(readings: [(0, 3), (600, 1)]);
        for (int at = 10; at <= 50; at += 10)
            rig.Read("gw/stage", at, at == 50 ? 2 : 3, received: 601);
        Assert.Equal(["30 s gw/stage none>blue onset=0 past", "50 s gw/stage blue>none onset=0 past"], rig.Tick(800).Lines);
    }

    [Fact]
    public void Its_value_is_the_one_it_stands_at() => Assert.Equal([3.25, 4], Rig(readings: [(0, 3.25), (15, 3.25), (30, 3.25), (40, 4)]).Changes.Select(change => change.Value));
}
