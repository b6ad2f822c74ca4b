using System.Globalization;
using SensorGrid.Readings;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Tests.Support;
using static SensorGrid.Rules.Tests.Areas.AreaRig;

namespace SensorGrid.Rules.Tests.Areas;

public sealed class AreaEvaluatorTests
{
    private static double[] Numbers(string text) => [.. text.Split(' ').Select(number => double.Parse(number, CultureInfo.InvariantCulture))];

    // The last reading brings the change; values are of a, b, c, d.
    [Theory]
    [InlineData("by: all, take: avg", "levels: { yellow: 4 }", "2 6 5 3", "all=4.33333")]
    [InlineData("by: all, take: sum", "levels: { yellow: 16 }", "2 6 5 3", "all=16")]
    [InlineData("by: all, take: max", "levels: { yellow: 7 }", "2 6 5 7", "all=7")]
    [InlineData("by: all, take: min", "direction: below, levels: { yellow: 1.5 }", "2 6 5 1", "all=1")]
    [InlineData("by: all, take: count, limit: 5", "levels: { yellow: 3 }", "2 6 5 9", "all=3")]
    [InlineData("by: all, take: count, limit: 2, direction: below", "levels: { yellow: 2 }", "2 6 5 1", "all=2")]
    [InlineData("by: all, take: count, limit: 2, direction: below", "levels: { yellow: 3 }", "2 1 6 1", "all=3")]
    [InlineData("by: all, take: count, limit: yellow", "levels: { yellow: 2 }", "3 5 9 9", "all=2")]
    [InlineData("by: network, take: sum", "levels: { yellow: 11 }", "2 6 5 3", "d=11")]
    [InlineData("by: 'tag:ring', take: sum", "levels: { yellow: 5 }", "2 6 5 9", "inner=8 outer=5")]
    [InlineData("by: site, take: max", "levels: { yellow: 2 }", "2 6 5 9", "dam=2")]
    [InlineData("by: 'zone:catchment', take: sum", "levels: { yellow: 8 }", "2 6 5 9", "basin=8 half=8")]
    [InlineData("by: 'zone:catchment', take: avg, weights: thiessen", "levels: { yellow: 4.3 }", "2 6 5 9", "basin=4.66667 half=4.33333")]
    public void Makes_one_value_of_the_points_of_each_group(string over, string keys, string values, string expected) => Assert.Equal(
        expected, string.Join(' ', Read(Over(over, keys), 0, Numbers(values)).Changes
            .Select(change => $"{change.Scope.Key}={Math.Round(change.Value, 5).ToString("R", CultureInfo.InvariantCulture)}")));

    [Fact]
    public void Levels_margins_and_delays_are_those_of_any_threshold()
    {
        var rig = Over("by: 'tag:ring', take: max", "levels: { yellow: 4, red: 8 }, clear-margin: 1, on-delay: 5s, off-delay: 3s");
        Read(rig, 0, 4).Tick(4);
        Assert.Empty(rig.Lines);
        Read(Read(Read(rig.Tick(5), 10, 9), 16, 3), 20, 2.5).Tick(30);
        Assert.Equal(
            ["5 r inner none>yellow onset=0", "15 r inner yellow>red onset=0", "19 r inner red>yellow onset=0", "23 r inner yellow>none onset=0"], rig.Lines);
    }

    [Fact]
    public void Each_point_has_its_own_window_which_empties_by_its_own_clock()
    {
        var rig = Over("by: 'tag:ring', take: avg", "value: sum(10s), levels: { yellow: 3 }");
        Read(Read(Read(rig, 0, 2, double.NaN), 1, double.NaN, 2), 4, 2, double.NaN).Tick(30);
        // Sums are 4 and 2 until 10, then 2 and 2.
        Assert.Equal(["4 r inner none>yellow onset=4", "10 r inner yellow>none onset=4"], rig.Lines);
    }

    [Fact]
    public void A_point_without_a_fresh_value_is_left_out_and_the_others_count_for_more()
    {
        var rig = Over("by: 'zone:catchment', take: avg, weights: thiessen, fresh: 10s, coverage: 0.6", "levels: { yellow: 4 }");
        // A quarter of 9 and three quarters of 1 are 3; alone it is 9, and a quarter is too little of the basin.
        Read(Read(rig, 0, double.NaN, 1, 1), 3, 9).Tick(9.9999999);
        Assert.Equal(["3 r half none>yellow onset=3"], rig.Lines);
        Assert.Single(rig.Tick(12).Lines);
        // Two of them again: half and a quarter.
        Assert.Equal("12 r basin none>yellow onset=12", Read(rig, 12, double.NaN, 8).Lines[1]);
    }

    [Fact]
    public void With_too_little_of_the_area_nothing_is_raised_and_nothing_cleared()
    {
        var rig = Over("by: 'tag:ring', take: avg, coverage: 1, fresh: 10s", "levels: { yellow: 4 }");
        Read(Read(rig, 0, 9, 9), 8, double.NaN, 0).Tick(60);
        Assert.Equal(["0 r inner none>yellow onset=0"], rig.Lines);
        Assert.Equal("70 r inner yellow>none onset=0", Read(Read(rig, 69, 0), 70, double.NaN, 0).Lines[^1]);
    }

    [Fact]
    public void Missing_and_bad_readings_are_no_values_and_keep_nothing_fresh()
    {
        var rig = Over("by: 'tag:ring', take: max, fresh: 10s", "direction: below, levels: { yellow: 4 }, on-delay: 20s");
        rig.Read("ga/rain", 0, 3).Read("ga/rain", 9, 99, quality: Quality.Bad).Read("ga/rain", 12, 1, quality: Quality.Missing).Tick(60);
        Assert.Empty(rig.Lines);
    }

    [Fact]
    public void One_instant_is_one_instant_however_far_apart_its_readings_arrive() =>
        Assert.Equal(
            ["10 r inner none>yellow onset=0"],
            Over("by: 'tag:ring', take: avg, coverage: 1", "levels: { yellow: 4 }, on-delay: 10s")
                .Read("ga/rain", 0, 9, received: 1).Read("gb/rain", 0, 9, received: 8).Tick(11).Lines);

    [Fact]
    public void An_instant_told_so_late_that_its_delay_is_over_is_found_with_its_reading()
    {
        var rig = Over("by: 'tag:ring', take: avg, coverage: 1", "levels: { yellow: 4 }, on-delay: 10s");
        rig.Read("ga/rain", 0, 9, received: 1).Read("gb/rain", 0, 9, received: 20);
        Assert.Equal(["10 r inner none>yellow onset=0"], rig.Lines);
    }

    [Fact]
    public void A_clock_behind_the_others_shortens_no_delay()
    {
        var rig = Over("by: 'tag:ring', take: max", "levels: { yellow: 4 }, on-delay: 10s");
        rig.Read("ga/rain", 100, 1).Read("gb/rain", 40, 9, received: 160).Tick(169.9999999);
        Assert.Empty(rig.Lines);
        Assert.Equal(["170 r inner none>yellow onset=160"], rig.Tick(170).Lines);
    }

    [Fact]
    public void A_clock_far_ahead_does_not_take_the_area_along()
    {
        var rig = Over("by: 'tag:ring', take: max", "levels: { yellow: 4 }, on-delay: 10s");
        rig.Read("gb/rain", 0, 1).Read("ga/rain", 4000, 1, received: 1, flags: ReadingFlags.FutureStamp).Read("ga/rain", 4001, 9, received: 2, flags: ReadingFlags.FutureStamp);
        Assert.Equal(["12 r inner none>yellow onset=2"], rig.Tick(12).Lines);
    }

    [Fact]
    public void A_point_counts_by_its_own_limits_of_the_season()
    {
        var rig = Over("by: station, take: count, limit: orange, fresh: 2d", "levels: { yellow: 1 }");
        rig.Read("gb/rain", 0, 2);
        Assert.Empty(rig.Lines);
        // At 00:00 Beijing time another limit comes into force.
        var change = Assert.Single(rig.Tick(86_400).Changes);
        Assert.Equal(16, new DateTime(change.AtTicks, DateTimeKind.Utc).Hour);
    }

    [Fact]
    public void Names_the_points_that_its_value_was_made_of()
    {
        var rig = Over("by: 'zone:catchment', take: avg, weights: thiessen, fresh: 10s", "levels: { yellow: 4 }");
        Read(Read(Read(rig, 0, 1), 20, double.NaN, 5), 21, double.NaN, double.NaN, 4);
        Assert.Equal(
            ["ga/rain 0.25 NaN 0", "gb/rain 0.5 5 20", "gc/rain 0.25 NaN never"],
            rig.Engine.PointsOf("r", "basin").Select(Line));
        Assert.Empty(rig.Engine.PointsOf("r", "nothing"));
    }

    [Fact]
    public void Keeps_what_its_value_was_made_of_over_a_restart_and_over_rules_that_leave_its_points_as_they_are()
    {
        const string Points = "by: 'zone:catchment', take: avg, weights: thiessen";
        var rig = Over(Points);
        Read(Read(Read(rig, 0, 1, 1, 1), 10, 9, 9, 9), 20, 6, 6, 6);
        string[] then = ["ga/rain 0.25 9 10", "gb/rain 0.5 9 10", "gc/rain 0.25 1 0"];
        Assert.Equal(then, rig.Engine.PointsOf("r", "basin").Select(Line));
        rig.Restart(Rig.Rules(Rule(Points)), City);
        Assert.Equal(then, rig.Engine.PointsOf("r", "basin").Select(Line));
        rig.Activate(Rig.Rules(Rule(Points, "levels: { yellow: 3 }")), City);
        Assert.Equal(then, rig.Engine.PointsOf("r", "basin").Select(Line));
        // And what they are at the next change.
        Read(rig, 30, 1, 1, 1);
        Assert.Equal(["ga/rain 0.25 1 30", "gb/rain 0.5 1 30", "gc/rain 0.25 6 20"], rig.Engine.PointsOf("r", "basin").Select(Line));
    }

    [Fact]
    public void Another_expression_is_judged_when_its_points_are_heard_again()
    {
        var rig = Over("by: 'tag:ring', take: max", "levels: { yellow: 4 }");
        Read(rig, 0, 9).Activate(Rig.Rules(Rule("by: 'tag:ring', take: max", "value: last * 10, levels: { yellow: 4 }")), City);
        Assert.Single(rig.Tick(5).Lines);
        Assert.Equal("6 r inner yellow>none onset=0", Read(rig, 6, 0.3).Lines[^1]);
    }

    [Fact]
    public void Who_belongs_to_it_may_be_others_after_the_catalogue_has_changed()
    {
        var rig = Over("by: 'tag:ring', take: max", "levels: { yellow: 4 }");
        Read(rig, 0, 1, 9).Activate(Rig.Rules(Rule("by: 'tag:ring', take: max")), City.Replace("name: B, domain: water, location: [110.05, 21.05], tags: { ring: inner }", "name: B, domain: water, location: [110.05, 21.05], tags: { ring: outer }", StringComparison.Ordinal));
        Assert.Equal(["0 r inner none>yellow onset=0", "0 r inner yellow>none onset=0"], rig.Tick(1).Tick(2).Lines);
        Assert.Equal("3 r outer none>yellow onset=3", Read(rig, 3, double.NaN, 7).Lines[^1]);
    }

    [Theory]
    [InlineData("take: avg", "levels: { yellow: 4 }", "'over' needs 'by'")]
    [InlineData("by: all", "levels: { yellow: 4 }", "'over' needs 'take'")]
    [InlineData("by: all, take: mean", "levels: { yellow: 4 }", "'take' of 'over' cannot be 'mean'; it is one of count, avg, max, min, sum")]
    [InlineData("by: all, take: count", "levels: { yellow: 4 }", "'over' needs 'limit'")]
    [InlineData("by: all, take: avg, limit: 3", "levels: { yellow: 4 }", "'limit' of 'over' says which points count, and belongs to 'take: count'")]
    [InlineData("by: all, take: avg, direction: below", "levels: { yellow: 4 }", "'direction' of 'over' says which points count, and belongs to 'take: count'")]
    [InlineData("by: 'zone:catchment', take: max, weights: thiessen", "levels: { yellow: 4 }", "'weights' belong to 'take: avg'; nothing else is weighed")]
    [InlineData("by: all, take: avg, weights: thiessen", "levels: { yellow: 4 }", "'weights: thiessen' shares out the ground of a zone, and needs 'by: zone:KIND'")]
    [InlineData("by: all, take: avg, coverage: 50", "levels: { yellow: 4 }", "'coverage' of 'over' is the share of the points, or of their weight, that must have a value: from 0 to 1")]
    [InlineData("by: all, take: avg, coverge: 0.5", "levels: { yellow: 4 }", "'over' has no key 'coverge'; did you mean 'coverage'?")]
    [InlineData("by: all, take: avg", "levels: catalogue", "'levels: catalogue' are those of one datastream; a rule with 'over' has levels of its own")]
    [InlineData("by: all, take: avg", "levels: { yellow: limit(red) }", "limits that are worked out are of one datastream; a rule with 'over' has numbers")]
    [InlineData("by: all, take: avg", "value: last - last of level, levels: { yellow: 4 }", "a rule with 'over' works out the same of each point, and cannot refer to other datastreams with 'of'")]
    public void Says_what_is_wrong(string over, string keys, string expected)
    {
        var (rules, messages) = RuleSetReader.Read(new([new("r.yaml", Rig.Rules(Rule(over, keys)))]));
        Assert.Null(rules);
        Assert.Contains(messages, message => message.Text == expected && message.Line == 2);
    }

    [Theory]
    [InlineData("by: 'zone:island', take: avg", "rule 'r' watches nothing: none of what it matches belongs to a group of its 'by'")]
    [InlineData("by: all, take: count, limit: red", null)]
    [InlineData("by: site, take: count, limit: orange", null)]
    [InlineData("by: 'zone:catchment', take: avg, weights: thiessen", "rule 'r' leaves 'gd/loose' out: its station has no location, and Thiessen weights need one")]
    public void Says_what_does_not_fit_the_catalogue(string over, string? expected)
    {
        var (_, messages) = RuleSetReader.Read(new([new("r.yaml", Rig.Rules(Rule(over)))]), Rig.ReadCatalogue(City));
        Assert.Equal(expected is null ? [] : [expected], messages.Select(message => message.Text));
    }
}
