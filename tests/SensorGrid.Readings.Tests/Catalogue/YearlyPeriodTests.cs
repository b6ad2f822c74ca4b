using System.Globalization;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Readings.Tests.Catalogue;

public class YearlyPeriodTests
{
    [Theory]
    [InlineData("04-15", "10-15", "2026-04-14T15:59:59Z", false)]
    [InlineData("04-15", "10-15", "2026-04-14T16:00:00Z", true)]
    [InlineData("04-15", "10-15", "2026-10-15T15:59:59Z", true)]
    [InlineData("04-15", "10-15", "2026-10-15T16:00:00Z", false)]
    [InlineData("10-16", "04-14", "2026-12-31T16:00:00Z", true)]
    [InlineData("10-16", "04-14", "2026-06-01T00:00:00Z", false)]
    [InlineData("02-29", "02-29", "2028-02-29T04:00:00Z", true)]
    [InlineData("01-01", "02-29", "2027-02-28T04:00:00Z", true)]
    [InlineData("01-01", "02-29", "2027-03-01T04:00:00Z", false)]
    public void Days_are_those_of_Beijing_and_both_ends_are_included(string from, string to, string instant, bool isInside) =>
        Assert.Equal(isInside, Period(from, to).Contains(Ticks(instant)));

    [Theory]
    [InlineData("04-15", "10-15")]
    [InlineData("11-01", "03-31")]
    [InlineData("01-01", "02-29")]
    [InlineData("02-29", "03-05")]
    [InlineData("12-31", "12-31")]
    [InlineData("01-01", "12-31")]
    public void Between_boundaries_nothing_begins_or_ends(string from, string to)
    {
        var period = Period(from, to);
        // Leap years and others, hour by hour.
        for (long at = Ticks("2027-01-01T00:00:00Z"), next = at; at < Ticks("2029-06-01T00:00:00Z"); at += TimeSpan.TicksPerHour)
        {
            if (period.Contains(at) != period.Contains(at - TimeSpan.TicksPerHour))
                Assert.Equal(at, period.NextBoundary(at - TimeSpan.TicksPerHour));
            Assert.True(period.NextBoundary(at) > at);
            if (at >= next)
                next = period.NextBoundary(at);
            Assert.Equal(next, period.NextBoundary(at));
        }
    }

    [Theory]
    [InlineData("04-15", "10-15", "10-16", "04-14", false)]
    [InlineData("04-15", "10-15", "10-15", "04-14", true)]
    [InlineData("04-15", "10-15", "06-01", "06-30", true)]
    [InlineData("11-01", "02-01", "02-01", "03-01", true)]
    [InlineData("11-01", "02-01", "02-02", "10-31", false)]
    public void Overlap_is_a_day_in_both(string from, string to, string otherFrom, string otherTo, bool overlaps)
    {
        Assert.Equal(overlaps, Period(from, to).Overlaps(Period(otherFrom, otherTo)));
        Assert.Equal(overlaps, Period(otherFrom, otherTo).Overlaps(Period(from, to)));
    }

    [Theory]
    [InlineData("4-15")]
    [InlineData("04-31")]
    [InlineData("15-04")]
    [InlineData("")]
    [InlineData("04-15 ")]
    public void What_is_no_day_of_a_year_is_refused(string text) => Assert.False(MonthDay.TryParse(text, out _));

    private static YearlyPeriod Period(string from, string to)
    {
        Assert.True(MonthDay.TryParse(from, out var first));
        Assert.True(MonthDay.TryParse(to, out var last));
        Assert.Equal((from, to), (first.ToString(), last.ToString()));
        return new(first, last);
    }

    private static long Ticks(string instant) => DateTimeOffset.Parse(instant, CultureInfo.InvariantCulture).UtcTicks;
}
