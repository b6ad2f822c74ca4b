using SensorGrid.Alarms.Replays;
using SensorGrid.Rules.Model;

namespace SensorGrid.Alarms.Tests.Replays;

public sealed class AlarmChangeTests
{
    [Fact]
    public void The_same_alarms_are_no_difference() => Assert.Empty(Between([Alarm(0, 10), Alarm(50, null)], [Alarm(0, 10), Alarm(50, null)]));

    [Fact]
    public void An_alarm_without_a_partner_near_it_is_added_or_removed() =>
        Assert.Equal([(AlarmChangeKind.Removed, 0), (AlarmChangeKind.Added, 500)], Kinds([Alarm(0, 10)], [Alarm(500, 510)]));

    [Fact]
    public void Another_rule_or_scope_is_no_partner() =>
        Assert.Equal([AlarmChangeKind.Added, AlarmChangeKind.Removed],
            Between([Alarm(0, 10)], [Alarm(0, 10) with { Scope = "other" }]).Select(change => change.Kind).Order());

    [Fact]
    public void One_that_began_or_ended_at_another_time_has_moved() =>
        Assert.Equal([(AlarmChangeKind.Moved, 5), (AlarmChangeKind.Moved, 200)], Kinds([Alarm(0, 10), Alarm(200, 210)], [Alarm(5, 10), Alarm(200, 215)]));

    [Fact]
    public void One_that_is_moved_and_of_another_level_is_two_differences() =>
        Assert.Equal([(AlarmChangeKind.Moved, 5), (AlarmChangeKind.Level, 5)], Kinds([Alarm(0, 10)], [Alarm(5, 10) with { PeakLevel = Level.Red }]));

    [Fact]
    public void Of_two_that_could_be_partners_the_nearer_is() =>
        Assert.Equal([(AlarmChangeKind.Removed, 0), (AlarmChangeKind.Moved, 31)], Kinds([Alarm(0, 10), Alarm(30, 40)], [Alarm(31, 40)]));

    private static IReadOnlyList<AlarmChange> Between(AlarmEpisode[] old, AlarmEpisode[] @new) => AlarmChange.Between(old, @new, TimeSpan.FromMinutes(60));

    private static IEnumerable<(AlarmChangeKind, int)> Kinds(AlarmEpisode[] old, AlarmEpisode[] @new) =>
        Between(old, @new).Select(change => (change.Kind, (int)((change.New ?? change.Old)!.FromTicks / TimeSpan.TicksPerMinute)));

    private static AlarmEpisode Alarm(int from, int? until) => new(
        "id", "rule", "g/stage", "site", "g/stage", from * TimeSpan.TicksPerMinute, until * TimeSpan.TicksPerMinute, Level.Blue, false);
}
