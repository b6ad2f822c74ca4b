using System.Buffers;
using SensorGrid.Alarms.Tests.Support;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Alarms.Tests;

/// <summary>The table of cases at the head of <see cref="AlarmRegister"/>, row by row.</summary>
public sealed class AlarmRegisterTests
{
    private const string NoLatch = City.Rule + "\n    latch: none";

    [Fact]
    public void Level_goes_up_and_down_on_one_alarm_until_it_clears()
    {
        var city = new City().Read(0, 3).Read(1, 4.2).Read(2, 3.5).Read(3, 1);
        Assert.Equal(["0 raised Yellow", "1 level-changed Orange", "2 level-changed Yellow", "3 cleared Yellow"], city.Steps);
        Assert.Single(city.Transitions.Select(transition => transition.Alarm.Id).Distinct());
        Assert.Equal([1, 2, 3, 4], city.Transitions.Select(transition => transition.Alarm.Revision));
        Assert.Equal(Level.Orange, city.Transitions[^1].Alarm.PeakLevel);
        Assert.False(city.Transitions[^1].Alarm.Active);
    }

    [Fact]
    public void A_new_onset_after_the_end_is_a_new_alarm()
    {
        var city = new City().Read(0, 3).Read(1, 1).Read(2, 3);
        Assert.Equal(["0 raised Yellow", "1 cleared Yellow", "2 raised Yellow"], city.Steps);
        Assert.NotEqual(city.Transitions[0].Alarm.Id, city.Transitions[2].Alarm.Id);
        Assert.Equal(2, city.Evaluation.Alarms.Count);
    }

    [Fact]
    public void Red_stays_while_the_level_falls() =>
        Assert.Equal(["0 raised Red"], new City().Read(0, 5).Read(1, 4.2).Read(2, 3.2).Steps);

    [Fact]
    public void Red_outlives_its_condition_and_says_when_that_returned()
    {
        var city = new City().Read(0, 5).Read(1, 1);
        Assert.Equal(["0 raised Red", "1 returned Red"], city.Steps);
        var alarm = city.Transitions[^1].Alarm;
        Assert.True(alarm.Active);
        Assert.NotNull(alarm.ReturnedAtTicks);
        Assert.Null(alarm.ClearedAtTicks);
    }

    [Fact]
    public void A_condition_that_comes_back_continues_the_latched_alarm()
    {
        var city = new City().Read(0, 5).Read(1, 1).Read(2, 3.3).Read(3, 1).Read(4, 6);
        Assert.Equal(["0 raised Red", "1 returned Red", "2 continued Red", "3 returned Red", "4 continued Red"], city.Steps);
        Assert.Single(city.Transitions.Select(transition => transition.Alarm.Id).Distinct());
        Assert.Null(city.Transitions[^1].Alarm.ReturnedAtTicks);
    }

    [Fact]
    public void Acknowledging_red_while_it_holds_lets_it_fall_later() =>
        Assert.Equal(
            ["0 raised Red", "1 acknowledged Red", "2 level-changed Yellow", "3 cleared Yellow"],
            new City().Read(0, 5).Acknowledge(1).Read(2, 3.5).Read(3, 1).Steps);

    [Fact]
    public void Acknowledging_red_after_the_level_fell_shows_the_level_as_it_is() =>
        Assert.Equal(
            ["0 raised Red", "5 acknowledged Red", "5 level-changed Yellow"], new City().Read(0, 5).Read(1, 3.5).Acknowledge(5).Steps);

    [Fact]
    public void Acknowledging_red_after_it_returned_ends_it()
    {
        var city = new City().Read(0, 5).Read(1, 1).Acknowledge(5);
        Assert.Equal(["0 raised Red", "1 returned Red", "5 acknowledged Red", "5 cleared Red"], city.Steps);
        Assert.Equal(Testing.Some.TicksAfter(1), city.Transitions[^1].Alarm.ReturnedAtTicks);
        Assert.Equal(0, city.Evaluation.Alarms.Count);
    }

    [Fact]
    public void An_alarm_acknowledged_below_red_asks_again_at_red_and_is_latched()
    {
        var city = new City().Read(0, 3).Acknowledge(1, "li", "seen").Read(2, 4.2);
        Assert.Equal((true, Level.Yellow), (city.Transitions[^1].Alarm.Acknowledged, city.Transitions[^1].Alarm.AcknowledgedLevel));

        city.Read(3, 5);
        var red = city.Transitions[^1].Alarm;
        Assert.Equal((false, Level.None, null, null, null), (red.Acknowledged, red.AcknowledgedLevel, red.AcknowledgedBy, red.AcknowledgedAtTicks, red.Note));
        Assert.True(red.IsLatched);

        city.Read(4, 3.5).Read(5, 1).Acknowledge(6, "wang", "on my way");
        Assert.Equal(
            ["0 raised Yellow", "1 acknowledged Yellow", "2 level-changed Orange", "3 level-changed Red", "5 returned Red", "6 acknowledged Red", "6 cleared Red"],
            city.Steps);
        var ended = city.Transitions[^1].Alarm;
        Assert.Equal(("wang", "on my way", Testing.Some.TicksAfter(6)), (ended.AcknowledgedBy, ended.Note, ended.AcknowledgedAtTicks));
        Assert.Equal(0, city.Evaluation.Alarms.Counters.AcknowledgedAgain);
    }

    [Fact]
    public void Acknowledged_at_red_is_acknowledged_however_often_it_falls_and_rises()
    {
        var city = new City().Read(0, 5).Acknowledge(1).Read(2, 3.5).Read(3, 5).Acknowledge(4).Read(5, 4.5);
        Assert.Equal(["0 raised Red", "1 acknowledged Red", "2 level-changed Yellow", "3 level-changed Red", "5 level-changed Orange"], city.Steps);
        Assert.Equal((true, Level.Red), (city.Transitions[^1].Alarm.Acknowledged, city.Transitions[^1].Alarm.AcknowledgedLevel));
        Assert.Equal(1, city.Evaluation.Alarms.Counters.AcknowledgedAgain);
    }

    [Fact]
    public void Acknowledged_while_latched_is_acknowledged_at_red() =>
        Assert.Equal(
            ["0 raised Red", "2 acknowledged Red", "2 level-changed Yellow", "3 level-changed Red", "4 level-changed Yellow"],
            new City().Read(0, 5).Read(1, 3.5).Acknowledge(2).Read(3, 5).Read(4, 3.5).Steps);

    [Fact]
    public void Red_asks_again_also_where_it_does_not_latch()
    {
        var city = new City(NoLatch).Read(0, 3).Acknowledge(1).Read(2, 5).Read(3, 4.5);
        Assert.Equal(["0 raised Yellow", "1 acknowledged Yellow", "2 level-changed Red", "3 level-changed Orange"], city.Steps);
        Assert.False(city.Transitions[^1].Alarm.Acknowledged);
        city.Acknowledge(4).Read(5, 5);
        Assert.False(city.Transitions[^1].Alarm.Acknowledged);
    }

    [Fact]
    public void A_rule_may_do_without_the_latch() =>
        Assert.Equal(
            ["0 raised Red", "1 level-changed Orange", "2 cleared Orange"], new City(NoLatch).Read(0, 5).Read(1, 4.2).Read(2, 1).Steps);

    [Fact]
    public void An_ended_alarm_waits_for_its_acknowledgement_and_then_leaves()
    {
        var city = new City().Read(0, 3).Read(1, 1);
        Assert.Equal(1, city.Evaluation.Alarms.Count);
        city.Acknowledge(9, "wang", "looked");
        Assert.Equal(["0 raised Yellow", "1 cleared Yellow", "9 acknowledged Yellow"], city.Steps);
        Assert.Equal(0, city.Evaluation.Alarms.Count);
    }

    [Fact]
    public void The_first_to_acknowledge_stays()
    {
        var city = new City().Read(0, 3).Acknowledge(1, "li", "first").Acknowledge(2, "wang", "second");
        var alarm = Assert.Single(city.Evaluation.Alarms.Alarms);
        Assert.Equal(("li", "first", Testing.Some.TicksAfter(1)), (alarm.AcknowledgedBy, alarm.Note, alarm.AcknowledgedAtTicks));
        Assert.Equal(2, city.Transitions.Count);
        Assert.Equal(1, city.Evaluation.Alarms.Counters.AcknowledgedAgain);
    }

    [Fact]
    public void Acknowledging_what_is_not_there_is_counted()
    {
        var city = new City().Acknowledge(1, alarm: "nosuchalarm");
        Assert.Empty(city.Transitions);
        Assert.Equal(1, city.Evaluation.Alarms.Counters.AcknowledgedUnknown);
    }

    [Fact]
    public void A_removed_rule_takes_its_alarm_along_even_a_latched_one()
    {
        var city = new City().Read(0, 5).Activate(7, City.Rule.Replace("water.level", "water.other", StringComparison.Ordinal));
        Assert.Equal(["0 raised Red", "7 cleared Red"], city.Steps);
        Assert.Equal("rule removed", city.Transitions[^1].Reason);
        Assert.False(city.Transitions[^1].Alarm.Active);
    }

    [Fact]
    public void A_datastream_that_leaves_the_scope_takes_its_alarm_along()
    {
        var city = new City().Read(0, 3).Command(
            7, AlarmCommands.ActivateCatalogue, City.Bundle(City.Catalogue.Replace("quantity: level", "quantity: flow", StringComparison.Ordinal)));
        Assert.Equal(["0 raised Yellow", "7 cleared Yellow"], city.Steps);
    }

    [Fact]
    public void An_unchanged_rule_in_a_changed_set_keeps_its_alarm() =>
        Assert.Equal(
            ["0 raised Yellow", "8 level-changed Orange"],
            new City().Read(0, 3).Activate(7, City.Rule + "\n" + City.Rule.Replace("water.level", "water.z", StringComparison.Ordinal)).Read(8, 4)
                .Steps.Where(step => !step.StartsWith("8 raised", StringComparison.Ordinal)));

    [Fact]
    public void A_rule_that_became_another_type_ends_the_alarm_it_had()
    {
        const string Deadman = """
              - { id: water.level, type: deadman, domain: water, title: T, scope: { quantity: level }, silence: 1h, level: blue }
            """;
        var city = new City().Read(0, 3).Activate(7, Deadman);
        Assert.Equal(["0 raised Yellow", "7 cleared Yellow"], city.Steps);
        Assert.Equal("rule changed", city.Transitions[^1].Reason);
    }

    [Fact]
    public void The_same_onset_again_is_the_same_alarm_and_goes_on_counting()
    {
        const string Deadman = """
              - { id: d, type: deadman, domain: water, title: T, scope: { quantity: level }, silence: 1min, level: blue }
            """;
        var city = new City(Deadman).Read(0, 3).Tick(60).Activate(70, City.Rule).Activate(80, Deadman).Tick(81);
        Assert.Equal(["60 raised Blue", "70 cleared Blue", "60 raised Blue"], city.Steps);
        Assert.Equal([1, 2, 3], city.Transitions.Select(transition => transition.Alarm.Revision));
        Assert.Equal(1, city.Evaluation.Alarms.Count);
    }

    [Fact]
    public void Of_ended_alarms_nobody_acknowledged_the_oldest_makes_room()
    {
        var register = new AlarmRegister(maxEndedUnacknowledged: 2);
        var output = new List<AlarmTransition>();
        for (int i = 1; i <= 3; i++)
        {
            register.Apply(Change(Level.None, Level.Blue, at: i * 10), i, output);
            register.Apply(Change(Level.Blue, Level.None, at: i * 10 + 5), i, output);
        }
        Assert.Equal(2, register.Count);
        Assert.Equal(1, register.Counters.DroppedUnacknowledged);
        Assert.Null(register.Find(output[0].Alarm.Id));
        Assert.NotNull(register.Find(output[^1].Alarm.Id));
    }

    [Fact]
    public void Snapshot_brings_back_at_which_level_an_alarm_was_acknowledged()
    {
        var register = new AlarmRegister();
        var output = new List<AlarmTransition>();
        foreach (string scope in (string[])["a", "b"])
        {
            register.Apply(Change(Level.None, scope == "a" ? Level.Orange : Level.Red, at: 1, scope), 1, output);
            register.Acknowledge(output[^1].Alarm.Id, "li", null, 2, 2, output);
            register.Apply(Change(output[^1].Alarm.Level, Level.Yellow, at: 3, scope), 3, output);
        }
        var written = new ArrayBufferWriter<byte>();
        register.WriteSnapshot(written);

        var restored = new AlarmRegister();
        Assert.True(restored.TryRestore(written.WrittenSpan));
        output.Clear();
        foreach (string scope in (string[])["a", "b"])
            restored.Apply(Change(Level.Yellow, Level.Red, at: 4, scope), 4, output);
        Assert.Equal([false, true], output.Select(transition => transition.Alarm.Acknowledged));
    }

    [Fact]
    public void A_snapshot_of_an_older_version_is_refused()
    {
        var written = new ArrayBufferWriter<byte>();
        new AlarmRegister().WriteSnapshot(written);
        const uint Magic = 0x41524753;
        Assert.True(SnapshotFrame.TryOpen(written.WrittenSpan, Magic, version: 2, out var body));
        var older = new ArrayBufferWriter<byte>();
        SnapshotFrame.Write(older, Magic, version: 1, body);
        Assert.False(new AlarmRegister().TryRestore(older.WrittenSpan));
    }

    [Fact]
    public void Snapshot_brings_back_latches_and_what_waits()
    {
        var register = new AlarmRegister();
        var output = new List<AlarmTransition>();
        register.Apply(Change(Level.None, Level.Blue, at: 1, scope: "a"), 1, output);
        register.Apply(Change(Level.Blue, Level.None, at: 2, scope: "a"), 2, output);
        register.Apply(Change(Level.None, Level.Red, at: 3, scope: "b"), 3, output);
        register.Apply(Change(Level.Red, Level.Yellow, at: 4, scope: "b"), 4, output);
        var written = new ArrayBufferWriter<byte>();
        register.WriteSnapshot(written);

        var restored = new AlarmRegister();
        Assert.True(restored.TryRestore(written.WrittenSpan));
        Assert.Equal(register.Alarms, restored.Alarms);
        output.Clear();
        restored.Acknowledge(restored.Alarms[^1].Id, "li", null, 9, 5, output);
        Assert.Equal([AlarmTransitionKind.Acknowledged, AlarmTransitionKind.LevelChanged], output.Select(transition => transition.Kind));
        Assert.False(restored.TryRestore(written.WrittenSpan[..^1]));
        Assert.Equal(0, restored.Count);
    }

    [Fact]
    public void Limits_of_the_moment_stand_on_the_alarm_in_place_of_those_of_the_rule()
    {
        var register = new AlarmRegister();
        var output = new List<AlarmTransition>();
        register.Apply(Change(Level.None, Level.Yellow, 5) with { LimitsInForce = new(null, 2, null, 4) }, 1, output);
        register.Apply(Change(Level.Yellow, Level.Red, 9) with { LimitsInForce = new(null, 2.5, null, 4.5) }, 2, output);
        Assert.Equal([2.0, 4.5], output.Select(transition => transition.Alarm.Limit!.Value));
        Assert.Equal(2.5, output[1].Alarm.Limits.Yellow);
    }

    [Fact]
    public void An_alarm_of_the_past_is_told_besides_the_one_that_stands_and_ends_at_once()
    {
        var register = new AlarmRegister();
        var output = new List<AlarmTransition>();
        register.Apply(Change(Level.None, Level.Yellow, at: 50), 1, output);
        register.Apply(Past(Level.None, Level.Orange, at: 10), 2, output);
        register.Apply(Past(Level.Orange, Level.Red, at: 20), 2, output);
        register.Apply(Past(Level.Red, Level.None, at: 30), 2, output);
        register.Apply(Change(Level.Yellow, Level.None, at: 60), 3, output);

        Assert.Equal(
            ["50 Raised Yellow", "10 Raised Orange", "20 LevelChanged Red", "30 Cleared Red", "60 Cleared Yellow"],
            output.Select(transition => $"{transition.AtTicks} {transition.Kind} {transition.Alarm.Level}"));
        Assert.Equal([false, true, true, true, false], output.Select(transition => transition.Retrospective));
        Assert.Equal([output[0].Alarm.Id, output[1].Alarm.Id], register.Alarms.OrderByDescending(alarm => alarm.OnsetAtTicks).Select(alarm => alarm.Id));
        // It was red and nobody has seen it, but nothing holds: it waits for somebody to see it as any alarm that has ended.
        var past = register.Find(output[1].Alarm.Id)!;
        Assert.Equal((false, false, 30, 30, true), (past.Active, past.IsLatched, past.ReturnedAtTicks, past.ClearedAtTicks, past.Retrospective));
        register.Acknowledge(past.Id, "li", null, 70, 4, output);
        Assert.Equal(1, register.Count);
    }

    [Fact]
    public void An_alarm_of_the_past_that_is_held_already_is_told_once()
    {
        var register = new AlarmRegister();
        var output = new List<AlarmTransition>();
        for (int time = 0; time < 2; time++)
        {
            register.Apply(Past(Level.None, Level.Red, at: 10), 1, output);
            register.Apply(Past(Level.Red, Level.None, at: 20), 1, output);
        }
        Assert.Equal((2, 1, 1), (output.Count, register.Count, register.Counters.PastKnown));
    }

    private static ConditionChange Past(Level from, Level to, long at) =>
        Change(from, to, at) with { OnsetTicks = 10, IsPast = true, IsRetrospective = true, LogTimeTicks = 55 };

    private static ConditionChange Change(Level from, Level to, long at, string scope = "s") => new(
        new()
        {
            Rule = new DeadmanRule { Id = "r", Domain = "water", SilenceTicks = 1, Level = Level.Blue },
            Key = scope,
            RulesVersion = "v",
            Subject = new("gw", Datastream: null, Station: null, Asset: null, Longitude: null, Latitude: null),
        },
        from, to, at, at, double.NaN, double.NaN, double.NaN, IsRetrospective: false, LogTimeTicks: at);
}
