using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Silence;

public sealed class DeadmanEvaluatorTests
{
    private const string OfDatastream =
        "{ id: d, type: deadman, domain: water, title: T, scope: { datastreams: [gw/stage] }, silence: 30s, level: yellow }";

    private const string OfGateway =
        "{ id: g, type: deadman, domain: water, title: T, scope: { gateways: [gw] }, of: gateway, silence: 30s, level: orange }";

    private static Rig Rig(string rule) => new(Support.Rig.Rules(rule));

    [Fact]
    public void Silence_counts_from_the_newest_reading_and_the_next_one_ends_it() =>
        Assert.Equal(
            ["40 d gw/stage none>yellow onset=10", "100 d gw/stage yellow>none onset=10"],
            Rig(OfDatastream).Read("gw/stage", 0, 1).Read("gw/stage", 10, 1).Tick(39).Tick(60).Read("gw/stage", 100, 1).Lines);

    [Theory]
    [InlineData(Quality.Missing)]
    [InlineData(Quality.Bad)]
    public void A_reading_without_a_value_is_a_sign_of_life(Quality quality) =>
        Assert.Empty(Rig(OfDatastream).Read("gw/stage", 0, 1).Read("gw/stage", 20, 1, quality: quality).Tick(40).Lines);

    [Fact]
    public void What_was_never_heard_is_not_silent() => Assert.Empty(Rig(OfDatastream).Tick(1_000_000).Lines);

    [Fact]
    public void A_duplicate_is_no_sign_of_life() =>
        Assert.Single(Rig(OfDatastream).Read("gw/stage", 0, 1).Read("gw/stage", 0, 1, received: 20).Tick(30).Lines);

    [Fact]
    public void In_a_replay_of_an_old_day_silence_is_found_as_on_that_day() =>
        Assert.Equal(
            ["-99970 d gw/stage none>yellow onset=-100000 retro", "-99900 d gw/stage yellow>none onset=-100000 retro"],
            Rig(OfDatastream).Read("gw/stage", -100_000, 1, received: 1).Read("gw/stage", -99_900, 1, received: 2).Lines);

    [Fact]
    public void A_gateway_lives_while_any_of_its_datastreams_does() =>
        Assert.Equal(
            ["70 g gw none>orange onset=40"],
            Rig(OfGateway).Read("gw/stage", 0, 1).Read("gw/rain", 20, 1).Read("gw/rain", 40, 1).Read("gw2/stage", 60, 1).Tick(100).Lines);

    [Fact]
    public void A_datastream_that_stamps_behind_its_neighbours_keeps_the_gateway_alive() =>
        Assert.Empty(
            Rig(OfGateway).Read("gw/stage", 0, 1).Read("gw/rain", -600, 1, received: 20).Read("gw/rain", -580, 1, received: 40).Tick(69).Lines);

    [Fact]
    public void Datastreams_read_at_one_instant_are_one_sign_of_life_however_far_apart_they_arrive() =>
        Assert.Equal(
            ["40 g gw none>orange onset=10", "100 g gw orange>none onset=10"],
            Rig(OfGateway).Read("gw/stage", 10, 1, received: 10).Read("gw/rain", 10, 1, received: 17).Read("gw/stage", 100, 1, received: 18).Lines);

    [Fact]
    public void A_datastream_that_no_catalogue_knows_is_a_sign_of_life_of_its_gateway() =>
        Assert.Empty(Rig(OfGateway).Read("gw/stage", 0, 1).Read("gw/new-sensor", 20, 1).Tick(40).Lines);

    [Fact]
    public void A_rule_that_comes_later_counts_from_the_newest_reading() =>
        Assert.Equal(
            ["30 d gw/stage none>yellow onset=0"],
            Rig(OfGateway).Read("gw/stage", 0, 1).Tick(20).Activate(Support.Rig.Rules(OfDatastream)).Tick(50).Lines);

    [Fact]
    public void At_the_very_moment_at_which_it_has_been_silent_for_so_long_a_reading_comes_too_late() =>
        Assert.Equal(
            ["30 d gw/stage none>yellow onset=0", "30 d gw/stage yellow>none onset=0"],
            Rig(OfDatastream).Read("gw/stage", 0, 1).Read("gw/stage", 30, 1).Read("gw/stage", 59.9999999, 1).Lines);

    [Fact]
    public void It_goes_on_though_the_service_restarts_at_every_record()
    {
        var rig = Rig(OfDatastream);
        string rules = Support.Rig.Rules(OfDatastream);
        foreach (double at in new[] { 0, 10, 35 })
            rig.Read("gw/stage", at, 1).Restart(rules);
        Assert.Empty(rig.Tick(64.9999999).Restart(rules).Lines);
        Assert.Equal(["65 d gw/stage none>yellow onset=35"], rig.Tick(70).Restart(rules).Tick(80).Lines);
        Assert.Equal("90 d gw/stage yellow>none onset=35", rig.Read("gw/stage", 90, 1).Lines[1]);
        Assert.Equal("120 d gw/stage none>yellow onset=90", rig.Restart(rules).Tick(120).Lines[2]);
        Assert.All(rig.Changes, change => Assert.Equal(double.NaN, change.Value));
    }

    [Theory]
    [InlineData(20, 50)]
    [InlineData(60, 60)]
    public void A_changed_rule_counts_its_own_time_from_the_newest_reading(double changed, double raised)
    {
        string longer = Support.Rig.Rules(OfDatastream.Replace("silence: 30s", "silence: 50s", StringComparison.Ordinal));
        var rig = Rig(OfDatastream).Read("gw/stage", 0, 1).Tick(changed).Activate(longer).Tick(49.9999999).Tick(100);
        // The alarm that stands stays one.
        Assert.Equal([$"{Math.Min(30, raised) + (changed < 30 ? 20 : 0)} d gw/stage none>yellow onset=0"], rig.Lines);
        Assert.Equal("110 d gw/stage yellow>none onset=0", rig.Read("gw/stage", 110, 1).Lines[1]);
        Assert.Equal("160 d gw/stage none>yellow onset=110", rig.Tick(159.9999999).Tick(160).Lines[2]);
    }

    [Fact]
    public void A_clock_that_is_put_right_ends_it_at_its_own_time_and_silence_counts_from_there() =>
        Assert.Equal(
            ["5030 d gw/stage none>yellow onset=5000", "50 d gw/stage yellow>none onset=5000", "80 d gw/stage none>yellow onset=50"],
            Rig(OfDatastream).Read("gw/stage", 5000, 1, received: 0, flags: ReadingFlags.FutureStamp).Tick(40).Read("gw/stage", 50, 1).Tick(79).Tick(80).Lines);

    [Fact]
    public void A_rule_of_another_kind_leaves_it_no_alarm()
    {
        string threshold = Support.Rig.Rules(Support.Rig.Threshold("d", "levels: { yellow: 1 }"));
        Assert.Equal(
            ["0 d gw/stage none>yellow onset=0", "30 d gw/stage none>yellow onset=0"],
            new Rig(threshold).Read("gw/stage", 0, 1).Activate(Support.Rig.Rules(OfDatastream)).Tick(30).Lines);
    }

    [Fact]
    public void A_changed_level_is_that_of_the_next_silence_and_the_alarm_that_stands_stays_as_it_is()
    {
        var rig = Rig(OfDatastream).Read("gw/stage", 0, 1).Tick(40);
        rig.Activate(Support.Rig.Rules(OfDatastream.Replace("yellow", "red", StringComparison.Ordinal))).Tick(100);
        Assert.Equal(["30 d gw/stage none>yellow onset=0"], rig.Lines);
        Assert.Equal(["110 d gw/stage yellow>none onset=0", "140 d gw/stage none>red onset=110"], rig.Read("gw/stage", 110, 1).Tick(150).Lines.Skip(1));
    }

    [Fact]
    public void Readings_that_only_say_that_it_lives_need_not_be_looked_at_one_by_one()
    {
        var rig = Rig(OfDatastream).Read("gw/stage", 0, 1);
        var index = rig.Reading("gw/stage", 0, 1, Quality.Good, ReadingFlags.None).Datastream;
        Assert.True(rig.Engine.IsQuiet(index));
        // Nor after one that came too late.
        Assert.True(rig.Read("gw/stage", 29.9999999, 1).Read("gw/stage", 60, 1).Engine.IsQuiet(index));
        Assert.Equal(["59.9999999 d gw/stage none>yellow onset=29.9999999", "60 d gw/stage yellow>none onset=29.9999999"], rig.Tick(89).Lines);
    }
}
