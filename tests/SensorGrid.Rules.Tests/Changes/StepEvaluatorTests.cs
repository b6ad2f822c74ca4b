using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Changes;

public sealed class StepEvaluatorTests
{
    private static Rig Rig(string keys = "levels: { yellow: 0.5, red: 2 }, within: 10s", params (double At, double Value)[] readings)
    {
        var rig = new Rig(Support.Rig.Rules($"{{ id: s, type: step, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}"));
        foreach (var (at, value) in readings)
            rig.Read("gw/stage", at, value);
        return rig;
    }

    [Fact]
    public void A_change_from_one_reading_to_the_next_is_raised_and_going_back_ends_it() =>
        Assert.Equal(
            ["10 s gw/stage none>yellow onset=10", "30 s gw/stage yellow>none onset=10"],
            Rig(readings: [(0, 1), (10, 1.5), (20, 1.7), (30, 1.2), (40, 1.6)]).Lines);

    [Theory]
    [InlineData(1.1, 1.6, true)]
    [InlineData(1.1, 1.59, false)]
    [InlineData(1.6, 1.1, true)]
    public void The_limit_itself_counts_in_decimals_and_both_ways(double before, double after, bool raised) =>
        Assert.Equal(raised, Rig(readings: [(0, before), (10, after)]).Changes.Count == 1);

    [Theory]
    [InlineData("up", 1, 2, true)]
    [InlineData("up", 2, 1, false)]
    [InlineData("down", 2, 1, true)]
    [InlineData("down", 1, 2, false)]
    public void One_direction_can_be_asked_for(string direction, double before, double after, bool raised) =>
        Assert.Equal(raised, Rig($"levels: {{ yellow: 0.5 }}, within: 10s, direction: {direction}", (0, before), (10, after)).Changes.Count == 1);

    [Fact]
    public void A_step_ends_in_its_time_when_the_clock_was_set_and_what_came_then_was_no_value()
    {
        var rig = Rig("levels: { yellow: 0.5 }, within: 10s, lasts: 1min", (0, 1), (10, 2)).Step(50, 0);
        rig.Read(50, rig.Reading("gw/stage", 50, 0, Quality.Missing, ReadingFlags.None));
        Assert.Equal(["10 s gw/stage none>yellow onset=10", "110 s gw/stage yellow>none onset=10"], rig.Tick(111).Lines);
    }

    [Fact]
    public void Readings_too_far_apart_are_not_compared() => Assert.Empty(Rig(readings: [(0, 1), (10.1, 9)]).Lines);

    [Fact]
    public void What_creeps_is_no_step() => Assert.Empty(Rig(readings: [(0, 1), (10, 1.4), (20, 1.8), (30, 2.2)]).Lines);

    [Fact]
    public void The_level_follows_the_distance_from_where_it_was() =>
        Assert.Equal(
            ["10 s gw/stage none>yellow onset=10", "20 s gw/stage yellow>red onset=10", "30 s gw/stage red>yellow onset=10"],
            Rig(readings: [(0, 1), (10, 2), (20, 3), (30, 2.5)]).Lines);

    [Fact]
    public void With_an_on_delay_a_single_odd_reading_raises_nothing()
    {
        const string Keys = "levels: { yellow: 0.5 }, within: 10s, on-delay: 15s";
        Assert.Empty(Rig(Keys, (0, 1), (10, 9), (20, 1), (30, 1)).Tick(100).Lines);
        Assert.Equal(["25 s gw/stage none>yellow onset=10"], Rig(Keys, (0, 1), (10, 9), (20, 9)).Tick(24).Tick(25).Lines);
    }

    [Fact]
    public void It_ends_after_it_has_lasted_and_where_the_value_is_then_is_its_place() =>
        Assert.Equal(
            ["10 s gw/stage none>yellow onset=10", "70 s gw/stage yellow>none onset=10", "90 s gw/stage none>yellow onset=90"],
            Rig("levels: { yellow: 0.5 }, within: 10s, lasts: 1min", (0, 1), (10, 2), (20, 2)).Tick(70).Read("gw/stage", 80, 2).Read("gw/stage", 90, 1).Lines);

    [Fact]
    public void The_margin_holds_a_level() =>
        Assert.Equal(
            ["10 s gw/stage none>yellow onset=10", "30 s gw/stage yellow>none onset=10"],
            Rig("levels: { yellow: 0.5 }, within: 10s, clear-margin: 0.2", (0, 1), (10, 1.5), (20, 1.3), (30, 1.29)).Lines);

    [Fact]
    public void A_missing_reading_is_no_step_and_the_next_value_is_compared_with_the_one_before() =>
        Assert.Equal(
            ["10 s gw/stage none>yellow onset=10"],
            Rig(readings: [(0, 1)]).Read("gw/stage", 5, 99, quality: Quality.Missing).Read("gw/stage", 10, 2).Lines);

    [Fact]
    public void No_change_is_measured_across_a_clock_that_is_set() =>
        Assert.Empty(
            Rig(readings: [(0, 1)]).Read("gw/stage", 5000, 1, received: 1, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 5001, 9, received: 2, flags: ReadingFlags.FutureStamp).Lines);

    [Fact]
    public void The_value_of_the_alarm_is_the_size_of_the_change() =>
        Assert.Equal(0.6, Rig(readings: [(0, 2), (10, 1.4)]).Changes[0].Value, 12);

    [Fact]
    public void Nor_across_one_that_is_put_right() =>
        Assert.Empty(
            Rig(readings: [(0, 1)]).Read("gw/stage", 5000, 9, received: 1, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 5001, 9, received: 2, flags: ReadingFlags.FutureStamp).Read("gw/stage", 3, 1).Lines);

    [Fact]
    public void A_clock_that_is_put_right_ends_no_step_and_dates_its_end_by_its_own_time() =>
        Assert.Equal(
            ["5002 s gw/stage none>yellow onset=5002", "5 s gw/stage yellow>none onset=5002"],
            Rig().Read("gw/stage", 5000, 1, flags: ReadingFlags.FutureStamp, received: 0).Read("gw/stage", 5001, 1, flags: ReadingFlags.FutureStamp, received: 1)
                .Read("gw/stage", 5002, 2, flags: ReadingFlags.FutureStamp, received: 2).Read("gw/stage", 4, 2).Read("gw/stage", 5, 1).Lines);

    [Fact]
    public void An_on_delay_that_runs_when_the_clock_is_set_begins_anew() =>
        Assert.Equal(
            ["35 s gw/stage none>yellow onset=20"],
            Rig("levels: { yellow: 0.5 }, within: 10s, on-delay: 15s", (0, 1), (10, 9)).Step(12, 0).Read("gw/stage", 20, 9).Tick(34).Tick(36).Lines);

    // Away at 10, on-delay to 14, still away at a distance of 0.3, and at home where it is at 70.
    private const string Whole = "levels: { yellow: 0.5, red: 3 }, within: 10s, on-delay: 4s, clear-margin: 0.2, lasts: 60s";

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void It_is_raised_after_the_on_delay_and_lasts_to_the_tick_though_the_service_restarts_at_every_reading(bool restarts)
    {
        var rig = Rig(Whole);
        foreach (var (at, value) in new[] { (0, 1.0), (10, 2), (20, 1.3), (30, 4.5), (40, 2), (68, 2) })
            And(rig.Read("gw/stage", at, value));
        And(rig.Tick(69.9999999));
        Assert.Equal(
            ["14 s gw/stage none>yellow onset=10", "34 s gw/stage yellow>red onset=10", "40 s gw/stage red>yellow onset=10"],
            rig.Lines);
        Assert.Equal([1.0, 3.5, 1.0], rig.Changes.Select(change => change.Value));
        And(rig.Tick(70));
        Assert.Equal("70 s gw/stage yellow>none onset=10", rig.Lines[3]);
        // It is at home at 2 now.
        Assert.Equal("84 s gw/stage none>yellow onset=80", And(rig.Read("gw/stage", 78, 2.4).Read("gw/stage", 80, 1.5)).Tick(90).Lines[4]);

        Rig And(Rig now) => restarts ? now.Restart(Rules(Whole)) : now;
    }

    private static string Rules(string keys) => Support.Rig.Rules($"{{ id: s, type: step, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}");

    [Fact]
    public void A_changed_rule_goes_on_with_where_it_was_and_when_it_went() =>
        Assert.Equal(
            ["10 s gw/stage none>yellow onset=10", "20 s gw/stage yellow>red onset=10", "60 s gw/stage red>none onset=10"],
            Rig(readings: [(0, 1), (10, 2)]).Activate(Rules("levels: { yellow: 0.5, red: 1.5 }, within: 10s, lasts: 50s"))
                .Read("gw/stage", 20, 2.5).Tick(59.9999999).Tick(60).Lines);

    [Fact]
    public void A_changed_rule_knows_the_value_before() =>
        Assert.Equal(
            ["10 s gw/stage none>red onset=10"],
            Rig(readings: [(0, 1)]).Activate(Rules("levels: { red: 1 }, within: 10s")).Read("gw/stage", 10, 2).Lines);

    [Fact]
    public void A_changed_rule_ends_in_its_time_what_went_away_before_though_no_reading_comes() =>
        Assert.Equal(
            ["10 s gw/stage none>yellow onset=10", "40 s gw/stage yellow>none onset=10"],
            Rig(readings: [(0, 1), (10, 2)]).Activate(Rules("levels: { yellow: 0.5 }, within: 10s, lasts: 30s")).Tick(50).Lines);

    [Fact]
    public void A_rule_of_another_kind_leaves_it_nothing() =>
        Assert.Empty(
            new Rig(Support.Rig.Rules(Support.Rig.Threshold("s", "levels: { yellow: 5 }"))).Read("gw/stage", 0, 1)
                .Activate(Rules("levels: { yellow: 0.5 }, within: 10s")).Read("gw/stage", 5, 2).Lines);

    [Fact]
    public void A_backlog_brings_a_step_of_the_past_to_light()
    {
        var rig = Rig(readings: [(0, 1), (600, 1)]);
        foreach (var (at, value) in new[] { (10, 1.0), (20, 3), (30, 3), (40, 1) })
            rig.Read("gw/stage", at, value, received: 601);
        Assert.Equal(["20 s gw/stage none>red onset=20 past", "40 s gw/stage red>none onset=20 past"], rig.Tick(800).Lines);
    }

    [Fact]
    public void The_value_that_ends_it_is_no_distance_any_more() =>
        Assert.Equal([1.0, 0], Rig(readings: [(0, 1), (10, 2), (20, 1.25)]).Changes.Select(change => change.Value));
}
