using SensorGrid.Readings;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests;

public sealed class RuleEngineTests
{
    private static readonly string Level = Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }"));

    [Fact]
    public void Equal_stamp_and_value_is_a_duplicate_and_equal_stamp_with_another_value_a_late_correction()
    {
        var rig = new Rig(Level).Read("gw/stage", 0, 1).Read("gw/stage", 0, 1).Read("gw/stage", 0, 9).Read("gw/stage", -1, 9);
        Assert.Empty(rig.Lines);
        Assert.Equal(
            (1, 1, 1, 1),
            (rig.Engine.Counters.Evaluated, rig.Engine.Counters.Duplicates, rig.Engine.Counters.LateCorrections, rig.Engine.Counters.Late));
    }

    [Fact]
    public void A_wild_stamp_ahead_does_not_mute_the_sensor()
    {
        var rig = new Rig(Level).Read("gw/stage", 0, 1).Read("gw/stage", 1_000_000, 1, received: 10, flags: ReadingFlags.FutureStamp)
            .Read("gw/stage", 20, 3);
        Assert.Equal(["20 t gw/stage none>yellow onset=20"], rig.Lines);
        Assert.Equal((1, 0), (rig.Engine.Counters.DoubtedStamps, rig.Engine.Counters.FrameRestarts));
    }

    [Fact]
    public void A_wild_stamp_ahead_empties_no_window_and_calls_nobody_silent()
    {
        var rig = new Rig(Rig.Rules(
            Rig.Threshold("t", "value: sum(1h), levels: { yellow: 30 }"),
            "{ id: d, type: deadman, domain: water, title: T, scope: { datastreams: [gw/stage] }, silence: 30s, level: yellow }",
            "{ id: g, type: deadman, domain: water, title: T, scope: { gateways: [gw] }, of: gateway, silence: 30s, level: yellow }"));
        rig.Read("gw/stage", 0, 20).Read("gw/stage", 1_000_000, 5, received: 10, flags: ReadingFlags.FutureStamp)
            .Read("gw/stage", 1_000_000, 5, received: 11, flags: ReadingFlags.FutureStamp).Read("gw/stage", 20, 10);
        Assert.Equal(["20 t gw/stage none>yellow onset=20"], rig.Lines);
    }

    [Fact]
    public void A_clock_that_goes_ahead_and_is_put_right_is_followed_both_times_and_calls_nobody_silent()
    {
        var rig = new Rig(Rig.Rules(
            Rig.Threshold("t", "levels: { yellow: 3 }"),
            "{ id: d, type: deadman, domain: water, title: T, scope: { datastreams: [gw/stage] }, silence: 30s, level: yellow }",
            "{ id: g, type: deadman, domain: water, title: T, scope: { gateways: [gw] }, of: gateway, silence: 30s, level: yellow }"));
        rig.Read("gw/stage", 0, 1).Read("gw/stage", 1010, 1, received: 10, flags: ReadingFlags.FutureStamp)
            .Read("gw/stage", 1020, 3, received: 20, flags: ReadingFlags.FutureStamp)
            .Read("gw/stage", 1030, 3, received: 30, flags: ReadingFlags.FutureStamp)
            .Read("gw/stage", 40, 1).Read("gw/stage", 50, 3);
        Assert.Equal(
            ["1020 t gw/stage none>yellow onset=1020", "40 t gw/stage yellow>none onset=1020", "50 t gw/stage none>yellow onset=50"], rig.Lines);
        Assert.Equal(2, rig.Engine.Counters.FrameRestarts);
    }

    [Fact]
    public void A_gateway_whose_clock_is_always_ahead_lives_in_its_own_frame() =>
        Assert.Equal(
            ["1010 t gw/stage none>yellow onset=1000"],
            new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, on-delay: 10s")))
                .Read("gw/stage", 1000, 3, received: 0, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 1005, 3, received: 5, flags: ReadingFlags.FutureStamp).Tick(9).Tick(10).Lines);

    [Fact]
    public void Older_than_the_freshness_is_retrospective_and_the_limit_itself_is_fresh()
    {
        string rules = Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, freshness: 60s"));
        Assert.Equal(["0 t gw/stage none>yellow onset=0"], new Rig(rules).Read("gw/stage", 0, 3, received: 60).Lines);
        Assert.Equal(["0 t gw/stage none>yellow onset=0 retro"], new Rig(rules).Read("gw/stage", 0, 3, received: 60.0000001).Lines);
    }

    [Fact]
    public void A_delay_that_ran_out_long_before_the_next_record_is_as_fresh_as_it_was_when_it_was_due() =>
        Assert.Equal(
            ["10 t gw/stage none>yellow onset=0"],
            new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, on-delay: 10s, freshness: 60s"))).Read("gw/stage", 0, 3).Tick(5000).Lines);

    [Fact]
    public void Timers_of_all_datastreams_fire_in_order_of_time_then_rule_then_scope()
    {
        string rules = Rig.Rules(
            Rig.Threshold("b", "levels: { yellow: 3 }, on-delay: 10s", "{ quantity: level }"),
            Rig.Threshold("a", "levels: { yellow: 3 }, on-delay: 10s", "{ quantity: level }"));
        Assert.Equal(
            [
                "10 a gw/stage none>yellow onset=0", "10 a gw2/stage none>yellow onset=0",
                "10 b gw/stage none>yellow onset=0", "10 b gw2/stage none>yellow onset=0",
            ],
            new Rig(rules).Read("gw2/stage", 0, 3).Read("gw/stage", 0, 3).Tick(100).Lines);
    }

    [Fact]
    public void What_a_timer_has_said_is_not_dated_after_what_a_reading_behind_it_says() =>
        Assert.Equal(
            ["10 t gw/stage none>yellow onset=0", "10 t gw/stage yellow>none onset=0"],
            new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, on-delay: 10s"))).Read("gw/stage", 0, 3).Tick(12)
                .Read("gw/stage", 9, 1, received: 13).Lines);

    [Fact]
    public void Limits_from_the_catalogue_are_those_of_each_datastream()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("t", "levels: catalogue", "{ quantity: level }")));
        Assert.Equal(["0 t gw/stage none>orange onset=0"], rig.Read("gw/stage", 0, 4).Read("gw2/stage", 0, 4).Lines);
        Assert.Equal(5, rig.Changes[0].Scope.Limits.Red);
    }

    [Fact]
    public void A_changed_limit_keeps_the_condition_and_judges_it_at_the_next_reading() =>
        Assert.Equal(
            ["0 t gw/stage none>yellow onset=0", "10 t gw/stage yellow>none onset=0"],
            new Rig(Level).Read("gw/stage", 0, 3).Activate(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 4 }"))).Tick(5).Read("gw/stage", 10, 3.5).Lines);

    [Fact]
    public void A_window_outlives_a_change_of_limits() =>
        Assert.Equal(
            ["60 t gw/stage none>yellow onset=60"],
            new Rig(Rig.Rules(Rig.Threshold("t", "value: sum(1h), levels: { yellow: 30 }"))).Read("gw/stage", 0, 10)
                .Activate(Rig.Rules(Rig.Threshold("t", "value: sum(1h), levels: { yellow: 20 }"))).Read("gw/stage", 60, 10).Lines);

    [Fact]
    public void An_unchanged_rule_keeps_its_running_delay_and_a_changed_one_starts_it_again()
    {
        string other = Rig.Threshold("other", "levels: { yellow: 99 }");
        string rule = Rig.Threshold("t", "levels: { yellow: 3 }, on-delay: 10s");
        Assert.Equal(["10 t gw/stage none>yellow onset=0"], new Rig(Rig.Rules(rule)).Read("gw/stage", 0, 3).Activate(Rig.Rules(other, rule)).Tick(20).Lines);
        Assert.Equal(
            ["15 t gw/stage none>yellow onset=5"],
            new Rig(Rig.Rules(rule)).Read("gw/stage", 0, 3).Activate(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 2 }, on-delay: 10s")))
                .Tick(4).Read("gw/stage", 5, 3).Tick(20).Lines);
    }

    [Fact]
    public void Level_is_known_for_what_is_watched_only()
    {
        var rig = new Rig(Level).Read("gw/stage", 0, 3);
        Assert.Equal(Rules.Model.Level.Yellow, rig.Engine.LevelOf("t", "gw/stage"));
        Assert.Null(rig.Engine.LevelOf("t", "gw/rain"));
        Assert.Null(rig.Engine.LevelOf("u", "gw/stage"));
    }

    [Fact]
    public void Cutting_a_record_into_more_records_changes_nothing()
    {
        string rules = Rig.Rules(
            Rig.Threshold("s", "value: sum(20s), levels: { yellow: 5, red: 9 }, on-delay: 3s, off-delay: 4s", "{ quantity: level }"),
            Rig.Threshold("t", "levels: { yellow: 3 }", "{ quantity: level }"));
        var whole = new Rig(rules);
        var cut = new Rig(rules, table: whole.Table);
        var random = new Random(7);
        var whole1 = new List<ConditionChange>();
        var cut1 = new List<ConditionChange>();
        for (int record = 0; record < 200; record++)
        {
            var readings = Enumerable.Range(0, 6).Select(i => whole.Reading(
                i % 2 == 0 ? "gw/stage" : "gw2/stage", record * 6 + i, random.Next(0, 5), Quality.Good, ReadingFlags.None)).ToArray();
            long received = Some.TicksAfter(record * 6 + 6);
            whole.Engine.OnReadings(received, readings, whole1);
            foreach (var reading in readings)
                cut.Engine.OnReadings(received, [reading], cut1);
        }
        Assert.NotEmpty(whole1);
        Assert.Equal(Texts(whole1), Texts(cut1));
    }

    [Fact]
    public void Once_warm_a_reading_allocates_nothing()
    {
        var rig = new Rig(Rig.Rules(
            Rig.Threshold("last", "levels: { yellow: 3 }, on-delay: 5s"),
            Rig.Threshold("sum", "value: sum(50s), levels: { yellow: 1000 }"),
            Rig.Threshold("min", "value: min(50s), levels: { yellow: 1000 }"),
            Rig.Threshold("max", "value: max(50s), levels: { yellow: 1000 }"),
            Rig.Threshold("rate", "value: rate(50s), levels: { yellow: 100000000 }"),
            "{ id: d, type: deadman, domain: water, title: T, scope: { datastreams: [gw/stage] }, silence: 30s, level: yellow }",
            "{ id: g, type: deadman, domain: water, title: T, scope: { gateways: [gw] }, of: gateway, silence: 30s, level: yellow }"));
        var output = new List<ConditionChange>(16);
        var readings = new Reading[1];
        var template = rig.Reading("gw/stage", 0, 0, Quality.Good, ReadingFlags.None);
        Feed(0, 500);
        long before = GC.GetAllocatedBytesForCurrentThread();
        Feed(500, 2000);
        Assert.Equal(0, GC.GetAllocatedBytesForCurrentThread() - before);
        Assert.Empty(output);

        void Feed(int from, int to)
        {
            for (int i = from; i < to; i++)
            {
                readings[0] = template with { ObservedAtTicks = Some.TicksAfter(i), Value = i % 2 * 2 };
                rig.Engine.OnReadings(Some.TicksAfter(i), readings, output);
            }
        }
    }

    private static IEnumerable<(string, Rules.Model.Level, long, long)> Texts(List<ConditionChange> changes) =>
        changes.Select(change => (change.Scope.Rule.Id + change.Scope.Key, change.To, change.AtTicks, change.OnsetTicks));
}
