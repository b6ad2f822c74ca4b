using SensorGrid.Readings;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Trends;

public sealed class TimeToLimitEvaluatorTests
{
    private const int Hour = 3600;

    // Metres at each quarter of an hour.
    private static Rig Rig(string keys = "limit: 5, window: 1h, levels: { yellow: 3h, red: 1h }", params double[] values)
    {
        var rig = new Rig(Support.Rig.Rules(Rule(keys)));
        for (int i = 0; i < values.Length; i++)
            rig.Read("gw/stage", i * Hour / 4, values[i]);
        return rig;
    }

    private static string Rule(string keys) => $"{{ id: t, type: time-to-limit, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}";

    [Fact]
    public void A_rise_is_raised_when_it_will_be_there_within_the_horizon()
    {
        // 0.8 m/h: 2.6 m is three hours before 5 m, 4.2 m one hour.
        var rig = Rig(values: [.. Enumerable.Range(0, 14).Select(i => 2 + 0.2 * i)]);
        Assert.Equal(["2700 t gw/stage none>yellow onset=2700", "9900 t gw/stage yellow>red onset=2700"], rig.Lines);
        Assert.Equal(3, rig.Changes[0].Value, 9);
        Assert.Equal(1, rig.Changes[1].Value, 9);
        Assert.Equal("h", rig.Changes[0].Scope.Unit);
    }

    [Fact]
    public void Too_few_readings_or_half_a_window_say_nothing()
    {
        Assert.Empty(Rig(values: [2, 4]).Lines);
        Assert.Empty(Rig("limit: 5, window: 1h, readings: 4, levels: { yellow: 9h }", 2, 3, 4).Lines);
        Assert.Equal(["1800 t gw/stage none>yellow onset=1800"], Rig("limit: 5, window: 1h, levels: { yellow: 9h }", 2, 3, 4).Lines);
        Assert.Empty(Rig("limit: 5, window: 61min, levels: { yellow: 9h }", 2, 3, 4).Lines);
    }

    [Fact]
    public void At_the_limit_no_time_is_left_whatever_the_line_says() =>
        Assert.Equal(["0 t gw/stage none>red onset=0"], Rig(values: [5]).Lines);

    [Fact]
    public void A_value_that_goes_the_other_way_never_gets_there_and_ends_it()
    {
        var rig = Rig("limit: 5, window: 1h, levels: { yellow: 3h }", 2, 3, 4, 4, 3, 2.5, 2);
        Assert.Equal(["1800 t gw/stage none>yellow onset=1800", "3600 t gw/stage yellow>none onset=1800"], rig.Lines);
        Assert.True(double.IsNaN(rig.Changes[1].Value));
    }

    [Fact]
    public void A_fall_to_a_low_limit_can_be_watched() =>
        Assert.Equal(["1800 t gw/stage none>yellow onset=1800"], Rig("limit: 1, direction: below, window: 1h, levels: { yellow: 2h }", 3, 2.8, 2.6).Lines);

    [Fact]
    public void Steady_values_never_get_there() => Assert.Empty(Rig(values: [4.9, 4.9, 4.9, 4.9, 4.9]).Lines);

    [Fact]
    public void The_margin_holds_a_level_a_little_beyond_its_horizon()
    {
        // One hour 12 minutes left, then an hour and a half.
        double[] values = [2, 2.5, 3, 3.5, 3.6];
        Assert.Equal("yellow>none", Rig("limit: 5, window: 40min, levels: { yellow: 1h }", values).Lines[^1].Split(' ')[3]);
        Assert.Equal("none>yellow", Rig("limit: 5, window: 40min, levels: { yellow: 1h }, clear-margin: 2h", values).Lines[^1].Split(' ')[3]);
    }

    [Fact]
    public void The_limit_can_be_each_datastreams_own() =>
        Assert.Equal(["1800 t gw/stage none>yellow onset=1800"], Rig("limit: orange, window: 1h, levels: { yellow: 2h }", 2, 2.4, 2.8).Lines);

    [Fact]
    public void Silence_moves_nothing_and_a_missing_value_is_none() =>
        Assert.Single(Rig("limit: 5, window: 1h, levels: { yellow: 9h }", 2, 3, 4).Tick(9 * Hour).Read("gw/stage", 10 * Hour, 0, quality: Quality.Missing).Lines);

    [Fact]
    public void A_line_does_not_cross_a_clock_that_was_set() =>
        Assert.Empty(
            Rig("limit: 5, window: 1h, levels: { yellow: 9h }", 2, 3)
                .Read("gw/stage", 9 * Hour, 4, received: 1000, flags: ReadingFlags.FutureStamp).Read("gw/stage", 9 * Hour + 100, 4, received: 1100, flags: ReadingFlags.FutureStamp).Lines);

    [Theory]
    [InlineData("limit: 5, levels: { yellow: 1h }", "a time-to-limit rule needs 'window'")]
    [InlineData("limit: 5, window: 1h", "a time-to-limit rule needs 'levels'")]
    [InlineData("window: 1h, levels: { yellow: 1h }", "a time-to-limit rule needs 'limit'")]
    [InlineData("limit: 5, window: 1h, levels: { yellow: 1h, red: 2h }", "horizons must fall from blue to red: the less time is left, the worse it is")]
    [InlineData("limit: 5, window: 1h, levels: { yellow: 3 }", "'yellow' of 'levels' is a duration")]
    [InlineData("limit: 5, window: 1h, levels: {}", "'levels' has no horizon; give at least one of blue, yellow, orange, red")]
    [InlineData("limit: 5, window: 1h, levels: { yellow: 1h }, windw: 1h", "a time-to-limit rule has no key 'windw'; did you mean 'window'?")]
    [InlineData("limit: blue, window: 1h, levels: { yellow: 1h }", "rule 't' looks ahead to each datastream's own limit for blue, but none of those it matches has one")]
    [InlineData("limit: 5, unit: mm, window: 1h, levels: { yellow: 1h }", "rule 't' has limits in 'mm', but 'gw/stage' is in 'm'; narrow its scope or change 'unit'")]
    public void Says_what_is_wrong(string keys, string expected)
    {
        var (_, messages) = RuleSetReader.Read(new([new("r.yaml", Support.Rig.Rules(Rule(keys)))]), Support.Rig.ReadCatalogue(Support.Rig.Catalogue));
        Assert.Contains(messages, message => message.Text.StartsWith(expected, StringComparison.Ordinal) && message.Line == 2);
    }

    private const string Plain = "limit: 5, window: 1h, levels: { yellow: 3h, red: 1h }";

    [Fact]
    public void A_horizon_counts_with_its_last_instant()
    {
        // 0.8 m/h, and 2.6 m to go: three hours and a quarter.
        Assert.Empty(Rig("limit: 5, window: 1h, levels: { yellow: 194min }", 2, 2.2, 2.4).Lines);
        Assert.Single(Rig("limit: 5, window: 1h, levels: { yellow: 195min }", 2, 2.2, 2.4).Lines);
        Assert.Empty(Rig("limit: 0, direction: below, window: 1h, levels: { yellow: 194min }", 3, 2.8, 2.6).Lines);
        Assert.Single(Rig("limit: 0, direction: below, window: 1h, levels: { yellow: 195min }", 3, 2.8, 2.6).Lines);
    }

    [Theory]
    [InlineData("limit: 5", 4.999, false)]
    [InlineData("limit: 5", 5, true)]
    [InlineData("limit: 5", 7, true)]
    [InlineData("limit: 1, direction: below", 1.001, false)]
    [InlineData("limit: 1, direction: below", 1, true)]
    [InlineData("limit: 1, direction: below", -3, true)]
    public void Beyond_its_limit_no_time_is_left(string limit, double value, bool isThere)
    {
        var rig = Rig($"{limit}, window: 1h, levels: {{ red: 1h }}", value);
        Assert.Equal(isThere ? ["0 t gw/stage none>red onset=0"] : [], rig.Lines);
        Assert.All(rig.Changes, change => Assert.Equal(0, change.Value));
    }

    [Fact]
    public void Where_the_line_is_beyond_the_limit_though_the_newest_value_is_not_no_time_is_left()
    {
        // The line of 0, 3, 6, 6, 4.5 stands at 6.3 m.
        var rig = Rig("limit: 6.2, window: 2h, levels: { red: 1h }", 0, 3, 6, 6, 4.5);
        Assert.Equal(0, rig.Changes[^1].Value);
        Assert.Equal("3600 t gw/stage none>red onset=3600", rig.Lines[^1]);
    }

    [Fact]
    public void It_must_be_so_for_the_on_delay_and_is_over_after_the_off_delay_and_restarts_change_nothing()
    {
        const string Keys = "limit: 5, window: 1h, levels: { yellow: 3h }, on-delay: 20min, off-delay: 25min";
        string rules = Support.Rig.Rules(Rule(Keys));
        List<string>? undisturbed = null;
        foreach (bool restarts in new[] { false, true })
        {
            var rig = Rig(Keys);
            int at = 0;
            // Within three hours from 1800 on; goes back from 5400 on.
            foreach (double value in (double[])[2, 2.5, 3, 3.5, 4, 3.5, 2.5, 2, 1.5, 1, 1, 1, 2, 3, 4, 4.5])
            {
                foreach (var now in (Rig[])[rig.Read("gw/stage", at, value), rig.Tick(at + 299), rig.Tick(at + 302)])
                {
                    if (restarts)
                        now.Restart(rules);
                }
                at += Hour / 4;
            }
            undisturbed ??= [.. rig.Lines];
            Assert.Equal(undisturbed, rig.Lines);
        }
        Assert.Equal(["3000 t gw/stage none>yellow onset=1800", "6900 t gw/stage yellow>none onset=1800"], undisturbed!.Take(2));
    }

    [Fact]
    public void Readings_too_few_to_say_anything_end_a_delay_and_keep_what_was_found()
    {
        const string Keys = "limit: 5, window: 1h, levels: { yellow: 9h }, on-delay: 40min";
        // The line is lost at 9000 within the delay, and a new one is there from 9000 + 1800 on.
        var rig = Rig(Keys, 2, 2.5, 3).Read("gw/stage", 4100, 3.1).Read("gw/stage", 9000, 3.2);
        Assert.Equal(["4200 t gw/stage none>yellow onset=1800"], rig.Lines);
        Assert.Equal(["4200 t gw/stage none>yellow onset=1800"], rig.Read("gw/stage", 9100, 1).Tick(20_000).Lines);
        Assert.DoesNotContain(Rig(Keys, 2, 2.5, 3).Tick(2000).Read("gw/stage", 5400, 3).Tick(20_000).Lines, line => !line.StartsWith("4200", StringComparison.Ordinal));
        // The reading after the gap comes before the delay is over: nothing is known, and the delay is too.
        Assert.Empty(Rig("limit: 5, window: 1h, levels: { yellow: 9h }, on-delay: 2h", 2, 2.5, 3).Read("gw/stage", 7000, 3).Tick(20_000).Lines);
    }

    [Fact]
    public void A_changed_rule_goes_on_with_the_line_of_the_same_window_only()
    {
        var rig = Rig("limit: 50, window: 1h, levels: { yellow: 1h }", 2, 2.1, 2.2).Activate(Support.Rig.Rules(Rule("limit: 4, window: 1h, levels: { yellow: 9h }"))).Read("gw/stage", 2700, 2.3);
        // 0.4 m/h, and 1.7 m to go.
        Assert.Equal(["2700 t gw/stage none>yellow onset=2700"], rig.Lines);
        Assert.Equal(4.25, rig.Changes[0].Value, 9);
        var other = Rig("limit: 50, window: 1h, levels: { yellow: 1h }", 2, 2.1, 2.2).Activate(Support.Rig.Rules(Rule("limit: 4, window: 50min, levels: { yellow: 9h }")));
        Assert.Empty(other.Read("gw/stage", 2700, 2.3).Read("gw/stage", 3600, 2.4).Lines);
        Assert.Equal(["4500 t gw/stage none>yellow onset=4500"], other.Read("gw/stage", 4500, 2.5).Lines);
    }

    [Fact]
    public void A_changed_rule_keeps_its_level_and_the_same_one_its_delay()
    {
        const string Delayed = "limit: 5, window: 1h, levels: { yellow: 9h }, on-delay: 20min";
        // The catalogue was put into force again within the delay.
        Assert.Equal(
            ["3000 t gw/stage none>yellow onset=1800"],
            Rig(Delayed, 2, 2.5, 3).Tick(2000).Activate(Support.Rig.Rules(Rule(Delayed))).Tick(2999).Tick(3500).Lines);
        // The rule is changed: the level stays, the value falls, and it ends once.
        Assert.Equal(
            ["1800 t gw/stage none>yellow onset=1800", "2700 t gw/stage yellow>none onset=1800"],
            Rig("limit: 5, window: 1h, levels: { yellow: 3h }", 2, 2.5, 3).Activate(Support.Rig.Rules(Rule("limit: 9, window: 1h, levels: { yellow: 1h }"))).Read("gw/stage", 2700, 1).Lines);
    }

    [Fact]
    public void A_clock_that_is_set_ends_a_delay_and_the_line_and_what_follows_is_dated_by_it()
    {
        var rig = Rig("limit: 5, window: 1h, levels: { yellow: 9h }, on-delay: 20min", 2, 2.5, 3).Tick(2000);
        rig.Read("gw/stage", 90_000, 4, received: 2100, flags: ReadingFlags.FutureStamp).Read("gw/stage", 90_100, 4, received: 2200, flags: ReadingFlags.FutureStamp);
        Assert.Empty(rig.Tick(9000).Lines);
        // With as many readings as it takes since then, it goes on.
        rig.Read("gw/stage", 100_000, 4, received: 12_100, flags: ReadingFlags.FutureStamp).Read("gw/stage", 101_000, 4.1, received: 13_100, flags: ReadingFlags.FutureStamp)
            .Read("gw/stage", 102_000, 4.2, received: 14_100, flags: ReadingFlags.FutureStamp);
        Assert.Equal(["103200 t gw/stage none>yellow onset=102000"], rig.Tick(15_299).Tick(15_400).Lines);
    }

    [Fact]
    public void A_window_that_is_full_says_so()
    {
        var rig = Rig("limit: 5000, window: 24h, levels: { yellow: 1h }");
        for (int i = 0; i < 8192; i++)
            rig.Read("gw/stage", i, 1);
        Assert.Equal(0, rig.Engine.Counters.WindowOverflows);
        Assert.Equal(1, rig.Read("gw/stage", 8192, 1).Engine.Counters.WindowOverflows);
    }

    [Fact]
    public void A_rule_of_another_kind_leaves_it_nothing() =>
        Assert.Equal(
            ["0 t gw/stage none>yellow onset=0", "1800 t gw/stage none>yellow onset=1800"],
            new Rig(Support.Rig.Rules(Support.Rig.Threshold("t", "levels: { yellow: 1 }"))).Read("gw/stage", 0, 2)
                .Activate(Support.Rig.Rules(Rule("limit: 5, window: 30min, levels: { yellow: 9h }"))).Read("gw/stage", 600, 2.2).Read("gw/stage", 1200, 2.4).Read("gw/stage", 1800, 2.6).Lines);

    [Fact]
    public void A_backlog_brings_one_of_the_past_to_light()
    {
        var rig = Rig(Plain, 2).Read("gw/stage", 12 * Hour, 2);
        for (int i = 1; i <= 12; i++)
            rig.Read("gw/stage", i * Hour / 4, i < 6 ? 2 + (0.4 * i) : 4.4 - (0.4 * i), received: (12 * Hour) + i);
        Assert.Equal("1800 t gw/stage none>yellow onset=1800 past", rig.Tick(13 * Hour).Lines[0]);
        Assert.All(rig.Lines, line => Assert.EndsWith(" past", line, StringComparison.Ordinal));
        Assert.EndsWith(">none onset=1800 past", rig.Lines[^1], StringComparison.Ordinal);
    }

    [Fact]
    public void A_bad_value_beyond_the_limit_is_none() =>
        Assert.Empty(Rig(values: [2, 2, 2]).Read("gw/stage", 2700, 9, quality: Quality.Bad).Read("gw/stage", 2800, 2).Lines);

    [Fact]
    public void A_clock_that_is_put_right_begins_a_new_line()
    {
        // An hour ahead until then: none of those readings are part of the line of the right time.
        var rig = Rig("limit: 5, window: 1h, levels: { yellow: 9h }");
        for (int i = 0; i < 4; i++)
            rig.Read("gw/stage", 5000 + (900 * i), 2, received: 900 * i, flags: ReadingFlags.FutureStamp);
        rig.Read("gw/stage", 3600, 2).Read("gw/stage", 4500, 2.5).Read("gw/stage", 5400, 3);
        Assert.Equal(["5400 t gw/stage none>yellow onset=5400"], rig.Lines);
    }

    [Fact]
    public void At_the_limit_a_clock_that_is_put_right_begins_the_delay_anew_and_ends_are_dated_by_it()
    {
        var rig = Rig("limit: 5, window: 1h, levels: { yellow: 9h }, on-delay: 20min");
        rig.Read("gw/stage", 5000, 6, received: 0, flags: ReadingFlags.FutureStamp).Read("gw/stage", 600, 6);
        Assert.Equal(["1800 t gw/stage none>yellow onset=600"], rig.Tick(1799).Tick(1801).Lines);
        // And so is the end of one that was found by the wrong time.
        rig = Rig("limit: 5, window: 1h, levels: { yellow: 9h }").Read("gw/stage", 50_000, 6, received: 0, flags: ReadingFlags.FutureStamp);
        rig.Read("gw/stage", 600, 4).Read("gw/stage", 1600, 3.5).Read("gw/stage", 2600, 3);
        Assert.Equal(["50000 t gw/stage none>yellow onset=50000", "2600 t gw/stage yellow>none onset=50000"], rig.Lines);
    }
}
