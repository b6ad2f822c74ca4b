using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;
using static SensorGrid.Rules.Tests.Areas.AreaRig;

namespace SensorGrid.Rules.Tests.Areas;

/// <summary>Areas go on over restarts, changed rules, hours and clocks that were set. Second 0 is 16:00 in Beijing.</summary>
public sealed class AreaContinuityTests
{
    private const double Day = 86_400;
    private const string Sum = "by: 'tag:ring', take: sum";
    private const string Largest = "by: 'tag:ring', take: max";

    [Fact]
    public void After_a_restart_the_points_that_are_not_heard_again_count_too()
    {
        var rig = Read(Over(Sum), 0, 2, 1);
        rig.Restart(Rig.Rules(Rule(Sum)), City);
        Assert.Equal(["1 r inner none>yellow onset=1"], Read(rig, 1, 3).Lines);
    }

    [Fact]
    public void What_new_rules_say_of_the_points_as_they_are_is_said_at_once_also_after_a_restart()
    {
        var rig = Read(Over(Sum), 0, 2, 1).Tick(1);
        string lower = Rig.Rules(Rule(Sum, "levels: { yellow: 3 }"));
        rig.Activate(lower, City).Restart(lower, City);
        Assert.Equal(["1 r inner none>yellow onset=1"], rig.Tick(2).Lines);
    }

    [Fact]
    public void A_delay_that_is_over_before_a_point_changes_is_over_first() =>
        Assert.Equal(
            ["10 r inner none>yellow onset=0", "13 r inner yellow>none onset=0"],
            Over(Largest, "levels: { yellow: 4 }, on-delay: 10s").Read("ga/rain", 0, 9, received: 5).Read("ga/rain", 13, 1, received: 14).Lines);

    [Fact]
    public void Hours_that_begin_with_a_reading_judge_that_reading_and_not_the_one_before()
    {
        const string Hours = "levels: { yellow: 4 }, hours: { from: '16:01', to: '16:02' }";
        Assert.Equal(["60 r inner none>yellow onset=60"], Over(Largest, Hours).Read("ga/rain", 0, 9, received: 5).Tick(90).Lines);
        Assert.Empty(Over(Largest, Hours).Read("ga/rain", 0, 9, received: 5).Read("ga/rain", 60, 1, received: 61).Tick(90).Lines);
    }

    // Nothing but a point that changes makes the area's value newer: no hours that begin or end, and no restart.
    [Fact]
    public void A_value_older_than_a_day_raises_nothing_when_hours_begin()
    {
        const string Slow = Largest + ", fresh: 3d";
        string rules = Rig.Rules(Rule(Slow, "levels: { yellow: 4 }, hours: { from: '16:01', to: '16:02' }"));
        var rig = Read(Over(Slow, "levels: { yellow: 5 }, hours: { from: '16:01', to: '16:02' }"), 0, 9).Activate(rules, City);
        rig.Tick(90).Restart(rules, City);
        rig.Tick(100).Tick(Day + 200);
        Assert.Equal(["60 r inner none>yellow onset=60", "120 r inner yellow>none onset=60"], rig.Lines);
    }

    [Fact]
    public void Until_its_first_change_an_area_tells_its_points_as_they_are_and_after_a_delay_as_they_were_when_it_was_over()
    {
        var rig = Read(Over(Sum, "levels: { yellow: 10 }, on-delay: 5s"), 0, 2, 1);
        Assert.Equal(["ga/rain 1 2 0", "gb/rain 1 1 0"], PointsOf(rig));
        Read(Read(rig, 1, 6, 6).Tick(7), 8, 7, 8);
        Assert.Equal(["6 r inner none>yellow onset=1"], rig.Lines);
        Assert.Equal(["ga/rain 1 6 1", "gb/rain 1 6 1"], PointsOf(rig));
    }

    [Fact]
    public void Rules_that_come_before_the_first_change_leave_the_points_told_as_they_are()
    {
        var rig = Read(Over(Sum), 0, 2, 1).Activate(Rig.Rules(Rule(Sum, "levels: { yellow: 5 }")), City).Tick(1);
        Assert.Equal(["ga/rain 1 2 0", "gb/rain 1 1 0"], PointsOf(rig));
    }

    [Fact]
    public void With_other_points_than_at_its_last_change_they_are_told_as_they_are()
    {
        var rig = Read(Read(Over(Sum), 0, 9, 9), 1, 6, 6);
        string moved = City.Replace("[110.05, 21.05], tags: { ring: inner }", "[110.05, 21.05], tags: { ring: outer }", StringComparison.Ordinal);
        rig.Activate(Rig.Rules(Rule(Sum)), moved).Tick(2);
        Assert.Equal(["ga/rain 1 6 1"], PointsOf(rig));
    }

    [Fact]
    public void The_same_windows_are_gone_on_with_under_new_rules()
    {
        var rig = Read(Read(Over(Sum, "value: sum(10s), levels: { yellow: 99 }"), 0, 2, 1), 1, 2, 1);
        rig.Activate(Rig.Rules(Rule(Sum, "value: sum(10s), levels: { yellow: 6 }")), City);
        Assert.Equal(["1 r inner none>yellow onset=1"], rig.Tick(2).Lines);
    }

    [Fact]
    public void Another_expression_says_nothing_of_what_it_has_not_seen()
    {
        var rig = Read(Over(Sum), 0, 1, 1).Activate(Rig.Rules(Rule(Sum, "value: last * 10, levels: { yellow: 4 }")), City).Tick(5);
        Assert.Empty(rig.Lines);
        Assert.Equal(["6 r inner none>yellow onset=6"], Read(rig, 6, 1).Lines);
    }

    [Fact]
    public void New_rules_do_not_make_a_point_fresh_again_that_was_too_old()
    {
        var rig = Read(Over(Largest + ", fresh: 10s", "levels: { yellow: 10 }"), 0, 9).Tick(20);
        rig.Activate(Rig.Rules(Rule(Largest + ", fresh: 10s")), City).Tick(21);
        Assert.Empty(rig.Lines);
        Assert.Equal(["ga/rain 1 NaN 0", "gb/rain 1 NaN never"], PointsOf(rig));
    }

    // A clock that ran ahead was put right.
    [Fact]
    public void What_a_point_said_in_a_time_that_never_was_leaves_its_window_and_its_age_counts_from_now()
    {
        var rig = Ahead(Over(Sum + ", fresh: 10s", "value: sum(2h), levels: { yellow: 8 }"));
        rig.Read("ga/rain", 3, 4);
        Assert.Empty(rig.Lines);
        Assert.Equal("4 r inner none>yellow onset=4", rig.Read("ga/rain", 4, 4).Lines[^1]);

        var old = Ahead(Over(Largest + ", fresh: 10s", "levels: { yellow: 99 }"));
        old.Read("ga/rain", 3, 0, quality: Quality.Bad).Read("gb/rain", 3, 0, quality: Quality.Bad);
        Assert.Equal(["ga/rain 1 3 3", "gb/rain 1 NaN never"], PointsOf(old));
        Assert.Equal(["ga/rain 1 NaN 3", "gb/rain 1 NaN never"], PointsOf(old.Tick(13)));

        // Both slip ahead of tolerance; b never says a value.
        static Rig Ahead(Rig rig)
        {
            rig.Read("gb/rain", 0, 0, quality: Quality.Missing).Read("ga/rain", 0, 1);
            for (int i = 1; i <= 2; i++)
                rig.Read("ga/rain", 4000 + i, 3, received: i, flags: ReadingFlags.FutureStamp).Read("gb/rain", 4000 + i, 0, received: i, quality: Quality.Bad, flags: ReadingFlags.FutureStamp);
            return rig;
        }
    }

    [Fact]
    public void A_limit_of_the_season_that_comes_into_force_makes_a_point_count_that_had_none()
    {
        string seasonal = City.Replace("limits: { blue: 1 } }", "dated-limits: [{ from: 05-13, to: 05-13, orange: 1 }] }", StringComparison.Ordinal);
        var rig = new Rig(Rig.Rules(Rule("by: station, take: count, limit: orange, fresh: 2d", "levels: { yellow: 1 }")), seasonal);
        rig.Read("gc/rain", 0, 2);
        Assert.Empty(rig.Lines);
        Assert.Equal(["28800 r c none>yellow onset=28800"], rig.Tick(Day).Lines);
    }

    [Fact]
    public void A_points_window_takes_no_more_than_it_holds_and_says_so()
    {
        var rig = Over(Sum + ", fresh: 1d", "value: sum(1d), levels: { yellow: 100000 }");
        for (int i = 0; i < 8193; i++)
            rig.Read("ga/rain", i, 1);
        rig.Engine.CloseAll();
        Assert.Equal(1, rig.Engine.Counters.WindowOverflows);
    }

    private static IEnumerable<string> PointsOf(Rig rig) => rig.Engine.PointsOf("r", "inner").Select(Line);
}
