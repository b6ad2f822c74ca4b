using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Geofences;

// z1 is 110 to 110.1° east, z2 110.05 to 110.2°; both 21 to 21.1° north. 0.0001° of longitude is 10.38 m there, 0.001° 103.8 m.
public sealed class GeofenceEvaluatorTests
{
    private static Rig Rig(string keys, string? catalogue = null) => new(
        Support.Rig.Rules($"{{ id: f, type: geofence, domain: water, title: T, scope: {{ quantity: position }}, level: orange, {keys} }}"), catalogue);

    private static string Line(double at, bool raised, double onset, string zone = "z1") =>
        FormattableString.Invariant($"{at} f patrol-1|{zone} {(raised ? "none>orange" : "orange>none")} onset={onset}");

    [Fact]
    public void A_first_fix_outside_is_no_exit() =>
        Assert.Empty(Rig("on: exit, zones: [z1]").Fix(0, 111, 21.05).Fix(1, 112, 21.05).Lines);

    [Fact]
    public void Leaving_holds_until_it_is_inside_again() =>
        Assert.Equal(
            [Line(2, true, 2), Line(4, false, 2)],
            Rig("on: exit, zones: [z1]").Fix(0, 111, 21.05).Fix(1, 110.05, 21.05).Fix(2, 110.11, 21.05).Fix(3, 110.12, 21.05).Fix(4, 110.09, 21.05).Lines);

    [Fact]
    public void A_first_fix_inside_is_no_entering() =>
        Assert.Empty(Rig("on: enter, zones: [z1]").Fix(0, 110.05, 21.05).Fix(1, 110.06, 21.05).Lines);

    [Fact]
    public void Entering_holds_until_it_is_outside_again() =>
        Assert.Equal(
            [Line(1, true, 1), Line(3, false, 1)],
            Rig("on: enter, zones: [z1]").Fix(0, 110.2, 21.05).Fix(1, 110.05, 21.05).Fix(2, 110.06, 21.05).Fix(3, 110.2, 21.05).Lines);

    [Fact]
    public void Inside_holds_from_the_first_fix_on() =>
        Assert.Equal(
            [Line(0, true, 0), Line(2, false, 0)],
            Rig("on: inside, zones: [z1]").Fix(0, 110.05, 21.05).Fix(1, 110.06, 21.05).Fix(2, 110.2, 21.05).Lines);

    [Fact]
    public void Outside_holds_from_the_first_fix_on() =>
        Assert.Equal(
            [Line(0, true, 0), Line(1, false, 0), Line(2, true, 2)],
            Rig("on: outside, zones: [z1]").Fix(0, 110.2, 21.05).Fix(1, 110.05, 21.05).Fix(2, 110.2, 21.05).Lines);

    [Theory]
    [InlineData(110.1, 21.05)]
    [InlineData(110.0, 21.0)]
    [InlineData(110.05, 21.1)]
    public void The_boundary_is_inside(double longitude, double latitude) =>
        Assert.Single(Rig("on: inside, zones: [z1]").Fix(0, longitude, latitude).Lines);

    [Fact]
    public void Outside_begins_beyond_the_hysteresis_and_inside_at_the_boundary() =>
        Assert.Equal(
            [Line(2, true, 2), Line(4, false, 2)],
            Rig("on: exit, zones: [z1], hysteresis: 15").Fix(0, 110.05, 21.05).Fix(1, 110.1001, 21.05).Fix(2, 110.1002, 21.05)
                .Fix(3, 110.1001, 21.05).Fix(4, 110.1, 21.05).Lines);

    [Fact]
    public void Zones_are_conditions_of_their_own_in_order_of_their_ids() =>
        Assert.Equal(
            [Line(1, true, 1), Line(1, true, 1, "z2"), Line(2, false, 1), Line(3, false, 1, "z2")],
            Rig("on: inside, zones: [z2, z1]").Fix(1, 110.07, 21.05).Fix(2, 110.15, 21.05).Fix(3, 110.3, 21.05).Lines);

    [Fact]
    public void Zones_may_be_chosen_by_kind() =>
        Assert.Equal(2, Rig("on: inside, zone-kind: area").Fix(1, 110.07, 21.05).Lines.Count);

    [Fact]
    public void On_delay_runs_although_no_fix_comes() =>
        Assert.Equal(
            [Line(62, true, 2)],
            Rig("on: exit, zones: [z1], on-delay: 60s").Fix(0, 110.05, 21.05).Fix(2, 110.2, 21.05).Fix(30, 110.3, 21.05).Tick(61).Tick(62).Lines);

    [Fact]
    public void Change_tells_where_the_asset_was()
    {
        var change = Assert.Single(Rig("on: inside, zones: [z1]").Fix(0, 110.05, 21.05).Changes);
        Assert.Equal((110.05, 21.05, "patrol-1", "z1"), (change.Longitude, change.Latitude, change.Scope.Asset, change.Scope.Zone));
    }

    [Fact]
    public void A_fix_that_is_not_on_earth_is_none() =>
        Assert.Empty(Rig("on: inside, zones: [z1]").Fix(0, 110.05, 121.05).Lines);

    [Fact]
    public void Dwell_counts_from_the_entry_in_event_time_although_no_fix_comes() =>
        Assert.Equal(
            [Line(610, true, 610), Line(700, false, 610)],
            Rig("on: dwell, dwell: 10min, zones: [z1]").Fix(0, 110.2, 21.05).Fix(10, 110.05, 21.05).Tick(609).Tick(611).Fix(700, 110.2, 21.05).Lines);

    [Fact]
    public void Dwell_begins_anew_after_it_was_outside() =>
        Assert.Equal(
            [Line(1000, true, 1000)],
            Rig("on: dwell, dwell: 10min, zones: [z1]").Fix(0, 110.05, 21.05).Fix(300, 110.2, 21.05).Fix(400, 110.05, 21.05).Tick(900).Fix(1100, 110.06, 21.05).Lines);

    [Fact]
    public void Wandering_within_the_hysteresis_does_not_end_a_dwell() =>
        Assert.Equal(
            [Line(600, true, 600)],
            Rig("on: dwell, dwell: 10min, zones: [z1], hysteresis: 15").Fix(0, 110.05, 21.05).Fix(300, 110.1001, 21.05).Fix(650, 110.05, 21.05).Lines);

    [Fact]
    public void A_crossing_takes_as_many_fixes_in_a_row_as_the_rule_wants() =>
        Assert.Equal(
            [Line(5, true, 5), Line(8, false, 5)],
            Rig("on: exit, zones: [z1], minimum-fixes: 2").Fix(0, 110.05, 21.05).Fix(1, 110.06, 21.05).Fix(2, 110.2, 21.05).Fix(3, 110.05, 21.05)
                .Fix(4, 110.2, 21.05).Fix(5, 110.2, 21.05).Fix(6, 110.05, 21.05).Fix(7, 110.05, 21.05 + 1)
                .Fix(7.5, 110.05, 21.05).Fix(8, 110.05, 21.05).Lines);

    [Fact]
    public void The_first_place_takes_as_many_fixes() =>
        Assert.Equal(
            [Line(3, true, 3)],
            Rig("on: inside, zones: [z1], minimum-fixes: 2").Fix(0, 110.05, 21.05).Fix(1, 110.2, 21.05).Fix(2, 110.05, 21.05).Fix(3, 110.05, 21.05).Lines);

    // Distances to z1 east of it: 0.005° is 519 m, 0.004° 416 m, 0.002° 208 m.
    [Fact]
    public void Approach_holds_while_it_is_near_and_comes_nearer()
    {
        var rig = Rig("on: approach, distance: 450, zones: [z1]").Fix(0, 110.104, 21.05).Fix(1, 110.106, 21.05).Fix(2, 110.105, 21.05)
            .Fix(3, 110.104, 21.05).Fix(4, 110.104, 21.05).Fix(5, 110.102, 21.05).Fix(6, 110.103, 21.05);
        Assert.Equal([Line(3, true, 3), Line(6, false, 3)], rig.Lines);
        Assert.Equal((416, "m"), (rig.Changes[0].Value, rig.Changes[0].Scope.Unit));
    }

    [Fact]
    public void Approach_ends_when_it_arrives() =>
        Assert.Equal(
            [Line(1, true, 1), Line(2, false, 1)],
            Rig("on: approach, distance: 450, zones: [z1]").Fix(0, 111, 21.05).Fix(1, 110.102, 21.05).Fix(2, 110.09, 21.05).Lines);

    [Fact]
    public void What_is_near_at_first_does_not_approach() =>
        Assert.Empty(Rig("on: approach, distance: 450, zones: [z1]").Fix(0, 110.102, 21.05).Fix(1, 110.103, 21.05).Fix(2, 110.103, 21.05).Lines);

    [Fact]
    public void What_leaves_does_not_approach_until_it_turns() =>
        Assert.Equal(
            [Line(3, true, 3)],
            Rig("on: approach, distance: 450, zones: [z1]").Fix(0, 110.09, 21.05).Fix(1, 110.101, 21.05).Fix(2, 110.103, 21.05).Fix(3, 110.102, 21.05).Lines);

    [Fact]
    public void Fixes_that_wander_by_less_than_the_hysteresis_are_no_approach() =>
        Assert.Equal(
            [Line(6, true, 6), Line(9, false, 6)],
            Rig("on: approach, distance: 450, zones: [z1], hysteresis: 25").Fix(0, 110.1040, 21.05).Fix(1, 110.1038, 21.05).Fix(2, 110.1040, 21.05)
                .Fix(3, 110.1041, 21.05).Fix(4, 110.1039, 21.05).Fix(6, 110.1030, 21.05).Fix(7, 110.1032, 21.05).Fix(8, 110.1031, 21.05)
                .Fix(9, 110.1033, 21.05).Lines);

    [Fact]
    public void A_fix_with_too_great_an_error_does_not_cross()
    {
        var rig = Accurate().Fix(0, 110.05, 21.05).Read("gw2/error", 1, 51).Fix(1, 110.2, 21.05);
        Assert.Equal((0, 1L), (rig.Lines.Count, rig.Engine.Counters.InexactFixes));
        Assert.Equal([Line(2, true, 2)], rig.Read("gw2/error", 2, 50).Fix(2, 110.2, 21.05).Lines);
    }

    [Fact]
    public void An_error_told_long_ago_does_not_keep_an_asset_from_crossing() =>
        Assert.Equal(
            [Line(302, true, 302)],
            Accurate().Fix(0, 110.05, 21.05).Read("gw2/error", 1, 500).Fix(301, 110.2, 21.05).Fix(302, 110.2, 21.05).Lines);

    [Fact]
    public void Without_the_datastream_of_errors_fixes_are_taken_and_it_is_said()
    {
        var rig = Rig("on: inside, zones: [z1], accuracy: { datastream: hdop, limit: 50 }").Fix(0, 110.05, 21.05);
        Assert.Single(rig.Lines);
        Assert.Contains("'gw2/hdop', which the catalogue does not have", Assert.Single(rig.Engine.Messages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void A_fence_that_comes_into_force_is_entered_by_what_does_not_move() =>
        Assert.Equal(
            [Line(60, true, 60), Line(120, false, 60)],
            Rig("on: enter, zones: [z1]", Valid("08:01:00Z", "08:02:00Z")).Fix(0, 110.05, 21.05).Tick(59).Tick(60).Tick(130).Lines);

    [Fact]
    public void What_is_inside_exits_when_the_fence_ends()
    {
        Assert.Equal(
            [Line(0, true, 0), Line(120, false, 0)],
            Rig("on: inside, zones: [z1]", Valid("07:00Z", "08:02:00Z")).Fix(0, 110.05, 21.05).Fix(110, 110.05, 21.05).Tick(200).Fix(300, 110.05, 21.05).Lines);
        Assert.Equal(
            [Line(120, true, 120), Line(300, false, 120)],
            Rig("on: exit, zones: [z1], fence-end: exit", Valid("07:00Z", "08:02:00Z")).Fix(0, 110.05, 21.05).Tick(200).Fix(300, 110.05, 21.05).Lines);
        Assert.Empty(Rig("on: exit, zones: [z1]", Valid("07:00Z", "08:02:00Z")).Fix(0, 110.05, 21.05).Tick(200).Fix(300, 110.2, 21.05).Lines);
    }

    [Fact]
    public void A_fix_at_the_very_end_of_a_fence_is_not_inside_it() =>
        Assert.Empty(Rig("on: inside, zones: [z1]", Valid("07:00Z", "08:02:00Z")).Fix(120, 110.05, 21.05).Lines);

    [Fact]
    public void A_place_held_for_a_day_is_not_inside_a_fence_that_begins_then() =>
        Assert.Equal(
            [Line(86_460, true, 86_460)],
            Rig("on: inside, zones: [z1]", Valid("08:00Z", "23:00Z", day: 13)).Fix(0, 110.05, 21.05).Tick(86_400).Fix(86_460, 110.05, 21.05).Lines);

    [Fact]
    public void What_a_tick_said_of_a_fence_stays_said_when_a_slow_fix_comes() =>
        Assert.Equal(
            [Line(0, true, 0), Line(120, false, 0)],
            Rig("on: inside, zones: [z1]", Valid("07:00Z", "08:02:00Z")).Fix(0, 110.05, 21.05).Tick(125).Fix(119, 110.05, 21.05).Tick(126).Tick(300).Lines);

    [Fact]
    public void A_fence_whose_end_is_moved_back_in_the_catalogue_is_in_force_again()
    {
        const string Keys = "on: inside, zones: [z1]";
        var rig = Rig(Keys, Valid("07:00Z", "08:02:00Z")).Fix(0, 110.05, 21.05).Tick(130);
        rig.Activate(Support.Rig.Rules($"{{ id: f, type: geofence, domain: water, title: T, scope: {{ quantity: position }}, level: orange, {Keys} }}"), Valid("07:00Z", "09:00Z"));
        Assert.Equal([Line(0, true, 0), Line(120, false, 0), Line(130, true, 130)], rig.Tick(131).Lines);
    }

    [Theory]
    [InlineData("a", "b")]
    [InlineData("a", "z3")]
    [InlineData("z11", "z12")]
    [InlineData("z3", "z4")]
    public void Fences_go_on_when_others_come_and_go_before_and_behind_them(string first, string second)
    {
        const string Keys = "on: enter, zone-kind: area";
        string rules = Support.Rig.Rules($"{{ id: f, type: geofence, domain: water, title: T, scope: {{ quantity: position }}, level: orange, {Keys} }}");
        string added = string.Concat(new[] { first, second }.Select(id =>
            $"  - {{ id: {id}, kind: area, name: N, domain: water, geometry: {{ type: Polygon, coordinates: [[[112, 21], [112.1, 21], [112.1, 21.1], [112, 21]]] }} }}\n"));
        var rig = Rig(Keys).Fix(0, 110.3, 21.05).Fix(1, 110.07, 21.05);
        // z1 is gone in the second, as if it never had been.
        foreach (string catalogue in new[] { Support.Rig.Catalogue + "\n" + added, Support.Rig.Catalogue.Replace("id: z1,", "id: y,", StringComparison.Ordinal), Support.Rig.Catalogue })
            rig.Activate(rules, catalogue);
        Assert.Equal([Line(1, true, 1), Line(1, true, 1, "z2")], rig.Fix(2, 110.08, 21.05).Lines);
        Assert.Equal([Line(3, false, 1, "z2")], rig.Fix(3, 110.3, 21.05).Lines.Skip(2));
    }

    private static Rig Accurate() => Rig(
        "on: exit, zones: [z1], accuracy: { datastream: error, limit: 50 }",
        Support.Rig.Catalogue.Replace("zones:", "  - { gateway: gw2, name: error, asset: patrol-1, quantity: position-error, unit: m }\nzones:", StringComparison.Ordinal));

    private static string Valid(string from, string to, int day = 12) =>
        Support.Rig.Catalogue.Replace("{ id: z1,", $"{{ id: z1, valid-from: '2026-05-{day}T{from}', valid-to: '2026-05-{day}T{to}',", StringComparison.Ordinal);
}
