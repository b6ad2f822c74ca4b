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
}
