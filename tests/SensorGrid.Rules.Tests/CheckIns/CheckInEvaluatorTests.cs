using System.Buffers;
using SensorGrid.Readings;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.CheckIns;

/// <summary>Second 0 is 16:00 of a Tuesday in Beijing, so slots of minutes begin with it.</summary>
public sealed class CheckInEvaluatorTests
{
    private static readonly string EveryMinute = Rules("every: 1min, tolerance: 20s, levels: { yellow: 1, orange: 2 }");

    [Fact]
    public void A_check_in_within_each_slot_raises_nothing()
    {
        var rig = new Rig(EveryMinute);
        foreach (double at in (double[])[30, 90, 150, 239.9])
            rig.Read("gw/stage", at, 1);
        Assert.Empty(rig.Tick(319.9).Lines);
    }

    [Fact]
    public void A_missed_slot_raises_when_its_tolerance_is_over_and_the_onset_says_which_it_was()
    {
        var rig = new Rig(EveryMinute).Read("gw/stage", 30, 1).Tick(139.9);
        Assert.Empty(rig.Lines);
        Assert.Equal(["140 r gw/stage none>yellow onset=60"], rig.Tick(140).Lines);
        Assert.Equal(1, rig.Changes[0].Value);
    }

    [Fact]
    public void Slots_missed_in_a_row_raise_the_level_and_a_late_check_in_clears()
    {
        var rig = new Rig(EveryMinute).Read("gw/stage", 30, 1).Tick(210).Read("gw/stage", 230, 1);
        Assert.Equal(["140 r gw/stage none>yellow onset=60", "200 r gw/stage yellow>orange onset=60", "230 r gw/stage orange>none onset=60"], rig.Lines);
        Assert.Equal([1, 2, 0], rig.Changes.Select(change => change.Value));
        // It was in time for the slot that was open then, from 180 on, so the next to be missed is the one after it.
        Assert.Equal("320 r gw/stage none>yellow onset=240", rig.Tick(330).Lines[^1]);
    }

    [Fact]
    public void A_check_in_within_the_tolerance_is_for_the_slot_that_is_over()
    {
        var rig = new Rig(EveryMinute).Read("gw/stage", 30, 1).Read("gw/stage", 130, 1).Tick(199.9);
        Assert.Empty(rig.Lines);
        Assert.Equal(["200 r gw/stage none>yellow onset=120"], rig.Tick(200).Lines);
    }

    [Fact]
    public void A_check_in_at_the_very_end_is_too_late() =>
        Assert.Equal(
            ["140 r gw/stage none>yellow onset=60", "140 r gw/stage yellow>none onset=60"],
            new Rig(EveryMinute).Read("gw/stage", 30, 1).Read("gw/stage", 140, 1).Lines);

    [Fact]
    public void Listed_times_have_a_tolerance_on_both_sides()
    {
        var rig = new Rig(Rules("at: ['16:01', '16:03'], tolerance: 15s, levels: { red: 1 }"));
        rig.Read("gw/stage", 44, 1).Read("gw/stage", 45, 1).Read("gw/stage", 120, 1);
        Assert.Equal(["195 r gw/stage none>red onset=180"], rig.Tick(600).Lines);
        // The same times tomorrow.
        Assert.Equal("86475 r gw/stage none>red onset=86460", rig.Read("gw/stage", 700, 1).Tick(86_500).Lines[^1]);
    }

    [Fact]
    public void Slots_are_counted_from_where_the_hours_begin_and_what_is_left_at_their_end_is_none()
    {
        var rig = new Rig(Rules("every: 2min, hours: { from: '16:01', to: '16:06' }, levels: { yellow: 1, red: 3 }"));
        // 60 to 180, 180 to 300; 300 to 360 is too short. The next are tomorrow.
        Assert.Equal(["180 r gw/stage none>yellow onset=60"], rig.Read("gw/stage", 10, 1).Tick(80_000).Lines);
        Assert.Equal(3, Value(rig.Tick(86_400 + 180)));
        Assert.Equal("86580 r gw/stage yellow>red onset=60", rig.Lines[^1]);
    }

    [Fact]
    public void An_alarm_stays_when_the_hours_end_until_somebody_comes()
    {
        var rig = new Rig(Rules("every: 2min, hours: { from: '16:01', to: '16:03' }, levels: { yellow: 1 }"));
        rig.Read("gw/stage", 10, 1).Tick(3000).Read("gw/stage", 4000, 1);
        Assert.Equal(["180 r gw/stage none>yellow onset=60", "4000 r gw/stage yellow>none onset=60"], rig.Lines);
    }

    [Fact]
    public void With_a_limit_only_readings_at_or_above_it_are_check_ins_and_bad_ones_never_are()
    {
        var rig = new Rig(Rules("every: 1min, limit: 1, levels: { yellow: 1 }"));
        rig.Read("gw/stage", 0, 0).Read("gw/stage", 30, 1, quality: Quality.Bad).Read("gw/stage", 40, 0.9);
        Assert.Equal(["60 r gw/stage none>yellow onset=0"], rig.Tick(60).Lines);
        Assert.Equal("70 r gw/stage yellow>none onset=0", rig.Read("gw/stage", 70, 1).Lines[^1]);
    }

    [Fact]
    public void A_slot_that_was_half_over_when_somebody_first_listened_is_not_missed() =>
        Assert.Equal(["120 r gw/stage none>yellow onset=60"], new Rig(Rules("every: 1min, limit: 1, levels: { yellow: 1 }")).Read("gw/stage", 1, 0).Tick(125).Lines);

    [Fact]
    public void Downtime_is_no_missed_slot_and_a_check_in_that_waited_meanwhile_counts()
    {
        // Down from 40 to 400; the check-in of 90 comes then, and the clock goes on from there.
        var rig = new Rig(EveryMinute).Read("gw/stage", 30, 1).Tick(40).Start(400).Read("gw/stage", 90, 1, received: 401);
        Assert.Empty(rig.Tick(401 + 109.9).Lines);
        Assert.Equal(["200 r gw/stage none>yellow onset=120"], rig.Tick(401 + 110).Lines);
    }

    [Fact]
    public void A_gap_of_years_is_counted_up_to_the_highest_level_and_no_further()
    {
        var rig = new Rig(EveryMinute).Read("gw/stage", 30, 1).Read("gw/stage", 20L * 365 * 86_400, 1);
        Assert.Equal(3, rig.Lines.Count);
        Assert.Equal("200 r gw/stage yellow>orange onset=60", rig.Lines[1]);
    }

    [Fact]
    public void A_rule_that_is_new_waits_for_the_first_slot_that_begins_from_then_on()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("other", "levels: { yellow: 30 }"))).Read("gw/stage", 10, 1).Tick(70).Activate(EveryMinute);
        Assert.Equal(["200 r gw/stage none>yellow onset=120"], rig.Tick(200).Lines);
    }

    [Fact]
    public void A_rule_that_is_changed_keeps_what_was_missed()
    {
        var rig = new Rig(EveryMinute).Read("gw/stage", 30, 1).Tick(150).Activate(Rules("every: 1min, tolerance: 20s, levels: { yellow: 1, red: 2 }")).Tick(270);
        Assert.Equal(["140 r gw/stage none>yellow onset=60", "260 r gw/stage yellow>red onset=60"], rig.Lines);
    }

    [Fact]
    public void A_clock_that_is_put_right_misses_nothing_by_it()
    {
        var rig = new Rig(EveryMinute).Read("gw/stage", 30, 1).Read("gw/stage", 90, 1).Step(5000, ahead: 0).Read("gw/stage", 5000, 1, received: 5001);
        Assert.Empty(rig.Lines);
        Assert.Equal(["5120 r gw/stage none>yellow onset=5040"], rig.Tick(5130).Lines);
    }

    [Fact]
    public void A_fix_inside_of_a_zone_is_a_check_in_there_wherever_the_zone_has_moved()
    {
        var rig = new Rig(Rules("every: 1min, zones: [z1, z2], levels: { yellow: 1 }", "{ assets: [patrol-1] }"));
        // In the first only, then in the second only.
        rig.Fix(10, 110.01, 21.05).Fix(70, 110.15, 21.05);
        Assert.Equal(["120 r patrol-1|z1 none>yellow onset=60"], rig.Tick(130).Lines);
        var z1 = Rig.ReadCatalogue(Rig.Catalogue).Zones.Find("z2")! with { Id = "z1" };
        Assert.Equal("150 r patrol-1|z1 yellow>none onset=60", rig.MoveZone(140, z1).Fix(150, 110.15, 21.05).Lines[^1]);
    }

    [Fact]
    public void Goes_on_after_a_restart_with_what_was_missed()
    {
        var rig = new Rig(EveryMinute).Read("gw/stage", 30, 1).Tick(150);
        var written = new ArrayBufferWriter<byte>();
        rig.Engine.WriteSnapshot(written);
        var engine = new RuleEngine(rig.Table);
        engine.Activate(Rig.ReadCatalogue(Rig.Catalogue), Rig.ReadRules(EveryMinute));
        Assert.True(engine.TryRestore(written.WrittenSpan));
        rig.Restart(engine);
        Assert.Equal("200 r gw/stage yellow>orange onset=60", rig.Tick(210).Lines[^1]);
    }

    [Theory]
    [InlineData("every: 1min, tolerance: 20s, levels: { yellow: 1, orange: 2 }")]
    [InlineData("every: 1min, tolerance: 20s, limit: 1, levels: { yellow: 1, orange: 2 }")]
    public void It_goes_on_though_the_service_restarts_at_every_record(string keys)
    {
        string rules = Rules(keys);
        var rig = new Rig(rules);
        foreach (var (at, isRead) in new[] { (30, true), (125, true), (139, false), (199, false), (201, false), (259, false), (261, false), (400, false), (410, true), (479, false), (500, false), (501, true) })
            (isRead ? rig.Read("gw/stage", at, 1) : rig.Tick(at)).Restart(rules);
        Assert.Equal(
            [
                "200 r gw/stage none>yellow onset=120", "260 r gw/stage yellow>orange onset=120", "410 r gw/stage orange>none onset=120",
                "500 r gw/stage none>yellow onset=420", "501 r gw/stage yellow>none onset=420",
            ],
            rig.Lines);
        Assert.Equal([1.0, 2, 0, 1, 0], rig.Changes.Select(change => change.Value));
    }

    [Theory]
    [InlineData(Quality.Good, true)]
    [InlineData(Quality.Estimated, true)]
    [InlineData(Quality.Suspect, true)]
    [InlineData(Quality.Missing, false)]
    [InlineData(Quality.Bad, false)]
    public void What_is_no_good_is_no_check_in(Quality quality, bool isCheckIn)
    {
        foreach (string limit in new[] { "", ", limit: 1" })
        {
            var rig = new Rig(Rules($"every: 1min{limit}, levels: {{ yellow: 1 }}")).Read("gw/stage", 30, 1).Read("gw/stage", 70, 1, quality: quality);
            Assert.Equal(isCheckIn, rig.Tick(179).Lines.Count == 0);
        }
    }

    [Fact]
    public void With_a_limit_something_that_is_no_number_is_no_check_in() =>
        Assert.Equal(
            ["120 r gw/stage none>yellow onset=60"],
            new Rig(Rules("every: 1min, limit: 1, levels: { yellow: 1 }")).Read("gw/stage", 30, 1).Read("gw/stage", 70, double.PositiveInfinity).Tick(121).Lines);

    [Fact]
    public void Without_a_check_in_the_first_slot_that_begins_is_waited_for_even_at_its_very_begin() =>
        Assert.Equal(
            ["60 r gw/stage none>yellow onset=0"],
            new Rig(Rules("every: 1min, limit: 1, levels: { yellow: 1 }")).Read("gw/stage", 0, 0).Read("gw/stage", 59, 0).Tick(60).Lines);

    [Fact]
    public void A_check_in_long_before_its_listed_time_is_for_none_and_ends_the_count()
    {
        var rig = new Rig(Rules("at: ['16:01', '16:03', '16:05'], tolerance: 15s, levels: { yellow: 1, red: 2 }")).Read("gw/stage", 60, 1).Tick(195);
        // Between two times: it clears, and the next is missed all the same.
        rig.Read("gw/stage", 200, 1).Read("gw/stage", 284.9, 1);
        Assert.Equal(["195 r gw/stage none>yellow onset=180", "200 r gw/stage yellow>none onset=180", "315 r gw/stage none>yellow onset=300"], rig.Tick(320).Lines);
    }

    [Fact]
    public void A_listed_time_with_tolerance_from_its_first_instant_until_its_last()
    {
        string rules = Rules("at: ['16:01', '16:03'], tolerance: 15s, levels: { red: 1 }");
        Assert.Empty(new Rig(rules).Read("gw/stage", 0, 1).Read("gw/stage", 45, 1).Tick(194).Lines);
        Assert.Empty(new Rig(rules).Read("gw/stage", 0, 1).Read("gw/stage", 74.9999999, 1).Tick(194).Lines);
        Assert.Single(new Rig(rules).Read("gw/stage", 0, 1).Read("gw/stage", 44.9999999, 1).Tick(194).Lines);
        Assert.Equal(2, new Rig(rules).Read("gw/stage", 0, 1).Read("gw/stage", 75, 1).Tick(194).Lines.Count);
    }

    [Fact]
    public void After_as_many_as_the_highest_level_takes_the_next_reading_does_not_begin_to_wait_again()
    {
        var rig = new Rig(Rules("every: 1min, limit: 1, levels: { yellow: 1, orange: 2 }")).Read("gw/stage", 30, 1).Tick(190);
        Assert.Equal(["120 r gw/stage none>yellow onset=60", "180 r gw/stage yellow>orange onset=60"], rig.Lines);
        // Nobody is there: two are missed and no more are counted.
        rig.Read("gw/stage", 200, 0).Read("gw/stage", 400, 0).Tick(1000);
        Assert.Equal(2, rig.Lines.Count);
        // Somebody comes in the middle of a slot, which is theirs; the one after it is missed.
        Assert.Equal(["1010 r gw/stage orange>none onset=60", "1080 r gw/stage none>yellow onset=1020"], rig.Read("gw/stage", 1010, 1).Tick(1081).Lines.Skip(2));
        Assert.Equal(0, rig.Changes[2].Value);
    }

    [Fact]
    public void A_rule_that_counts_further_goes_on_counting_from_the_next_slot_on()
    {
        var rig = new Rig(EveryMinute).Read("gw/stage", 30, 1).Tick(210);
        Assert.Equal("200 r gw/stage yellow>orange onset=60", rig.Lines[^1]);
        rig.Activate(Rules("every: 1min, tolerance: 20s, levels: { yellow: 1, orange: 2, red: 3 }"));
        // At 210 the slot from 180 on is half over: that from 240 on is the next.
        Assert.Equal(["320 r gw/stage orange>red onset=60"], rig.Tick(319.9).Tick(330).Lines.Skip(2));
        Assert.Equal(3, rig.Changes[2].Value);
    }

    [Fact]
    public void What_is_not_counted_any_further_is_not_counted_by_a_rule_that_counts_further_either()
    {
        var rig = new Rig(Rules("every: 1min, limit: 1, levels: { yellow: 1, orange: 2 }")).Read("gw/stage", 30, 1).Tick(190).Read("gw/stage", 200, 0).Read("gw/stage", 400, 0).Tick(1000);
        rig.Activate(Rules("every: 1min, limit: 1, levels: { yellow: 1, orange: 2, red: 3 }"));
        Assert.Equal(["1080 r gw/stage orange>red onset=60"], rig.Tick(1079.9).Tick(1081).Lines.Skip(2));
    }

    [Fact]
    public void A_rule_that_counts_less_far_keeps_no_more_than_it_counts()
    {
        var rig = new Rig(Rules("every: 1min, levels: { yellow: 1, red: 5 }")).Read("gw/stage", 30, 1).Tick(250);
        // Three are missed; with the new rule two are all there are, and that is no waiting for more.
        rig.Activate(Rules("every: 1min, levels: { yellow: 1, red: 2 }")).Tick(1000);
        Assert.Equal(["120 r gw/stage none>yellow onset=60"], rig.Lines);
        rig.Activate(Rules("every: 1min, levels: { yellow: 1, red: 3 }"));
        Assert.Equal(["1080 r gw/stage yellow>red onset=60"], rig.Tick(1079.9).Tick(1100).Lines.Skip(1));
        Assert.Equal(3, rig.Changes[1].Value);
    }

    [Fact]
    public void The_same_rule_put_into_force_again_misses_no_slot_and_waits_for_no_other()
    {
        var rig = new Rig(EveryMinute).Read("gw/stage", 30, 1);
        for (int at = 45; at < 210; at += 15)
            rig.Tick(at).Activate(EveryMinute);
        Assert.Equal(["140 r gw/stage none>yellow onset=60", "200 r gw/stage yellow>orange onset=60"], rig.Tick(210).Lines);
    }

    [Fact]
    public void A_rule_with_other_slots_waits_for_the_next_of_its_own()
    {
        var rig = new Rig(EveryMinute).Read("gw/stage", 30, 1).Tick(70).Activate(Rules("every: 2min, tolerance: 30s, levels: { yellow: 1, orange: 2 }"));
        Assert.Equal(["270 r gw/stage none>yellow onset=120"], rig.Tick(269.9).Tick(280).Lines);
    }

    [Fact]
    public void A_clock_that_is_set_keeps_what_was_missed_and_waits_again_from_the_next_reading()
    {
        // Its clock shows 5000, says so twice, and is put right; nobody has come since 30.
        string rules = Rules("every: 1min, limit: 1, levels: { yellow: 1, orange: 2 }");
        var rig = new Rig(rules).Read("gw/stage", 30, 1).Tick(130);
        Assert.Equal(["120 r gw/stage none>yellow onset=60"], rig.Lines);
        rig.Read("gw/stage", 5000, 0, received: 131, flags: ReadingFlags.FutureStamp).Read("gw/stage", 5001, 0, received: 132, flags: ReadingFlags.FutureStamp);
        // The slots between the two times never were; the first of the new time is that from 5040 on.
        Assert.Equal(["5100 r gw/stage yellow>orange onset=60"], rig.Tick(230).Tick(235).Lines.Skip(1));
        Assert.Equal("240 r gw/stage orange>none onset=60", rig.Read("gw/stage", 239, 0).Read("gw/stage", 240, 1).Lines[^1]);
    }

    [Fact]
    public void A_zone_out_of_its_time_is_no_place_to_check_in_at()
    {
        string timed = Rig.Catalogue.Replace("{ id: z1, kind: area, name: One, domain: water,", "{ id: z1, kind: area, name: One, domain: water, valid-from: 2026-05-12T08:01:30Z,", StringComparison.Ordinal);
        var rig = new Rig(Rules("every: 1min, zones: [z1], levels: { yellow: 1 }", "{ assets: [patrol-1] }"), timed);
        rig.Fix(10, 110.01, 21.05).Fix(70, 110.01, 21.05).Fix(89, 110.01, 21.05).Tick(121);
        Assert.Equal(["120 r patrol-1|z1 none>yellow onset=60", "125 r patrol-1|z1 yellow>none onset=60"], rig.Fix(125, 110.01, 21.05).Tick(239).Lines);
    }

    [Fact]
    public void A_rule_of_another_kind_leaves_it_no_count()
    {
        var rig = new Rig(Rig.Rules("{ id: r, type: deadman, domain: water, title: T, scope: { datastreams: [gw/stage] }, silence: 30s, level: yellow }"))
            .Read("gw/stage", 0, 1).Tick(35).Activate(EveryMinute);
        Assert.Equal(["140 r gw/stage none>yellow onset=60"], rig.Tick(150).Lines.Skip(1));
    }

    private static double Value(Rig rig) => rig.Changes[^1].Value;

    private static string Rules(string keys, string scope = "{ datastreams: [gw/stage] }") =>
        Rig.Rules($"{{ id: r, type: check-in, domain: water, title: T, scope: {scope}, {keys} }}");
}
