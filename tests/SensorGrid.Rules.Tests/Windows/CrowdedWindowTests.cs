using System.Globalization;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Rules.Windows;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Windows;

/// <summary>A window holds so many readings and no more; whoever writes a rule that needs more is told before it is in force.</summary>
public sealed class CrowdedWindowTests
{
    private const string EachSecond = """
        domains: [{ id: water, name: Water }]
        gateways: [{ id: gw, domain: water }]
        datastreams:
          - { gateway: gw, name: stage, quantity: level, unit: m, expected-interval: 1s }
          - { gateway: gw, name: other, quantity: level, unit: m, expected-interval: 1s }
          - { gateway: gw, name: slow, quantity: level, unit: m, expected-interval: 1min }
          - { gateway: gw, name: unsaid, quantity: level, unit: m }
        """;

    private static IEnumerable<string> Warnings(string keys, string scope) =>
        RuleSetReader.Read(new SourceBundle([new("rules.yaml", Rig.Rules(Rig.Threshold("r", keys, scope)))]), Rig.ReadCatalogue(EachSecond)).Messages.Select(message => message.Text);

    [Theory]
    [InlineData("value: avg(2d), levels: { red: 1 }", "avg(2d) of 'gw/stage' looks at 172800 readings (one each 1s), and a window holds the newest 131072, those of 131072s; take a shorter window")]
    [InlineData("value: rate(3d), levels: { red: 1 }", "rate(3d) of 'gw/stage' looks at 259200 readings (one each 1s), and a window holds the newest 131072, those of 131072s; take a shorter window")]
    [InlineData("value: 'avg(2h) - avg(2d)', levels: { red: 1 }", "avg(2d) of 'gw/stage' looks at 172800 readings (one each 1s), and a window holds the newest 131072, those of 131072s; take a shorter window")]
    [InlineData("value: 'last - avg(2d) of gw/other', levels: { red: 1 }", "avg(2d) of 'gw/other' looks at 172800 readings (one each 1s), and a window holds the newest 131072, those of 131072s; take a shorter window")]
    public void A_rule_that_looks_at_more_than_a_window_holds_is_warned_of_once(string keys, string expected) =>
        Assert.Equal([$"rule 'r': {expected}"], Warnings(keys, "{ quantity: level }"));

    [Theory]
    [InlineData("value: avg(1d), levels: { red: 1 }", "{ quantity: level }")]
    [InlineData("value: max(7d), levels: { red: 1 }", "{ quantity: level }")]
    [InlineData("value: avg(30d), levels: { red: 1 }", "{ datastreams: [gw/slow] }")]
    [InlineData("value: avg(7d), levels: { red: 1 }", "{ datastreams: [gw/unsaid] }")]
    public void One_that_does_not_or_of_which_that_is_not_known_is_not(string keys, string scope) => Assert.Empty(Warnings(keys, scope));

    [Fact]
    public void A_rule_over_very_many_has_room_for_so_many_readings_and_the_rest_is_told()
    {
        // 128 windows of 131,072 readings are the most.
        string many = "domains: [{ id: water, name: Water }]\ngateways: [{ id: gw, domain: water }]\ndatastreams:\n" + string.Concat(Enumerable.Range(100, 130).Select(i =>
            $"  - {{ gateway: gw, name: s{i}, quantity: level, unit: m, expected-interval: 1s }}\n"));
        var read = RuleSetReader.Read(
            new SourceBundle([new("rules.yaml", Rig.Rules(Rig.Threshold("r", "value: avg(1d), levels: { red: 1 }", "{ quantity: level }")))]), Rig.ReadCatalogue(many));
        Assert.Equal(
            [
                "rule 'r': avg(1d) of 'gw/s228' looks at 86400 readings (one each 1s), and those of this rule together have room for 16777216: this one holds the newest 8192, those of 8192s; "
                    + "take a shorter window, or let the rule watch fewer datastreams",
            ],
            read.Messages.Select(message => message.Text));
    }

    /// <summary>Every function over more readings than a window has room for without being told: of 0, 1, 2 … each second, those of the last six hours are 3,600 to 25,199.</summary>
    [Theory]
    [InlineData("sum(6h)", 21_600 * 14_399.5)]
    [InlineData("avg(6h)", 14_399.5)]
    [InlineData("count(6h)", 21_600)]
    [InlineData("quantile(6h, 0.5)", 14_399.5)]
    [InlineData("stddev(6h)", 6235.527243144721)] // the root of n (n + 1) / 12
    [InlineData("coverage(6h)", 1)]
    [InlineData("delta(6h)", 21_600)]
    [InlineData("rate(6h)", 3_600)]
    [InlineData("increase(6h)", 21_600)]
    public void A_window_has_the_room_that_it_needs_by_the_catalogue(string text, double expected)
    {
        Assert.True(ValueExpression.TryParse(text, out var expression));
        var series = new MeasureSeries(expression.For(Rig.ReadCatalogue(EachSecond).Datastreams.Single(of => of.Key.Name == "stage")));
        var points = new List<MeasurePoint>();
        for (int i = 0; i < 7 * 3600; i++)
        {
            points.Clear();
            series.Add(Some.TicksAfter(i), i, points);
        }
        Assert.Equal(expected, points[^1].Value, expected * 1e-9);
    }

    [Theory]
    [InlineData("count(6h)", 21_600)]
    [InlineData("sum(6h) - sum(1h)", 5 * 3600 * 3.5)]
    [InlineData("count(6h) + count(6h) of gw/other", 43_199)] // by the reading of the other one, which comes first
    public void A_rule_has_it_in_formulas_and_over_other_datastreams_too(string value, double expected)
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("r", string.Create(CultureInfo.InvariantCulture, $"value: '{value}', levels: {{ red: {expected} }}"))), EachSecond);
        for (int i = 0; i < 7 * 3600; i++)
            rig.Read("gw/other", i, i % 8).Read("gw/stage", i, i % 8);
        Assert.Equal(0, rig.Engine.Counters.WindowOverflows);
        Assert.Equal(expected, Assert.Single(rig.Changes).Value);
    }

    /// <summary>A small change of the interval leaves the room as it is; another room is another window.</summary>
    [Theory]
    [InlineData("avg(6h)", 3.0, 0)] // 7,200, and an eighth more are 8,100
    [InlineData("avg(6h)", 2.9, 16_384)] // 7,448 and 8,379
    [InlineData("avg(6h)", 1.6, 16_384)]
    [InlineData("avg(6h)", 1.4, 32_768)]
    [InlineData("avg(1d)", 1.0, 131_072)]
    [InlineData("avg(30d)", 0.1, 131_072)]
    [InlineData("max(30d)", 0.1, 0)]
    [InlineData("last", 0.1, 0)]
    public void Room_is_a_power_of_two_and_bounded(string text, double seconds, int expected)
    {
        Assert.True(ValueExpression.TryParse(text, out var expression));
        Assert.Equal(expected, WindowRoom.Of(expression, TimeSpan.FromSeconds(seconds)));
        Assert.Equal(0, WindowRoom.Of(expression, null));
    }

    [Fact]
    public void Without_being_told_it_holds_no_more_than_any_and_that_is_counted()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("r", "value: count(6h), levels: { red: 8193 }", "{ datastreams: [gw/unsaid] }")), EachSecond);
        for (int i = 0; i < 8200; i++)
            rig.Read("gw/unsaid", i, 1);
        Assert.Equal(8, rig.Engine.Counters.WindowOverflows);
        Assert.Empty(rig.Changes);
    }

    [Fact]
    public void What_a_large_window_holds_is_in_the_snapshot()
    {
        string rules = Rig.Rules(Rig.Threshold("r", "value: sum(6h), levels: { red: 21600 }"));
        var rig = new Rig(rules, EachSecond);
        for (int i = 0; i < 21_599; i++)
            rig.Read("gw/stage", i, 1);
        Assert.Empty(rig.Changes);
        rig.Restart(rules, EachSecond);
        rig.Read("gw/stage", 21_599, 1);
        Assert.Equal(21_600, Assert.Single(rig.Changes).Value);
        Assert.Equal(0, rig.Engine.Counters.WindowOverflows);
    }
}
