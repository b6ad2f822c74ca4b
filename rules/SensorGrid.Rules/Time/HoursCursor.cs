using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Time;

/// <summary>Asks hours only where they begin or end, and keeps the answer for what lies between: calendars are not looked into with every reading.</summary>
internal sealed class HoursCursor(LocalHours hours)
{
    private long from = long.MaxValue;
    private long until = long.MinValue;
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

    private void MoveTo(long at)
    {
        if (at >= from && at < until)
            return;
        (from, until, isInside) = (at, hours.NextBoundary(at), hours.Contains(at));
    }
}
