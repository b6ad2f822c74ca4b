namespace SensorGrid.FieldProtocols;

/// <summary>The local times that the national protocols carry without a zone: Beijing time, UTC+8, no summer time.</summary>
public static class BeijingTime
{
    /// <summary>What Beijing is ahead of UTC, in ticks of 100 ns.</summary>
    public const long OffsetTicks = 8 * TimeSpan.TicksPerHour;

    /// <summary>UTC ticks of a local time; false when there is no such time.</summary>
    /// <param name="year">Year, 1 to 9999.</param>
    /// <param name="month">Month, 1 to 12.</param>
    /// <param name="day">Day of the month.</param>
    /// <param name="hour">Hour, 0 to 23.</param>
    /// <param name="minute">Minute.</param>
    /// <param name="second">Second, 0 to 59.</param>
    /// <param name="utcTicks">The time as <see cref="DateTime.Ticks"/> in UTC.</param>
    public static bool TryToUtc(int year, int month, int day, int hour, int minute, int second, out long utcTicks)
    {
        utcTicks = 0;
        if (year is < 2 or > 9999 || month is < 1 or > 12 || day < 1 || day > DateTime.DaysInMonth(year, month) ||
            (uint)hour > 23 || (uint)minute > 59 || (uint)second > 59)
            return false;
        utcTicks = new DateTime(year, month, day, hour, minute, second, DateTimeKind.Unspecified).Ticks - OffsetTicks;
        return true;
    }

    /// <summary>The local time of UTC ticks, to be written field by field.</summary>
    public static DateTime FromUtc(long utcTicks) => new(utcTicks + OffsetTicks, DateTimeKind.Unspecified);
}
