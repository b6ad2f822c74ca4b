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

    private const string Standard = "of-last: 4, limit: 3, levels: { yellow: 2, red: 4 }";

    private static string Rules(string keys) => Support.Rig.Rules($"{{ id: k, type: k-of-last, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys} }}");

    [Fact]
    public void It_goes_on_though_the_service_restarts_at_every_reading_and_its_value_is_how_many_there_are()
    {
        var rig = Rig();
        foreach (var (value, at) in new[] { 3.0, 0, 0, 3, 3, 3, 3, 0, 2.9, 0, 0, 0, 3 }.Select((value, at) => (value, at)))
            rig.Read("gw/stage", at, value).Restart(Rules(Standard));
        Assert.Equal(
            ["3 k gw/stage none>yellow onset=3", "6 k gw/stage yellow>red onset=3", "7 k gw/stage red>yellow onset=3", "9 k gw/stage yellow>none onset=3"],
            rig.Lines);
        Assert.Equal([2.0, 4, 3, 1], rig.Changes.Select(change => change.Value));
    }

    [Fact]
    public void A_rule_that_looks_at_more_goes_on_with_what_was_seen() =>
        Assert.Equal(
            ["3 k gw/stage none>red onset=3"],
            Rig(values: [3, 0, 0]).Activate(Rules("of-last: 5, limit: 3, levels: { red: 2 }")).Read("gw/stage", 3, 3).Lines);

    [Fact]
    public void A_rule_of_another_kind_leaves_it_nothing() =>
        Assert.Empty(
            new Rig(Support.Rig.Rules(Support.Rig.Threshold("k", "levels: { yellow: 9 }"))).Read("gw/stage", 0, 3).Activate(Rules(Standard)).Read("gw/stage", 1, 3).Lines);

    [Fact]
    public void A_clock_that_is_put_right_changes_no_count_and_what_follows_is_dated_by_it() =>
        Assert.Equal(
            ["5001 k gw/stage none>yellow onset=5001", "12 k gw/stage yellow>none onset=5001"],
            Rig().Read("gw/stage", 5000, 3, received: 0, flags: ReadingFlags.FutureStamp).Read("gw/stage", 5001, 3, received: 1, flags: ReadingFlags.FutureStamp)
                .Read("gw/stage", 10, 0).Read("gw/stage", 11, 0).Read("gw/stage", 12, 0).Read("gw/stage", 13, 0).Lines);

    [Fact]
    public void A_backlog_brings_one_of_the_past_to_light()
    {
        var rig = Rig(values: [0]).Read("gw/stage", 600, 0);
        for (int at = 10; at <= 60; at += 10)
            rig.Read("gw/stage", at, at is 20 or 30 ? 3 : 1, received: 601);
        Assert.Equal(["30 k gw/stage none>yellow onset=30 past", "60 k gw/stage yellow>none onset=30 past"], rig.Tick(800).Lines);
    }

    [Fact]
    public void Readings_short_of_the_limit_need_not_be_looked_at_one_by_one_and_those_beyond_it_are()
    {
        var rig = Rig(values: [1, 2]);
        var index = rig.Reading("gw/stage", 0, 1, Quality.Good, ReadingFlags.None).Datastream;
        Assert.True(rig.Engine.IsQuiet(index));
        Assert.False(rig.Read("gw/stage", 2, 3).Engine.IsQuiet(index));
        Assert.Equal(["4 k gw/stage none>yellow onset=4"], rig.Read("gw/stage", 3, 2.9).Read("gw/stage", 4, 3).Lines);
        Assert.True(rig.Read("gw/stage", 5, 1).Read("gw/stage", 6, 1).Read("gw/stage", 7, 1).Read("gw/stage", 8, 1).Engine.IsQuiet(index));
    }

    [Fact]
    public void A_changed_rule_keeps_the_alarm_that_stands_until_it_is_over_by_the_new_numbers() =>
        Assert.Equal(
            ["1 k gw/stage none>yellow onset=1", "4 k gw/stage yellow>none onset=1"],
            Rig(values: [3, 3]).Activate(Rules("of-last: 3, limit: 3, levels: { yellow: 1 }")).Read("gw/stage", 2, 0).Read("gw/stage", 3, 0).Read("gw/stage", 4, 0).Lines);
}
