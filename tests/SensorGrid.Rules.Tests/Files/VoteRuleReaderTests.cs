using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Files;

public sealed class VoteRuleReaderTests
{
    private const string Head = "rules:\n  - id: r\n    domain: water\n    title: T\n    scope: { quantity: level }\n    ";

    public static TheoryData<string, string> Mistakes => new()
    {
        { "type: k-of-n\n", "r.yaml:2:5: a k-of-n rule needs 'limit'" },
        { "type: k-of-n\n", "r.yaml:2:5: a k-of-n rule needs 'by'" },
        { "type: k-of-n\n", "r.yaml:2:5: a k-of-n rule needs 'levels'" },
        { "type: k-of-n\n    by: sattion\n", "r.yaml:7:9: 'by' cannot be 'sattion'; it is one of all, station, asset, gateway, site, network, tag:NAME, zone:KIND; did you mean 'station'?" },
        { "type: k-of-n\n    limit: oragne\n", "r.yaml:7:12: 'limit' is a number, or one of blue, yellow, orange, red for each datastream's own limit, not 'oragne'; did you mean 'orange'?" },
        { "type: k-of-n\n    levels: { red: 1.5 }\n", "r.yaml:7:13: each of 'levels' is a number of votes: a whole number from 1 to 100000" },
        { "type: k-of-n\n    levels: { red: 0 }\n", "r.yaml:7:13: each of 'levels' is a number of votes: a whole number from 1 to 100000" },
        { "type: k-of-n\n    silence: 1min\n    limit: 3\n", "r.yaml:8:12: 'limit' asks for values and 'silence' for their lack; give one of both" },
        { "type: k-of-n\n    votes-of: zone\n", "r.yaml:7:15: 'votes-of' of a k-of-n rule cannot be 'zone'; it is one of datastream, station, asset, gateway" },
        { "type: k-of-n\n    value: smu(1h)\n", "r.yaml:7:12: 'smu' is not a function; did you mean 'sum'?" },
        { "type: k-of-n\n    withn: 1h\n", "r.yaml:7:5: a k-of-n rule has no key 'withn'; did you mean 'within'?" },
        { "type: confirmation\n", "r.yaml:2:5: a confirmation rule needs 'of'" },
        { "type: confirmation\n    of: [{ scope: { quantity: level }, limit: 1 }]\n", "r.yaml:7:9: 'of' of a confirmation rule lists from 2 to 16 kinds of evidence" },
        { "type: confirmation\n    of: [{ limit: 1 }, { scope: { quantity: level }, limt: 1 }]\n", "r.yaml:7:10: a detector needs 'scope'" },
        { "type: confirmation\n    of: [{ limit: 1 }, { scope: { quantity: level }, limt: 1 }]\n", "r.yaml:7:54: a detector has no key 'limt'; did you mean 'limit'?" },
        { "type: confirmation\n    of: [{ limit: 1 }, { limit: 2 }]\n    levels: { red: 3 }\n", "r.yaml:8:13: each of 'levels' is how many of 'of' it takes: a whole number from 1 to 2" },
        { "type: k-of-last\n    of-last: 65\n", "r.yaml:7:14: 'of-last' of a k-of-last rule is a whole number from 2 to 64" },
        { "type: k-of-last\n    of-last: 5\n    levels: { red: 6 }\n", "r.yaml:8:13: each of 'levels' is how many of 'of-last' it takes: a whole number from 1 to 5" },
    };

    [Theory]
    [MemberData(nameof(Mistakes))]
    public void Says_what_is_wrong_and_where(string keys, string expected)
    {
        var (rules, messages) = RuleSetReader.Read(new([new("r.yaml", Head + keys)]));
        Assert.Null(rules);
        Assert.Contains(messages, message => message.ToString().StartsWith(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Reads_everything_they_can_say()
    {
        var rules = Rig.ReadRules(Rig.Rules(
            "{ id: a, type: k-of-n, domain: water, title: T, scope: { quantity: level }, value: max(1h), direction: below, limit: 2, unit: m, clear-margin: 0.1, "
                + "floor: { last: 5 }, on-delay: 10s, by: 'zone:catchment', votes-of: station, within: 5min, levels: { yellow: 2, red: 4 }, hours: { from: '18:00', to: '08:00', offset: '+08:00' } }",
            "{ id: b, type: confirmation, domain: water, title: T, scope: { domain: water }, by: 'tag:sector', levels: { red: 2 }, "
                + "of: [{ scope: { quantity: level }, limit: orange }, { scope: { quantity: rain }, silence: 1min }] }",
            "{ id: c, type: k-of-last, domain: water, title: T, scope: { quantity: level }, of-last: 5, limit: 3, direction: below, unit: m, levels: { red: 3 } }")).Rules;
        var vote = Assert.IsType<VoteRule>(rules[0]);
        Assert.Equal((new Grouping(GroupKind.Zone, "catchment"), GroupKind.Station, 5 * TimeSpan.TicksPerMinute), (vote.By, vote.VotesOf, vote.WithinTicks));
        Assert.Equal((2.0, 4.0), (vote.Votes.Yellow, vote.Votes.Red));
        var asked = Assert.IsType<ThresholdRule>(vote.Detectors[0].Watch);
        Assert.Equal(
            (ValueFunction.Maximum, LimitDirection.Below, 2.0, "m", 0.1, 5.0, 10 * TimeSpan.TicksPerSecond),
            (asked.Value.Function, asked.Direction, asked.Limits!.Blue, asked.Unit, asked.ClearMargin, asked.Floor, asked.OnDelayTicks));
        var confirmation = Assert.IsType<VoteRule>(rules[1]);
        Assert.Equal(new Grouping(GroupKind.Tag, "sector"), confirmation.By);
        Assert.Equal((Level.Orange, null), (confirmation.Detectors[0].At, ((ThresholdRule)confirmation.Detectors[0].Watch).Limits));
        Assert.Equal(TimeSpan.TicksPerMinute, Assert.IsType<DeadmanRule>(confirmation.Detectors[1].Watch).SilenceTicks);
        var repeat = Assert.IsType<RepeatRule>(rules[2]);
        Assert.Equal((5, 3.0, LimitDirection.Below, "m", 3.0), (repeat.OfLast, repeat.Limit, repeat.Direction, repeat.Unit, repeat.Counts.Red));
    }
}
