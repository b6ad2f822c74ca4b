using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Files;

public sealed class HoursReaderTests
{
    private const string Calendar = "calendars:\n  - { id: city, holidays: [2026-02-15] }\n";

    [Theory]
    [InlineData("from: '18:00', to: '18:00'", "'from' and 'to' are the same time; leave both out for the whole day")]
    [InlineData("from: '18:00'", "'hours' needs 'to'")]
    [InlineData("from: '24:00', to: '08:00'", "'from' of 'hours' is a time of day in quotes, \"18:00\", not '24:00'")]
    [InlineData("offset: '+08:00'", "'hours' says neither hours ('from' and 'to') nor days ('days', 'dates')")]
    [InlineData("days: [wokday], calendar: city", "'wokday' in 'days' is not a day; days are mon, tue, wed, thu, fri, sat, sun, workday, day-off, holiday, special; did you mean 'workday'?")]
    [InlineData("days: [workday]", "workday, day-off, holiday and special are told apart by a calendar; name one of 'calendars' with 'calendar'")]
    [InlineData("from: '18:00', to: '08:00', calendar: ctiy", "rule 'r' names calendar 'ctiy', which no file of the rule set has; did you mean 'city'?")]
    [InlineData("inside: [{ from: '18:00', to: '08:00' }], days: [mon]", "'days' of 'hours' stands in the items of 'inside'")]
    [InlineData("inside: [{ days: [mon] }], outside: [{ days: [tue] }]", "'hours' has both 'inside' and 'outside'; give one of them")]
    [InlineData("outside: []", "'outside' of 'hours' is empty")]
    [InlineData("outside: [{ day: [mon] }]", "an item of 'outside' has no key 'day'; did you mean 'days'?")]
    [InlineData("days: [mon], offset: '+08:00', time-zone: Asia/Shanghai", "'hours' has both 'offset' and 'time-zone'; give one of them")]
    [InlineData("days: [mon], time-zone: Asia/Shenzen", "'Asia/Shenzen' is not a time zone that this machine knows; they are called as in the IANA data, Asia/Shanghai")]
    [InlineData("dates: [02-30]", "each of 'dates' is a day or { from, to, name }, the first not after the last and within a year; a day is 2026-02-15, or 04-15 for that day of every year, not '02-30'")]
    [InlineData("dates: [{ from: 2026-03-01, to: 2026-02-01 }]", "each of 'dates' is a day or { from, to, name }, the first not after the last and within a year;")]
    [InlineData("dates: [{ from: 2026-03-01, till: 2026-02-01 }]", "each of 'dates' is a day or { from, to, name }, the first not after the last and within a year;")]
    public void Says_what_is_wrong_with_hours(string hours, string expected)
    {
        var (rules, messages) = Read(Calendar + Rig.Rules(Rig.Threshold("r", $"levels: {{ red: 1 }}, hours: {{ {hours} }}")));
        Assert.Null(rules);
        Assert.Contains(messages, message => message.StartsWith("r.yaml:4:", StringComparison.Ordinal) && message.Contains(expected, StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("{ id: city, holidays: [2026-02-15], workdays: [{ from: 2026-02-14, to: 2026-02-15 }] }", "r.yaml:2:51: 2026-02-15 is both a holiday and a workday of calendar 'city'")]
    [InlineData("{ id: city, holidays: [02-15] }", "r.yaml:2:28: each of 'holidays' is a day or { from, to, name }, the first not after the last and within a year; a day is 2026-02-15, not '02-15'")]
    [InlineData("{ id: city, holiday: [2026-02-15] }", "r.yaml:2:17: a calendar has no key 'holiday'; did you mean 'holidays'?")]
    [InlineData("{ holidays: [2026-02-15] }", "r.yaml:2:5: a calendar needs 'id'")]
    [InlineData("{ id: city }\n  - { id: city }", "r.yaml:3:11: calendar 'city' is already defined at r.yaml:2:11; ids are unique over all files")]
    public void Says_what_is_wrong_with_calendars(string calendar, string expected)
    {
        var (rules, messages) = Read($"calendars:\n  - {calendar}\n");
        Assert.Null(rules);
        Assert.Contains(expected, messages);
    }

    [Theory]
    [InlineData("deadman", "silence: 3h, level: red", "'silence'", "3h")]
    [InlineData("silence-after", "silence: 150min, levels: { red: 1 }", "'silence'", "150min")]
    [InlineData("stuck-at", "still: 3h, level: red", "'still'", "3h")]
    [InlineData("step", "levels: { red: 1 }, within: 1h, lasts: 5h, on-delay: 3h", "'on-delay'", "3h")]
    [InlineData("threshold", "levels: { red: 1 }, on-delay: 3h", "'on-delay'", "3h")]
    public void Warns_of_what_takes_longer_than_the_hours(string type, string keys, string key, string length)
    {
        string rule = $"{{ id: r, type: {type}, domain: water, title: T, scope: {{ quantity: level }}, {keys}, hours: {{ ";
        foreach (var (hours, isWarned) in new[]
        {
            ("from: '08:00', to: '10:00'", true), ("inside: [{ from: '08:00', to: '09:00' }, { from: '09:00', to: '10:00' }]", true), ("from: '08:00', to: '11:00'", false),
            ("outside: [{ from: '08:00', to: '10:00' }]", false), ("days: [mon]", false),
        })
        {
            var (rules, messages) = Read(Rig.Rules($"{rule}{hours} }} }}"));
            Assert.NotNull(rules);
            string expected = $"warning: {key} is counted from where 'hours' begin, and none of these is as long as {length}: the rule can never be raised";
            Assert.Equal(isWarned, messages.Any(message => message.EndsWith(expected, StringComparison.Ordinal)));
            Assert.Equal(isWarned ? 1 : 0, messages.Count);
        }
    }

    [Fact]
    public void Hours_of_every_type_are_read_once()
    {
        foreach (var (type, keys) in RuleReader.KeysByType)
        {
            Assert.Contains("hours", keys);
            var messages = Read(Rig.Rules($"{{ id: r, type: {type}, hours: {{ from: '18:00' }} }}")).Messages;
            Assert.Single(messages, message => message.EndsWith("'hours' needs 'to'", StringComparison.Ordinal));
        }
    }

    [Fact]
    public void A_calendar_may_stand_in_another_file_and_a_rule_that_uses_it_changes_with_it()
    {
        string rules = Rig.Rules(Rig.Threshold("r", "levels: { red: 1 }, hours: { days: [workday], calendar: city }"), Rig.Threshold("s", "levels: { red: 1 }"));
        var before = RuleSetReader.Read(new([new("a.yaml", rules), new("b.yaml", Calendar)])).Rules!.Rules;
        var after = RuleSetReader.Read(new([new("a.yaml", rules), new("b.yaml", Calendar.Replace("02-15", "02-16", StringComparison.Ordinal))])).Rules!.Rules;
        Assert.NotEqual(before[0].Hash, after[0].Hash);
        Assert.Equal(before[1].Hash, after[1].Hash);
        Assert.Contains(new DateOnly(2026, 2, 16), after[0].Hours!.Calendar!.Holidays);
    }

    [Fact]
    public void A_file_may_have_calendars_alone_but_not_nothing()
    {
        Assert.NotNull(Read(Calendar).Rules);
        Assert.Contains("r.yaml:1:1: a rule file needs 'rules'", Read("{}\n").Messages);
    }

    private static (Rules.Model.RuleSet? Rules, IReadOnlyList<string> Messages) Read(string text)
    {
        var (rules, messages) = RuleSetReader.Read(new SourceBundle([new("r.yaml", text)]));
        return (rules, [.. messages.Select(message => message.ToString())]);
    }
}
