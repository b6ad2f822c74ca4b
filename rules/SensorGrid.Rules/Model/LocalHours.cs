namespace SensorGrid.Rules.Model;

/// <summary>Hours of the local day in which a condition can hold, start-inclusive and end-exclusive. May pass midnight.</summary>
/// <param name="FromTicks">Start, ticks after local midnight.</param>
/// <param name="ToTicks">End, ticks after local midnight.</param>
/// <param name="OffsetTicks">Local time minus UTC. A fixed offset: China has had no daylight saving since 1991.</param>
public readonly record struct LocalHours(long FromTicks, long ToTicks, long OffsetTicks)
{
    /// <summary>For how long a held value can still raise when the hours begin. Without an end, a lamp that was on when its sensor
    /// died would raise every evening for ever.</summary>
    internal const long HeldValueCounts = TimeSpan.TicksPerDay;

    /// <summary>True when an instant lies inside the hours.</summary>
    public bool Contains(long utcTicks)
    {
        long timeOfDay = TimeOfDay(utcTicks);
        return FromTicks < ToTicks
            ? timeOfDay >= FromTicks && timeOfDay < ToTicks
            : timeOfDay >= FromTicks || timeOfDay < ToTicks;
    }

    /// <summary>The first instant after this one at which the hours begin or end.</summary>
    public long NextBoundary(long utcTicks)
    {
        long timeOfDay = TimeOfDay(utcTicks);
        return utcTicks + Math.Min(Until(FromTicks, timeOfDay), Until(ToTicks, timeOfDay));
    }

    private static long Until(long boundary, long timeOfDay) =>
        boundary > timeOfDay ? boundary - timeOfDay : boundary - timeOfDay + TimeSpan.TicksPerDay;

    private long TimeOfDay(long utcTicks)
    {
        long local = (utcTicks + OffsetTicks) % TimeSpan.TicksPerDay;
        return local < 0 ? local + TimeSpan.TicksPerDay : local;
    }
}
