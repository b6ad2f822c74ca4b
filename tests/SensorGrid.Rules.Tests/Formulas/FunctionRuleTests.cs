using SensorGrid.Rules.Files;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Formulas;

/// <summary>The functions and windows inside rules: what they take from the catalogue, and that the engine looks at them when time alone changes them.</summary>
public sealed class FunctionRuleTests
{
    private const string Gauges = """
        domains: [{ id: water, name: Water }]
        gateways: [{ id: gw, domain: water, expected-interval: 10min }, { id: gw2, domain: water }]
        datastreams:
          - { gateway: gw, name: stage, quantity: level, unit: m }
          - { gateway: gw, name: total, quantity: rain-total, unit: mm, wraps-at: 1000 }
          - { gateway: gw2, name: stage, quantity: level, unit: m }
        """;

    // Second 0 is 16:00 in Beijing.
    private const int UntilMidnight = 8 * 3600;
    private const int UntilEight = 16 * 3600;
    private const int UntilTwenty = 4 * 3600;

    [Fact]
    public void Increase_takes_the_end_of_the_counter_from_the_catalogue_and_falls_as_rain_leaves_the_window()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("r", "value: increase(1h), levels: { yellow: 10 }, unit: mm", "{ datastreams: [gw/total] }")), Gauges);
        rig.Read("gw/total", 0, 990).Read("gw/total", 600, 996.2).Read("gw/total", 1200, 0.2).Tick(4199);
        Assert.Equal(["1200 r gw/total none>yellow onset=1200"], rig.Lines);
        Assert.Equal(10.2, rig.Changes[0].Value);
        rig.Tick(4300);
        Assert.Equal("4200 r gw/total yellow>none onset=1200", rig.Lines[^1]);
    }

    [Fact]
    public void Coverage_takes_the_expected_interval_from_the_catalogue()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("r", "value: coverage(1h), direction: below, levels: { yellow: 0.5 }")), Gauges);
        for (int at = 0; at <= 3600; at += 600)
            rig.Read("gw/stage", at, 1);
        Assert.Equal(["0 r gw/stage none>yellow onset=0", "1800 r gw/stage yellow>none onset=0"], rig.Lines);
        rig.Tick(9000);
        Assert.Equal("5400 r gw/stage none>yellow onset=5400", rig.Lines[^1]);
    }

    [Fact]
    public void Coverage_without_an_interval_is_refused_with_what_to_do()
    {
        string rules = Rig.Rules(Rig.Threshold("r", "value: 'coverage(1h) * 1', levels: { yellow: 0.5 }", "{ datastreams: [gw2/stage] }"));
        Assert.Equal(
            "rules.yaml:2:11: rule 'r' watches 'gw2/stage': coverage(1h) needs the interval at which readings are expected; give the datastream 'expected-interval' or write coverage(1h, 5min)",
            Assert.Single(Messages(rules)));
        string tooShort = Rig.Rules(Rig.Threshold("r", "value: coverage(5min), levels: { yellow: 0.5 }"));
        Assert.Equal(
            "rules.yaml:2:11: rule 'r' watches 'gw/stage': coverage(5min) looks at less than one expected interval (10min); take a longer window",
            Assert.Single(Messages(tooShort)));
    }

    [Theory]
    [InlineData("hour", 3600)]
    [InlineData("day", UntilMidnight)]
    [InlineData("hydrological day", UntilEight)]
    [InlineData("meteorological day", UntilTwenty)]
    public void A_reading_at_the_boundary_belongs_to_the_period_that_ends_and_a_moment_later_a_new_one_runs(string window, int boundary)
    {
        var rig = new Rig(Rig.Rules(
            Rig.Threshold("now", $"value: sum({window}), levels: {{ yellow: 5 }}"),
            Rig.Threshold("then", $"value: sum(previous {window}), levels: {{ yellow: 5 }}")));
        rig.Read("gw/stage", boundary - 10, 3).Read("gw/stage", boundary, 2).Tick(boundary);
        Assert.Equal([$"{boundary} now gw/stage none>yellow onset={boundary}"], rig.Lines);
        rig.Tick(boundary + 1);
        Assert.Equal(
            [
                $"{boundary} now gw/stage none>yellow onset={boundary}", $"{boundary}.0000001 now gw/stage yellow>none onset={boundary}",
                $"{boundary}.0000001 then gw/stage none>yellow onset={boundary}.0000001",
            ],
            rig.Lines);
    }

    [Fact]
    public void Yesterdays_rain_holds_until_the_next_boundary_and_a_day_without_readings_has_none()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("r", "value: sum(previous hydrological day), levels: { yellow: 5 }")));
        rig.Read("gw/stage", UntilEight - 1, 7).Read("gw/stage", UntilEight + 60, 1).Tick(UntilEight + 86399).Tick(UntilEight + 86401);
        Assert.Equal(
            [
                $"{UntilEight}.0000001 r gw/stage none>yellow onset={UntilEight}.0000001",
                $"{UntilEight + 86400}.0000001 r gw/stage yellow>none onset={UntilEight}.0000001",
            ],
            rig.Lines);
    }

    [Fact]
    public void A_reading_of_the_boundary_that_comes_after_it_counts_in_the_day_that_ended_and_not_in_the_new_one()
    {
        var rig = new Rig(Rig.Rules(
            Rig.Threshold("now", "value: sum(hydrological day), levels: { yellow: 2 }"),
            Rig.Threshold("then", "value: sum(previous hydrological day), levels: { yellow: 5 }")));
        rig.Read("gw/stage", UntilEight - 300, 1).Tick(UntilEight + 1).Read("gw/stage", UntilEight, 4, received: UntilEight + 2).Tick(UntilEight + 3);
        Assert.Equal([$"{UntilEight} then gw/stage none>yellow onset={UntilEight}"], rig.Lines);
        Assert.Equal(5, rig.Changes[0].Value);
    }

    [Fact]
    public void A_counter_is_read_over_the_hydrological_day_from_its_last_value_before()
    {
        var rig = new Rig(Rig.Rules(
            Rig.Threshold("r", "value: increase(hydrological day), levels: { yellow: 5 }, unit: mm", "{ datastreams: [gw/total] }")), Gauges);
        rig.Read("gw/total", UntilEight, 100).Read("gw/total", UntilEight + 600, 104).Read("gw/total", UntilEight + 1200, 105);
        Assert.Equal([$"{UntilEight + 1200} r gw/total none>yellow onset={UntilEight + 1200}"], rig.Lines);
    }

    [Fact]
    public void A_window_stays_when_rules_change_unless_the_catalogue_gives_it_another_end()
    {
        string rules = Rig.Rules(Rig.Threshold("r", "value: increase(1h), levels: { yellow: 10 }, unit: mm", "{ datastreams: [gw/total] }"));
        var rig = new Rig(rules, Gauges).Read("gw/total", 0, 990).Read("gw/total", 60, 998);
        rig.Activate(rules).Read("gw/total", 120, 2);
        Assert.Equal(["120 r gw/total none>yellow onset=120"], rig.Lines);
        rig.Activate(rules, Gauges.Replace("wraps-at: 1000", "wraps-at: 10000", StringComparison.Ordinal)).Read("gw/total", 180, 3);
        Assert.Equal("180 r gw/total yellow>none onset=120", rig.Lines[^1]);
    }

    [Fact]
    public void A_quantile_and_a_deviation_see_what_leaves_the_window()
    {
        var rig = new Rig(Rig.Rules(
            Rig.Threshold("q", "value: 'quantile(10s, 0.5)', levels: { yellow: 4 }"),
            Rig.Threshold("s", "value: stddev(10s), direction: below, levels: { yellow: 0 }")));
        rig.Read("gw/stage", 0, 1).Read("gw/stage", 5, 5).Read("gw/stage", 6, 5).Tick(20);
        Assert.Equal(["6 q gw/stage none>yellow onset=6", "10 s gw/stage none>yellow onset=10"], rig.Lines);
    }

    private static IEnumerable<string> Messages(string rules) =>
        RuleSetReader.Read(new([new("rules.yaml", rules)]), Rig.ReadCatalogue(Gauges)).Messages.Select(message => message.ToString());
}
