using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Files;

public sealed class ChangeRuleReaderTests
{
    private const string Head = "rules:\n  - id: r\n    domain: water\n    title: T\n    scope: { quantity: level }\n";

    public static TheoryData<string, string> Mistakes => new()
    {
        { "type: stuck-at\n    level: blue\n", "r.yaml:2:5: a stuck-at rule needs 'still'" },
        { "type: stuck-at\n    still: 1h\n", "r.yaml:2:5: a stuck-at rule needs 'level'" },
        { "type: stuck-at\n    still: 0s\n    level: blue\n", "r.yaml:7:12: 'still' must be longer than nothing" },
        { "type: stuck-at\n    still: 1h\n    level: blue\n    band: -1\n", "r.yaml:9:11: 'band' cannot be negative" },
        { "type: stuck-at\n    still: 1h\n    level: blue\n    readings: 1\n", "r.yaml:9:15: 'readings' of a stuck-at rule is a whole number from 2 to 1000000" },
        { "type: stuck-at\n    still: 1h\n    level: blue\n    bnad: 1\n", "r.yaml:9:5: a stuck-at rule has no key 'bnad'; did you mean 'band'?" },
        { "type: step\n    levels: { blue: 1 }\n", "r.yaml:2:5: a step rule needs 'within'" },
        { "type: step\n    within: 1min\n    levels: catalogue\n", "r.yaml:8:13: 'levels' of this rule are its own" },
        { "type: step\n    within: 1min\n    levels: { blue: 0 }\n", "r.yaml:8:13: 'levels' of a change are how large it is, more than 0" },
        { "type: step\n    within: 1min\n    levels: { blue: 1 }\n    direction: above\n", "r.yaml:9:16: 'direction' of a step rule cannot be 'above'; it is one of either, up, down" },
        { "type: step\n    within: 1min\n    levels: { blue: 1 }\n    on-delay: 1h\n", "r.yaml:9:15: 'on-delay' must be shorter than 'lasts'" },
        { "type: step\n    within: 1min\n    levels: { blue: 1 }\n    clear-margin: 1\n", "r.yaml:9:19: 'clear-margin' must be smaller than the smallest of 'levels'" },
        { "type: spike\n    within: 1min\n    levels: { blue: 1 }\n    returns-in: 1min\n", "r.yaml:9:5: a spike rule has no key 'returns-in'" },
        { "type: stuck\n", "r.yaml:6:11: a rule's type cannot be 'stuck'; it is one of threshold, deadman, geofence, stuck-at" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Says_what_is_wrong_and_where(string keys, string expected)
    {
        var (rules, messages) = RuleSetReader.Read(new([new("r.yaml", Head + "    " + keys)]));
        Assert.Null(rules);
        Assert.Contains(messages, message => message.ToString().StartsWith(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("type: stuck-at, still: 1h, level: blue, unit: mm")]
    [InlineData("type: step, within: 1min, levels: { blue: 1 }, unit: mm")]
    [InlineData("type: spike, within: 1min, levels: { blue: 1 }, unit: mm")]
    public void Units_are_checked(string keys)
    {
        var (_, messages) = RuleSetReader.Read(
            new([new("r.yaml", Rig.Rules($"{{ id: r, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}"))]), Rig.ReadCatalogue(Rig.Catalogue));
        Assert.Equal("r.yaml:2:11: rule 'r' has limits in 'mm', but 'gw/stage' is in 'm'; narrow its scope or change 'unit'", Assert.Single(messages).ToString());
    }

    [Fact]
    public void Reads_everything_they_can_say_and_the_defaults()
    {
        var rules = Rig.ReadRules(Rig.Rules(
            "{ id: a, type: stuck-at, domain: water, title: T, scope: { quantity: level }, still: 6h, band: 0.01, readings: 12, unit: m, floor: { last: 0.3 }, level: yellow }",
            "{ id: b, type: stuck-at, domain: water, title: T, scope: { quantity: level }, still: 6h, level: yellow }",
            "{ id: c, type: step, domain: water, title: T, scope: { quantity: level }, levels: { blue: 1, red: 2 }, unit: m, direction: down, within: 1min, lasts: 2h, clear-margin: 0.5, on-delay: 30s }",
            "{ id: d, type: spike, domain: water, title: T, scope: { quantity: level }, levels: { blue: 1 }, within: 1min }")).Rules;
        var full = Assert.IsType<StuckAtRule>(rules[0]);
        Assert.Equal((6 * TimeSpan.TicksPerHour, 0.01, 12, "m", 0.3, Level.Yellow), (full.StillTicks, full.Band, full.Readings, full.Unit, full.Floor, full.Level));
        var plain = Assert.IsType<StuckAtRule>(rules[1]);
        Assert.Equal((0.0, 3, null, null), (plain.Band, plain.Readings, plain.Unit, plain.Floor));
        var step = Assert.IsType<StepRule>(rules[2]);
        Assert.Equal(
            (ChangeDirection.Down, TimeSpan.TicksPerMinute, 2 * TimeSpan.TicksPerHour, 0.5, 30 * TimeSpan.TicksPerSecond, "m"),
            (step.Direction, step.WithinTicks, step.LastsTicks, step.ClearMargin, step.OnDelayTicks, step.Unit));
        var spike = Assert.IsType<SpikeRule>(rules[3]);
        Assert.Equal(
            (ChangeDirection.Either, TimeSpan.TicksPerMinute, TimeSpan.TicksPerMinute, TimeSpan.TicksPerHour),
            (spike.Direction, spike.WithinTicks, spike.ReturnsWithinTicks, spike.LastsTicks));
    }
}
