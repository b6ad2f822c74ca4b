using SensorGrid.Rules.Files;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Thresholds;

/// <summary>Rules that compare a point with those above and below it: two branches meet at the third manhole, from where the pipe goes through one without
/// a sensor to the outfall at the sea.</summary>
public sealed class NetworkRuleTests
{
    private const string Pipes = """
        domains: [{ id: drainage, name: Drainage }]
        stations:
          - { id: m1, kind: manhole, name: One, domain: drainage }
          - { id: m2, kind: manhole, name: Two, domain: drainage }
          - { id: m3, kind: manhole, name: Three, domain: drainage }
          - { id: dry, kind: manhole, name: None, domain: drainage }
          - { id: out, kind: outfall, name: Outfall, domain: drainage }
        gateways: [{ id: g, domain: drainage }]
        datastreams:
          - { gateway: g, name: l1, station: m1, quantity: level, unit: m }
          - { gateway: g, name: l2, station: m2, quantity: level, unit: m }
          - { gateway: g, name: l3, station: m3, quantity: level, unit: m }
          - { gateway: g, name: lo, station: out, quantity: level, unit: m }
          - { gateway: g, name: tide, station: out, quantity: tide, unit: cm }
          - { gateway: g, name: run, station: m3, quantity: pump }
        relations:
          - { kind: upstream, from: m1, to: m3 }
          - { kind: upstream, from: m2, to: m3 }
          - { kind: upstream, from: m3, to: dry }
          - { kind: upstream, from: dry, to: out }
          - { kind: neighbour, from: m1, to: m2 }
        """;

    [Fact]
    public void Each_pair_along_the_pipe_has_a_condition_of_its_own_which_both_ends_name()
    {
        var rig = Watching("value: 'last of upstream level > 2 m and last < 0.3 m', on-delay: 30s, levels: { orange: 1 }");
        Assert.Empty(rig.Engine.Messages);
        rig.Read("g/l3", 0, 0.1).Read("g/l1", 1, 1).Read("g/l2", 2, 2.5).Tick(31);
        Assert.Empty(rig.Lines);
        Assert.Equal(["32 r g/l3|g/l2 none>orange onset=2"], rig.Tick(32).Lines);
        // The water comes through.
        Assert.Equal("40 r g/l3|g/l2 orange>none onset=2", rig.Read("g/l3", 40, 0.5).Lines[^1]);
    }

    [Fact]
    public void The_nearest_that_measures_it_is_meant_and_what_lies_behind_it_is_not()
    {
        // Past the manhole without a sensor; of the outfall only the third is upstream.
        var rig = Watching("value: last of upstream level - last, levels: { yellow: 1 }");
        rig.Read("g/lo", 0, 0).Read("g/l1", 1, 9).Read("g/l3", 2, 2);
        Assert.Equal(["2 r g/l3|g/l1 none>yellow onset=2", "2 r g/lo|g/l3 none>yellow onset=2"], rig.Lines);
    }

    [Fact]
    public void Of_several_the_largest_or_the_smallest_of_those_that_are_known_is_one_value()
    {
        var largest = Watching("value: last of max upstream level within 1min - last, levels: { yellow: 1 }");
        largest.Read("g/l3", 0, 0).Read("g/l1", 1, 0.5).Read("g/l2", 2, 3);
        Assert.Equal(["2 r g/l3 none>yellow onset=2"], largest.Lines);
        // The higher one is too old after a minute, and the lower one decides.
        Assert.Equal("63 r g/l3 yellow>none onset=2", largest.Read("g/l1", 63, 0.5).Lines[^1]);
        var smallest = Watching("value: last of min upstream level - last, levels: { yellow: 1 }");
        Assert.Equal(["2 r g/l3 none>yellow onset=2"], smallest.Read("g/l3", 0, 0).Read("g/l2", 2, 3).Lines);
        Assert.Equal("3 r g/l3 yellow>none onset=2", smallest.Read("g/l1", 3, 0.5).Lines[^1]);
    }

    [Fact]
    public void The_sea_above_the_pipe_locks_it()
    {
        var rig = Watching("value: 'convert(last of downstream tide, m) >= last and last > 1 m', levels: { yellow: 1 }", "{ stations: [m3] }");
        rig.Read("g/l3", 0, 1.5).Read("g/tide", 10, 140).Read("g/tide", 20, 155).Read("g/tide", 30, 120);
        Assert.Equal(["20 r g/l3|g/tide none>yellow onset=20", "30 r g/l3|g/tide yellow>none onset=20"], rig.Lines);
    }

    [Theory]
    [InlineData("value: 'last > 2 m and last of pump < 1'")]
    [InlineData("value: 'min(1min) of pump >= 1 and delta(1min) >= 0 m and last > 2 m'")]
    public void A_pump_that_does_not_run_or_does_not_help_is_at_fault(string value)
    {
        var rig = Watching($"{value}, on-delay: 20s, levels: {{ red: 1 }}", "{ stations: [m3], quantity: level }");
        bool runs = value.Contains("delta", StringComparison.Ordinal);
        for (int second = 0; second <= 120; second += 10)
            rig.Read("g/run", second, runs ? 1 : 0).Read("g/l3", second, 2.5 + (second / 1000.0));
        Assert.StartsWith(runs ? "30 r g/l3 none>red onset=10" : "20 r g/l3 none>red onset=0", rig.Lines[0], StringComparison.Ordinal);
        Assert.Single(rig.Lines);
    }

    [Fact]
    public void A_side_that_is_too_old_is_not_known_and_calls_a_delay_off()
    {
        var rig = Watching("value: 'last of upstream level within 1min > 2 m and last < 0.3 m', on-delay: 90s, levels: { orange: 1 }");
        rig.Read("g/l2", 0, 3).Read("g/l3", 10, 0.1).Read("g/l3", 50, 0.1).Read("g/l3", 110, 0.1).Tick(300);
        Assert.Empty(rig.Lines);
        Assert.Equal(["390 r g/l3|g/l2 none>orange onset=300"], rig.Read("g/l2", 300, 3).Read("g/l2", 350, 3).Tick(400).Lines);
    }

    [Fact]
    public void Two_names_along_the_network_make_as_many_pairings_as_there_are()
    {
        var rig = Watching("value: 'last of upstream level > last and last of downstream level < last', levels: { blue: 1 }", "{ stations: [m3], quantity: level }");
        rig.Read("g/l3", 0, 1).Read("g/lo", 1, 0).Read("g/l1", 2, 2).Read("g/l2", 3, 2);
        Assert.Equal(["2 r g/l3|g/l1|g/lo none>blue onset=2", "3 r g/l3|g/l2|g/lo none>blue onset=3"], rig.Lines);
    }

    [Fact]
    public void Neighbours_are_those_one_step_beside_either_way()
    {
        var rig = Watching("value: abs(last - last of neighbour level), levels: { blue: 1 }");
        Assert.Equal(["1 r g/l2|g/l1 none>blue onset=1", "1 r g/l1|g/l2 none>blue onset=1"], rig.Read("g/l1", 0, 5).Read("g/l2", 1, 2).Lines);
    }

    [Fact]
    public void Relations_that_run_in_a_circle_never_lead_back_to_the_point_itself()
    {
        string circle = Pipes + "\n  - { kind: upstream, from: out, to: m1 }";
        var rig = Watching("value: last of upstream level, levels: { blue: 1 }", catalogue: circle);
        Assert.Empty(rig.Engine.Messages);
        rig.Read("g/l1", 0, 0).Read("g/l2", 0, 0).Read("g/l3", 0, 0).Read("g/lo", 1, 2);
        Assert.Equal(["1 r g/l1|g/lo none>blue onset=1"], rig.Lines);
    }

    [Fact]
    public void A_sensor_more_than_twenty_steps_away_is_another_matter()
    {
        string Chain(int between) => $$"""
            domains: [{ id: drainage, name: D }]
            stations: [{{string.Join(", ", Enumerable.Range(0, between + 2).Select(i => $"{{ id: s{i}, kind: k, name: N, domain: drainage }}"))}}]
            gateways: [{ id: g, domain: drainage }]
            datastreams: [{ gateway: g, name: a, station: s0, quantity: level, unit: m }, { gateway: g, name: b, station: s{{between + 1}}, quantity: level, unit: m }]
            relations: [{{string.Join(", ", Enumerable.Range(0, between + 1).Select(i => $"{{ kind: upstream, from: s{i}, to: s{i + 1} }}"))}}]
            """;

        const string Keys = "value: last of upstream level, levels: { blue: 1 }";
        Assert.Single(Watching(Keys, catalogue: Chain(19)).Read("g/b", 0, 0).Read("g/a", 1, 2).Lines);
        Assert.Empty(Watching(Keys, catalogue: Chain(20)).Read("g/b", 0, 0).Read("g/a", 1, 2).Lines);
    }

    [Fact]
    public void Pairs_vote_in_groups_too()
    {
        var rig = new Rig(
            Rig.Rules("{ id: r, type: k-of-n, domain: drainage, title: T, scope: { quantity: level }, value: last of upstream level - last, limit: 1, by: station, levels: { blue: 1, red: 2 } }"), Pipes);
        Assert.Equal(["1 r m3 none>blue onset=1"], rig.Read("g/l3", 0, 0).Read("g/l1", 1, 2).Lines);
    }

    [Theory]
    [InlineData("value: last of upstream tide, levels: { red: 1 }",
        "2:11: warning: rule 'r' refers to 'upstream tide', and no station upstream of those it watches has a datastream of that quantity",
        "2:11: rule 'r' watches nothing: for each datastream it matches something is missing; see the warnings")]
    [InlineData("value: last - last of downstream tide, levels: { red: 1 }", "2:99: rule 'r' watches 'g/l1' in 'm': one side is in 'm', the other in 'cm'; write convert(…, m)")]
    [InlineData("value: last of upsteam level, levels: { red: 1 }", "2:102: 'upsteam' is not a direction; upstream, downstream, neighbour can stand before a quantity; did you mean 'upstream'?")]
    [InlineData("value: last of max level, levels: { red: 1 }", "2:106: 'level' is not a direction; upstream, downstream, neighbour can stand before a quantity")]
    [InlineData("value: last of max, levels: { red: 1 }", "2:105: 'max' needs a direction and a quantity behind it, as max upstream level")]
    [InlineData("value: 'last of upstream > 3 m', levels: { red: 1 }", "2:111: 'upstream' needs a quantity behind it, as upstream level")]
    public void The_reader_says_what_is_wrong(string keys, params string[] expected) =>
        Assert.Equal(expected.Select(text => "rules.yaml:" + text), Messages(keys, Pipes));

    [Fact]
    public void A_neighbour_with_two_that_measure_it_is_left_out_with_a_warning()
    {
        string two = Pipes.Replace("- { gateway: g, name: run", "- { gateway: g, name: l4, station: m1, quantity: level, unit: m }\n  - { gateway: g, name: run", StringComparison.Ordinal);
        Assert.Equal(
            ["rules.yaml:2:11: warning: rule 'r' does not watch 'g/l3': it refers to 'upstream level', and station 'm1' has 2: g/l1, g/l4"],
            Messages("value: last of upstream level, levels: { red: 1 }", two));
    }

    private static Rig Watching(string keys, string scope = "{ quantity: level }", string catalogue = Pipes) =>
        new(Rig.Rules(Rule(keys, scope)), catalogue);

    private static string Rule(string keys, string scope) => $"{{ id: r, type: threshold, domain: drainage, title: T, scope: {scope}, {keys} }}";

    private static IEnumerable<string> Messages(string keys, string catalogue) =>
        RuleSetReader.Read(new([new("rules.yaml", Rig.Rules(Rule(keys, "{ quantity: level }")))]), Rig.ReadCatalogue(catalogue)).Messages.Select(message => message.ToString());
}
