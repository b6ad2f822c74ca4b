using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Geofences;

/// <summary>Fences at their edges: of time, of distance, of what a fix is, and over a restart or a change of rules in the middle of each.</summary>
// z1 is 110 to 110.1° east, z2 110.05 to 110.2°; both 21 to 21.1° north. The log begins at 16:00 by local time.
public sealed class GeofenceEdgeTests
{
    private const double Day = 86_400;

    private static string Rules(string keys) =>
        Rig.Rules($"{{ id: f, type: geofence, domain: water, title: T, scope: {{ quantity: position }}, level: orange, {keys} }}");

    private static Rig New(string keys, string? catalogue = null) => new(Rules(keys), catalogue);

    private static string Line(double at, bool raised, double onset, string zone = "z1") =>
        FormattableString.Invariant($"{at} f patrol-1|{zone} {(raised ? "none>orange" : "orange>none")} onset={onset}");

    [Theory]
    [InlineData(180, 21.05, true)]
    [InlineData(-180, 21.05, true)]
    [InlineData(180.001, 21.05, false)]
    [InlineData(-180.001, 21.05, false)]
    [InlineData(110.05, 90, true)]
    [InlineData(110.05, -90, true)]
    [InlineData(110.05, 90.001, false)]
    [InlineData(110.05, -90.001, false)]
    public void A_fix_is_one_up_to_the_ends_of_the_map(double longitude, double latitude, bool isFix) =>
        Assert.Equal(isFix ? 1 : 0, New("on: outside, zones: [z1]").Fix(0, longitude, latitude).Lines.Count);

    [Theory]
    [InlineData(Quality.Good, true)]
    [InlineData(Quality.Estimated, true)]
    [InlineData(Quality.Suspect, true)]
    [InlineData(Quality.Missing, false)]
    public void A_fix_must_be_of_a_quality_that_says_where_it_is(Quality quality, bool isFix)
    {
        var rig = New("on: inside, zones: [z1]");
        rig.Read(0, rig.Reading("gw2/position", 0, 110.05, quality, ReadingFlags.None) with { Kind = ReadingKind.Position, Value2 = 21.05 });
        Assert.Equal(isFix ? 1 : 0, rig.Lines.Count);
    }

    [Fact]
    public void A_number_is_no_fix() => Assert.Empty(New("on: outside, zones: [z1]").Read("gw2/position", 0, 50).Lines);

    [Theory]
    [InlineData(301, 1)]
    [InlineData(302, 0)]
    public void An_error_told_for_a_later_time_counts_as_long(double toldFor, int refused)
    {
        var rig = Accurate().Fix(0, 110.05, 21.05).Read("gw2/error", toldFor, 51, received: 0).Fix(1, 110.2, 21.05, received: 1);
        Assert.Equal((1 - refused, refused), (rig.Lines.Count, (int)rig.Engine.Counters.InexactFixes));
    }

    [Fact]
    public void Each_fix_is_judged_by_its_error_although_it_stays_inside()
    {
        var rig = Accurate();
        for (int at = 0; at < 20; at++)
            rig.Fix(at, 110.05, 21.05);
        rig.Read("gw2/error", 20, 51);
        for (int at = 21; at < 41; at++)
            rig.Fix(at, 110.05, 21.05);
        Assert.Equal((0, 20L), (rig.Lines.Count, rig.Engine.Counters.InexactFixes));
    }

    [Fact]
    public void A_fence_counts_in_its_hours() =>
        Assert.Equal(
            [Line(60, true, 60), Line(120, false, 60)],
            New("on: inside, zones: [z1], hours: { inside: [{ from: '16:01', to: '16:02' }] }").Fix(0, 110.05, 21.05).Tick(59).Tick(60).Tick(119).Tick(121).Lines);

    [Fact]
    public void A_dwell_whose_time_is_over_when_its_hours_begin_holds_then() =>
        Assert.Equal(
            [Line(60, true, 60)],
            New("on: dwell, dwell: 30s, zones: [z1], hours: { inside: [{ from: '16:01', to: '16:10' }] }").Fix(0, 110.05, 21.05).Tick(59).Tick(61).Lines);

    [Fact]
    public void What_is_left_before_it_has_dwelt_does_not_dwell() =>
        Assert.Empty(New("on: dwell, dwell: 30s, zones: [z1]").Fix(0, 110.05, 21.05).Fix(29, 110.3, 21.05).Tick(100).Lines);

    [Fact]
    public void An_approach_goes_on_to_the_distance_and_hysteresis_and_begins_within_the_distance() =>
        // East of z1: 0.004° is 415.4 m, 0.0045° 467.3 m, 0.0046° 477.7 m, 0.005° 519 m. It comes nearer all the time but from 1 to 2, by less than the hysteresis.
        Assert.Equal(
            [Line(1, true, 1), Line(3, false, 1)],
            New("on: approach, distance: 420, hysteresis: 60, zones: [z1]").Fix(0, 110.12, 21.05).Fix(0.5, 110.1045, 21.05).Fix(1, 110.104, 21.05).Fix(2, 110.1045, 21.05)
                .Fix(3, 110.1047, 21.05).Lines);

    [Fact]
    public void An_approach_that_goes_out_of_reach_ends_and_the_next_one_begins_from_there()
    {
        var rig = New("on: approach, distance: 450, zones: [z1]").Fix(0, 110.12, 21.05).Fix(1, 110.104, 21.05).Fix(2, 112, 21.05).Fix(3, 110.104, 21.05).Fix(4, 110.104, 21.05);
        Assert.Equal([Line(1, true, 1), Line(2, false, 1), Line(3, true, 3)], rig.Lines);
        Assert.Equal([415.0, double.NaN, 415.0], rig.Changes.Select(change => change.Value), (one, other) => one.Equals(other) || Math.Abs(one - other) <= 1);
    }

    [Fact]
    public void Leaving_the_zone_that_was_approached_is_no_approach() =>
        Assert.Equal(
            [Line(1, true, 1), Line(2, false, 1), Line(5, true, 5)],
            New("on: approach, distance: 450, zones: [z1]").Fix(0, 110.12, 21.05).Fix(1, 110.101, 21.05).Fix(2, 110.09, 21.05).Fix(3, 110.101, 21.05).Fix(4, 110.102, 21.05)
                .Fix(5, 110.1015, 21.05).Lines);

    [Fact]
    public void Distances_are_of_each_zone_by_itself() =>
        // 208 m east of z1 it is inside of z2; 208 m east of z2 it is far from z1.
        Assert.Equal(
            [Line(1, true, 1, "z2"), Line(2, false, 1, "z2"), Line(3, true, 3)],
            New("on: approach, distance: 450, zones: [z1, z2]").Fix(0, 110.3, 21.05).Fix(1, 110.202, 21.05).Fix(2, 110.15, 21.05).Fix(3, 110.102, 21.05).Lines);

    [Fact]
    public void Fixes_in_a_row_are_counted_for_each_zone_by_itself() =>
        Assert.Equal(
            [Line(3, true, 3), Line(5, true, 5, "z2"), Line(7, false, 3), Line(9, false, 5, "z2")],
            New("on: enter, zones: [z1, z2], minimum-fixes: 2").Fix(0, 110.4, 21.05).Fix(1, 110.4, 21.05).Fix(2, 110.02, 21.05).Fix(3, 110.02, 21.05)
                .Fix(4, 110.07, 21.05).Fix(5, 110.07, 21.05).Fix(6, 110.15, 21.05).Fix(7, 110.15, 21.05).Fix(8, 110.4, 21.05).Fix(9, 110.4, 21.05).Lines);

    [Fact]
    public void A_row_that_is_broken_begins_anew_on_either_side() =>
        Assert.Equal(
            [Line(6, true, 6), Line(11, false, 6)],
            New("on: enter, zones: [z1], minimum-fixes: 3").Fix(0, 110.4, 21.05).Fix(0.1, 110.4, 21.05).Fix(0.2, 110.4, 21.05).Fix(1, 110.02, 21.05).Fix(2, 110.02, 21.05)
                .Fix(3, 110.4, 21.05).Fix(4, 110.02, 21.05).Fix(5, 110.02, 21.05).Fix(6, 110.02, 21.05)
                .Fix(7, 110.4, 21.05).Fix(7.5, 110.4, 21.05).Fix(8, 110.02, 21.05).Fix(9, 110.4, 21.05).Fix(10, 110.4, 21.05).Fix(11, 110.4, 21.05).Lines);

    // Every kind of place in turn, each with a restart in its middle: what is said before and after it, worked out by hand.
    [Theory]
    [InlineData("on: enter, zones: [z1], minimum-fixes: 3", 0, "110.4 110.4 110.4 110.02 110.02 | 110.02 110.02", "5 up 5")]
    [InlineData("on: enter, zones: [z1], minimum-fixes: 3", 0, "110.4 110.4 | 110.4 110.02 110.02 110.02", "5 up 5")]
    [InlineData("on: inside, zones: [z1], minimum-fixes: 3", 0, "110.02 110.02 | 110.02", "2 up 2")]
    [InlineData("on: exit, zones: [z1], minimum-fixes: 2", 0, "110.02 110.02 110.4 | 110.4", "3 up 3")]
    [InlineData("on: exit, zones: [z1]", 0, "110.02 110.4 | 110.4 110.02", "1 up 1,3 down 1")]
    [InlineData("on: outside, zones: [z1]", 0, "110.02 110.4 | 110.4 110.02", "1 up 1,3 down 1")]
    [InlineData("on: dwell, dwell: 3s, zones: [z1]", 0, "110.4 110.02 | 110.02 110.02 110.02 110.4", "4 up 4,5 down 4")]
    [InlineData("on: approach, distance: 450, zones: [z1]", 0, "110.104 | 110.103 110.102 | 110.103", "1 up 1,3 down 1")]
    [InlineData("on: approach, distance: 450, zones: [z1]", 0, "110.4 | 110.103 | 110.102 110.103", "1 up 1,3 down 1")]
    [InlineData("on: approach, distance: 450, hysteresis: 150, zones: [z1]", 0, "110.104 110.103 | 110.102 | 110.103 110.104", "2 up 2,4 down 2")]
    [InlineData("on: exit, zones: [z1], fence-end: exit", 3, "110.02 110.02 110.02 = | = 110.02", "3 up 3,7 down 3")]
    [InlineData("on: inside, zones: [z1]", 3, "110.4 110.02 = | = 110.02", "1 up 1,3 down 1")]
    public void A_restart_in_the_middle_is_not_noticed(string keys, double endsAt, string track, string expected)
    {
        string? catalogue = endsAt == 0 ? null
            : Rig.Catalogue.Replace("{ id: z1,", $"{{ id: z1, valid-from: '2026-05-12T07:00Z', valid-to: '2026-05-12T08:00:0{endsAt}Z',", StringComparison.Ordinal);
        var rig = New(keys, catalogue);
        int at = -1;
        foreach (string what in track.Split(' '))
        {
            if (what == "|")
                rig.Restart(Rules(keys), catalogue);
            else if (what == "=")
                rig.Tick(++at + 0.5).Tick(++at);
            else
                rig.Fix(++at, double.Parse(what, System.Globalization.CultureInfo.InvariantCulture), 21.05);
        }
        rig.Tick(at + 1);
        Assert.Equal(
            expected.Split(',').Select(line => line.Split(' ')).Select(line => FormattableString.Invariant(
                $"{line[0]} f patrol-1|z1 {(line[1] == "up" ? "none>orange" : "orange>none")} onset={line[2]}")),
            rig.Lines);
    }

    [Fact]
    public void A_rule_that_changes_its_delay_goes_on_from_where_the_thing_is()
    {
        var rig = New("on: enter, zones: [z1, z2]").Fix(0, 110.4, 21.05).Fix(1, 110.07, 21.05);
        rig.Activate(Rules("on: enter, zones: [z1, z2], off-delay: 5s"));
        Assert.Equal(
            [Line(1, true, 1), Line(1, true, 1, "z2"), Line(7, false, 1), Line(7, false, 1, "z2")],
            rig.Fix(2, 110.4, 21.05).Tick(10).Lines);
    }

    [Fact]
    public void A_dwell_goes_on_under_new_rules_and_one_with_another_trigger_begins_anew()
    {
        var rig = New("on: dwell, dwell: 30s, zones: [z1]").Fix(0, 110.05, 21.05);
        rig.Activate(Rules("on: dwell, dwell: 40s, zones: [z1]"));
        Assert.Equal([Line(40, true, 40)], rig.Tick(39).Tick(41).Lines);
        // It knows nothing until the next fix, which then is its first: no crossing.
        rig.Activate(Rules("on: enter, zones: [z1]"));
        Assert.DoesNotContain(rig.Fix(50, 110.06, 21.05).Lines, line => line.StartsWith("50 f", StringComparison.Ordinal) && line.Contains("none>orange", StringComparison.Ordinal));
    }

    [Fact]
    public void An_approach_goes_on_under_new_rules()
    {
        var rig = New("on: approach, distance: 450, zones: [z1]").Fix(0, 110.4, 21.05).Fix(1, 110.103, 21.05);
        rig.Activate(Rules("on: approach, distance: 400, zones: [z1]"));
        Assert.Equal([Line(1, true, 1), Line(3, false, 1)], rig.Fix(2, 110.102, 21.05).Fix(3, 110.1021, 21.05).Lines);
    }

    [Fact]
    public void A_fence_that_begins_around_what_stands_still_can_be_left_dwelt_in_and_approached()
    {
        string catalogue = Valid("08:01:00Z", "08:10:00Z");
        Assert.Equal([Line(70, true, 70)], New("on: exit, zones: [z1]", catalogue).Fix(0, 110.05, 21.05).Tick(60).Fix(70, 110.3, 21.05).Lines);
        Assert.Equal([Line(75, true, 75)], New("on: dwell, dwell: 15s, zones: [z1]", catalogue).Fix(0, 110.05, 21.05).Tick(60).Tick(80).Lines);
        Assert.Equal([Line(60, true, 60)], New("on: outside, zones: [z1]", catalogue).Fix(0, 110.3, 21.05).Tick(60).Tick(80).Lines);
        Assert.Equal([Line(71, true, 71)], New("on: approach, distance: 450, zones: [z1]", catalogue).Fix(0, 110.102, 21.05).Tick(60).Fix(70, 110.102, 21.05).Fix(71, 110.101, 21.05).Lines);
        Assert.Equal([Line(70, true, 70)], New("on: approach, distance: 450, zones: [z1]", catalogue).Fix(0, 110.3, 21.05).Tick(60).Fix(70, 110.102, 21.05).Lines);
    }

    [Fact]
    public void The_first_fix_in_a_fence_that_is_in_force_for_a_time_only_is_no_entering() =>
        Assert.Equal(
            [Line(20, true, 20)],
            New("on: enter, zones: [z1]", Valid("07:00Z", "09:00Z")).Fix(0, 110.05, 21.05).Tick(5).Fix(10, 110.3, 21.05).Fix(20, 110.05, 21.05).Tick(25).Lines);

    [Fact]
    public void What_came_nearer_before_a_fence_began_does_not_approach_it_by_that() =>
        Assert.Equal(
            [Line(70, true, 70)],
            New("on: approach, distance: 450, zones: [z1]", Valid("08:01:00Z", "08:10:00Z")).Fix(10, 110.104, 21.05).Fix(20, 110.103, 21.05).Tick(61).Fix(70, 110.102, 21.05).Lines);

    [Fact]
    public void A_fence_that_begins_takes_no_more_fixes_to_place_what_stands_in_it() =>
        Assert.Equal(
            [Line(60, true, 60), Line(62, false, 60)],
            New("on: inside, zones: [z1], minimum-fixes: 2", Valid("08:01:00Z", "08:10:00Z")).Fix(0, 110.05, 21.05).Tick(60).Fix(61, 110.3, 21.05).Fix(62, 110.3, 21.05).Lines);

    [Fact]
    public void A_fix_in_the_middle_of_a_fence_that_is_not_in_force_is_neither_in_nor_out()
    {
        string catalogue = Valid("08:01:00Z", "08:02:00Z");
        Assert.Empty(New("on: outside, zones: [z1]", catalogue).Fix(0, 110.3, 21.05).Fix(30, 110.3, 21.05).Fix(59, 110.05, 21.05).Lines);
        Assert.Equal([Line(60, true, 60), Line(120, false, 60)], New("on: outside, zones: [z1]", catalogue).Fix(0, 110.3, 21.05).Fix(100, 110.3, 21.05).Fix(130, 110.3, 21.05).Lines);
        Assert.Equal([Line(60, true, 60), Line(110, false, 60)], New("on: outside, zones: [z1]", catalogue).Fix(0, 110.3, 21.05).Fix(110, 110.05, 21.05).Fix(130, 110.3, 21.05).Lines);
    }

    [Fact]
    public void What_has_left_before_a_fence_ends_goes_on_having_left_until_its_next_fix() =>
        Assert.Equal(
            [Line(10, true, 10), Line(130, false, 10)],
            New("on: exit, zones: [z1], fence-end: exit", Valid("07:00Z", "08:02:00Z")).Fix(0, 110.05, 21.05).Fix(10, 110.3, 21.05).Tick(125).Fix(130, 110.3, 21.05).Lines);

    [Fact]
    public void Without_an_exit_at_its_end_what_had_left_has_not_any_more() =>
        Assert.Equal(
            [Line(10, true, 10), Line(120, false, 10)],
            New("on: exit, zones: [z1]", Valid("07:00Z", "08:02:00Z")).Fix(0, 110.05, 21.05).Fix(10, 110.3, 21.05).Tick(125).Fix(130, 110.3, 21.05).Lines);

    [Fact]
    public void A_fence_that_ended_before_it_had_placed_a_thing_never_does() =>
        Assert.Empty(New("on: inside, zones: [z1], minimum-fixes: 2", Valid("07:00Z", "08:02:00Z")).Fix(118, 110.05, 21.05).Tick(121)
            .Fix(122, 110.05, 21.05).Fix(123, 110.05, 21.05).Fix(124, 110.05, 21.05).Lines);

    [Fact]
    public void What_was_never_inside_does_not_exit_when_the_fence_ends() =>
        Assert.Empty(New("on: exit, zones: [z1], fence-end: exit", Valid("07:00Z", "08:02:00Z")).Fix(0, 110.3, 21.05).Tick(125).Fix(130, 110.3, 21.05).Lines);

    [Theory]
    [InlineData(1, true)]
    [InlineData(0, false)]
    public void A_place_counts_for_a_fence_that_begins_less_than_a_day_later(double secondsBefore, bool counts)
    {
        var rig = New("on: inside, zones: [z1]", Rig.Catalogue.Replace("{ id: z1,", "{ id: z1, valid-from: '2026-05-13T08:00:00Z', valid-to: '2026-05-14T08:00Z',", StringComparison.Ordinal));
        Assert.Equal(counts ? 1 : 0, rig.Fix(secondsBefore, 110.05, 21.05).Tick(Day + 10).Lines.Count);
    }

    [Fact]
    public void A_clock_that_was_set_begins_what_lasts_anew()
    {
        // The log is an hour on, and so is what the receiver stamps.
        const double Hour = 3600;
        var rig = New("on: dwell, dwell: 30s, zones: [z1]").Fix(0, 110.05, 21.05).Tick(4).Step(4 + Hour, ahead: 0).Fix(5 + Hour, 110.05, 21.05).Tick(34.9999999 + Hour);
        Assert.Empty(rig.Lines);
        Assert.Equal([Line(35 + Hour, true, 35 + Hour)], rig.Tick(35 + Hour).Lines);
    }

    [Fact]
    public void A_delay_begins_anew_after_a_clock_was_set_and_a_fence_that_began_meanwhile_is_in_force()
    {
        const double Hour = 3600;
        var rig = New("on: inside, zones: [z1], on-delay: 30s").Fix(0, 110.05, 21.05).Tick(4).Step(4 + Hour, ahead: 0).Fix(5 + Hour, 110.05, 21.05).Tick(34.9999999 + Hour);
        Assert.Empty(rig.Lines);
        Assert.Equal([Line(35 + Hour, true, 5 + Hour)], rig.Tick(35 + Hour).Lines);
        Assert.Equal(
            [Line(5 + Hour, true, 5 + Hour)],
            New("on: inside, zones: [z1]", Valid("08:30:00Z", "10:00Z")).Fix(0, 110.05, 21.05).Tick(4).Step(4 + Hour, ahead: 0).Fix(5 + Hour, 110.05, 21.05).Tick(10 + Hour).Lines);
    }

    private static Rig Accurate() => New(
        "on: exit, zones: [z1], accuracy: { datastream: error, limit: 50 }",
        Rig.Catalogue.Replace("zones:", "  - { gateway: gw2, name: error, asset: patrol-1, quantity: position-error, unit: m }\nzones:", StringComparison.Ordinal));

    private static string Valid(string from, string to) =>
        Rig.Catalogue.Replace("{ id: z1,", $"{{ id: z1, valid-from: '2026-05-12T{from}', valid-to: '2026-05-12T{to}',", StringComparison.Ordinal);
}
