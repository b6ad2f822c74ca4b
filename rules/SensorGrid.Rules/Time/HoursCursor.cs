using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Time;

/// <summary>Asks hours only where they begin or end, and keeps the answer for what lies between: calendars are not looked into with every reading.</summary>
internal sealed class HoursCursor(LocalHours hours)
{
    private long from = long.MaxValue;
    private long until = long.MinValue;
    private long? begin;
    private bool isInside;

    /// <returns>Null when a condition can hold always.</returns>
    public static HoursCursor? Of(LocalHours? hours) => hours is null ? null : new(hours);

    public bool Contains(long at)
    {
        MoveTo(at);
        return isInside;
    }

    public long NextBoundary(long at)
    {
        MoveTo(at);
        return until;
    }

    /// <summary>When the hours that an instant lies in began: what is said in them is not dated before.</summary>
    public long BeginOf(long at)
    {
        MoveTo(at);
        return begin ??= hours.LastBoundary(at);
    }

    /// <summary>Where hours begin or end next, when that matters: a level is on that they can end, or a value is held that raises when they begin.</summary>
    /// <param name="at">The time now.</param>
    /// <param name="level">The level that is on.</param>
    /// <param name="lastAt">When the newest value was observed; 0 when there is none.</param>
    /// <returns><see cref="long.MaxValue"/> when it does not matter.</returns>
    public long NextLook(long at, Level level, long lastAt) =>
        NextBoundary(at) is var boundary && (level != Level.None || boundary - lastAt < LocalHours.HeldValueCounts) ? boundary : long.MaxValue;

    /// <summary>The same for a condition that was taken over from other rules: with the next record when the level that is on cannot hold now. What hours said before
    /// has been said.</summary>
    public long FirstLook(EventClock clock, Level level, long lastAt)
    {
        if (!clock.HasStarted)
            return long.MaxValue;
        return level != Level.None && !Contains(clock.Now) ? clock.Now : NextLook(clock.Now, level, lastAt);
    }

    private void MoveTo(long at)
    {
        if (at >= from && at < until)
            return;
        (from, until, isInside, begin) = (at, hours.NextBoundary(at), hours.Contains(at), null);
    }
}
