using SensorGrid.Readings.Yaml;

namespace SensorGrid.Rules.Model;

/// <summary>
/// When a condition can hold, by local time: inside of some hours of some days, or outside of all of them; start-inclusive, end-exclusive. Immutable.
/// What begins and ends are instants, so that hours that a change of the clocks skips or repeats begin and end once.
/// </summary>
public sealed class LocalHours
{
    /// <summary>For how long a held value can still raise when the hours begin. Without an end, a lamp that was on when its sensor
    /// died would raise every evening for ever.</summary>
    internal const long HeldValueCounts = TimeSpan.TicksPerDay;

    // So far ahead and back a boundary is looked for: any season begins or ends within it. A rule with none so near looks again then.
    private const int FarthestDays = 400;

    // Days that are looked at must have dates, and local ones too.
    private const int FirstDay = 2;
    private static readonly int LastDay = DateOnly.MaxValue.DayNumber - FarthestDays - 4;

    private readonly HoursSpan[] spans;
    private readonly bool isOutside;

    /// <param name="spans">The hours.</param>
    /// <param name="clock">Local time.</param>
    /// <param name="isOutside">True when it can hold outside of all of them only.</param>
    public LocalHours(IReadOnlyList<HoursSpan> spans, LocalClock clock, bool isOutside = false)
    {
        this.spans = [.. spans];
        this.isOutside = isOutside;
        Clock = clock;
    }

    /// <summary>Local time.</summary>
    public LocalClock Clock { get; }

    /// <summary>The hours; what lies between them counts when the rule holds outside.</summary>
    public IReadOnlyList<HoursSpan> Spans => spans;

    /// <summary>True when a condition can hold outside of all the hours only.</summary>
    public bool IsOutside => isOutside;

    /// <summary>What the calendar is called that tells what a day is, or null.</summary>
    public string? CalendarId { get; init; }

    /// <summary>Where it is named.</summary>
    public SourcePosition CalendarPosition { get; init; }

    /// <summary>Tells what a day is, or null for days of the week alone.</summary>
    public DayCalendar? Calendar { get; private init; }

    /// <summary>No hours are longer, by what the spans say without days; <see cref="long.MaxValue"/> when they may join without an end.</summary>
    internal long LongestTicks => isOutside || spans.Sum(span => span.LengthTicks) is var sum && sum >= TimeSpan.TicksPerDay ? long.MaxValue : sum;

    /// <summary>The same hours by a calendar.</summary>
    public LocalHours By(DayCalendar calendar) =>
        new(spans, Clock, isOutside) { CalendarId = CalendarId, CalendarPosition = CalendarPosition, Calendar = calendar };

    /// <summary>True when an instant lies inside the hours.</summary>
    public bool Contains(long utcTicks)
    {
        if (!TryDayOf(utcTicks, out int today))
            return isOutside;
        // Hours of the day before may pass midnight.
        for (int day = today - 1; day <= today; day++)
        {
            var (date, kinds) = KindsOf(day);
            foreach (var span in spans)
            {
                if (span.IsOn(date, kinds) && BeginOf(span, day) <= utcTicks && utcTicks < EndOf(span, day))
                    return !isOutside;
            }
        }
        return isOutside;
    }

    /// <summary>The first instant after this one at which a condition can no longer hold, or can again; or one more than a year ahead, when there is none before.</summary>
    public long NextBoundary(long utcTicks)
    {
        bool isInside = Contains(utcTicks);
        // Before the first day there are none that anybody knows of: look again then.
        if (!TryDayOf(utcTicks, out int today))
            return utcTicks < FirstDay * TimeSpan.TicksPerDay ? FirstDay * TimeSpan.TicksPerDay : long.MaxValue;
        long at = utcTicks;
        int day = today - 1;
        while (true)
        {
            long next = NextEdge(ref day, today + FarthestDays, at);
            if (next == long.MaxValue)
                return Clock.UtcOf((today + FarthestDays) * TimeSpan.TicksPerDay);
            if (Contains(next) != isInside)
                return next;
            at = next;
        }
    }

    /// <summary>The last instant at or before this one at which a condition could no longer hold, or could again; or a midnight, when there is
    /// none within a year.</summary>
    public long LastBoundary(long utcTicks)
    {
        if (!TryDayOf(utcTicks, out int today))
            return long.MinValue;
        long at = Clock.UtcOf(Math.Max(FirstDay, today - FarthestDays) * TimeSpan.TicksPerDay);
        // Near ones first: most hours began today or the day before.
        for (int back = 2; back < FarthestDays; back *= 4)
        {
            long from = Clock.UtcOf(Math.Max(FirstDay, today - back) * TimeSpan.TicksPerDay);
            if (NextBoundary(from) <= utcTicks)
            {
                at = from;
                break;
            }
        }
        while (NextBoundary(at) is var next && next <= utcTicks)
            at = next;
        return at;
    }

    // The first begin or end of hours after an instant, from the hours of a day on. Hours of a day lie before the end of the next, so two days that have some will do.
    private long NextEdge(ref int day, int last, long after)
    {
        long next = long.MaxValue;
        for (; day <= last; day++)
        {
            if (next != long.MaxValue && next <= Clock.UtcOf(day * TimeSpan.TicksPerDay))
                break;
            var (date, kinds) = KindsOf(day);
            foreach (var span in spans)
            {
                if (!span.IsOn(date, kinds))
                    continue;
                long begin = BeginOf(span, day), end = EndOf(span, day);
                if (begin > after)
                    next = Math.Min(next, begin);
                if (end > after)
                    next = Math.Min(next, end);
            }
        }
        // What was found on a later day may be followed by something of the days before it.
        day = Math.Max(day - 2, 0);
        return next;
    }

    private long BeginOf(HoursSpan span, int day) => Clock.UtcOf((day * TimeSpan.TicksPerDay) + span.FromTicks);

    private long EndOf(HoursSpan span, int day) => Clock.UtcOf((day * TimeSpan.TicksPerDay) + span.FromTicks + span.LengthTicks);

    private (DateOnly Date, DayKinds Kinds) KindsOf(int day)
    {
        var date = DateOnly.FromDayNumber(day);
        return (date, Calendar?.KindsOf(date) ?? DayCalendar.WeekdayOf(date));
    }

    private bool TryDayOf(long utcTicks, out int day)
    {
        day = 0;
        if (utcTicks < FirstDay * TimeSpan.TicksPerDay || utcTicks > LastDay * TimeSpan.TicksPerDay)
            return false;
        day = (int)(Clock.LocalOf(utcTicks) / TimeSpan.TicksPerDay);
        return true;
    }
}
