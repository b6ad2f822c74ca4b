using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Thresholds;

public sealed class ThresholdEvaluatorTests
{
    private static Rig Rig(string keys) => new(Support.Rig.Rules(Support.Rig.Threshold("t", keys)));

    [Fact]
    public void Limit_itself_raises_and_margin_itself_keeps() =>
        Assert.Equal(
            ["1 t gw/stage none>yellow onset=1", "4 t gw/stage yellow>none onset=1"],
            Rig("levels: { yellow: 3 }, clear-margin: 0.1").Read("gw/stage", 0, 2.999).Read("gw/stage", 1, 3.0).Read("gw/stage", 2, 2.95)
                .Read("gw/stage", 3, 2.9).Read("gw/stage", 4, 2.8999).Lines);

    [Fact]
    public void Below_is_the_mirror_image() =>
        Assert.Equal(
            ["1 t gw/stage none>yellow onset=1", "2 t gw/stage yellow>orange onset=1", "4 t gw/stage orange>none onset=1"],
            Rig("direction: below, levels: { yellow: 3, orange: 2 }, clear-margin: 0.5").Read("gw/stage", 0, 3.01).Read("gw/stage", 1, 3)
                .Read("gw/stage", 2, 2).Read("gw/stage", 3, 2.5).Read("gw/stage", 4, 3.51).Lines);

    // In doubles 0.8 less 0.1 is more than 0.7; and no decimal holds the other limit.
    [Theory]
    [InlineData("0.3", "0.1", 0.3, 0.2, true)]
    [InlineData("0.8", "0.1", 0.8, 0.7, true)]
    [InlineData("0.8", "0.1", 0.8, 0.6999, false)]
    [InlineData("1e300", "1e299", 1e300, 9.5e299, true)]
    [InlineData("1e300", "1e299", 1e300, 8.9e299, false)]
    [InlineData("1e300", "0.1", 1e300, 1e300, true)]
    public void Margin_is_taken_off_in_decimals_as_people_do(string limit, string margin, double raising, double then, bool isKept) =>
        Assert.Equal(isKept ? 1 : 2, Rig($"levels: {{ yellow: {limit} }}, clear-margin: {margin}").Read("gw/stage", 1, raising).Read("gw/stage", 2, then).Lines.Count);

    [Fact]
    public void Highest_level_that_holds_is_the_level_and_stays_the_same_condition() =>
        Assert.Equal(
            ["1 t gw/stage none>red onset=1", "2 t gw/stage red>yellow onset=1", "3 t gw/stage yellow>none onset=1", "4 t gw/stage none>yellow onset=4"],
            Rig("levels: { yellow: 3, red: 5 }").Read("gw/stage", 1, 6).Read("gw/stage", 2, 4).Read("gw/stage", 3, 1).Read("gw/stage", 4, 3).Lines);

    [Fact]
    public void Raises_only_after_the_on_delay_and_dates_the_onset_at_its_start() =>
        Assert.Equal(
            ["15 t gw/stage none>yellow onset=5"],
            Rig("levels: { yellow: 3 }, on-delay: 10s").Read("gw/stage", 1, 3).Read("gw/stage", 4, 2).Read("gw/stage", 5, 3).Tick(14.9).Tick(15).Lines);

    [Fact]
    public void Each_level_has_its_own_on_delay_running() =>
        Assert.Equal(
            ["10 t gw/stage none>yellow onset=0", "15 t gw/stage yellow>red onset=0"],
            Rig("levels: { yellow: 3, red: 5 }, on-delay: 10s").Read("gw/stage", 0, 3).Read("gw/stage", 5, 5).Tick(100).Lines);

    [Fact]
    public void Reading_at_the_end_of_the_on_delay_comes_after_it() =>
        Assert.Equal(
            ["10 t gw/stage none>yellow onset=0", "10 t gw/stage yellow>none onset=0"],
            Rig("levels: { yellow: 3 }, on-delay: 10s").Read("gw/stage", 0, 3).Read("gw/stage", 10, 1).Lines);

    [Fact]
    public void Coming_back_within_the_off_delay_is_the_same_condition() =>
        Assert.Equal(
            ["0 t gw/stage none>yellow onset=0", "40 t gw/stage yellow>none onset=0"],
            Rig("levels: { yellow: 3 }, off-delay: 10s").Read("gw/stage", 0, 3).Read("gw/stage", 5, 1).Read("gw/stage", 14, 3)
                .Read("gw/stage", 30, 1).Tick(39).Tick(41).Lines);

    [Theory]
    [InlineData(Quality.Missing)]
    [InlineData(Quality.Bad)]
    public void What_is_no_value_changes_nothing_but_the_time(Quality quality) =>
        Assert.Equal(
            ["10 t gw/stage none>yellow onset=0"],
            Rig("levels: { yellow: 3 }, on-delay: 10s").Read("gw/stage", 0, 3).Read("gw/stage", 10, -9999, quality: quality)
                .Read("gw/stage", 11, 0, quality: quality).Lines);

    [Theory]
    [InlineData(Quality.Suspect)]
    [InlineData(Quality.Estimated)]
    public void Doubtful_values_are_values(Quality quality) =>
        Assert.Single(Rig("levels: { yellow: 3 }").Read("gw/stage", 0, 3, quality: quality).Lines);

    [Fact]
    public void Sum_falls_at_the_very_time_the_reading_leaves_the_window() =>
        Assert.Equal(
            ["5 t gw/stage none>yellow onset=5", "60 t gw/stage yellow>none onset=5"],
            Rig("value: sum(1min), levels: { yellow: 3 }").Read("gw/stage", 0, 2).Read("gw/stage", 5, 1).Tick(59.9999999).Tick(75).Lines);

    [Fact]
    public void Reading_that_comes_as_another_leaves_takes_its_place_without_a_gap() =>
        Assert.Equal(
            ["0 t gw/stage none>yellow onset=0"],
            Rig("value: sum(1min), levels: { yellow: 3 }").Read("gw/stage", 0, 3).Read("gw/stage", 60, 3).Lines);

    [Fact]
    public void Average_of_an_emptied_window_neither_holds_nor_clears() =>
        Assert.Equal(
            ["0 t gw/stage none>yellow onset=0", "500 t gw/stage yellow>none onset=0"],
            Rig("value: avg(1min), levels: { yellow: 3 }").Read("gw/stage", 0, 3).Tick(400).Read("gw/stage", 500, 1).Lines);

    [Fact]
    public void Rate_is_per_hour_and_does_not_change_while_nothing_comes() =>
        Assert.Equal(
            ["1800 t gw/stage none>yellow onset=1800"],
            Rig("value: rate(1h), levels: { yellow: 0.5 }").Read("gw/stage", 0, 1).Read("gw/stage", 900, 1.12).Read("gw/stage", 1800, 1.25)
                .Tick(90000).Lines);

    [Fact]
    public void Rate_may_be_counted_per_minute() =>
        Assert.Single(Rig("value: 'rate(60s, 1min)', levels: { yellow: 8.3 }").Read("gw/stage", 0, 20).Read("gw/stage", 60, 28.3).Lines);

    [Fact]
    public void Below_the_floor_a_rate_does_not_count() =>
        Assert.Equal(
            ["1200 t gw/stage none>yellow onset=1200", "1800 t gw/stage yellow>none onset=1200"],
            Rig("value: rate(1h), levels: { yellow: 0.5 }, floor: { last: 1.0 }").Read("gw/stage", 0, 0.1).Read("gw/stage", 600, 0.9)
                .Read("gw/stage", 1200, 1.0).Read("gw/stage", 1800, 0.99).Lines);

    // Some.Instant is 08:00 UTC, 16:00 local.
    [Fact]
    public void Value_held_into_the_hours_raises_when_they_begin_and_clears_when_they_end() =>
        Assert.Equal(
            ["7200 t gw/stage none>yellow onset=7200", "57600 t gw/stage yellow>none onset=7200"],
            Rig("levels: { yellow: 3 }, hours: { from: '18:00', to: '08:00', offset: '+08:00' }").Read("gw/stage", 0, 3).Tick(7199).Tick(70000).Lines);

    [Fact]
    public void Value_held_for_more_than_a_day_no_longer_raises_when_the_hours_begin() =>
        Assert.Equal(
            2,
            Rig("levels: { yellow: 3 }, hours: { from: '18:00', to: '08:00', offset: '+08:00' }").Read("gw/stage", 0, 3).Tick(30 * 86400).Lines.Count);

    [Fact]
    public void Start_of_the_hours_is_inside_and_their_end_is_outside() =>
        Assert.Equal(
            ["7200 t gw/stage none>yellow onset=7200", "57600 t gw/stage yellow>none onset=7200"],
            Rig("levels: { yellow: 3 }, hours: { from: '18:00', to: '08:00', offset: '+08:00' }").Read("gw/stage", 7199, 1).Read("gw/stage", 7200, 3)
                .Read("gw/stage", 57599, 3).Read("gw/stage", 57600, 3).Lines);

    // The first window is given harmless readings a few at a time.
    [Theory]
    [InlineData("value: sum(1d), levels: { yellow: 100000 }")]
    [InlineData("value: stddev(1d), levels: { yellow: 100000 }")]
    public void Window_takes_no_more_than_it_holds_and_says_so(string keys)
    {
        var rig = Rig(keys);
        for (int i = 0; i < 8193; i++)
            rig.Read("gw/stage", i, 1);
        rig.Engine.CloseAll();
        Assert.Equal(1, rig.Engine.Counters.WindowOverflows);
    }

    [Fact]
    public void Small_values_that_reach_the_limit_of_a_sum_together_are_seen_when_they_do()
    {
        var rig = Rig("value: sum(30s), levels: { yellow: 40 }");
        for (int second = 0; second < 40; second++)
            rig.Read("gw/stage", second, second < 30 ? 1 : 4);
        Assert.Equal("33 t gw/stage none>yellow onset=33", rig.Lines[0]);
        // One more than wait unseen, each nearly the share of one.
        var equal = Rig("value: sum(1h), levels: { yellow: 1000 }");
        for (int second = 0; second < 20; second++)
            equal.Read("gw/stage", second, 60);
        Assert.Equal(["16 t gw/stage none>yellow onset=16"], equal.Lines);
    }

    [Theory]
    [InlineData("levels: { yellow: 3 }", 4)]
    [InlineData("levels: { yellow: 3 }, hours: { from: '20:00', to: '21:00' }", 9)]
    [InlineData("levels: { yellow: 3, red: 8 }, floor: { last: 2 }", 1)]
    [InlineData("direction: below, levels: { red: 0.5 }, floor: { last: 2 }", 3)]
    public void What_changes_nothing_about_a_level_that_is_on_or_cannot_come_need_not_be_looked_at(string keys, double value)
    {
        var rig = Rig(keys);
        var index = rig.Reading("gw/stage", 0, 0, Quality.Good, ReadingFlags.None).Datastream;
        rig.Read("gw/stage", 0, value).Read("gw/stage", 1, value);
        Assert.True(rig.Engine.IsQuiet(index));
    }
}
