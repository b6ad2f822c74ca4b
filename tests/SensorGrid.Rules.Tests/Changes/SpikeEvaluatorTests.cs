using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Changes;

public sealed class SpikeEvaluatorTests
{
    private static Rig Rig(string keys = "levels: { blue: 1, yellow: 5 }, within: 10s, lasts: 60s", params (double At, double Value)[] readings)
    {
        var rig = new Rig(Support.Rig.Rules($"{{ id: s, type: spike, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}"));
        foreach (var (at, value) in readings)
            rig.Read("gw/stage", at, value);
        return rig;
    }

    [Fact]
    public void Away_and_back_is_raised_when_it_is_back_dated_from_when_it_went_and_lasts_its_time() =>
        Assert.Equal(
            ["20 s gw/stage none>blue onset=10", "80 s gw/stage blue>none onset=10"],
            Rig(readings: [(0, 1), (10, 3), (20, 1.2), (30, 1)]).Tick(100).Lines);

    [Fact]
    public void What_stays_away_is_a_step_and_no_spike() =>
        Assert.Empty(Rig(readings: [(0, 1), (10, 3), (15, 3), (20.1, 3), (30, 1), (40.1, 1)]).Lines);

    [Theory]
    [InlineData(20, true)]
    [InlineData(20.1, false)]
    public void It_must_be_back_in_time(double back, bool raised) => Assert.Equal(raised, Rig(readings: [(0, 1), (10, 3), (back, 1)]).Changes.Count == 1);

    [Fact]
    public void The_time_to_be_back_can_be_another_one() =>
        Assert.Equal(
            ["60 s gw/stage none>yellow onset=10"],
            Rig("levels: { yellow: 1 }, within: 10s, returns-within: 50s", (0, 1), (10, 3), (30, 4), (60, 1)).Lines);

    [Fact]
    public void The_level_is_that_of_its_peak() =>
        Assert.Equal(
            ["20 s gw/stage none>yellow onset=10"],
            Rig(readings: [(0, 1), (10, 3), (15, 6), (20, 1)]).Lines);

    [Fact]
    public void A_smaller_one_after_it_prolongs_and_does_not_lower_it() =>
        Assert.Equal(
            ["20 s gw/stage none>yellow onset=10", "100 s gw/stage yellow>none onset=10"],
            Rig(readings: [(0, 1), (10, 8), (20, 1), (30, 3), (40, 1)]).Tick(80).Tick(100).Lines);

    [Fact]
    public void Going_back_is_no_spike_of_its_own() =>
        Assert.Single(Rig(readings: [(0, 1), (10, 3), (20, 1), (30, 1), (40, 1)]).Lines);

    [Fact]
    public void A_dip_counts_when_only_falls_are_asked_for() =>
        Assert.Equal(
            ["40 s gw/stage none>blue onset=30"],
            Rig("levels: { blue: 1 }, within: 10s, direction: down", (0, 5), (10, 7), (21, 5), (30, 3), (40, 5)).Lines);

    [Fact]
    public void A_clock_that_is_set_ends_what_had_begun() =>
        Assert.Empty(
            Rig(readings: [(0, 1), (10, 3)]).Read("gw/stage", 5000, 1, received: 11, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 5001, 1, received: 12, flags: ReadingFlags.FutureStamp).Lines);
}
