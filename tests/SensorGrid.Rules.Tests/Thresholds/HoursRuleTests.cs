using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Thresholds;

/// <summary>What becomes of an alarm and of delays when hours begin and end. Second 0 is 16:00 of a Tuesday in Beijing.</summary>
public sealed class HoursRuleTests
{
    private const string Hour = "hours: { from: '16:00', to: '16:01' }";

    [Fact]
    public void The_instants_of_these_tests_are_what_they_say() => Assert.Equal("2026-05-12T08:00:00.0000000Z", new DateTime(Some.Ticks, DateTimeKind.Utc).ToString("O"));

    [Fact]
    public void The_end_of_hours_ends_an_alarm_at_once_without_off_delay() =>
        Assert.Equal(
            ["30 t gw/stage none>yellow onset=30", "60 t gw/stage yellow>none onset=30"],
            new Rig(Rig.Rules(Rig.Threshold("t", $"levels: {{ yellow: 3 }}, {Hour}"))).Read("gw/stage", 30, 3).Tick(90).Lines);

    [Fact]
    public void The_off_delay_begins_when_the_hours_end_and_hours_that_begin_within_it_go_on_with_the_alarm()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, off-delay: 30s, hours: { inside: [{ from: '16:00', to: '16:01' }, { from: '16:02', to: '16:03' }] }")));
        Assert.Equal(["30 t gw/stage none>yellow onset=30", "90 t gw/stage yellow>none onset=30"], rig.Read("gw/stage", 30, 3).Tick(100).Lines);
        var near = new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, off-delay: 90s, hours: { inside: [{ from: '16:00', to: '16:01' }, { from: '16:02', to: '16:03' }] }")));
        Assert.Equal(["30 t gw/stage none>yellow onset=30", "270 t gw/stage yellow>none onset=30"], near.Read("gw/stage", 30, 3).Tick(300).Lines);
    }

    [Fact]
    public void An_on_delay_that_runs_when_the_hours_end_is_called_off_and_begins_anew_with_them()
    {
        var rig = new Rig(Rig.Rules(Rig.Threshold("t", "levels: { yellow: 3 }, on-delay: 20s, hours: { inside: [{ from: '16:00', to: '16:01' }, { from: '16:02', to: '16:03' }] }")));
        Assert.Equal(["140 t gw/stage none>yellow onset=120"], rig.Read("gw/stage", 50, 3).Tick(150).Lines);
    }

    [Fact]
    public void An_on_delay_that_ends_with_the_hours_is_complete() =>
        Assert.Equal(
            "60 t gw/stage none>yellow onset=50",
            new Rig(Rig.Rules(Rig.Threshold("t", $"levels: {{ yellow: 3 }}, on-delay: 10s, {Hour}"))).Read("gw/stage", 50, 3).Tick(150).Lines[0]);

    [Fact]
    public void A_special_day_of_the_calendar_has_hours_of_its_own()
    {
        string calendar = "calendars: [{ id: museum, special-days: [2026-05-12] }]\n";
        string rules = calendar + Rig.Rules(Rig.Threshold(
            "t", "levels: { yellow: 3 }, hours: { calendar: museum, outside: [{ from: '09:00', to: '15:00', except: [special] }, { from: '09:00', to: '16:01', days: [special] }] }"));
        Assert.Equal(["60 t gw/stage none>yellow onset=60"], new Rig(rules).Read("gw/stage", 30, 3).Tick(90).Lines);
    }
}
