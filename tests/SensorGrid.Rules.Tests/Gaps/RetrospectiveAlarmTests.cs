using SensorGrid.Readings;
using SensorGrid.Rules.Gaps;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Gaps;

/// <summary>A gateway's link was down: live readings come first, what was measured meanwhile comes later.</summary>
public sealed class RetrospectiveAlarmTests
{
    // A gauge each 10 s, whose link is down from 100 s on; at 700 s it is heard again.
    private static Rig AfterOutage(string keys, double before = 1, double after = 1, double settles = 700)
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("level", keys)));
        for (int at = 0; at <= 100; at += 10)
            rig.Read("gw/stage", at, before);
        for (int at = 101; at < 700; at++)
            rig.Tick(at);
        return rig.Read("gw/stage", settles, after);
    }

    private static Rig Drain(Rig rig, Func<int, double> value, double received = 701)
    {
        for (int at = 110; at < 700; at += 10)
            rig.Read("gw/stage", at, value(at), received: received);
        return rig;
    }

    // The value of the gap: 6 from 300 to 400 s.
    private static double Flood(int at) => at is >= 300 and < 400 ? 6 : 1;

    [Fact]
    public void A_level_that_was_exceeded_while_the_link_was_down_is_recorded_with_its_own_times()
    {
        var rig = Drain(AfterOutage("levels: { yellow: 3, red: 5 }"), Flood);
        Assert.Empty(rig.Tick(760).Lines);
        Assert.Equal(["300 level gw/stage none>red onset=300 past", "400 level gw/stage red>none onset=300 past"], rig.Tick(762).Lines);
        Assert.Equal((59, 1, 1), (rig.Engine.Counters.LateHeld, rig.Engine.Counters.GapsKept, rig.Engine.Counters.RetrospectiveAlarms));
        Assert.All(rig.Changes, change => Assert.True(change.IsRetrospective && change.IsPast));
        Assert.Equal(Level.None, rig.Engine.LevelOf("level", "gw/stage"));
        // Nothing of it is said again.
        Assert.Equal(2, Drain(rig, Flood, received: 800).Tick(900).Lines.Count);
    }

    [Fact]
    public void It_is_judged_when_late_readings_have_settled_however_often_records_come()
    {
        foreach (double step in new[] { 1.0, 7, 100 })
        {
            var rig = Drain(AfterOutage("levels: { red: 5 }"), Flood);
            for (double at = 702; at < 900; at += step)
                rig.Tick(at);
            Assert.Equal([Testing.Some.TicksAfter(761), Testing.Some.TicksAfter(761)], rig.Changes.Select(change => change.LogTimeTicks));
        }
    }

    [Theory]
    [InlineData("levels: { red: 5 }, on-delay: 30s", "330 level gw/stage none>red onset=300 past", "400 level gw/stage red>none onset=300 past")]
    [InlineData("levels: { red: 5 }, off-delay: 45s", "300 level gw/stage none>red onset=300 past", "445 level gw/stage red>none onset=300 past")]
    [InlineData("levels: { red: 5 }, clear-margin: 4.5", "300 level gw/stage none>red onset=300 past", "700 level gw/stage red>none onset=300 past")]
    public void Delays_and_hysteresis_are_as_they_would_have_been(string keys, params string[] expected) =>
        Assert.Equal(expected, Drain(AfterOutage(keys), Flood).Tick(800).Lines);

    [Theory]
    [InlineData("value: avg(50s), levels: { yellow: 2, red: 3 }")]
    [InlineData("value: avg(50s), levels: { red: 3 }, on-delay: 15s, off-delay: 5s, clear-margin: 0.5")]
    [InlineData("value: 'rate(10s, 10s)', levels: { red: 4 }")]
    [InlineData("value: delta(30s), levels: { red: 4 }")]
    [InlineData("value: sum(5min), levels: { red: 70 }")]
    [InlineData("value: max(1min) - min(1min), levels: { red: 4 }")]
    [InlineData("value: stddev(40s), levels: { red: 1 }")]
    [InlineData("value: 'quantile(1min, 0.5)', levels: { red: 2 }")]
    [InlineData("value: increase(2min), levels: { red: 4 }")]
    [InlineData("value: sum(hour), levels: { red: 90 }")]
    public void Windows_are_as_they_would_have_been(string keys)
    {
        var inTime = new Rig(Rig.Rules(Rig.Threshold("level", keys)));
        for (int at = 0; at <= 700; at += 10)
            inTime.Read("gw/stage", at, at is > 100 and < 700 ? Flood(at) : 1);
        inTime.Tick(701);
        Assert.NotEmpty(inTime.Lines);
        string[] all = [.. inTime.Lines.Select(line => line + " past")];
        if (inTime.Engine.LevelOf("level", "gw/stage") == Level.Red)
            all = [.. all, "700 level gw/stage red>none onset=" + all[^1][(all[^1].LastIndexOf('=') + 1)..]];
        var late = Drain(AfterOutage(keys), Flood).Tick(761).Tick(762);
        Assert.Equal(all, late.Lines.Where(line => line.EndsWith("past", StringComparison.Ordinal)));
    }

    [Fact]
    public void A_condition_that_falls_short_of_its_delay_raises_nothing() =>
        Assert.Empty(Drain(AfterOutage("levels: { red: 5 }, on-delay: 101s"), Flood).Tick(800).Lines);

    [Fact]
    public void What_waited_before_the_gap_goes_on_in_it()
    {
        // At 6 since 100 s, for 20 s of the minute; the timer said so at 160 s: that alarm stands, and is not raised a second time.
        var rig = AfterOutage("levels: { red: 5 }, on-delay: 1min", before: 6);
        Assert.Equal(["60 level gw/stage none>red onset=0", "700 level gw/stage red>none onset=0"], Drain(rig, at => at < 200 ? 6 : 1).Tick(800).Lines);
    }

    [Fact]
    public void Of_an_alarm_that_stands_before_and_after_only_what_was_higher_is_recorded()
    {
        var rig = Drain(AfterOutage("levels: { yellow: 3, red: 5 }", before: 4, after: 4), at => Flood(at) + 3);
        Assert.Equal(["0 level gw/stage none>yellow onset=0", "300 level gw/stage none>red onset=300 past", "400 level gw/stage red>none onset=300 past"], rig.Tick(800).Lines);
        Assert.Equal(Level.Yellow, rig.Engine.LevelOf("level", "gw/stage"));
    }

    [Fact]
    public void What_still_holds_when_the_link_is_back_is_the_alarm_of_the_live_reading()
    {
        var rig = AfterOutage("levels: { red: 5 }", after: 6);
        Assert.Equal(["700 level gw/stage none>red onset=700"], Drain(rig, at => at >= 300 ? 6 : 1).Tick(800).Lines);
    }

    [Fact]
    public void Two_floods_in_one_gap_are_two_alarms_though_the_second_goes_on_live()
    {
        var rig = AfterOutage("levels: { red: 5 }", after: 6);
        Drain(rig, at => at >= 600 ? 6 : Flood(at)).Tick(800);
        Assert.Equal(["700 level gw/stage none>red onset=700", "300 level gw/stage none>red onset=300 past", "400 level gw/stage red>none onset=300 past"], rig.Lines);
    }

    [Fact]
    public void A_backlog_that_comes_in_two_parts_is_judged_as_one()
    {
        var rig = AfterOutage("levels: { red: 5 }, on-delay: 30s");
        for (int at = 110; at < 300; at += 10)
            rig.Read("gw/stage", at, Flood(at), received: 701);
        rig.Tick(800);
        Assert.Empty(rig.Lines);
        for (int at = 300; at < 700; at += 10)
            rig.Read("gw/stage", at, Flood(at), received: 900);
        Assert.Equal(["330 level gw/stage none>red onset=300 past", "400 level gw/stage red>none onset=300 past"], rig.Tick(1000).Lines);
    }

    [Fact]
    public void What_was_said_while_the_backlog_paused_stays_said()
    {
        var rig = AfterOutage("levels: { red: 5 }");
        for (int at = 110; at < 320; at += 10)
            rig.Read("gw/stage", at, Flood(at), received: 701);
        // By what is known, it was at 6 until the link was back.
        string[] said = ["300 level gw/stage none>red onset=300 past", "700 level gw/stage red>none onset=300 past"];
        Assert.Equal(said, rig.Tick(800).Lines);
        for (int at = 320; at < 700; at += 10)
            rig.Read("gw/stage", at, at is >= 500 and < 600 ? 6 : Flood(at), received: 900);
        Assert.Equal(said, rig.Tick(1000).Lines);
    }

    [Fact]
    public void The_order_in_which_the_backlog_comes_does_not_matter_and_the_first_of_two_values_counts()
    {
        var rig = AfterOutage("levels: { red: 5 }, on-delay: 30s");
        for (int at = 690; at > 100; at -= 10)
            rig.Read("gw/stage", at, Flood(at), received: 701).Read("gw/stage", at, 9, received: 702);
        Assert.Equal(["330 level gw/stage none>red onset=300 past", "400 level gw/stage red>none onset=300 past"], rig.Tick(800).Lines);
    }

    [Fact]
    public void A_downtime_of_ours_does_not_end_the_wait()
    {
        var rig = AfterOutage("levels: { red: 5 }");
        rig.Read("gw/stage", 300, 6, received: 701).Start(5000).Tick(5059);
        Assert.Empty(rig.Lines);
        Assert.Equal(["300 level gw/stage none>red onset=300 past", "700 level gw/stage red>none onset=300 past"], rig.Tick(5061).Lines);
    }

    [Theory]
    [InlineData("type: stuck-at, still: 60s, readings: 3, level: yellow", 3, "360 r gw/stage none>yellow onset=300 past")]
    [InlineData("type: step, levels: { yellow: 4 }, within: 20s, lasts: 300s", 6, "300 r gw/stage none>yellow onset=300 past")]
    [InlineData("type: spike, levels: { yellow: 4 }, within: 20s, returns-within: 200s, lasts: 30s", 6, "400 r gw/stage none>yellow onset=300 past")]
    [InlineData("type: k-of-last, of-last: 3, limit: 5, levels: { yellow: 3 }", 6, "320 r gw/stage none>yellow onset=320 past")]
    public void Rules_about_changes_are_asked_too(string keys, double height, string raised)
    {
        string rule = $"{{ id: r, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}";
        var rig = new Rig(Rig.Rules(rule));
        for (int at = 0; at <= 100; at += 10)
            rig.Read("gw/stage", at, at % 20 / 10.0);
        rig.Read("gw/stage", 700, 1);
        for (int at = 110; at < 700; at += 10)
            rig.Read("gw/stage", at, at is >= 300 and < 400 ? height : at % 20 / 10.0, received: 701);
        rig.Tick(800);
        Assert.Equal(raised, rig.Lines[0]);
        Assert.Equal(2, rig.Lines.Count);
    }

    [Fact]
    public void Silence_was_real_and_rules_over_many_judge_what_they_knew()
    {
        var rig = new Rig(Rig.Rules(
            "{ id: silent, type: deadman, domain: water, title: T, scope: { datastreams: [gw/stage] }, silence: 2min, level: yellow }",
            "{ id: votes, type: k-of-n, domain: water, title: T, scope: { quantity: level }, limit: 5, by: all, levels: { red: 1 } }",
            Rig.Threshold("other", "value: 'last - last of rain within 1h', levels: { red: 4 }")));
        rig.Read("gw/rain", 0, 0).Read("gw/stage", 0, 1).Tick(300).Read("gw/stage", 600, 1).Read("gw/stage", 200, 6, received: 601).Tick(900);
        Assert.Equal(["120 silent gw/stage none>yellow onset=0", "600 silent gw/stage yellow>none onset=0", "720 silent gw/stage none>yellow onset=600"], rig.Lines);
        Assert.Equal((1, 0), (rig.Engine.Counters.Late, rig.Engine.Counters.LateHeld));
    }

    [Fact]
    public void A_pause_of_less_than_one_and_a_half_intervals_is_no_gap()
    {
        string city = Rig.Catalogue.Replace("name: stage, station: st1,", "name: stage, station: st1, expected-interval: 10min,", StringComparison.Ordinal);
        var rig = new Rig(Rig.Rules(Rig.Threshold("level", "levels: { red: 5 }")), city);
        rig.Read("gw/stage", 0, 1).Read("gw/stage", 899, 1);
        Assert.Equal(0, rig.Engine.Counters.GapsKept);
        rig.Read("gw/stage", 899 + 900, 1);
        Assert.Equal(1, rig.Engine.Counters.GapsKept);
    }

    [Fact]
    public void Rules_that_are_the_same_go_on_after_others_were_put_into_force_and_changed_ones_do_not_judge()
    {
        string same = Rig.Threshold("same", "levels: { red: 5 }");
        var rig = new Rig(Rig.Rules(same, Rig.Threshold("changed", "levels: { red: 5 }")));
        rig.Read("gw/stage", 0, 1).Read("gw/stage", 600, 1).Read("gw/stage", 300, 6, received: 601);
        rig.Activate(Rig.Rules(same, Rig.Threshold("changed", "levels: { red: 5.5 }"), Rig.Threshold("new", "levels: { red: 5 }"))).Tick(700);
        Assert.Equal(["300 same gw/stage none>red onset=300 past", "600 same gw/stage red>none onset=300 past"], rig.Lines);
        Assert.Equal(1, rig.Engine.KeptGaps);
        rig.Activate(Rig.Rules(Rig.Threshold("same", "levels: { red: 5.5 }")));
        Assert.Equal(0, rig.Engine.KeptGaps);
    }

    [Fact]
    public void A_clock_that_was_put_right_leaves_no_gap_behind()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("level", "levels: { red: 5 }")));
        rig.Read("gw/stage", 0, 1).Read("gw/stage", 600, 1).Read("gw/stage", 300, 6, received: 601);
        rig.Read("gw/stage", 4000, 1, received: 602, flags: ReadingFlags.FutureStamp).Read("gw/stage", 4001, 1, received: 603, flags: ReadingFlags.FutureStamp);
        Assert.Equal(1, rig.Engine.Counters.FrameRestarts);
        Assert.Empty(rig.Read("gw/stage", 604, 1).Tick(700).Lines);
        Assert.Equal(0, rig.Engine.KeptGaps);
    }

    [Fact]
    public void Restarting_at_every_record_changes_nothing()
    {
        string rules = Rig.Rules(
            Rig.Threshold("level", "levels: { yellow: 3, red: 5 }, on-delay: 15s, off-delay: 5s"), Rig.Threshold("average", "value: avg(50s), levels: { red: 3 }"),
            Rig.Threshold("dated", "levels: { red: 7 }, dated-levels: [{ from: 05-01, to: 05-31, red: 4 }]"));
        Assert.Equal(Play(restarts: false), Play(restarts: true));

        IReadOnlyList<string> Play(bool restarts)
        {
            var rig = new Rig(rules, bounds: new GapBounds { MostLateOfDatastream = 20 });
            void Next(Action play)
            {
                play();
                if (restarts)
                    rig.Restart(rules);
            }

            for (int at = 0; at <= 100; at += 10)
                Next(() => rig.Read("gw/stage", at, 1));
            Next(() => rig.Tick(400));
            Next(() => rig.Read("gw/stage", 700, 1));
            for (int at = 110; at < 700; at += 10)
                Next(() => rig.Read("gw/stage", at, Flood(at), received: 701 + (at / 100.0)));
            Next(() => rig.Read("gw/stage", 710, 1));
            for (int at = 720; at < 900; at += 10)
                Next(() => rig.Tick(at));
            Assert.Equal(6, rig.Lines.Count);
            return rig.Lines;
        }
    }
}
