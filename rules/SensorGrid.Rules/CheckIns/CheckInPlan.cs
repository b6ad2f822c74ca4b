using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.CheckIns;

/// <summary>The slots of a rule, worked out from the calendar and nothing else: the same after a restart, a gap, or years later. Immutable.</summary>
internal sealed class CheckInPlan
{
    // Twice a year ahead there is a slot, or there is none.
    private const int FarthestDays = 800;

    private readonly LocalHours? hours;
    private readonly LocalClock clock;
    private readonly long every;
    private readonly long tolerance;
    private readonly long[] times;

    public CheckInPlan(CheckInRule rule)
    {
        hours = rule.Hours;
        clock = hours?.Clock ?? LocalClock.Beijing;
        (every, tolerance, times) = (rule.EveryTicks, rule.ToleranceTicks, [.. rule.TimesTicks]);
    }

    /// <summary>The first slot that begins to count at this instant or later.</summary>
    public CheckInSlot NextFrom(long at)
    {
        // Local days around it must have dates.
        if (at < 4 * TimeSpan.TicksPerDay || at > DateTime.MaxValue.Ticks - ((FarthestDays + 4) * TimeSpan.TicksPerDay))
            return CheckInSlot.None;
        if (every == 0)
            return NextListed(at);
        return hours is null ? Slot(clock.UtcOf(RoundUp(clock.LocalOf(at), every))) : NextInHours(hours, at);
    }

    /// <summary>The slot after another one.</summary>
    public CheckInSlot After(CheckInSlot slot) => NextFrom(slot.From + 1);

    /// <summary>The first slot that is not over at this instant.</summary>
    public CheckInSlot NotOverAt(long at)
    {
        long length = every == 0 ? 2 * tolerance : every + tolerance;
        var slot = NextFrom(at - length);
        while (!slot.IsNone && slot.Until <= at)
            slot = After(slot);
        return slot;
    }

    private CheckInSlot NextListed(long at)
    {
        long today = (clock.LocalOf(at) / TimeSpan.TicksPerDay) - 1;
        for (long day = today; day <= today + FarthestDays; day++)
        {
            foreach (long time in times)
            {
                long begin = clock.UtcOf((day * TimeSpan.TicksPerDay) + time);
                if (begin - tolerance >= at && hours?.Contains(begin) != false)
                    return new(begin, begin - tolerance, begin + tolerance);
            }
        }
        return CheckInSlot.None;
    }

    // Slots follow each other from where the hours begin; what is left before they end is none.
    private CheckInSlot NextInHours(LocalHours within, long at)
    {
        long end = at + (FarthestDays * TimeSpan.TicksPerDay);
        long begin = within.Contains(at) ? within.LastBoundary(at) : within.NextBoundary(at);
        while (begin < end)
        {
            long ends = within.NextBoundary(begin);
            if (within.Contains(begin))
            {
                long from = begin + RoundUp(Math.Max(0, at - begin), every);
                if (from + every <= ends)
                    return Slot(from);
            }
            begin = ends;
        }
        return CheckInSlot.None;
    }

    private CheckInSlot Slot(long begin) => new(begin, begin, begin + every + tolerance);

    private static long RoundUp(long ticks, long step) => (ticks + step - 1) / step * step;
}
