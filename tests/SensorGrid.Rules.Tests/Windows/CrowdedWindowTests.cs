using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Tests.Support;

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
    [InlineData("value: avg(1d), levels: { red: 1 }", "avg(1d) of 'gw/stage' looks at 86400 readings (one each 1s), and a window holds the newest 8192, those of 8192s; take a shorter window")]
    [InlineData("value: rate(3h), levels: { red: 1 }", "rate(3h) of 'gw/stage' looks at 10800 readings (one each 1s), and a window holds the newest 8192, those of 8192s; take a shorter window")]
    [InlineData("value: 'avg(2h) - avg(1d)', levels: { red: 1 }", "avg(1d) of 'gw/stage' looks at 86400 readings (one each 1s), and a window holds the newest 8192, those of 8192s; take a shorter window")]
    [InlineData("value: 'last - avg(3h) of gw/other', levels: { red: 1 }", "avg(3h) of 'gw/other' looks at 10800 readings (one each 1s), and a window holds the newest 8192, those of 8192s; take a shorter window")]
    public void A_rule_that_looks_at_more_than_a_window_holds_is_warned_of_once(string keys, string expected) =>
        Assert.Equal([$"rule 'r': {expected}"], Warnings(keys, "{ quantity: level }"));

    [Theory]
    [InlineData("value: avg(8192s), levels: { red: 1 }", "{ quantity: level }")]
    [InlineData("value: max(1d), levels: { red: 1 }", "{ quantity: level }")]
    [InlineData("value: avg(1d), levels: { red: 1 }", "{ datastreams: [gw/slow] }")]
    [InlineData("value: avg(1d), levels: { red: 1 }", "{ datastreams: [gw/unsaid] }")]
    public void One_that_does_not_or_of_which_that_is_not_known_is_not(string keys, string scope) => Assert.Empty(Warnings(keys, scope));
}
