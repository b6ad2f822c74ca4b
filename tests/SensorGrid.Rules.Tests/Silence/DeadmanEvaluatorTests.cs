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
}
