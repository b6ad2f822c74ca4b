using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Changes;

public sealed class SpikeEvaluatorTests
{
    private static Rig Rig(string keys = "levels: { blue: 1, yellow: 5 }, within: 10s, lasts: 60s", params (double At, double Value)[] readings)
    {
        var rig = new Rig(Support.Rig.Rules($"{{ id: s, type: spike, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}"));
        foreach (var (at, value) in readings)
            rig.Read("gw/stage", at, value);
        return rig;
    }

    [Fact]
    public void Away_and_back_is_raised_when_it_is_back_dated_from_when_it_went_and_lasts_its_time() =>
        Assert.Equal(
            ["20 s gw/stage none>blue onset=10", "80 s gw/stage blue>none onset=10"],
            Rig(readings: [(0, 1), (10, 3), (20, 1.2), (30, 1)]).Tick(100).Lines);

    [Fact]
    public void What_stays_away_is_a_step_and_no_spike() =>
        Assert.Empty(Rig(readings: [(0, 1), (10, 3), (15, 3), (20.1, 3), (30, 1), (40.1, 1)]).Lines);

    [Theory]
    [InlineData(20, true)]
    [InlineData(20.1, false)]
    public void It_must_be_back_in_time(double back, bool raised) => Assert.Equal(raised, Rig(readings: [(0, 1), (10, 3), (back, 1)]).Changes.Count == 1);

    [Fact]
    public void The_time_to_be_back_can_be_another_one() =>
        Assert.Equal(
            ["60 s gw/stage none>yellow onset=10"],
            Rig("levels: { yellow: 1 }, within: 10s, returns-within: 50s", (0, 1), (10, 3), (30, 4), (60, 1)).Lines);

    [Fact]
    public void The_level_is_that_of_its_peak() =>
        Assert.Equal(
            ["20 s gw/stage none>yellow onset=10"],
            Rig(readings: [(0, 1), (10, 3), (15, 6), (20, 1)]).Lines);

    [Fact]
    public void A_smaller_one_after_it_prolongs_and_does_not_lower_it() =>
        Assert.Equal(
            ["20 s gw/stage none>yellow onset=10", "100 s gw/stage yellow>none onset=10"],
            Rig(readings: [(0, 1), (10, 8), (20, 1), (30, 3), (40, 1)]).Tick(80).Tick(100).Lines);

    [Fact]
    public void Going_back_is_no_spike_of_its_own() =>
        Assert.Single(Rig(readings: [(0, 1), (10, 3), (20, 1), (30, 1), (40, 1)]).Lines);

    [Fact]
    public void A_dip_counts_when_only_falls_are_asked_for() =>
        Assert.Equal(
            ["40 s gw/stage none>blue onset=30"],
            Rig("levels: { blue: 1 }, within: 10s, direction: down", (0, 5), (10, 7), (21, 5), (30, 3), (40, 5)).Lines);

    [Fact]
    public void A_clock_that_is_set_ends_what_had_begun() =>
        Assert.Empty(
            Rig(readings: [(0, 1), (10, 3)]).Read("gw/stage", 5000, 1, received: 11, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 5001, 1, received: 12, flags: ReadingFlags.FutureStamp).Lines);

    private static string Rules(string keys) => Support.Rig.Rules($"{{ id: s, type: spike, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}");

    [Theory]
    [InlineData(3, 6, 5)]
    [InlineData(6, 3, 5)]
    [InlineData(-4, -3, 5)]
    public void Its_value_is_how_far_it_was_away_at_most(double first, double second, double value)
    {
        var rig = Rig(readings: [(0, 1), (10, first), (15, second), (20, 1)]);
        Assert.Equal(["20 s gw/stage none>yellow onset=10"], rig.Lines);
        Assert.Equal(value, rig.Changes[0].Value);
    }

    [Fact]
    public void One_that_begins_where_one_before_was_not_back_in_time_has_a_peak_of_its_own()
    {
        var rig = Rig("levels: { blue: 1, yellow: 5 }, within: 10s, returns-within: 5s, lasts: 60s", (0, 1), (10, 9), (16, 7), (18, 9));
        Assert.Equal(["18 s gw/stage none>blue onset=16"], rig.Lines);
        Assert.Equal(2, rig.Changes[0].Value);
    }

    [Theory]
    [InlineData(7, 6)]
    [InlineData(6, 5)]
    [InlineData(3, 7)]
    public void Of_two_the_newer_of_the_higher_level_gives_the_value(double second, double value) =>
        Assert.Equal(
            [7, value],
            Rig(readings: [(0, 1), (10, 8), (20, 1), (30, second), (40, 1)]).Tick(100).Changes.Select(change => change.Value));

    [Fact]
    public void A_larger_one_after_it_raises_it_and_it_began_with_the_first() =>
        Assert.Equal(
            ["20 s gw/stage none>blue onset=10", "40 s gw/stage blue>yellow onset=10", "100 s gw/stage yellow>none onset=10"],
            Rig(readings: [(0, 1), (10, 3), (20, 1), (30, 8), (40, 1)]).Tick(99.9999999).Tick(100).Lines);

    [Fact]
    public void It_ends_before_a_reading_of_the_very_moment_at_which_it_ends() =>
        Assert.Equal(
            ["20 s gw/stage none>blue onset=10", "80 s gw/stage blue>none onset=10", "90 s gw/stage none>blue onset=80"],
            Rig(readings: [(0, 1), (10, 3), (20, 1), (75, 1), (80, 3), (90, 1)]).Lines);

    [Fact]
    public void What_went_away_before_the_clock_was_set_and_is_back_after_it_is_none() =>
        Assert.Empty(
            Rig(readings: [(0, 1), (10, 3)]).Read("gw/stage", 5000, 3, received: 11, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 5001, 3, received: 12, flags: ReadingFlags.FutureStamp).Read("gw/stage", 5002, 1, received: 13, flags: ReadingFlags.FutureStamp).Lines);

    [Fact]
    public void What_counts_when_the_clock_is_set_counts_for_its_whole_time_from_then_on() =>
        Assert.Equal(
            ["5003 s gw/stage none>blue onset=5002", "65 s gw/stage blue>none onset=5002"],
            Rig().Read("gw/stage", 5000, 1, flags: ReadingFlags.FutureStamp, received: 0).Read("gw/stage", 5001, 1, flags: ReadingFlags.FutureStamp, received: 1)
                .Read("gw/stage", 5002, 3, flags: ReadingFlags.FutureStamp, received: 2).Read("gw/stage", 5003, 1, flags: ReadingFlags.FutureStamp, received: 3)
                .Read("gw/stage", 5, 1).Tick(64.9999999).Tick(65).Lines);

    [Fact]
    public void A_clock_that_is_set_while_nothing_counts_ends_nothing() =>
        Assert.Equal(
            ["20 s gw/stage none>blue onset=10", "80 s gw/stage blue>none onset=10", "4120 s gw/stage none>blue onset=4110"],
            Rig(readings: [(0, 1), (10, 3), (20, 1)]).Tick(100).Step(4000, 0).Read("gw/stage", 4100, 1).Read("gw/stage", 4110, 3).Read("gw/stage", 4120, 1).Tick(4170).Lines);

    [Fact]
    public void It_goes_on_though_the_service_restarts_at_every_reading()
    {
        const string Keys = "levels: { blue: 1, yellow: 5 }, within: 10s, returns-within: 12s, lasts: 60s";
        var rig = Rig(Keys);
        foreach (var (at, value) in new[] { (0, 1.0), (10, 7), (16, 3), (22, 1), (50, 3), (62, 1) })
            rig.Read("gw/stage", at, value).Restart(Rules(Keys));
        // The first from 1 to 7 and back; the second went slowly, for all we know.
        Assert.Equal(["22 s gw/stage none>yellow onset=10"], rig.Tick(81.9999999).Restart(Rules(Keys)).Lines);
        Assert.Equal(6, rig.Changes[0].Value);
        Assert.Equal("82 s gw/stage yellow>none onset=10", rig.Tick(82).Lines[1]);
    }

    [Fact]
    public void A_changed_rule_goes_on_with_what_is_away_and_what_counts()
    {
        const string Longer = "levels: { blue: 1, yellow: 5 }, within: 10s, lasts: 90s";
        Assert.Equal(
            ["20 s gw/stage none>yellow onset=10"],
            Rig(readings: [(0, 1), (10, 7), (15, 3)]).Activate(Rules(Longer)).Read("gw/stage", 20, 1).Lines);
        // When it ends has been decided, and is known after a restart too.
        foreach (var rig in new[] { Rig(), Rig().Restart(Rules(Standard)) })
        {
            rig.Read("gw/stage", 0, 1).Read("gw/stage", 10, 3).Read("gw/stage", 20, 1).Restart(Rules(Standard)).Activate(Rules(Longer)).Tick(79.9999999);
            Assert.Equal(["20 s gw/stage none>blue onset=10"], rig.Lines);
            Assert.Equal("80 s gw/stage blue>none onset=10", rig.Tick(80).Lines[1]);
        }
    }

    private const string Standard = "levels: { blue: 1, yellow: 5 }, within: 10s, lasts: 60s";

    [Fact]
    public void A_changed_rule_has_nothing_to_end_when_nothing_counts() =>
        Assert.Equal(
            ["130 s gw/stage none>blue onset=120"],
            Rig(readings: [(0, 1)]).Activate(Rules("levels: { blue: 1 }, within: 10s, lasts: 5min")).Read("gw/stage", 110, 1).Read("gw/stage", 120, 3).Read("gw/stage", 130, 1).Tick(429).Lines);

    [Fact]
    public void A_rule_of_another_kind_leaves_it_nothing() =>
        Assert.Empty(
            new Rig(Support.Rig.Rules("{ id: s, type: step, domain: water, title: T, scope: { datastreams: [gw/stage] }, levels: { blue: 9 }, within: 10s }")).Read("gw/stage", 0, 1)
                .Activate(Rules(Standard)).Read("gw/stage", 5, 3).Read("gw/stage", 10, 1).Lines);

    [Fact]
    public void A_missing_reading_is_neither_away_nor_back() =>
        Assert.Equal(
            ["20 s gw/stage none>blue onset=10"],
            Rig(readings: [(0, 1)]).Read("gw/stage", 5, 9, quality: Quality.Bad).Read("gw/stage", 10, 3).Read("gw/stage", 15, 1, quality: Quality.Missing).Read("gw/stage", 20, 1).Lines);

    [Fact]
    public void A_backlog_brings_a_spike_of_the_past_to_light()
    {
        var rig = Rig(readings: [(0, 1), (600, 1)]);
        foreach (var (at, value) in new[] { (10, 1.0), (20, 3), (30, 1), (40, 1) })
            rig.Read("gw/stage", at, value, received: 601);
        Assert.Equal(["30 s gw/stage none>blue onset=20 past", "90 s gw/stage blue>none onset=20 past"], rig.Tick(800).Lines);
    }
}
