namespace SensorGrid.Rules.Model;

/// <summary>Local time of a city: a fixed offset, or the rules of a time zone with its daylight saving.</summary>
public sealed class LocalClock
{
    private readonly long offset;
    private readonly TimeZoneInfo? zone;

    private LocalClock(long offset, TimeZoneInfo? zone) => (this.offset, this.zone) = (offset, zone);

    /// <summary>Beijing time, as hours and days of windows: UTC+8, no daylight saving since 1991.</summary>
    public static LocalClock Beijing { get; } = new(8 * TimeSpan.TicksPerHour, null);

    /// <summary>Local time with a fixed offset.</summary>
    /// <param name="offset">Local time minus UTC.</param>
    public static LocalClock Of(TimeSpan offset) => new(offset.Ticks, null);

    /// <summary>Local time of a zone.</summary>
    public static LocalClock Of(TimeZoneInfo zone) => new(0, zone);

    /// <summary>Local time of a zone of the IANA data, <c>Europe/London</c>, as the machine knows it.</summary>
    /// <returns>Null when the machine knows none of that name.</returns>
    public static LocalClock? Find(string id) => TimeZoneInfo.TryFindSystemTimeZoneById(id, out var zone) ? Of(zone) : null;

    /// <summary>What the clock on the wall shows at an instant.</summary>
    public long LocalOf(long utcTicks) => utcTicks + OffsetAt(utcTicks);

    /// <summary>The first instant at which the clock on the wall shows a time, or more: one that is skipped in spring is the instant of the change, one that
    /// comes twice in autumn is the first.</summary>
    public long UtcOf(long localTicks)
    {
        long before = OffsetAt(localTicks - TimeSpan.TicksPerDay);
        long after = OffsetAt(localTicks + TimeSpan.TicksPerDay);
        long early = localTicks - before;
        if (before == after || OffsetAt(early) == before)
            return early;
        long late = localTicks - after;
        return OffsetAt(late) == after ? late : ChangeBetween(late, early);
    }

    private long OffsetAt(long utcTicks) => zone is null ? offset : zone.GetUtcOffset(new DateTime(utcTicks, DateTimeKind.Utc)).Ticks;

    // The first instant with the offset that holds at the end.
    private long ChangeBetween(long from, long to)
    {
        long old = OffsetAt(from);
        while (to - from > 1)
        {
            long middle = from + ((to - from) / 2);
            if (OffsetAt(middle) == old)
                from = middle;
            else
                to = middle;
        }
        return to;
    }
}
