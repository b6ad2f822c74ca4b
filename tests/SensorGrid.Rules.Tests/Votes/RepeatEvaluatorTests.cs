using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Votes;

public sealed class RepeatEvaluatorTests
{
    private static Rig Rig(string keys = "of-last: 4, limit: 3, levels: { yellow: 2, red: 4 }", params double[] values)
    {
        var rig = new Rig(Support.Rig.Rules($"{{ id: k, type: k-of-last, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}"));
        for (int i = 0; i < values.Length; i++)
            rig.Read("gw/stage", i, values[i]);
        return rig;
    }

    [Fact]
    public void So_many_of_the_last_readings_raise_each_level() =>
        Assert.Equal(
            ["2 k gw/stage none>yellow onset=2", "5 k gw/stage yellow>red onset=2", "7 k gw/stage red>yellow onset=2", "9 k gw/stage yellow>none onset=2"],
            Rig(values: [3, 0, 3, 3, 3, 3, 3, 0, 0, 0]).Lines);

    [Fact]
    public void A_reading_leaves_with_the_one_that_takes_its_place() => Assert.Empty(Rig(values: [3, 0, 0, 0, 3, 0, 0, 0, 3]).Lines);

    [Fact]
    public void Below_can_be_asked_for() => Assert.Single(Rig("of-last: 3, limit: 1, direction: below, levels: { red: 2 }", 1, 5, 0.5).Lines);

    [Fact]
    public void Sixty_four_readings_can_be_looked_at()
    {
        Assert.Empty(Rig("of-last: 64, limit: 3, levels: { red: 64 }", [.. Enumerable.Repeat(3.0, 63)]).Lines);
        Assert.Single(Rig("of-last: 64, limit: 3, levels: { red: 64 }", [.. Enumerable.Repeat(3.0, 64)]).Lines);
    }

    [Fact]
    public void Missing_readings_are_not_counted() =>
        Assert.Equal(
            ["5 k gw/stage none>yellow onset=5"],
            Rig(values: [3]).Read("gw/stage", 1, 0, quality: Quality.Missing).Read("gw/stage", 2, 9, quality: Quality.Bad)
                .Read("gw/stage", 3, 1).Read("gw/stage", 4, 1).Read("gw/stage", 5, 3).Lines);

    [Fact]
    public void A_rule_that_looks_at_fewer_goes_on_with_the_newest() =>
        Assert.Equal(
            ["4 k gw/stage none>yellow onset=4"],
            Rig(values: [3, 0, 0])
                .Activate(Support.Rig.Rules("{ id: k, type: k-of-last, domain: water, title: T, scope: { datastreams: [gw/stage] }, of-last: 2, limit: 3, levels: { yellow: 2 } }"))
                .Read("gw/stage", 3, 3).Read("gw/stage", 4, 3).Lines);
}
