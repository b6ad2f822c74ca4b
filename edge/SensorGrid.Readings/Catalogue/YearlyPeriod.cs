using System.Globalization;

namespace SensorGrid.Readings.Catalogue;

/// <summary>A day of every year, as <c>04-15</c>.</summary>
/// <param name="Month">1 to 12.</param>
/// <param name="Day">1 to 31.</param>
public readonly record struct MonthDay(int Month, int Day)
{
    // A leap year, so that 02-29 is a day.
    private const int AnyLeapYear = 2000;

    internal int Number => (Month * 100) + Day;

    /// <summary>Reads month and day with two digits each.</summary>
    public static bool TryParse(string text, out MonthDay day)
    {
        bool isDate = DateOnly.TryParseExact($"{AnyLeapYear}-{text}", "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date);
        day = isDate ? new(date.Month, date.Day) : default;
        return isDate;
    }

    /// <inheritdoc/>
    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Month:00}-{Day:00}");

    // 02-29 of a year that has none is the next day.
    internal DateOnly In(int year) =>
        Day <= DateTime.DaysInMonth(year, Month) ? new(year, Month, Day) : new DateOnly(year, Month, 1).AddMonths(1);
}

/// <summary>Days of every year, both included, in Beijing time (no daylight saving since 1991); may pass the end of the year. The flood season is 04-15 to 10-15.</summary>
/// <param name="From">The first day.</param>
/// <param name="To">The last day.</param>
public readonly record struct YearlyPeriod(MonthDay From, MonthDay To)
{
    private const long BeijingOffset = 8 * TimeSpan.TicksPerHour;

    /// <summary>True when an instant lies on one of the days.</summary>
    public bool Contains(long utcTicks)
    {
        var date = DateOf(utcTicks);
        return Contains(new MonthDay(date.Month, date.Day));
    }

    /// <summary>The first instant after this one at which the period begins or ends.</summary>
    public long NextBoundary(long utcTicks)
    {
        int year = DateOf(utcTicks).Year;
        long next = long.MaxValue;
        for (int of = year - 1; of <= year + 1; of++)
        {
            // The day after the last one: in a year without 02-29 a period to that day ends with 02-28.
            var end = To.Day <= DateTime.DaysInMonth(of, To.Month) ? To.In(of).AddDays(1) : To.In(of);
            foreach (var boundary in new[] { From.In(of), end })
            {
                long at = boundary.ToDateTime(TimeOnly.MinValue).Ticks - BeijingOffset;
                if (at > utcTicks)
                    next = Math.Min(next, at);
            }
        }
        return next;
    }

    /// <summary>True when there is a day in both.</summary>
    public bool Overlaps(YearlyPeriod other) => Contains(other.From) || other.Contains(From);

    /// <inheritdoc/>
    public override string ToString() => $"{From} … {To}";

    private static DateOnly DateOf(long utcTicks) => DateOnly.FromDateTime(new(utcTicks + BeijingOffset));

    /// <summary>True for one of the days.</summary>
    public bool Contains(MonthDay day) => From.Number <= To.Number
        ? day.Number >= From.Number && day.Number <= To.Number
        : day.Number >= From.Number || day.Number <= To.Number;
}
