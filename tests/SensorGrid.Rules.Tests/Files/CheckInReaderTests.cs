using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Tests.Files;

public sealed class CheckInReaderTests
{
    [Theory]
    [InlineData("levels: { yellow: 1 }", "a check-in rule has either 'every' (how long a slot is) or 'at' (times of day)")]
    [InlineData("every: 1h, at: ['09:00'], tolerance: 10min, levels: { yellow: 1 }", "a check-in rule has either 'every' (how long a slot is) or 'at' (times of day)")]
    [InlineData("every: 30s, levels: { yellow: 1 }", "'every' must be a minute or longer")]
    [InlineData("every: 5h, levels: { yellow: 1 }", "slots of 5h do not fill a day; take one that does (8h, 1h30min, 20min), whole days, or give 'hours' from whose begin they are counted")]
    [InlineData("every: 5h, hours: { from: '22:00', to: '02:00' }, levels: { yellow: 1 }", "no slot of 5h fits into 'hours'")]
    [InlineData("every: 1h, tolerance: 1h, levels: { yellow: 1 }", "'tolerance' must be shorter than 'every'")]
    [InlineData("every: 1h, levels: { yellow: 1.5 }", "each of 'levels' is how many slots are missed in a row: a whole number from 1 to 1000")]
    [InlineData("every: 1h, levels: { yellow: 2, orange: 1 }", "limits must rise from blue to red")]
    [InlineData("at: [], tolerance: 10min, levels: { yellow: 1 }", "'at' lists from 1 to 48 times of day")]
    [InlineData("at: ['9 Uhr'], tolerance: 10min, levels: { yellow: 1 }", "'at' lists times of day in quotes, \"09:00\", not '9 Uhr'")]
    [InlineData("at: ['09:00'], levels: { yellow: 1 }", "with 'at', 'tolerance' says how much earlier or later somebody may come; give one longer than nothing")]
    [InlineData("at: ['09:00', '10:00'], tolerance: 31min, levels: { yellow: 1 }", "two times of 'at' are nearer to each other than twice the 'tolerance'")]
    [InlineData("at: ['00:10', '23:50'], tolerance: 11min, levels: { yellow: 1 }", "two times of 'at' are nearer to each other than twice the 'tolerance'")]
    [InlineData("every: 1h, zones: [z1], zone-kind: post, levels: { yellow: 1 }", "'zones' names zones and 'zone-kind' takes all of a kind; give one of them")]
    [InlineData("every: 1h, zones: [z1], limit: 1, levels: { yellow: 1 }", "'limit' is for readings; a fix inside of a zone has none")]
    [InlineData("evry: 1h, levels: { yellow: 1 }", "a check-in rule has no key 'evry'; did you mean 'every'?")]
    public void Says_what_is_wrong(string keys, string expected)
    {
        var (rules, messages) = Read(keys);
        Assert.Null(rules);
        Assert.Contains(messages, message => message.StartsWith("r.yaml:2:", StringComparison.Ordinal) && message.Contains(expected, StringComparison.Ordinal));
    }

    [Fact]
    public void Reads_everything_a_check_in_rule_can_say()
    {
        var rule = Assert.IsType<CheckInRule>(Read("at: ['21:00', '09:00'], tolerance: 30min, limit: 1, hours: { days: [mon] }, levels: { yellow: 1, orange: 2 }").Rules!.Rules[0]);
        Assert.Equal([9 * TimeSpan.TicksPerHour, 21 * TimeSpan.TicksPerHour], rule.TimesTicks);
        Assert.Equal((0L, 30 * TimeSpan.TicksPerMinute, 1.0), (rule.EveryTicks, rule.ToleranceTicks, rule.Limit));
        Assert.Equal(new LevelLimits(null, 1, 2, null), rule.Missed);
        Assert.NotNull(rule.Hours);
    }

    private static (RuleSet? Rules, IReadOnlyList<string> Messages) Read(string keys)
    {
        string text = $"rules:\n  - {{ id: r, type: check-in, domain: water, title: T, scope: {{ quantity: patrol }}, {keys} }}\n";
        var (rules, messages) = RuleSetReader.Read(new([new("r.yaml", text)]));
        return (rules, [.. messages.Select(message => message.ToString())]);
    }
}
