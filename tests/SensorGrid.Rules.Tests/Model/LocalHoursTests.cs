using System.Globalization;
using CsCheck;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Tests.Model;

public sealed class LocalHoursTests
{
    // 2026: 春节 from 15 February (a Sunday) to 23 February; 14 and 28 February, Saturdays, are worked.
    private const string Calendar = "calendars: [{ id: city, holidays: [{ from: 2026-02-15, to: 2026-02-23, name: 春节 }], workdays: [2026-02-14, 2026-02-28], special-days: [2026-05-18] }]\n";

    [Theory]
    [InlineData("from: '18:00', to: '08:00'", "2026-05-12 17:59:59", false)]
    [InlineData("from: '18:00', to: '08:00'", "2026-05-12 18:00:00", true)]
    [InlineData("from: '18:00', to: '08:00'", "2026-05-13 07:59:59", true)]
    [InlineData("from: '18:00', to: '08:00'", "2026-05-13 08:00:00", false)]
    [InlineData("from: '08:00', to: '24:00'", "2026-05-12 23:59:59", true)]
    [InlineData("from: '08:00', to: '24:00'", "2026-05-13 00:00:00", false)]
    // Hours belong to the day on which they begin: Friday's last into Saturday, Sunday's are none.
    [InlineData("from: '22:00', to: '06:00', days: [mon, tue, wed, thu, fri]", "2026-05-16 05:59:00", true)]
    [InlineData("from: '22:00', to: '06:00', days: [mon, tue, wed, thu, fri]", "2026-05-16 22:00:00", false)]
    [InlineData("from: '22:00', to: '06:00', days: [mon, tue, wed, thu, fri]", "2026-05-18 05:59:00", false)]
    [InlineData("days: [sat, sun]", "2026-05-16 00:00:00", true)]
    [InlineData("days: [sat, sun]", "2026-05-18 00:00:00", false)]
    [InlineData("dates: [{ from: 11-01, to: 04-30 }]", "2026-04-30 23:59:59", true)]
    [InlineData("dates: [{ from: 11-01, to: 04-30 }]", "2026-05-01 00:00:00", false)]
    [InlineData("dates: [{ from: 11-01, to: 04-30 }]", "2026-11-01 00:00:00", true)]
    [InlineData("dates: [2026-05-12]", "2026-05-12 12:00:00", true)]
    [InlineData("dates: [2026-05-12]", "2027-05-12 12:00:00", false)]
    [InlineData("outside: { from: '09:00', to: '17:00', days: [tue, wed, thu, fri, sat, sun] }", "2026-05-11 12:00:00", true)]
    [InlineData("outside: { from: '09:00', to: '17:00', days: [tue, wed, thu, fri, sat, sun] }", "2026-05-12 12:00:00", false)]
    [InlineData("inside: [{ from: '06:00', to: '09:00' }, { from: '17:00', to: '19:00', days: [fri] }]", "2026-05-15 18:00:00", true)]
    [InlineData("inside: [{ from: '06:00', to: '09:00' }, { from: '17:00', to: '19:00', days: [fri] }]", "2026-05-14 18:00:00", false)]
    [InlineData("days: [workday], calendar: city", "2026-02-13 12:00:00", true)]
    [InlineData("days: [workday], calendar: city", "2026-02-14 12:00:00", true)]
    [InlineData("days: [workday], calendar: city", "2026-02-16 12:00:00", false)]
    [InlineData("days: [workday], calendar: city", "2026-02-28 12:00:00", true)]
    [InlineData("days: [workday], calendar: city", "2026-03-01 12:00:00", false)]
    [InlineData("days: [day-off], calendar: city", "2026-03-01 12:00:00", true)]
    [InlineData("days: [holiday], calendar: city", "2026-03-01 12:00:00", false)]
    [InlineData("days: [holiday], calendar: city", "2026-02-23 23:59:59", true)]
    [InlineData("from: '09:00', to: '17:00', except: [holiday, special], calendar: city", "2026-05-18 12:00:00", false)]
    [InlineData("from: '09:00', to: '17:00', except: [holiday, special], calendar: city", "2026-05-19 12:00:00", true)]
    public void Holds_at(string hours, string local, bool expected) => Assert.Equal(expected, Read(hours).Contains(Utc(local)));

    [Theory]
    [InlineData("from: '18:00', to: '08:00'", "2026-05-12 12:00:00", "2026-05-12 18:00:00")]
    [InlineData("from: '18:00', to: '08:00'", "2026-05-12 18:00:00", "2026-05-13 08:00:00")]
    [InlineData("days: [workday], calendar: city", "2026-02-14 12:00:00", "2026-02-15 00:00:00")]
    [InlineData("days: [workday], calendar: city", "2026-02-15 00:00:00", "2026-02-24 00:00:00")]
    [InlineData("dates: [{ from: 11-01, to: 04-30 }]", "2026-05-12 00:00:00", "2026-11-01 00:00:00")]
    [InlineData("outside: { dates: [{ from: 11-01, to: 04-30 }] }", "2026-05-12 00:00:00", "2026-11-01 00:00:00")]
    [InlineData("inside: [{ from: '08:00', to: '12:00' }, { from: '12:00', to: '20:00' }]", "2026-05-12 08:00:00", "2026-05-12 20:00:00")]
    [InlineData("inside: [{ from: '20:00', to: '10:00', days: [fri] }, { from: '09:00', to: '12:00' }]", "2026-05-15 20:00:00", "2026-05-16 12:00:00")]
    public void Begins_or_ends_next_at(string hours, string local, string expected) => Assert.Equal(Utc(expected), Read(hours).NextBoundary(Utc(local)));

    [Fact]
    public void Looks_again_after_a_year_where_nothing_begins()
    {
        var never = Read("dates: [2020-05-12]");
        long next = never.NextBoundary(Utc("2026-05-12 00:00:00"));
        Assert.InRange(next - Utc("2026-05-12 00:00:00"), 366 * TimeSpan.TicksPerDay, 500 * TimeSpan.TicksPerDay);
        Assert.Equal(long.MaxValue, never.NextBoundary(DateTime.MaxValue.Ticks));
        // Before the first days nobody knows of any: what is asked then must not count for the days that come.
        Assert.InRange(never.NextBoundary(0), 1, 3 * TimeSpan.TicksPerDay);
    }

    // London: 2026-03-29 01:00 becomes 02:00, 2026-10-25 02:00 becomes 01:00.
    [Theory]
    [InlineData("from: '01:30', to: '03:00'", "2026-03-28T12:00:00Z", "2026-03-29T01:00:00Z", "2026-03-29T02:00:00Z")]
    [InlineData("from: '00:30', to: '01:30'", "2026-03-28T12:00:00Z", "2026-03-29T00:30:00Z", "2026-03-29T01:00:00Z")]
    [InlineData("from: '00:30', to: '01:30'", "2026-10-24T12:00:00Z", "2026-10-24T23:30:00Z", "2026-10-25T00:30:00Z")]
    [InlineData("from: '01:30', to: '03:00'", "2026-10-24T12:00:00Z", "2026-10-25T00:30:00Z", "2026-10-25T03:00:00Z")]
    [InlineData("days: [sun]", "2026-10-24T12:00:00Z", "2026-10-24T23:00:00Z", "2026-10-26T00:00:00Z")]
    public void Hours_that_a_change_of_the_clocks_skips_or_repeats_begin_and_end_once(string hours, string after, string begin, string end)
    {
        var london = new LocalHours(Read(hours).Spans, LocalClock.Of(London()));
        Assert.Equal(Instant(begin), london.NextBoundary(Instant(after)));
        Assert.Equal(Instant(end), london.NextBoundary(Instant(begin)));
        Assert.False(london.Contains(Instant(begin) - 1));
        Assert.True(london.Contains(Instant(begin)));
        Assert.True(london.Contains(Instant(end) - 1));
        Assert.False(london.Contains(Instant(end)));
        Assert.True(london.NextBoundary(Instant(end)) > Instant(end) + TimeSpan.TicksPerHour * 12);
    }

    [Fact]
    public void Next_boundary_is_where_a_walk_in_quarters_of_an_hour_finds_it()
    {
        string[] days = ["", ", days: [mon, wed, sun]", ", days: [workday]", ", days: [day-off], except: [special]", ", dates: [{ from: 05-10, to: 05-14 }]", ", except: [sat]"];
        var span = Gen.Select(Gen.Int[0, 95], Gen.Int[0, 95], Gen.Int[0, days.Length - 1]).Where(gen => gen.Item1 != gen.Item2)
            .Select((from, to, day) => $"{{ from: '{Quarter(from)}', to: '{Quarter(to)}'{days[day]} }}");
        Gen.Select(span.Array[1, 3], Gen.Bool, Gen.Int[0, 6 * 96]).Sample((spans, outside, start) =>
        {
            var hours = Read($"{(outside ? "outside" : "inside")}: [{string.Join(", ", spans)}], calendar: city");
            long at = Utc("2026-05-08 00:00:00") + (start * TimeSpan.TicksPerMinute * 15);
            long walked = at;
            for (int i = 0; i < 96 * 9 && hours.Contains(walked) == hours.Contains(at); i++)
                walked += TimeSpan.TicksPerMinute * 15;
            if (hours.Contains(walked) != hours.Contains(at))
                Assert.Equal(walked, hours.NextBoundary(at));
            else
                Assert.True(hours.NextBoundary(at) > walked);
        });
    }

    // By itself, so that the test does not depend on the data that the machine has.
    private static TimeZoneInfo London()
    {
        var begin = TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new(1, 1, 1, 1, 0, 0), 3, 5, DayOfWeek.Sunday);
        var end = TimeZoneInfo.TransitionTime.CreateFloatingDateRule(new(1, 1, 1, 2, 0, 0), 10, 5, DayOfWeek.Sunday);
        var summer = TimeZoneInfo.AdjustmentRule.CreateAdjustmentRule(DateTime.MinValue.Date, DateTime.MaxValue.Date, TimeSpan.FromHours(1), begin, end);
        return TimeZoneInfo.CreateCustomTimeZone("London", TimeSpan.Zero, "London", "London", "London in summer", [summer]);
    }

    private static string Quarter(int quarter) => string.Create(CultureInfo.InvariantCulture, $"{quarter / 4:00}:{quarter % 4 * 15:00}");

    private static LocalHours Read(string hours)
    {
        var rules = Support.Rig.ReadRules(Calendar + Support.Rig.Rules(Support.Rig.Threshold("r", $"levels: {{ red: 1 }}, hours: {{ {hours} }}")));
        return rules.Rules[0].Hours!;
    }

    private static long Utc(string beijing) => DateTime.ParseExact(beijing, "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture).Ticks - (8 * TimeSpan.TicksPerHour);

    private static long Instant(string text) => DateTimeOffset.Parse(text, CultureInfo.InvariantCulture).UtcTicks;
}
