namespace SensorGrid.Rules.FireWeather;

/// <summary>The hour of the local day at which the weather of a day is taken. A day is the 24 hours that end with it, (hour before, hour], and is named by its date.</summary>
/// <param name="AtTicks">Ticks after local midnight.</param>
/// <param name="OffsetTicks">Local standard time minus UTC: fixed, for the sun knows no daylight saving.</param>
public readonly record struct ObservationHour(long AtTicks, long OffsetTicks)
{
    /// <summary>The first day whose hour is not before an instant: the day that readings of that instant belong to.</summary>
    public long DayOf(long utcTicks)
    {
        long local = utcTicks + OffsetTicks - AtTicks;
        long day = Math.DivRem(local, TimeSpan.TicksPerDay, out long rest);
        return rest > 0 ? day + 1 : day;
    }

    /// <summary>The hour of a day.</summary>
    public long InstantOf(long day) => (day * TimeSpan.TicksPerDay) + AtTicks - OffsetTicks;

    /// <summary>Month of a day, 1 to 12.</summary>
    public static int MonthOf(long day) => new DateTime(day * TimeSpan.TicksPerDay, DateTimeKind.Unspecified).Month;
}
