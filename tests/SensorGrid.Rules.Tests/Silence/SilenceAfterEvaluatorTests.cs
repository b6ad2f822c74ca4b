using SensorGrid.Readings;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Silence;

public sealed class SilenceAfterEvaluatorTests
{
    private static Rig Rig(string keys = "silence: 30s, levels: { orange: 4, red: 5 }") => new(Support.Rig.Rules(Rule(keys)));

    private static string Rule(string keys) => $"{{ id: s, type: silence-after, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}";

    [Fact]
    public void Silence_after_a_high_value_is_raised_at_the_level_of_that_value_and_ended_by_the_next_one()
    {
        var rig = Rig().Read("gw/stage", 0, 1).Read("gw/stage", 10, 5).Read("gw/stage", 20, 4.5).Tick(49).Tick(50).Read("gw/stage", 100, 6);
        Assert.Equal(["50 s gw/stage none>orange onset=20", "100 s gw/stage orange>none onset=20"], rig.Lines);
        Assert.Equal(4.5, rig.Changes[0].Value);
    }

    [Fact]
    public void Silence_after_a_low_value_is_none_of_its_business() => Assert.Empty(Rig().Read("gw/stage", 0, 5).Read("gw/stage", 10, 3.99).Tick(5000).Lines);

    [Theory]
    [InlineData(Quality.Missing)]
    [InlineData(Quality.Bad)]
    public void A_reading_without_a_value_is_silence_too(Quality quality) =>
        Assert.Equal(
            ["30 s gw/stage none>red onset=0"],
            Rig().Read("gw/stage", 0, 5).Read("gw/stage", 20, 0, quality: quality).Read("gw/stage", 40, 0, quality: quality).Lines);

    [Fact]
    public void After_it_has_ended_it_can_come_again() =>
        Assert.Equal(
            ["30 s gw/stage none>red onset=0", "60 s gw/stage red>none onset=0", "90 s gw/stage none>red onset=60"],
            Rig().Read("gw/stage", 0, 5).Tick(40).Read("gw/stage", 60, 7).Tick(100).Lines);

    [Fact]
    public void Low_values_can_be_the_bad_ones_and_limits_those_of_the_catalogue()
    {
        Assert.Single(Rig("silence: 30s, direction: below, levels: { red: 0.2 }").Read("gw/stage", 0, 0.1).Tick(60).Lines);
        Assert.Equal(["30 s gw/stage none>yellow onset=0"], Rig("silence: 30s, levels: catalogue").Read("gw/stage", 0, 3.5).Tick(60).Lines);
    }

    [Fact]
    public void Downtime_is_not_silence() =>
        Assert.Equal(["30 s gw/stage none>red onset=0"], Rig().Read("gw/stage", 0, 5).Tick(10).Start(1000).Tick(1030).Tick(1049).Tick(1050).Lines);

    [Fact]
    public void A_clock_that_is_set_begins_the_silence_anew() =>
        Assert.Equal(
            ["5031 s gw/stage none>red onset=5001"],
            Rig().Read("gw/stage", 0, 5).Read("gw/stage", 5000, 0, received: 20, quality: Quality.Missing, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 5001, 0, received: 21, quality: Quality.Missing, flags: ReadingFlags.FutureStamp).Tick(50).Tick(51).Lines);

    [Fact]
    public void A_rule_with_other_limits_goes_on_with_the_newest_value() =>
        Assert.Equal(
            ["30 s gw/stage none>red onset=0"],
            Rig().Read("gw/stage", 0, 3).Tick(10).Activate(Support.Rig.Rules(Rule("silence: 30s, levels: { red: 3 }"))).Tick(40).Lines);

    [Theory]
    [InlineData("levels: { red: 5 }", "a silence-after rule needs 'silence'")]
    [InlineData("silence: 1h", "a silence-after rule needs 'levels'")]
    [InlineData("silence: 1h, levels: { blue: 5, red: 3 }", "limits must rise from blue to red (direction: above)")]
    [InlineData("silence: 1h, levels: { red: 5 }, level: red", "a silence-after rule has no key 'level'; did you mean 'levels'?")]
    [InlineData("silence: 1h, levels: { red: 5 }, unit: mm", "rule 's' has limits in 'mm', but 'gw/stage' is in 'm'; narrow its scope or change 'unit'")]
    [InlineData("silence: 1h, levels: catalogue, direction: below", "rule 's' looks for values below its limits, but the limits of 'gw/stage' run the other way from blue to red")]
    public void Says_what_is_wrong(string keys, string expected)
    {
        var (_, messages) = RuleSetReader.Read(new([new("r.yaml", Support.Rig.Rules(Rule(keys)))]), Support.Rig.ReadCatalogue(Support.Rig.Catalogue));
        Assert.Contains(messages, message => message.Text == expected && message.Line == 2);
    }
}
