using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Geofences;

public sealed class GeofenceEvaluatorTests
{
    private static Rig Rig(string keys) => new(Support.Rig.Rules(
        $"{{ id: f, type: geofence, domain: water, title: T, scope: {{ quantity: position }}, level: orange, {keys} }}"));

    [Fact]
    public void A_first_fix_outside_is_no_exit() =>
        Assert.Empty(Rig("on: exit, zones: [z1]").Fix(0, 111, 21.05).Fix(1, 112, 21.05).Lines);

    [Fact]
    public void Leaving_holds_until_it_is_inside_again() =>
        Assert.Equal(
            ["2 f patrol-1|z1 none>orange onset=2", "4 f patrol-1|z1 orange>none onset=2"],
            Rig("on: exit, zones: [z1]").Fix(0, 111, 21.05).Fix(1, 110.05, 21.05).Fix(2, 110.11, 21.05).Fix(3, 110.12, 21.05).Fix(4, 110.09, 21.05).Lines);

    [Fact]
    public void Entering_holds_while_inside_from_the_first_fix_on() =>
        Assert.Equal(
            ["0 f patrol-1|z1 none>orange onset=0", "2 f patrol-1|z1 orange>none onset=0"],
            Rig("on: enter, zones: [z1]").Fix(0, 110.05, 21.05).Fix(1, 110.06, 21.05).Fix(2, 110.2, 21.05).Lines);

    [Theory]
    [InlineData(110.1, 21.05)]
    [InlineData(110.0, 21.0)]
    [InlineData(110.05, 21.1)]
    public void The_boundary_is_inside(double longitude, double latitude) =>
        Assert.Single(Rig("on: enter, zones: [z1]").Fix(0, longitude, latitude).Lines);

    // 0.0001° of longitude is 10.38 m there.
    [Fact]
    public void Outside_begins_beyond_the_hysteresis_and_inside_at_the_boundary() =>
        Assert.Equal(
            ["2 f patrol-1|z1 none>orange onset=2", "4 f patrol-1|z1 orange>none onset=2"],
            Rig("on: exit, zones: [z1], hysteresis: 15").Fix(0, 110.05, 21.05).Fix(1, 110.1001, 21.05).Fix(2, 110.1002, 21.05)
                .Fix(3, 110.1001, 21.05).Fix(4, 110.1, 21.05).Lines);

    [Fact]
    public void Zones_are_conditions_of_their_own_in_order_of_their_ids() =>
        Assert.Equal(
            [
                "1 f patrol-1|z1 none>orange onset=1", "1 f patrol-1|z2 none>orange onset=1",
                "2 f patrol-1|z1 orange>none onset=1", "3 f patrol-1|z2 orange>none onset=1",
            ],
            Rig("on: enter, zones: [z2, z1]").Fix(1, 110.07, 21.05).Fix(2, 110.15, 21.05).Fix(3, 110.3, 21.05).Lines);

    [Fact]
    public void Zones_may_be_chosen_by_kind() =>
        Assert.Equal(2, Rig("on: enter, zone-kind: area").Fix(1, 110.07, 21.05).Lines.Count);

    [Fact]
    public void On_delay_runs_although_no_fix_comes() =>
        Assert.Equal(
            ["62 f patrol-1|z1 none>orange onset=2"],
            Rig("on: exit, zones: [z1], on-delay: 60s").Fix(0, 110.05, 21.05).Fix(2, 110.2, 21.05).Fix(30, 110.3, 21.05).Tick(61).Tick(62).Lines);

    [Fact]
    public void Change_tells_where_the_asset_was()
    {
        var change = Assert.Single(Rig("on: enter, zones: [z1]").Fix(0, 110.05, 21.05).Changes);
        Assert.Equal((110.05, 21.05, "patrol-1", "z1"), (change.Longitude, change.Latitude, change.Scope.Asset, change.Scope.Zone));
    }

    [Fact]
    public void A_fix_that_is_not_on_earth_is_none() =>
        Assert.Empty(Rig("on: enter, zones: [z1]").Fix(0, 110.05, 121.05).Lines);
}
