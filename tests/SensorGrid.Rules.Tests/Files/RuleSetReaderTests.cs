using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Files;

public sealed class RuleSetReaderTests
{
    private const string Head = "rules:\n  - id: r\n    type: threshold\n    domain: water\n    title: T\n    scope: { quantity: level }\n";

    public static TheoryData<string, string> Mistakes => new()
    {
        { Head, "r.yaml:2:5: a threshold rule needs 'levels'" },
        { Head + "    levels: { yellow: 3 }\n    clear-margn: 1\n", "r.yaml:8:5: a threshold rule has no key 'clear-margn'; did you mean 'clear-margin'?" },
        { Head + "    levels: { yelow: 3 }\n", "r.yaml:7:15: 'levels' has no key 'yelow'; did you mean 'yellow'?" },
        { Head + "    levels: high\n", "r.yaml:7:13: 'levels' is 'catalogue' or a mapping of limits ({ yellow: 3, red: 5 }), not 'high'" },
        { Head + "    levels: {}\n", "r.yaml:7:13: 'levels' has no limit; give at least one of blue, yellow, orange, red" },
        { Head + "    levels: { yellow: 3, red: 3 }\n", "r.yaml:7:13: limits must rise from blue to red (direction: above)" },
        { Head + "    levels: { yellow: 3, red: 4 }\n    direction: below\n", "r.yaml:7:13: limits must fall from blue to red (direction: below)" },
        { Head + "    levels: { yellow: 3 }\n    value: sum\n", "r.yaml:8:15: 'sum' needs a window in brackets, as sum(10min)" },
        { Head + "    levels: { yellow: 3 }\n    value: mean(3h)\n", "r.yaml:8:12: 'mean' is not a function; see value-expressions.md for all" },
        { Head + "    levels: { yellow: 3 }\n    value: rte(3h)\n", "r.yaml:8:12: 'rte' is not a function; did you mean 'rate'?; see value-expressions.md for all" },
        { Head + "    levels: { yellow: 3 }\n    value: sum(3h, 1h)\n", "r.yaml:8:18: 'sum' has one argument, its window" },
        { Head + "    levels: { yellow: 3 }\n    value: 'last + 1 cm'\n    unit: m\n", "r.yaml:8:18: one side is in 'm', the other in 'cm'; write convert(…, m)" },
        { Head + "    levels: { yellow: 3 }\n    value: 3 + 4\n", "r.yaml:8:12: this value never looks at a reading; use last, or a function like avg(10min)" },
        { Head + "    levels: { yellow: 3 }\n    clear-margin: -1\n", "r.yaml:8:19: 'clear-margin' cannot be negative" },
        { Head + "    levels: { yellow: 3 }\n    on-delay: 3 weeks\n", "r.yaml:8:15: 'on-delay' of a threshold rule is a duration: a number with ms, s, min, h or d (30s, 15min, 1h30min, 2d), or ISO 8601 (PT15M), not '3 weeks'" },
        { Head + "    levels: { yellow: 3 }\n    off-delay: 400d\n", "r.yaml:8:16: 'off-delay' is longer than a year" },
        { Head + "    levels: { yellow: 3 }\n    latch: yellow\n", "r.yaml:8:12: 'latch' of a threshold rule cannot be 'yellow'; it is one of red, none" },
        { Head + "    levels: { yellow: 3 }\n    floor: { first: 1 }\n", "r.yaml:8:14: 'floor' has no key 'first'; its keys are last" },
        { Head + "    levels: { yellow: 3 }\n    hours: { from: 18, to: '08:00', offset: '+08:00' }\n", "r.yaml:8:20: 'from' of 'hours' is a time of day in quotes, \"18:00\", not '18'" },
        { Head + "    levels: { yellow: 3 }\n    hours: { from: '18:00', to: '08:00', offset: '8' }\n", "r.yaml:8:50: 'offset' of 'hours' is local time minus UTC in quotes, \"+08:00\", not '8'" },
        { "rules:\n  - { id: r, type: treshold }\n", "r.yaml:2:20: a rule's type cannot be 'treshold'; it is one of threshold, deadman, geofence, stuck-at, step, spike, k-of-n, confirmation, k-of-last, time-to-limit, silence-after, check-in, fire-weather; did you mean 'threshold'?" },
        { "rules:\n  - { id: r }\n", "r.yaml:2:5: a rule needs 'type', one of threshold, deadman, geofence, stuck-at, step, spike, k-of-n, confirmation, k-of-last, time-to-limit, silence-after, check-in, fire-weather" },
        { "rules:\n  - threshold\n", "r.yaml:2:5: a rule is a mapping (id: …), this is a single value" },
        { "rule: []\n", "r.yaml:1:1: a rule file has no key 'rule'; did you mean 'rules'?" },
        {
            "rules:\n  - { id: r, type: deadman, domain: water, title: T, scope: { quantity: level }, level: purple, silence: 1h }\n",
            "r.yaml:2:89: 'level' of a deadman rule cannot be 'purple'; it is one of blue, yellow, orange, red"
        },
        {
            "rules:\n  - { id: r, type: deadman, domain: water, title: T, scope: { quantity: level }, level: blue, silence: 1h, floor: {} }\n",
            "r.yaml:2:108: a deadman rule has no key 'floor'; its keys are"
        },
        {
            "rules:\n  - { id: r, type: geofence, domain: water, title: T, scope: { quantity: position }, level: blue, on: exit }\n",
            "r.yaml:2:5: a geofence rule has either 'zones' (their ids) or 'zone-kind' (all zones of a kind in the rule's domain)"
        },
        {
            "rules:\n  - { id: r, type: threshold, domain: water, title: T, scope: {}, levels: { blue: 1 } }\n",
            "r.yaml:2:63: 'scope' is empty; say which datastreams with domain, quantity, kind, stations, assets, gateways, datastreams, tags"
        },
    };

    public static TheoryData<string, string> Misfits => new()
    {
        { "scope: { stations: [st3] }, levels: { yellow: 3 }", "names station 'st3', which the catalogue does not have; did you mean 'st1'?" },
        { "scope: { datastreams: [gw/stag] }, levels: { yellow: 3 }", "names datastream 'gw/stag', which the catalogue does not have; did you mean 'gw/stage'?" },
        { "scope: { quantity: level }, levels: { yellow: 3 }, unit: mm", "has limits in 'mm', but 'gw/stage' is in 'm'; narrow its scope or change 'unit'" },
        { "scope: { stations: [st1] }, levels: { yellow: 3 }", "matches 'gw/stage' in 'm' and 'gw/rain' in 'mm'; narrow its scope or give 'unit'" },
        { "scope: { datastreams: [gw/stage] }, levels: catalogue, direction: below", "looks for values below its limits, but the limits of 'gw/stage' run the other way from blue to red" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Says_what_is_wrong_and_where(string text, string expected)
    {
        var (rules, messages) = Read(text);
        Assert.Null(rules);
        Assert.Contains(messages, message => message.ToString().StartsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [MemberData(nameof(Misfits))]
    public void Says_what_does_not_fit_the_catalogue(string keys, string expected)
    {
        var (rules, messages) = RuleSetReader.Read(
            Bundle(Rig.Rules($"{{ id: r, type: threshold, domain: water, title: T, {keys} }}")), Rig.ReadCatalogue(Rig.Catalogue));
        Assert.Null(rules);
        Assert.Contains(messages, message => message.ToString() == $"r.yaml:2:11: rule 'r' {expected}");
    }

    [Fact]
    public void Says_everything_at_once_in_order_of_place()
    {
        var (_, messages) = RuleSetReader.Read(new SourceBundle(
        [
            new("b.yaml", Head + "    levels: { yellow: 3 }\n    clear-margin: -1\n    nonsense: 1\n"),
            new("a.yaml", "rules:\n  - { id: x, type: nothing }\n"),
        ]));
        Assert.Equal(["a.yaml:2", "b.yaml:8", "b.yaml:9"], messages.Select(message => $"{message.File}:{message.Line}"));
    }

    [Fact]
    public void Ids_are_unique_over_all_files()
    {
        string rule = Rig.Rules(Rig.Threshold("same", "levels: { yellow: 3 }"));
        var (_, messages) = RuleSetReader.Read(new SourceBundle([new("a.yaml", rule), new("b.yaml", rule)]));
        Assert.Equal("b.yaml:2:11: rule 'same' is already defined at a.yaml:2:11; ids are unique over all files", Assert.Single(messages).ToString());
    }

    [Fact]
    public void A_rule_that_watches_nothing_is_a_warning()
    {
        var (rules, messages) = RuleSetReader.Read(
            Bundle(Rig.Rules(Rig.Threshold("r", "levels: { yellow: 3 }", "{ quantity: snow }"))), Rig.ReadCatalogue(Rig.Catalogue));
        Assert.NotNull(rules);
        Assert.Equal("r.yaml:2:11: warning: rule 'r' watches nothing: no datastream of the catalogue matches its scope", Assert.Single(messages).ToString());
    }

    [Fact]
    public void Reads_everything_a_threshold_rule_can_say()
    {
        var (rules, messages) = Read(Head + """
                value: rate(60s, 1min)
                direction: below
                levels: { blue: 9, red: 1.5 }
                unit: m
                floor: { last: 2 }
                clear-margin: 0.5
                on-delay: 1min30s
                off-delay: PT1H
                hours: { from: "18:00", to: "08:30", offset: "-03:30" }
                freshness: 2min
                latch: none
                plan: P-1
                source: the book
            """);
        Assert.Empty(messages);
        var rule = Assert.IsType<ThresholdRule>(Assert.Single(rules!.Rules));
        Assert.Equal(new(ValueFunction.Rate, TimeSpan.TicksPerMinute, TimeSpan.TicksPerMinute), rule.Value);
        Assert.Equal((LimitDirection.Below, "m", 2.0, 0.5), (rule.Direction, rule.Unit, rule.Floor, rule.ClearMargin));
        Assert.Equal(new LevelLimits(9, null, null, 1.5), rule.Limits);
        Assert.Equal((90 * TimeSpan.TicksPerSecond, TimeSpan.TicksPerHour, 2 * TimeSpan.TicksPerMinute), (rule.OnDelayTicks, rule.OffDelayTicks, rule.FreshnessTicks));
        Assert.Equal(new HoursSpan(18 * TimeSpan.TicksPerHour, 17 * TimeSpan.TicksPerHour / 2), Assert.Single(rule.Hours!.Spans));
        Assert.Equal(-7 * TimeSpan.TicksPerHour / 2, rule.Hours.Clock.LocalOf(0));
        Assert.Equal((false, "P-1", "the book", "T"), (rule.LatchesRed, rule.Plan, rule.Source, rule.Title.En));
    }

    [Fact]
    public void Defaults_are_those_of_the_language()
    {
        var rule = Assert.IsType<ThresholdRule>(Assert.Single(Read(Head + "    levels: catalogue\n").Rules!.Rules));
        Assert.Equal((ValueExpression.Last, LimitDirection.Above, null, 0.0, 0L, 0L), (rule.Value, rule.Direction, rule.Limits, rule.ClearMargin, rule.OnDelayTicks, rule.OffDelayTicks));
        Assert.Equal((30 * TimeSpan.TicksPerMinute, true), (rule.FreshnessTicks, rule.LatchesRed));
    }

    [Fact]
    public void Fingerprint_of_a_rule_sees_its_values_and_not_its_layout()
    {
        string Hash(string text) => Read(text).Rules!.Rules[0].Hash;
        string first = Hash(Head + "    levels: { yellow: 3 }\n    latch: none\n");
        Assert.Equal(first, Hash("# moved\n" + Head + "    latch:   none   # said first\n    levels:\n      yellow: 3\n"));
        Assert.NotEqual(first, Hash(Head + "    levels: { yellow: 3.5 }\n    latch: none\n"));
    }

    [Fact]
    public void Version_is_the_hash_of_the_files()
    {
        var bundle = Bundle(Head + "    levels: catalogue\n");
        Assert.Equal(bundle.ShortHash, RuleSetReader.Read(bundle).Rules!.Version);
    }

    [Fact]
    public void An_empty_file_has_no_rules() => Assert.Empty(Read("# nothing yet\n").Rules!.Rules);

    private static SourceBundle Bundle(string text) => new([new("r.yaml", text)]);

    private static (RuleSet? Rules, IReadOnlyList<Readings.Yaml.SourceMessage> Messages) Read(string text) => RuleSetReader.Read(Bundle(text));
}
