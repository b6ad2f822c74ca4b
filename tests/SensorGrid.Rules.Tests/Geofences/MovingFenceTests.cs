using NetTopologySuite.Geometries;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Geofences;

// The asset stands at 110.05, 21.05, inside of z1; 0.001° of longitude is 103.9 m there.
public sealed class MovingFenceTests
{
    private static Rig Standing(string keys) => new Rig(Rig.Rules(
        $"{{ id: f, type: geofence, domain: water, title: T, scope: {{ quantity: position }}, level: orange, {keys} }}")).Fix(0, 110.05, 21.05);

    [Fact]
    public void A_fence_that_moves_over_an_asset_is_entered_by_what_stands_still() =>
        Assert.Equal(
            ["70 f patrol-1|z2 none>orange onset=70", "80 f patrol-1|z2 orange>none onset=70"],
            Move(Standing("on: enter, zones: [z1, z2]").Fix(10, 110.04, 21.05), 70, "z2", 110.03, 110.06).Fix(80, 110.02, 21.05).Lines);

    [Fact]
    public void A_fence_that_moves_off_an_asset_is_left_by_what_stands_still() =>
        Assert.Equal(
            ["70 f patrol-1|z1 none>orange onset=70", "90 f patrol-1|z1 orange>none onset=70"],
            Move(Move(Standing("on: exit, zones: [z1]"), 70, "z1", 110.06, 110.1), 90, "z1", 110, 110.1).Lines);

    [Fact]
    public void Within_the_hysteresis_of_where_it_is_now_nothing_is_left() =>
        Assert.Empty(Move(Standing("on: exit, zones: [z1], hysteresis: 150"), 70, "z1", 110.051, 110.1).Lines);

    [Fact]
    public void A_fence_that_comes_nearer_is_an_approach()
    {
        var rig = Standing("on: approach, distance: 250, zones: [z1]").Fix(1, 110.11, 21.05);
        Assert.Equal(["70 f patrol-1|z1 none>orange onset=70"], Move(rig, 70, "z1", 110, 110.108).Lines);
        Assert.Equal(208, rig.Changes[0].Value);
        Assert.Equal("80 f patrol-1|z1 orange>none onset=70", Move(rig, 80, "z1", 110, 110.107).Lines[1]);
    }

    [Fact]
    public void It_takes_one_move_however_many_fixes_a_crossing_takes() =>
        Assert.Equal(
            ["70 f patrol-1|z1 none>orange onset=70"],
            Move(Standing("on: exit, zones: [z1], minimum-fixes: 5").Fix(1, 110.05, 21.05).Fix(2, 110.05, 21.05).Fix(3, 110.05, 21.05).Fix(4, 110.05, 21.05), 70, "z1", 110.06, 110.1).Lines);

    [Fact]
    public void A_row_of_fixes_that_a_move_has_ended_is_not_counted_on() =>
        Assert.Equal(
            ["3 f patrol-1|z1 none>orange onset=3", "5 f patrol-1|z1 orange>none onset=3"],
            Move(new Rig(Rig.Rules("{ id: f, type: geofence, domain: water, title: T, scope: { quantity: position }, level: orange, on: inside, zones: [z1], minimum-fixes: 2 }"))
                .Fix(0, 110.4, 21.05).Fix(1, 110.4, 21.05).Fix(2, 110.05, 21.05), 3, "z1", 110, 110.1).Fix(4, 110.4, 21.05).Fix(5, 110.4, 21.05).Lines);

    [Fact]
    public void A_fence_that_moves_where_nothing_was_inside_of_it_is_not_left() =>
        Assert.Empty(Move(new Rig(Rig.Rules("{ id: f, type: geofence, domain: water, title: T, scope: { quantity: position }, level: orange, on: exit, zones: [z1] }"))
            .Fix(0, 110.3, 21.05), 70, "z1", 110.05, 110.1).Fix(80, 110.4, 21.05).Lines);

    [Fact]
    public void Of_several_fences_that_are_near_the_one_that_comes_nearer_is_approached() =>
        Assert.Equal(
            ["70 f patrol-1|z2 none>orange onset=70"],
            Move(Standing("on: approach, distance: 15000, zones: [z1, z2]").Fix(1, 110.203, 21.05), 70, "z2", 110.05, 110.201).Lines);

    [Fact]
    public void What_a_fence_has_come_near_to_is_followed_until_it_is_out_of_reach() =>
        Assert.Equal(
            ["70 f patrol-1|z1 none>orange onset=70", "80 f patrol-1|z1 orange>none onset=70"],
            Move(Standing("on: approach, distance: 450, zones: [z1]").Fix(1, 110.3, 21.05), 70, "z1", 110, 110.298).Fix(80, 111, 21.05).Lines);

    [Fact]
    public void A_dwell_counts_from_the_move() =>
        Assert.Equal(
            ["130 f patrol-1|z2 none>orange onset=130"],
            Move(Standing("on: dwell, dwell: 60s, zones: [z2]").Fix(1, 110.04, 21.05), 70, "z2", 110.03, 110.06).Tick(129).Tick(131).Lines);

    [Fact]
    public void What_was_last_heard_of_a_day_ago_crosses_with_its_next_fix() =>
        Assert.Equal(
            ["86410 f patrol-1|z1 none>orange onset=86410"],
            Move(Standing("on: exit, zones: [z1]"), 86_400, "z1", 110.06, 110.1).Fix(86_410, 110.05, 21.05).Lines);

    [Fact]
    public void A_move_that_ends_the_fence_ends_what_was_inside() =>
        Assert.Equal(
            ["0 f patrol-1|z1 none>orange onset=0", "70 f patrol-1|z1 orange>none onset=0"],
            Move(Standing("on: inside, zones: [z1]"), 70, "z1", 110, 110.1, validTo: 60).Fix(80, 110.05, 21.05).Lines);

    [Fact]
    public void The_time_of_a_move_is_that_of_the_assets_clock()
    {
        // Its fixes come an hour late, so its clock is an hour behind the log's.
        var rig = new Rig(Rig.Rules("{ id: f, type: geofence, domain: water, title: T, scope: { quantity: position }, level: orange, on: exit, zones: [z1] }"));
        rig.Fix(0, 110.05, 21.05, received: 3600);
        Assert.Equal(["70 f patrol-1|z1 none>orange onset=70 retro"], Move(rig, 3670, "z1", 110.06, 110.1).Lines);
    }

    [Fact]
    public void Assets_whose_place_is_not_known_are_not_judged() =>
        Assert.Empty(Move(new Rig(Rig.Rules("{ id: f, type: geofence, domain: water, title: T, scope: { quantity: position }, level: orange, on: outside, zones: [z1] }")), 5, "z1", 1, 2).Lines);

    private static Rig Move(Rig rig, double at, string zone, double west, double east, double? validTo = null) => rig.MoveZone(at, new(
        zone, "area", new("", ""), "water", new Polygon(new LinearRing([new(west, 21), new(east, 21), new(east, 21.1), new(west, 21.1), new(west, 21)])))
    {
        ValidTo = validTo is { } end ? Some.Instant.AddSeconds(end) : null,
    });
}
