using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Thresholds;

/// <summary>Thresholds go on over restarts, changed rules, clocks that were set and readings that came late.</summary>
public sealed class ThresholdContinuityTests
{
    [Theory]
    [InlineData("levels: { yellow: 3 }, on-delay: 10s")]
    [InlineData("value: sum(30s), levels: { yellow: 3 }, on-delay: 10s")]
    [InlineData("value: avg(30s), levels: { yellow: 3 }, on-delay: 10s")]
    [InlineData("value: last * 1, levels: { yellow: 3 }, on-delay: 10s")]
    public void A_delay_goes_on_over_a_restart_and_under_the_same_rule(string keys)
    {
        var rig = Watching(keys).Read("gw/stage", 0, 3).Tick(4);
        rig.Restart(Rules(keys));
        rig.Tick(5).Activate(Rules(keys));
        Assert.Equal(["10 t gw/stage none>yellow onset=0"], rig.Tick(9.9999999).Tick(12).Lines);
    }

    [Theory]
    [InlineData("sum")]
    [InlineData("avg")]
    [InlineData("max")]
    public void A_window_goes_on_over_a_restart_and_under_other_limits(string function)
    {
        string high = $"value: {function}(30s), levels: {{ yellow: 50 }}", low = $"value: {function}(30s), levels: {{ yellow: 2 }}";
        var rig = Watching(high).Read("gw/stage", 0, 2).Read("gw/stage", 1, 2);
        rig.Restart(Rules(high));
        rig.Activate(Rules(low)).Read("gw/stage", 2, 2);
        Assert.Equal(["2 t gw/stage none>yellow onset=2"], rig.Lines);
        Assert.Equal(function == "sum" ? 6 : 2, rig.Changes[0].Value);
    }

    [Fact]
    public void Another_limit_is_another_rule_and_its_delay_starts_again()
    {
        var rig = Watching("levels: { yellow: 3 }, on-delay: 10s").Read("gw/stage", 0, 3).Tick(4).Activate(Rules("levels: { yellow: 2 }, on-delay: 10s"));
        rig.Read("gw/stage", 5, 3).Tick(14.9999999);
        Assert.Empty(rig.Lines);
        Assert.Equal(["15 t gw/stage none>yellow onset=5"], rig.Tick(15).Lines);
    }

    [Fact]
    public void A_level_that_has_no_limit_any_more_goes_off_and_a_new_lower_one_is_on()
    {
        var rig = Watching("levels: { yellow: 3, red: 5 }").Read("gw/stage", 0, 6).Activate(Rules("levels: { blue: 1, yellow: 3 }"));
        rig.Read("gw/stage", 1, 6);
        Assert.Equal(["0 t gw/stage none>red onset=0", "1 t gw/stage red>yellow onset=0"], rig.Lines);
        Assert.Equal("2 t gw/stage yellow>blue onset=0", rig.Read("gw/stage", 2, 2).Lines[^1]);
        Assert.Equal("3 t gw/stage blue>none onset=0", rig.Read("gw/stage", 3, 0).Lines[^1]);
    }

    [Fact]
    public void An_off_delay_of_a_higher_level_ends_by_itself()
    {
        var rig = Watching("levels: { yellow: 3, red: 5 }, off-delay: 10s").Read("gw/stage", 0, 6).Read("gw/stage", 1, 4).Read("gw/stage", 5, 1).Tick(20);
        Assert.Equal(["0 t gw/stage none>red onset=0", "11 t gw/stage red>yellow onset=0", "15 t gw/stage yellow>none onset=0"], rig.Lines);
    }

    [Theory]
    [InlineData("sum", "10")]
    [InlineData("max", "10")]
    public void When_a_clock_was_put_right_what_it_said_before_leaves_the_window_and_delays_start_again(string function, string limit)
    {
        var rig = Watching($"value: {function}(2h), levels: {{ yellow: {limit} }}, on-delay: 10s").Read("gw/stage", 0, 1);
        rig.Read("gw/stage", 4001, 20, received: 1, flags: ReadingFlags.FutureStamp).Read("gw/stage", 4002, 20, received: 2, flags: ReadingFlags.FutureStamp);
        // 4002 is on its way: put right, it never was.
        rig.Read("gw/stage", 3, 1).Tick(60);
        Assert.Empty(rig.Lines);
        Assert.Equal(["71 t gw/stage none>yellow onset=61"], rig.Read("gw/stage", 61, 20).Tick(80).Lines);
    }

    [Fact]
    public void A_late_reading_is_no_news_and_counts_when_the_next_one_is_judged()
    {
        var rig = Watching("value: sum(1min), levels: { yellow: 5 }").Read("gw/stage", 0, 1).Read("gw/stage", 20, 1);
        rig.Read("gw/stage", 10, 9, received: 21, quality: Quality.Bad).Read("gw/stage", 11, 3.5, received: 22);
        Assert.Empty(rig.Lines);
        Assert.Equal(1, rig.Engine.Counters.WindowCorrections);
        Assert.Equal(["23 t gw/stage none>yellow onset=23"], rig.Read("gw/stage", 23, 0).Lines);
        // 5.5 until the first one leaves at 60, then 4.5.
        Assert.Equal("60 t gw/stage yellow>none onset=23", rig.Tick(65).Lines[^1]);
    }

    [Fact]
    public void A_newest_value_has_no_past_to_correct()
    {
        var rig = Watching("levels: { yellow: 3 }").Read("gw/stage", 20, 1).Read("gw/stage", 10, 9, received: 21);
        Assert.Equal((1, 0), (rig.Engine.Counters.Late, rig.Engine.Counters.WindowCorrections));
        Assert.Empty(rig.Read("gw/stage", 22, 1).Lines);
    }

    [Fact]
    public void Above_the_floor_a_value_that_is_too_low_does_not_count()
    {
        const string Keys = "direction: below, value: delta(30s), levels: { yellow: -1 }, floor: { last: 2 }";
        Assert.Empty(Watching(Keys).Read("gw/stage", 0, 9).Read("gw/stage", 30, 2.5).Lines);
        Assert.Equal(["30 t gw/stage none>yellow onset=30"], Watching(Keys).Read("gw/stage", 0, 9).Read("gw/stage", 30, 2).Lines);
    }

    [Fact]
    public void A_limit_of_millions_of_millions_is_let_go_at_its_margin() =>
        Assert.Equal(
            ["0 t gw/stage none>yellow onset=0", "2 t gw/stage yellow>none onset=0"],
            Watching("levels: { yellow: 4e15 }, clear-margin: 1e15").Read("gw/stage", 0, 4e15).Read("gw/stage", 1, 3e15).Read("gw/stage", 2, 2.9e15).Lines);

    private static Rig Watching(string keys) => new(Rules(keys));

    private static string Rules(string keys) => Rig.Rules(Rig.Threshold("t", keys));
}
