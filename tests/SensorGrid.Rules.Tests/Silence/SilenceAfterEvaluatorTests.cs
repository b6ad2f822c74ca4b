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

    [Theory]
    [InlineData(29.9999999, 0)]
    [InlineData(30, 2)]
    public void At_the_very_moment_at_which_it_has_been_silent_for_so_long_a_value_comes_too_late(double at, int changes) =>
        Assert.Equal(changes, Rig().Read("gw/stage", 0, 5).Read("gw/stage", at, 1).Changes.Count);

    [Fact]
    public void It_goes_on_though_the_service_restarts_at_every_record()
    {
        string rules = Support.Rig.Rules(Rule("silence: 30s, levels: { orange: 4, red: 5 }"));
        var rig = Rig();
        foreach (var (at, value) in new[] { (0, 1.0), (10, 2), (20, 4.5), (25, 5), (35, 4.25) })
            rig.Read("gw/stage", at, value).Restart(rules);
        Assert.Empty(rig.Tick(64.9999999).Restart(rules).Lines);
        Assert.Equal(["65 s gw/stage none>orange onset=35"], rig.Tick(70).Restart(rules).Tick(80).Lines);
        rig.Read("gw/stage", 90, 4.75).Restart(rules);
        Assert.Equal(["90 s gw/stage orange>none onset=35", "120 s gw/stage none>orange onset=90"], rig.Tick(119).Tick(125).Lines.Skip(1));
        // When it ends, the value is still the one before the silence.
        Assert.Equal([4.25, 4.25, 4.75], rig.Changes.Select(change => change.Value));
    }

    [Fact]
    public void A_changed_rule_goes_on_with_the_newest_of_values_that_were_of_no_interest() =>
        Assert.Equal(
            ["50 s gw/stage none>red onset=20"],
            Rig().Read("gw/stage", 0, 1).Read("gw/stage", 10, 2).Read("gw/stage", 20, 3.5).Restart(Support.Rig.Rules(Rule("silence: 30s, levels: { orange: 4, red: 5 }")))
                .Activate(Support.Rig.Rules(Rule("silence: 30s, levels: { red: 3 }"))).Tick(49).Tick(50).Lines);

    [Fact]
    public void A_changed_rule_keeps_the_alarm_that_stands_until_the_next_value() =>
        Assert.Equal(
            ["30 s gw/stage none>red onset=0", "90 s gw/stage red>none onset=0", "150 s gw/stage none>red onset=90"],
            Rig().Read("gw/stage", 0, 5).Tick(40).Activate(Support.Rig.Rules(Rule("silence: 60s, levels: { red: 4 }"))).Tick(80).Read("gw/stage", 90, 4).Tick(149).Tick(150).Lines);

    [Fact]
    public void A_clock_that_is_set_neither_ends_it_nor_begins_it_again_and_its_end_goes_by_the_new_time() =>
        Assert.Equal(
            ["5030 s gw/stage none>red onset=5000", "60 s gw/stage red>none onset=5000"],
            Rig().Read("gw/stage", 5000, 5, received: 0, flags: ReadingFlags.FutureStamp).Tick(40)
                .Read("gw/stage", 50, 0, quality: Quality.Missing).Tick(59).Read("gw/stage", 60, 1).Lines);

    [Fact]
    public void A_clock_that_is_set_before_any_value_came_begins_no_silence() =>
        Assert.Empty(
            Rig("silence: 30s, direction: below, levels: { red: 1 }").Read("gw/stage", 5000, 0, received: 0, quality: Quality.Bad, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 10, 0, quality: Quality.Missing).Tick(100).Lines);

    [Fact]
    public void A_rule_of_another_kind_leaves_it_nothing() =>
        Assert.Empty(
            new Rig(Support.Rig.Rules(Support.Rig.Threshold("s", "levels: { yellow: 9 }"))).Read("gw/stage", 0, 5)
                .Activate(Support.Rig.Rules(Rule("silence: 30s, levels: { red: 5 }"))).Tick(60).Lines);

    [Fact]
    public void A_changed_rule_makes_an_alarm_that_stands_no_worse_without_a_value() =>
        Assert.Equal(
            ["30 s gw/stage none>orange onset=0", "200 s gw/stage orange>none onset=0", "260 s gw/stage none>red onset=200"],
            Rig().Read("gw/stage", 0, 4.5).Tick(40).Activate(Support.Rig.Rules(Rule("silence: 60s, levels: { orange: 3, red: 4 }"))).Tick(190).Read("gw/stage", 200, 4).Tick(300).Lines);

    [Fact]
    public void Values_below_the_limits_need_not_be_looked_at_one_by_one()
    {
        var rig = Rig().Read("gw/stage", 0, 1);
        var index = rig.Reading("gw/stage", 0, 1, Quality.Good, ReadingFlags.None).Datastream;
        Assert.True(rig.Engine.IsQuiet(index));
        Assert.True(rig.Read("gw/stage", 1, 3.99).Engine.IsQuiet(index));
        Assert.False(rig.Read("gw/stage", 2, 4).Engine.IsQuiet(index));
        Assert.True(rig.Read("gw/stage", 3, 3).Engine.IsQuiet(index));
        Assert.Empty(rig.Tick(100).Lines);
    }
}
