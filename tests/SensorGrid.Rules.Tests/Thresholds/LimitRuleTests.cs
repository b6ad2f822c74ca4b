using System.Buffers;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Thresholds;

/// <summary>Limits that are not one number: of the season, of the point, of another datastream.</summary>
public sealed class LimitRuleTests
{
    // Second 0 is 2026-05-12 16:00 in Beijing; so long until the flood season of this catalogue begins and ends.
    private const int Begins = 8 * 3600;
    private const int Ends = Begins + (2 * 86400);

    private const string River = """
        domains: [{ id: water, name: Water }]
        stations:
          - { id: st1, kind: river, name: One, domain: water }
          - { id: st2, kind: river, name: Two, domain: water }
        gateways: [{ id: gw, domain: water }, { id: gw2, domain: water, expected-interval: 20min }]
        datastreams:
          - { gateway: gw, name: stage, station: st1, quantity: level, unit: m, limits: { yellow: 3, red: 5 }, dated-limits: [{ from: 05-13, to: 05-14, name: { zh: 汛期, en: Flood season }, yellow: 2, red: 4 }] }
          - { gateway: gw, name: crest, station: st1, quantity: crest, unit: m }
          - { gateway: gw, name: rain, station: st1, quantity: rain, unit: mm }
          - { gateway: gw2, name: stage, station: st2, quantity: level, unit: m }
          - { gateway: gw2, name: tide, station: st2, quantity: tide, unit: m }
        """;

    [Fact]
    public void Limits_of_the_flood_season_hold_on_its_days_and_a_held_value_is_judged_when_they_begin()
    {
        var rig = Watching(Rig.Threshold("r", "levels: catalogue"));
        rig.Read("gw/stage", 0, 2.5).Tick(Begins - 1);
        Assert.Empty(rig.Lines);
        rig.Tick(Begins);
        Assert.Equal([$"{Begins} r gw/stage none>yellow onset={Begins}"], rig.Lines);
        Assert.Equal(new LevelLimits(null, 2, null, 4), rig.Changes[0].LimitsInForce);
        rig.Tick(Ends - 1).Tick(Ends);
        Assert.Equal($"{Ends} r gw/stage yellow>none onset={Begins}", rig.Lines[^1]);
        Assert.Equal(new LevelLimits(null, 3, null, 5), rig.Changes[1].LimitsInForce);
    }

    [Fact]
    public void A_rule_has_dated_levels_of_its_own_and_may_be_for_those_days_only()
    {
        var rig = Watching(
            Rig.Threshold("a", "levels: { yellow: 3 }, dated-levels: [{ from: 05-13, to: 05-14, yellow: 2 }, { from: 05-15, to: 05-12, yellow: 9 }]"),
            Rig.Threshold("b", "dated-levels: [{ from: 05-13, to: 05-13, red: 2 }]"));
        rig.Read("gw/stage", 0, 8).Tick(Begins).Tick(Begins + 86400).Tick(Ends);
        Assert.Equal(
            [
                $"{Begins} a gw/stage none>yellow onset={Begins}", $"{Begins} b gw/stage none>red onset={Begins}",
                $"{Begins + 86400} b gw/stage red>none onset={Begins}", $"{Ends} a gw/stage yellow>none onset={Begins}",
            ],
            rig.Lines);
    }

    [Fact]
    public void A_formula_reads_the_limit_of_the_point_that_is_in_force()
    {
        var rig = Watching(Rig.Threshold("r", "value: 'last / limit(red)', levels: { yellow: 0.9, red: 1 }"));
        rig.Read("gw/stage", 0, 4.5).Tick(Begins);
        Assert.Equal(["0 r gw/stage none>yellow onset=0", $"{Begins} r gw/stage yellow>red onset=0"], rig.Lines);
    }

    [Fact]
    public void A_limit_follows_another_datastream_of_the_station_as_it_moves()
    {
        var rig = Watching(Rig.Threshold("r", "levels: { yellow: 'last of crest - 1 m', red: last of crest }"));
        rig.Read("gw/stage", 0, 2).Read("gw/crest", 5, 4).Read("gw/crest", 10, 3).Read("gw/crest", 20, 1.5);
        Assert.Equal(["10 r gw/stage none>yellow onset=10", "20 r gw/stage yellow>red onset=10"], rig.Lines);
        Assert.Equal((2.0, new LevelLimits(null, 0.5, null, 1.5)), (rig.Changes[1].Value, rig.Changes[1].LimitsInForce));
        rig.Read("gw/crest", 30, 9);
        Assert.Equal("30 r gw/stage red>none onset=10", rig.Lines[^1]);
    }

    [Fact]
    public void A_reference_that_is_older_than_its_freshness_is_not_known_and_stops_delays()
    {
        string rule = Rig.Threshold("r", "levels: { yellow: last of crest within 1min }, on-delay: 40s");
        Assert.Equal(["40 r gw/stage none>yellow onset=0"], Watching(rule).Read("gw/crest", 0, 1).Read("gw/stage", 0, 2).Tick(200).Lines);
        // The delay would have ended at 70; from 61 on the crest is not known.
        var rig = Watching(rule).Read("gw/crest", 0, 1).Read("gw/stage", 30, 2).Tick(200);
        Assert.Empty(rig.Lines);
        // Known again: it begins anew.
        rig.Read("gw/crest", 210, 1).Tick(249).Tick(250);
        Assert.Equal(["250 r gw/stage none>yellow onset=210"], rig.Lines);
    }

    [Fact]
    public void Without_within_a_reference_may_be_as_old_as_the_rule_is_fresh_or_two_expected_intervals()
    {
        string rule = Rig.Threshold("r", "value: last - last of tide, levels: { yellow: 1 }, freshness: 10min", "{ datastreams: [gw2/stage] }");
        Assert.Single(Watching(rule).Read("gw2/tide", 0, 1).Read("gw2/stage", 2400, 5).Lines);
        Assert.Empty(Watching(rule).Read("gw2/tide", 0, 1).Read("gw2/stage", 2401, 5).Lines);
        string ofCrest = Rig.Threshold("r", "value: last - last of crest, levels: { yellow: 1 }, freshness: 10min");
        Assert.Single(Watching(ofCrest).Read("gw/crest", 0, 1).Read("gw/stage", 600, 5).Lines);
        Assert.Empty(Watching(ofCrest).Read("gw/crest", 0, 1).Read("gw/stage", 601, 5).Lines);
    }

    [Fact]
    public void A_window_over_another_datastream_moves_with_time_alone()
    {
        var rig = Watching(Rig.Threshold("r", "value: 'last > 2 m and sum(1min) of rain >= 10 mm', levels: { red: 1 }"));
        rig.Read("gw/rain", 0, 6).Read("gw/stage", 5, 3).Read("gw/rain", 30, 4).Tick(59).Tick(60);
        Assert.Equal(["30 r gw/stage none>red onset=30", "60 r gw/stage red>none onset=30"], rig.Lines);
    }

    [Fact]
    public void A_datastream_that_is_only_referred_to_is_seen_whatever_its_own_rules_do()
    {
        var rig = Watching(
            Rig.Threshold("own", "levels: { yellow: 100 }", "{ datastreams: [gw/crest] }"),
            Rig.Threshold("r", "levels: { yellow: last of gw/crest }"));
        rig.Read("gw/crest", 0, 9).Read("gw/crest", 1, 8).Read("gw/stage", 2, 5).Read("gw/crest", 3, 7).Read("gw/crest", 4, 4);
        Assert.Equal(["4 r gw/stage none>yellow onset=4"], rig.Lines);
    }

    [Fact]
    public void A_reference_whose_clock_is_far_off_says_nothing()
    {
        var rig = Watching(Rig.Threshold("r", "levels: { yellow: last of crest within 1min }")).Read("gw/stage", 0, 2);
        rig.Read("gw/crest", 1000, 1, received: 1, flags: ReadingFlags.FutureStamp).Read("gw/crest", 1001, 1, received: 2, flags: ReadingFlags.FutureStamp);
        Assert.Empty(rig.Tick(30).Lines);
        // Put right: known from its next reading on.
        rig.Read("gw/crest", 40, 1);
        Assert.Equal(["40 r gw/stage none>yellow onset=40"], rig.Lines);
    }

    [Fact]
    public void A_delay_that_is_over_before_another_datastream_changes_is_over_first()
    {
        const string Lines = "10 r gw/stage none>yellow onset=0";
        // Its own clock is five seconds behind.
        Rig Pending() => Watching(Rig.Threshold("r", "levels: { yellow: last of crest }, on-delay: 10s")).Read("gw/crest", 0, 4, received: 5).Read("gw/stage", 0, 5, received: 5);
        Assert.Equal([Lines, "13 r gw/stage yellow>none onset=0"], Pending().Read("gw/crest", 13, 9, received: 14).Lines);
        Assert.Equal([Lines, "10 r gw/stage yellow>none onset=0"], Pending().Read("gw/crest", 10, 9, received: 14).Lines);
    }

    [Fact]
    public void What_is_no_value_of_another_is_not_taken_for_one_and_one_at_the_edge_of_its_time_is()
    {
        var rig = Watching(Rig.Threshold("r", "levels: { yellow: last of crest within 1min }")).Read("gw/stage", 0, 2);
        Assert.Empty(rig.Read("gw/crest", 1, 1, quality: Quality.Bad).Lines);
        Assert.Equal(["60 r gw/stage none>yellow onset=60"], rig.Read("gw/crest", 60, 1, received: 1).Lines);
    }

    [Fact]
    public void A_late_reading_of_another_counts_when_its_own_next_one_is_judged()
    {
        var rig = Watching(Rig.Threshold("r", "value: 'last > 2 m and sum(1min) of rain >= 10 mm', levels: { red: 1 }"));
        rig.Read("gw/rain", 0, 6).Read("gw/rain", 20, 0).Read("gw/stage", 21, 3);
        rig.Read("gw/rain", 10, 9, received: 22, quality: Quality.Bad).Read("gw/rain", 11, 5, received: 23);
        Assert.Empty(rig.Lines);
        Assert.Equal(1, rig.Engine.Counters.WindowCorrections);
        Assert.Equal(["24 r gw/stage none>red onset=24"], rig.Read("gw/stage", 24, 3).Lines);
        Assert.Equal("60 r gw/stage red>none onset=24", rig.Tick(61).Lines[^1]);
    }

    [Fact]
    public void A_window_over_another_takes_no_more_than_it_holds_and_says_so()
    {
        var rig = Watching(Rig.Threshold("r", "value: 'last > 2 m and sum(1d) of rain >= 100000 mm', levels: { red: 1 }"));
        for (int second = 0; second < 8193; second++)
            rig.Read("gw/rain", second, 1);
        Assert.Equal(1, rig.Engine.Counters.WindowOverflows);
    }

    [Fact]
    public void A_change_names_the_limits_by_numbers_and_by_others_and_those_of_the_day_on_which_its_delay_is_over()
    {
        var mixed = Watching(Rig.Threshold("r", "levels: { yellow: 1, red: last of crest }")).Read("gw/crest", 0, 4).Read("gw/stage", 1, 2);
        Assert.Equal(new LevelLimits(null, 1, null, 4), Assert.Single(mixed.Changes).LimitsInForce);
        var rig = Watching(Rig.Threshold("r", "levels: catalogue, on-delay: 10s")).Read("gw/stage", Begins - 10, 3.5).Tick(Begins + 1);
        Assert.Equal([$"{Begins} r gw/stage none>yellow onset={Begins - 10}"], rig.Lines);
        Assert.Equal(new LevelLimits(null, 2, null, 4), rig.Changes[0].LimitsInForce);
    }

    [Theory]
    [InlineData("yellow: 2, red: 4", 10)]
    [InlineData("yellow: 2, red: 4.5", 15)]
    public void Limits_of_another_season_make_another_rule_whose_delay_starts_again(string dated, int raised)
    {
        var rig = Watching(Rig.Threshold("r", "levels: catalogue, on-delay: 10s")).Read("gw/stage", 0, 3).Tick(4);
        rig.Activate(Rig.Rules(Rig.Threshold("r", "levels: catalogue, on-delay: 10s")), River.Replace("yellow: 2, red: 4", dated, StringComparison.Ordinal));
        Assert.Equal([$"{raised} r gw/stage none>yellow onset={raised - 10}"], rig.Read("gw/stage", 5, 3).Tick(20).Lines);
    }

    [Fact]
    public void What_is_known_of_others_survives_a_restart()
    {
        string rules = Rig.Rules(Rig.Threshold("r", "value: 'max(1min) - min(2min) of crest', levels: { yellow: limit(yellow) }"));
        var rig = new Rig(rules, River).Read("gw/crest", 0, 1).Read("gw/stage", 5, 3).Read("gw/crest", 20, 2).Tick(70);
        var written = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(written);
        var engine = new RuleEngine(rig.Table);
        engine.Activate(Rig.ReadCatalogue(River), Rig.ReadRules(rules));
        Assert.True(engine.TryRestore(written.WrittenSpan));
        var again = new ArrayBufferWriter<byte>();
        engine.WriteSnapshot(again);
        Assert.Equal(written.WrittenSpan.ToArray(), again.WrittenSpan.ToArray());
        rig.Restart(engine);
        rig.Read("gw/stage", 80, 4);
        Assert.Equal(["80 r gw/stage none>yellow onset=80"], rig.Lines);
    }

    [Theory]
    [InlineData("value: last - last of tde, levels: { red: 1 }", "{ datastreams: [gw2/stage] }",
        "2:11: warning: rule 'r' does not watch 'gw2/stage': it refers to 'tde', and station 'st2' has no datastream of that quantity",
        "2:11: rule 'r' watches nothing: for each datastream it matches something is missing; see the warnings")]
    [InlineData("value: last - last of crest, levels: { red: 1 }", "{ quantity: level }",
        "2:11: warning: rule 'r' does not watch 'gw2/stage': it refers to 'crest', and station 'st2' has no datastream of that quantity")]
    [InlineData("value: last - last of gw/crst, levels: { red: 1 }", "{ quantity: level }",
        "2:11: rule 'r' refers to datastream 'gw/crst', which the catalogue does not have; did you mean 'gw/crest'?")]
    [InlineData("value: last - last of rain, levels: { red: 1 }", "{ datastreams: [gw/stage] }",
        "2:104: rule 'r' watches 'gw/stage' in 'm': one side is in 'm', the other in 'mm'; write convert(…, m)")]
    [InlineData("levels: { red: last of rain }", "{ datastreams: [gw/stage] }",
        "2:107: rule 'r' watches 'gw/stage': the value is in 'm', its limit for red in 'mm'")]
    [InlineData("value: last / limit(orange), levels: { red: 1 }", "{ datastreams: [gw/stage] }",
        "2:11: warning: rule 'r' needs limit(orange), which the catalogue does not give 'gw/stage'; it is not watched",
        "2:11: rule 'r' watches nothing: for each datastream it matches something is missing; see the warnings")]
    [InlineData("value: coverage(1h) of crest, levels: { red: 1 }", "{ datastreams: [gw/stage] }",
        "2:11: rule 'r' watches 'gw/stage': coverage(1h) needs the interval at which readings are expected; give the datastream 'expected-interval' or write coverage(1h, 5min)")]
    public void The_reader_says_what_is_missing_in_the_catalogue(string keys, string scope, params string[] expected) =>
        Assert.Equal(expected.Select(text => "rules.yaml:" + text), Messages(Rig.Rules(Rig.Threshold("r", keys, scope)), Rig.ReadCatalogue(River)));

    [Theory]
    [InlineData("levels: { red: lst of crest }", "2:107: 'lst' is not a function; did you mean 'last'?; see value-expressions.md for all")]
    [InlineData("levels: { red: last of }", "2:114: 'of' needs a quantity of the same station or asset, a datastream as gateway/name, or a direction and a quantity, as upstream level")]
    [InlineData("levels: { red: last of crest within often }",
        "2:128: 'often' behind 'within' is not a duration up to a year: a number with ms, s, min, h or d (30s, 15min, 1h30min, 2d), or ISO 8601 (PT15M)")]
    [InlineData("levels: { red: limit(orenge) }", "2:113: 'orenge' is not a level; it is one of blue, yellow, orange, red; did you mean 'orange'?")]
    [InlineData("levels: catalogue, dated-levels: [{ from: 05-01, to: 05-02, red: 1 }]", "2:100: 'dated-levels' stand beside the rule's own levels; the catalogue has 'dated-limits' of its own")]
    [InlineData("levels: { red: limit(red) }, dated-levels: [{ from: 05-01, to: 05-02, red: 1 }]",
        "2:135: 'dated-levels' stand in place of numbers; a limit that is worked out holds all the year")]
    [InlineData("levels: { red: 1 }, dated-levels: [{ from: 05-01, to: 05-02, yellow: 2, red: 1 }]", "2:127: limits must rise from blue to red (direction: above)")]
    [InlineData("levels: { red: 1 }, dated-levels: [{ from: 05-01, to: 06-02, red: 1 }, { from: 06-01, to: 06-03, red: 2 }]",
        "2:163: 06-01 … 06-03 overlaps 05-01 … 06-02 at rules.yaml:2:127; a day has one set of limits")]
    [InlineData("value: limit(red), levels: { red: 1 }", "2:99: this value never looks at a reading; use last, or a function like avg(10min)")]
    public void The_reader_says_what_is_wrong_with_limits(string keys, params string[] expected) =>
        Assert.Equal(expected.Select(text => "rules.yaml:" + text), Messages(Rig.Rules(Rig.Threshold("r", keys)), catalogue: null));

    private static Rig Watching(params string[] rules) => new(Rig.Rules(rules), River);

    private static IEnumerable<string> Messages(string rules, CityCatalogue? catalogue) =>
        RuleSetReader.Read(new([new("rules.yaml", rules)]), catalogue).Messages.Select(message => message.ToString());
}
