using SensorGrid.Readings;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Votes;

public sealed class VoteEvaluatorTests
{
    private const string City = """
        domains: [{ id: fire, name: Fire }]
        sites: [{ id: house, name: House, location: [110.05, 21.05] }]
        stations:
          - { id: hall, kind: room, name: Hall, domain: fire, site: house, tags: { sector: a } }
          - { id: loft, kind: room, name: Loft, domain: fire, site: house, location: [110.3, 21.3], tags: { sector: b } }
        gateways: [{ id: p1, domain: fire }, { id: p2, domain: fire }]
        datastreams:
          - { gateway: p1, name: smoke-1, station: hall, quantity: smoke, unit: "/", limits: { yellow: 0.1, red: 0.2 } }
          - { gateway: p1, name: smoke-2, station: hall, quantity: smoke, unit: "/" }
          - { gateway: p2, name: smoke-3, station: loft, quantity: smoke, unit: "/" }
          - { gateway: p1, name: heat-1, station: hall, quantity: temperature, unit: Cel }
          - { gateway: p2, name: heat-3, station: loft, quantity: temperature, unit: Cel }
          - { gateway: p2, name: loose, quantity: smoke, unit: "/" }
        zones:
          - { id: block, kind: block, name: Block, domain: fire, geometry: { type: Polygon, coordinates: [[[110, 21], [110.1, 21], [110.1, 21.1], [110, 21.1], [110, 21]]] } }
        """;

    private static string Rule(string type, string keys, string scope = "{ domain: fire }") =>
        $"{{ id: v, type: {type}, domain: fire, title: T, scope: {scope}, {keys} }}";

    private static Rig Smoke(string keys) => new(Rig.Rules(Rule("k-of-n", keys, "{ quantity: smoke }")), City);

    private static Rig SmokeAndHeat(string keys = "by: station, levels: { yellow: 1, red: 2 }") => new(
        Rig.Rules(Rule("confirmation", $"of: [{{ scope: {{ quantity: smoke }}, limit: 0.1 }}, {{ scope: {{ quantity: temperature }}, limit: 57 }}], {keys}")), City);

    [Fact]
    public void So_many_datastreams_at_the_same_time_raise_each_level() =>
        Assert.Equal(
            ["2 v all none>yellow onset=2", "3 v all yellow>red onset=2", "4 v all red>yellow onset=2", "5 v all yellow>none onset=2"],
            Smoke("limit: 0.1, by: all, levels: { yellow: 2, red: 3 }")
                .Read("p1/smoke-1", 1, 0.1).Read("p1/smoke-2", 2, 0.5).Read("p2/smoke-3", 3, 0.5).Read("p1/smoke-2", 4, 0).Read("p1/smoke-1", 5, 0).Lines);

    [Fact]
    public void Each_station_is_a_group_of_its_own_and_what_has_none_has_no_say()
    {
        var rig = Smoke("limit: 0.1, by: station, levels: { red: 2 }")
            .Read("p1/smoke-1", 1, 1).Read("p2/smoke-3", 2, 1).Read("p2/loose", 3, 1).Read("p1/smoke-2", 4, 1);
        Assert.Equal(["4 v hall none>red onset=4"], rig.Lines);
        var scope = rig.Changes[0].Scope;
        Assert.Equal(("hall", "p1", null, 110.05, 2.0), (scope.Station, scope.Gateway, scope.Datastream, scope.Longitude, rig.Changes[0].Value));
    }

    [Fact]
    public void A_detector_by_each_own_limit_goes_by_that_of_the_season()
    {
        // The season begins at 00:00 in Beijing, eight hours after second 0.
        const int Midnight = 8 * 3600;
        string dated = City
            .Replace("limits: { yellow: 0.1, red: 0.2 } }", "limits: { yellow: 0.1 }, dated-limits: [{ from: 05-13, to: 05-13, yellow: 0.5 }] }", StringComparison.Ordinal)
            .Replace("name: smoke-2, station: hall, quantity: smoke, unit: \"/\" }", "name: smoke-2, station: hall, quantity: smoke, unit: \"/\", dated-limits: [{ from: 05-13, to: 05-13, yellow: 0.2 }] }", StringComparison.Ordinal);
        var rig = new Rig(Rig.Rules(Rule("k-of-n", "limit: yellow, by: station, levels: { blue: 1, red: 2 }", "{ quantity: smoke }")), dated);
        Assert.DoesNotContain(rig.Engine.Messages, message => message.Severity == Readings.Yaml.MessageSeverity.Error);
        rig.Read("p1/smoke-1", 10, 0.3).Read("p1/smoke-2", Midnight - 100, 0.3).Tick(Midnight - 1);
        // Out of season the second has no limit of its own.
        Assert.Equal(["10 v hall none>blue onset=10"], rig.Lines);
        // In it the first has a higher one, and its held value is judged by that at once; the second votes in its place.
        rig.Tick(Midnight + 1);
        Assert.Equal($"{Midnight} v hall blue>none onset=10", rig.Lines[1]);
        Assert.Equal($"{Midnight} v hall none>blue onset={Midnight}", rig.Lines[2]);
        Assert.Equal($"{Midnight + 50} v hall blue>red onset={Midnight}", rig.Read("p1/smoke-1", Midnight + 50, 0.6).Lines[3]);
        // The day after, the first is above its own again and the second has none.
        rig.Tick(Midnight + 86_400 + 1);
        Assert.Equal($"{Midnight + 86_400} v hall red>blue onset={Midnight}", rig.Lines[^1]);
    }

    [Theory]
    [InlineData("by: gateway", "p2")]
    [InlineData("by: 'tag:sector'", null)]
    [InlineData("by: site", "house")]
    [InlineData("by: all", "all")]
    public void Groups_can_be_made_by(string by, string? raised)
    {
        var rig = Smoke($"limit: 0.1, {by}, levels: {{ red: 2 }}").Read("p2/smoke-3", 1, 1).Read("p2/loose", 2, 1).Read("p2/loose", 3, 0).Read("p1/smoke-1", 4, 1);
        Assert.Equal(raised, rig.Changes.Count == 0 ? null : rig.Changes[0].Scope.Key);
    }

    [Fact]
    public void A_zone_is_a_group_of_the_stations_that_stand_in_it() =>
        Assert.Equal(
            ["3 v block none>red onset=3"],
            Smoke("limit: 0.1, by: 'zone:block', levels: { red: 2 }").Read("p1/smoke-1", 1, 1).Read("p2/smoke-3", 2, 1).Read("p1/smoke-2", 3, 1).Lines);

    [Fact]
    public void Several_sensors_of_a_station_can_have_one_vote() =>
        Assert.Equal(
            ["3 v all none>red onset=3", "5 v all red>none onset=3"],
            Smoke("limit: 0.1, by: all, votes-of: station, levels: { red: 2 }")
                .Read("p1/smoke-1", 1, 1).Read("p1/smoke-2", 2, 1).Read("p2/smoke-3", 3, 1).Read("p1/smoke-1", 4, 0).Read("p1/smoke-2", 5, 0).Lines);

    [Theory]
    [InlineData(29, true)]
    [InlineData(31, false)]
    public void A_yes_counts_for_a_while_after_it_has_ended(double second, bool confirmed) =>
        Assert.Equal(
            confirmed,
            Smoke("limit: 0.1, by: all, within: 20s, levels: { red: 2 }")
                .Read("p1/smoke-1", 5, 1).Read("p1/smoke-1", 10, 0).Read("p1/smoke-2", second, 1).Tick(40).Changes.Any());

    [Fact]
    public void What_one_said_runs_out_by_its_own_clock() =>
        Assert.Equal(
            ["12 v all none>red onset=12", "30 v all red>none onset=12"],
            Smoke("limit: 0.1, by: all, within: 20s, levels: { red: 2 }")
                .Read("p1/smoke-1", 5, 1).Read("p1/smoke-1", 10, 0).Read("p1/smoke-2", 12, 1).Tick(60).Lines);

    [Fact]
    public void Each_must_say_so_for_its_own_on_delay() =>
        Assert.Equal(
            ["21 v all none>red onset=21"],
            Smoke("limit: 0.1, by: all, on-delay: 10s, levels: { red: 2 }").Read("p1/smoke-1", 1, 1).Read("p1/smoke-2", 11, 1).Tick(60).Lines);

    [Fact]
    public void A_second_kind_of_evidence_confirms_the_first_and_a_second_of_the_same_kind_does_not() =>
        Assert.Equal(
            ["1 v hall none>yellow onset=1", "3 v hall yellow>red onset=1", "4 v loft none>yellow onset=4"],
            SmokeAndHeat().Read("p1/smoke-1", 1, 0.3).Read("p1/smoke-2", 2, 0.3).Read("p1/heat-1", 3, 60).Read("p2/heat-3", 4, 60).Lines);

    [Fact]
    public void The_order_of_evidence_does_not_matter() =>
        Assert.Equal(
            ["1 v hall none>red onset=1"],
            SmokeAndHeat("by: station, levels: { red: 2 }").Read("p1/heat-1", 1, 60).Read("p1/smoke-1", 1, 0.3).Lines);

    [Fact]
    public void Silence_can_be_evidence_while_it_lasts() =>
        Assert.Equal(
            ["12 v hall none>red onset=12", "20 v hall red>none onset=12"],
            new Rig(Rig.Rules(Rule("confirmation", "of: [{ scope: { quantity: smoke }, limit: 0.1 }, { scope: { quantity: temperature }, silence: 10s }], by: station, within: 1h, levels: { red: 2 }")), City)
                .Read("p1/smoke-1", 1, 0.3).Read("p1/heat-1", 2, 60).Tick(15).Read("p1/heat-1", 20, 60).Lines);

    [Fact]
    public void The_limit_can_be_each_datastreams_own() =>
        Assert.Equal(
            ["3 v all none>red onset=3"],
            Smoke("limit: yellow, by: all, levels: { red: 1 }").Read("p1/smoke-2", 1, 9).Read("p1/smoke-1", 2, 0.09).Read("p1/smoke-1", 3, 0.1).Lines);

    [Fact]
    public void Late_and_missing_readings_are_no_votes() =>
        Assert.Empty(
            Smoke("limit: 0.1, by: all, levels: { red: 1 }")
                .Read("p1/smoke-1", 10, 0).Read("p1/smoke-1", 5, 1, received: 11).Read("p1/smoke-1", 12, 1, quality: Quality.Bad).Lines);

    [Fact]
    public void Evidence_is_never_said_itself() =>
        Assert.Empty(SmokeAndHeat("by: station, levels: { red: 2 }").Read("p1/smoke-1", 1, 0.3).Read("p1/smoke-2", 1, 0.3).Tick(60).Lines);

    [Fact]
    public void A_changed_rule_counts_again_with_the_next_record() =>
        Assert.Equal(
            ["2 v all none>yellow onset=2", "2 v all yellow>red onset=2"],
            Smoke("limit: 0.1, by: all, levels: { yellow: 2 }").Read("p1/smoke-1", 1, 1).Read("p1/smoke-2", 2, 1)
                .Activate(Rig.Rules(Rule("k-of-n", "limit: 0.1, by: all, levels: { yellow: 1, red: 2 }", "{ quantity: smoke }"))).Tick(5).Lines);

    [Fact]
    public void A_datastream_that_leaves_the_catalogue_takes_its_vote_along() =>
        Assert.Equal(
            ["2 v all none>red onset=2", "2 v all red>none onset=2"],
            Smoke("limit: 0.1, by: all, levels: { red: 2 }").Read("p1/smoke-1", 1, 1).Read("p1/smoke-2", 2, 1)
                .Activate(Rig.Rules(Rule("k-of-n", "limit: 0.1, by: all, levels: { red: 2 }", "{ quantity: smoke }")), City.Replace("name: smoke-2", "name: smoke-9", StringComparison.Ordinal))
                .Tick(5).Lines);

    [Theory]
    [InlineData("limit: 0.1, by: station, levels: { red: 3 }", "warning: rule 'v' can never be raised: no group has as many votes as its lowest level takes")]
    [InlineData("limit: 0.1, by: asset, levels: { red: 1 }", "warning: rule 'v' can never be raised: no group has as many votes as its lowest level takes")]
    [InlineData("limit: 0.1, by: all, unit: m, levels: { red: 2 }", "rule 'v' has limits in 'm', but 'p1/smoke-1' is in '/'; narrow its scope or change 'unit'")]
    public void Says_what_does_not_fit_the_catalogue(string keys, string expected)
    {
        var (_, messages) = RuleSetReader.Read(new([new("r.yaml", Rig.Rules(Rule("k-of-n", keys, "{ quantity: smoke }")))]), Rig.ReadCatalogue(City));
        Assert.Contains(messages, message => message.ToString() == $"r.yaml:2:11: {expected}");
    }

    [Fact]
    public void A_detector_may_say_where_its_datastreams_stand() =>
        Assert.Equal(
            ["2 v all none>red onset=2"],
            new Rig(Rig.Rules(Rule("confirmation", "of: [{ scope: { quantity: smoke, zones: [block] }, limit: 0.1 }, { scope: { quantity: temperature }, limit: 57 }], by: all, levels: { red: 2 }")), City)
                .Read("p2/heat-3", 0, 60).Read("p2/smoke-3", 1, 1).Read("p1/smoke-1", 2, 1).Lines);

    [Fact]
    public void Says_at_the_detector_what_does_not_fit_the_catalogue()
    {
        string rules = "rules:\n  - id: v\n    type: confirmation\n    domain: fire\n    title: T\n    scope: { domain: fire }\n    by: station\n    levels: { red: 2 }\n    of:\n"
            + "      - { scope: { stations: [hal] }, limit: 1 }\n      - { scope: { quantity: temperature }, limit: 1, unit: K }\n";
        var (_, messages) = RuleSetReader.Read(new([new("r.yaml", rules)]), Rig.ReadCatalogue(City));
        Assert.Contains(messages, message => message.ToString() == "r.yaml:10:9: rule 'v' names station 'hal', which the catalogue does not have; did you mean 'hall'?");
        Assert.Contains(messages, message => message.ToString() == "r.yaml:10:9: warning: rule 'v' hears nothing here: no datastream of its scope matches this one");
        Assert.Contains(messages, message => message.ToString() == "r.yaml:11:9: rule 'v' has limits in 'K', but 'p1/heat-1' is in 'Cel'; narrow its scope or change 'unit'");
    }

    [Fact]
    public void It_goes_on_though_the_service_restarts_at_every_record_and_its_value_is_how_many_say_so()
    {
        const string Keys = "limit: 0.1, by: all, within: 20s, levels: { yellow: 2, red: 3 }";
        string rules = Rig.Rules(Rule("k-of-n", Keys, "{ quantity: smoke }"));
        var rig = Smoke(Keys);
        foreach (var (name, at, value) in new (string, double, double)[]
        {
            ("p1/smoke-1", 1, 1.0), ("p1/smoke-1", 2, 0), ("p1/smoke-2", 21, 1), ("p2/smoke-3", 21.5, 1), ("p2/smoke-3", 23, 0), ("p1/smoke-1", 30, 1), ("p1/smoke-2", 35, 0),
        })
            rig.Read(name, at, value).Restart(rules, City);
        rig.Tick(50).Restart(rules, City).Tick(60).Restart(rules, City).Tick(100);
        // What the first said runs out at 22, the third's at 43, the second's at 55.
        Assert.Equal(
            ["21 v all none>yellow onset=21", "21.5 v all yellow>red onset=21", "22 v all red>yellow onset=21", "30 v all yellow>red onset=21", "43 v all red>yellow onset=21", "55 v all yellow>none onset=21"],
            rig.Lines);
        Assert.Equal([2.0, 3, 2, 3, 2, 1], rig.Changes.Select(change => change.Value));
    }

    [Fact]
    public void Who_has_a_say_and_what_each_says_can_be_asked_for()
    {
        var rig = Smoke("limit: 0.1, by: station, levels: { red: 2 }").Read("p1/smoke-1", 3, 1).Read("p1/smoke-2", 5, 0.05);
        Assert.Equal(
            [("p1/smoke-1", 1.0, 1.0, Some.TicksAfter(3)), ("p1/smoke-2", 1, 0, long.MinValue)],
            rig.Engine.PointsOf("v", "hall").Select(point => (point.Name, point.Weight, point.Value, point.AtTicks)));
        Assert.Equal((0.0, Some.TicksAfter(7)), rig.Read("p1/smoke-1", 7, 0).Engine.PointsOf("v", "hall").Select(point => (point.Value, point.AtTicks)).First());
        Assert.Empty(rig.Engine.PointsOf("v", "nowhere"));
    }

    [Fact]
    public void Voters_that_come_into_another_group_vote_anew() =>
        Assert.Equal(
            ["2 v hall none>red onset=2", "6 v all none>red onset=6"],
            Smoke("limit: 0.1, by: station, levels: { red: 2 }").Read("p1/smoke-1", 1, 1).Read("p1/smoke-2", 2, 1)
                .Activate(Rig.Rules(Rule("k-of-n", "limit: 0.1, by: all, levels: { red: 2 }", "{ quantity: smoke }"))).Read("p1/smoke-1", 5, 1).Read("p1/smoke-2", 6, 1).Lines);
}
