using SensorGrid.Rules.CheckIns;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Tests.Support;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.CheckIns;

/// <summary>Second 0 is 16:00 of a Tuesday in Beijing.</summary>
public sealed class CheckInPlanTests
{
    private const long Minute = TimeSpan.TicksPerMinute;
    private const int Days = 9;

    public static TheoryData<string> Plans => new()
    {
        "every: 30min, tolerance: 10min",
        "every: 8h",
        "every: 1d, tolerance: 3h",
        "every: 7d, tolerance: 1d",
        "every: 2h, tolerance: 30min, hours: { from: '18:00', to: '08:00' }",
        "every: 50min, tolerance: 20min, hours: { from: '09:10', to: '17:00' }",
        "every: 90min, hours: { inside: [{ from: '16:00', to: '17:30' }, { from: '20:00', to: '21:29' }, { from: '22:00', to: '23:31', days: [wed, sat] }] }",
        "every: 3h, hours: { outside: { from: '07:00', to: '19:00' } }",
        "every: 4h, hours: { from: '00:00', to: '24:00', days: [sat, sun] }",
        "every: 1h, hours: { from: '08:00', to: '12:00', offset: '-03:30' }",
        "at: ['09:00', '15:00'], tolerance: 20min",
        "at: ['00:05', '12:00', '23:55'], tolerance: 5min",
        "at: ['00:00', '08:00'], tolerance: 2h, hours: { days: [wed, fri] }",
        "at: ['07:00'], tolerance: 12h",
        "at: ['06:00', '18:00'], tolerance: 30min, hours: { from: '06:00', to: '18:00', offset: '+05:00' }",
    };

    private static CheckInRule Rule(string keys) => (CheckInRule)Rig.ReadRules(
        Rig.Rules($"{{ id: r, type: check-in, domain: water, title: T, scope: {{ domain: water }}, {keys}, levels: {{ red: 1 }} }}")).Rules[0];

    /// <summary>All slots of some days, by looking at each minute.</summary>
    private static List<CheckInSlot> Obvious(CheckInRule rule)
    {
        var slots = new List<CheckInSlot>();
        var clock = rule.Hours?.Clock ?? LocalClock.Beijing;
        long begin = Some.Ticks - (Days * TimeSpan.TicksPerDay), inside = -1;
        for (long at = begin; at < Some.Ticks + (Days * TimeSpan.TicksPerDay); at += Minute)
        {
            bool isIn = rule.Hours?.Contains(at) != false;
            long local = clock.LocalOf(at);
            if (rule.TimesTicks.Count > 0)
            {
                if (isIn && rule.TimesTicks.Contains(local % TimeSpan.TicksPerDay))
                    slots.Add(new(at, at - rule.ToleranceTicks, at + rule.ToleranceTicks));
                continue;
            }
            if (rule.Hours is null)
            {
                if (local % rule.EveryTicks == 0)
                    slots.Add(new(at, at, at + rule.EveryTicks + rule.ToleranceTicks));
                continue;
            }
            inside = !isIn ? -1 : inside < 0 ? at : inside;
            // So many minutes of the hours are over: a slot of them was whole.
            if (inside >= 0 && (at + Minute - inside) % rule.EveryTicks == 0)
                slots.Add(new(at + Minute - rule.EveryTicks, at + Minute - rule.EveryTicks, at + Minute + rule.ToleranceTicks));
        }
        return slots;
    }

    [Theory]
    [MemberData(nameof(Plans))]
    public void Finds_the_slots_that_looking_at_each_minute_finds(string keys)
    {
        var rule = Rule(keys);
        var (plan, slots) = (new CheckInPlan(rule), Obvious(rule));
        // Hours may be cut off where the days that were looked at begin.
        slots.RemoveAll(slot => slot.From < Some.Ticks - (7 * TimeSpan.TicksPerDay));
        Assert.True(slots.Count >= 2);
        var random = new Random(5);
        for (int i = 1; i < slots.Count; i++)
        {
            var (before, slot) = (slots[i - 1], slots[i]);
            Assert.Equal(slot, plan.After(before));
            foreach (long at in (long[])[before.From + 1, slot.From - 1, slot.From, random.NextInt64(before.From + 1, slot.From)])
                Assert.Equal(slot, plan.NextFrom(at));
            foreach (long at in (long[])[before.Until, slot.Until - 1, random.NextInt64(before.Until, slot.Until)])
                Assert.Equal(slot, plan.NotOverAt(at));
        }
    }

    [Theory]
    [InlineData("at: ['09:00'], tolerance: 1h, hours: { from: '20:00', to: '21:00' }")]
    [InlineData("at: ['09:00'], tolerance: 1h, hours: { dates: [2020-05-12] }")]
    [InlineData("every: 1h, hours: { from: '09:00', to: '12:00', dates: [2020-05-12] }")]
    [InlineData("every: 1h, hours: { inside: [{ from: '09:00', to: '09:30' }, { from: '10:00', to: '10:59' }] }")]
    public void A_plan_whose_hours_leave_no_slot_has_none(string keys)
    {
        var plan = new CheckInPlan(Rule(keys));
        Assert.True(plan.NextFrom(Some.Ticks).IsNone);
        Assert.True(plan.NotOverAt(Some.Ticks).IsNone);
    }

    [Fact]
    public void A_slot_that_comes_once_in_two_years_is_found_from_afar()
    {
        var plan = new CheckInPlan(Rule("every: 1h, hours: { from: '09:00', to: '10:00', dates: [2028-05-12] }"));
        Assert.Equal(new DateTime(2028, 5, 12, 1, 0, 0, DateTimeKind.Utc).Ticks, plan.NextFrom(Some.Ticks).Begin);
        Assert.Equal(
            new DateTime(2028, 5, 12, 1, 0, 0, DateTimeKind.Utc).Ticks,
            new CheckInPlan(Rule("at: ['09:00'], tolerance: 1h, hours: { dates: [2028-05-12] }")).NextFrom(Some.Ticks).Begin);
    }

    [Theory]
    [InlineData("every: 30min")]
    [InlineData("every: 30min, hours: { from: '09:00', to: '12:00' }")]
    [InlineData("at: ['09:00'], tolerance: 1h")]
    public void Stamps_at_the_ends_of_time_have_no_slot_and_break_nothing(string keys)
    {
        var plan = new CheckInPlan(Rule(keys));
        foreach (long at in (long[])[long.MinValue + TimeSpan.TicksPerDay, 0, (4 * TimeSpan.TicksPerDay) - 1, DateTime.MaxValue.Ticks - (804 * TimeSpan.TicksPerDay) + 1, DateTime.MaxValue.Ticks, long.MaxValue])
            Assert.True(plan.NextFrom(at).IsNone);
        Assert.InRange(plan.NextFrom(4 * TimeSpan.TicksPerDay).From, 4 * TimeSpan.TicksPerDay, 6 * TimeSpan.TicksPerDay);
        long last = DateTime.MaxValue.Ticks - (804 * TimeSpan.TicksPerDay);
        Assert.InRange(plan.NextFrom(last).From, last, last + (2 * TimeSpan.TicksPerDay));
    }
}
