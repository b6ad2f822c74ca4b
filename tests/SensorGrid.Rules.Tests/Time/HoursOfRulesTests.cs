using SensorGrid.Rules.Tests.Support;

namespace SensorGrid.Rules.Tests.Time;

/// <summary>What hours mean to the types of rules that are no thresholds. Second 0 is 16:00 of a Tuesday in Beijing.</summary>
public sealed class HoursOfRulesTests
{
    // From 0 to 60 and from 120 to 180.
    private const string Minutes = "hours: { inside: [{ from: '16:00', to: '16:01' }, { from: '16:02', to: '16:03' }] }";

    private static string Rule(string type, string keys, string hours = Minutes) =>
        Rig.Rules($"{{ id: r, type: {type}, domain: water, title: T, scope: {{ datastreams: [gw/stage] }}, {keys}{(hours.Length > 0 ? ", " : "")}{hours} }}");

    private static Rig Play(string type, string keys, params ReadOnlySpan<(double At, double Value)> readings) => Play(Rule(type, keys), readings);

    private static Rig Play(string rules, params ReadOnlySpan<(double At, double Value)> readings)
    {
        var rig = new Rig(rules);
        foreach (var (at, value) in readings)
            rig.Read("gw/stage", at, value);
        return rig;
    }

    // Of an alarm the second at which it was raised, its onset and the second at which it ended.
    private static string[] Episodes(Rig rig)
    {
        var episodes = new List<string>();
        foreach (string line in rig.Lines)
        {
            string[] words = line.Split(' ');
            if (words[3].StartsWith("none>", StringComparison.Ordinal))
                episodes.Add($"{words[0]} {words[4]}");
            else if (words[3].EndsWith(">none", StringComparison.Ordinal))
                episodes[^1] += $" {words[0]}";
        }
        return [.. episodes];
    }

    [Theory]
    [InlineData("datastream")]
    [InlineData("gateway")]
    public void Silence_that_is_found_ends_with_the_hours_and_is_counted_anew_from_their_begin(string of)
    {
        string keys = $"of: {of}, silence: 20s, level: yellow";
        Assert.Equal(["30 onset=10 60", "140 onset=120 180"], Episodes(Play("deadman", keys, (10, 1)).Tick(300)));
        Assert.Equal(["140 onset=120 180"], Episodes(Play("deadman", keys, (50, 1)).Tick(300)));
        Assert.Equal(["150 onset=130 170"], Episodes(Play("deadman", keys, (50, 1), (70, 1), (90, 1), (130, 1), (170, 1)).Tick(185)));
        Assert.Equal(["140 onset=120 150", "170 onset=150 180"], Episodes(Play("deadman", keys, (50, 1), (150, 1)).Tick(300)));
    }

    [Fact]
    public void A_silence_that_is_long_enough_as_the_hours_end_is_found_and_over() =>
        Assert.Equal(["60 onset=40 60", "140 onset=120 180"], Episodes(Play("deadman", "silence: 20s, level: yellow", (40, 1)).Tick(300)));

    [Theory]
    [InlineData(90, 140)]
    [InlineData(130, 140)]
    [InlineData(150, 150)]
    public void A_rule_that_comes_into_force_counts_silence_from_the_begin_of_the_hours_of_that_moment(double at, double found)
    {
        var rig = Play(Rule("threshold", "levels: { red: 9 }", ""), (10, 1)).Tick(at);
        rig.Activate(Rule("deadman", "silence: 20s, level: yellow"));
        // What is due already is dated when it was due.
        Assert.Equal(["140 onset=120 180"], Episodes(rig.Tick(found).Tick(300)));
    }

    [Theory]
    [InlineData("deadman", "silence: 20s, level: yellow")]
    [InlineData("silence-after", "silence: 20s, levels: { yellow: 1 }")]
    public void Silence_that_was_found_without_hours_ends_when_hours_come_into_force_that_do_not_hold(string type, string keys)
    {
        var rig = Play(Rule(type, keys, ""), (10, 1)).Tick(90).Activate(Rule(type, keys));
        Assert.Equal(["30 onset=10 90", "140 onset=120 180"], Episodes(rig.Tick(91).Tick(300)));
        var inside = Play(Rule(type, keys, ""), (10, 1)).Tick(50).Activate(Rule(type, keys));
        Assert.Equal(["30 onset=10 60", "140 onset=120 180"], Episodes(inside.Tick(300)));
    }

    [Fact]
    public void The_rule_that_did_not_change_goes_on_with_the_silence_that_it_counts()
    {
        string rules = Rule("deadman", "silence: 20s, level: yellow");
        Assert.Equal(["30 onset=10 60", "140 onset=120 180"], Episodes(Play(rules, (10, 1)).Tick(20).Activate(rules).Tick(70).Activate(rules).Tick(130).Activate(rules).Tick(300)));
    }

    [Fact]
    public void Silences_that_vote_have_the_hours_of_the_vote() =>
        Assert.Equal(
            ["30 r all none>yellow onset=30", "60 r all yellow>none onset=30", "140 r all none>yellow onset=140", "180 r all yellow>none onset=140"],
            new Rig(Rig.Rules($"{{ id: r, type: k-of-n, domain: water, title: T, scope: {{ quantity: level }}, silence: 20s, by: all, levels: {{ yellow: 2 }}, {Minutes} }}"))
                .Read("gw/stage", 5, 1).Read("gw2/stage", 10, 1).Tick(300).Lines);

    [Fact]
    public void Silences_that_are_told_as_one_end_with_the_hours_and_the_wait_of_the_group() =>
        Assert.Equal(
            ["30 r all/* none>yellow onset=30", "67 r all/* yellow>none onset=30", "140 r all/* none>yellow onset=140", "187 r all/* yellow>none onset=140"],
            new Rig(Rig.Rules(
                $"{{ id: r, type: deadman, domain: water, title: T, scope: {{ quantity: level }}, silence: 20s, level: blue, roll-up: {{ by: all, least: 2, wait: 7s, level: yellow }}, {Minutes} }}"))
                .Read("gw/stage", 5, 1).Read("gw2/stage", 10, 1).Tick(300).Lines);

    [Fact]
    public void Silence_after_a_high_value_is_counted_anew_from_the_begin_of_hours_too()
    {
        const string Keys = "silence: 20s, levels: { yellow: 3, red: 5 }";
        Assert.Equal(["30 onset=10 60", "140 onset=120 180"], Episodes(Play("silence-after", Keys, (10, 4)).Tick(300)));
        Assert.Equal(["140 onset=120 150"], Episodes(Play("silence-after", Keys, (50, 6), (150, 1)).Tick(300)));
        Assert.Equal(["150 onset=130 180"], Episodes(Play("silence-after", Keys, (70, 6), (130, 4)).Tick(300)));
        Assert.Empty(Episodes(Play("silence-after", Keys, (10, 4), (25, 1)).Tick(300)));
    }

    [Fact]
    public void Only_the_time_since_the_hours_began_is_standing_still()
    {
        const string Keys = "still: 30s, readings: 2, level: yellow";
        var readings = Enumerable.Range(0, 25).Select(number => ((double)(5 + (10 * number)), 2.0)).ToArray();
        Assert.Equal(["35 onset=5 60", "155 onset=120 180"], Episodes(Play("stuck-at", Keys, readings)));
        // Of the reading before the hours it is known that it was the same.
        Assert.Equal(["150 onset=120 180"], Episodes(Play("stuck-at", Keys, (70, 2), (150, 2)).Tick(300)));
        Assert.Equal(["175 onset=145 180"], Episodes(Play("stuck-at", Keys, (70, 2), (145, 3), (160, 3), (175, 3)).Tick(300)));
    }

    [Fact]
    public void A_step_that_is_out_when_hours_begin_raises_then()
    {
        const string Keys = "levels: { yellow: 1, red: 5 }, within: 15s";
        Assert.Equal(["45 onset=45 60", "120 onset=120 180"], Episodes(Play("step", Keys, (40, 1), (45, 3)).Tick(300)));
        Assert.Equal(["120 onset=120 150"], Episodes(Play("step", Keys, (70, 1), (75, 3), (150, 1)).Tick(300)));
        Assert.Equal(["130 onset=120 180"], Episodes(Play("step", $"{Keys}, on-delay: 10s", (70, 1), (75, 3)).Tick(300)));
        Assert.Empty(Episodes(Play("step", $"{Keys}, lasts: 30s", (70, 1), (75, 3)).Tick(300)));
        Assert.Equal(["120 onset=120 125"], Episodes(Play("step", $"{Keys}, lasts: 50s", (70, 1), (75, 3)).Tick(300)));
        Assert.Empty(Episodes(Play("step", Keys, (70, 1), (75, 3), (100, 1)).Tick(300)));
    }

    [Theory]
    [InlineData("threshold", "levels: { yellow: 3 }")]
    [InlineData("step", "levels: { yellow: 1 }, within: 15s, lasts: 9d")]
    [InlineData("k-of-last", "of-last: 2, limit: 3, levels: { yellow: 1 }")]
    [InlineData("time-to-limit", "limit: 3, window: 60s, levels: { yellow: 60s }")]
    public void What_hours_said_is_not_said_again_when_rules_come_into_force(string type, string keys)
    {
        string rules = Rule(type, keys);
        string[] expected = ["45 onset=45 60", "120 onset=120 180"];
        Assert.Equal(expected, Episodes(Play(rules, (40, 1), (45, 3)).Tick(200).Activate(rules).Tick(300).Activate(rules).Tick(400)));
        Assert.Equal(expected, Episodes(Play(rules, (40, 1), (45, 3)).Tick(50).Activate(rules).Tick(100).Activate(rules).Tick(150).Activate(rules).Tick(400)));
    }

    [Theory]
    [InlineData("threshold", "levels: { yellow: 3 }")]
    [InlineData("stuck-at", "still: 5s, readings: 2, band: 9, level: yellow")]
    [InlineData("step", "levels: { yellow: 1 }, within: 15s")]
    [InlineData("spike", "levels: { yellow: 1 }, within: 15s")]
    [InlineData("k-of-last", "of-last: 2, limit: 3, levels: { yellow: 1 }")]
    [InlineData("time-to-limit", "limit: 3, window: 60s, levels: { yellow: 60s }")]
    public void What_stands_when_hours_come_into_force_that_do_not_hold_ends_with_the_next_record(string type, string keys)
    {
        // A spike is known when it is back.
        (double, double)[] readings = type == "spike" ? [(40, 1), (43, 3), (45, 1)] : [(40, 1), (45, 3)];
        var rig = new Rig(Rule(type, keys, ""));
        foreach (var (at, value) in readings)
            rig.Read("gw/stage", at, value);
        rig.Tick(90).Activate(Rule(type, keys)).Tick(91);
        Assert.EndsWith(" 90", Assert.Single(Episodes(rig)), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("step", "levels: { yellow: 1 }, within: 15s, lasts: 9d")]
    [InlineData("k-of-last", "of-last: 2, limit: 3, levels: { yellow: 1 }")]
    [InlineData("time-to-limit", "limit: 3, window: 60s, levels: { yellow: 60s }")]
    public void What_was_found_more_than_a_day_ago_raises_no_more(string type, string keys)
    {
        const double Day = 86_400;
        var rig = new Rig(Rule(type, keys, "hours: { from: '16:00', to: '16:01' }"));
        Assert.Equal(
            ["45 onset=45 60", $"{Day} onset={Day} {Day + 60}"],
            Episodes(rig.Read("gw/stage", 40, 1).Read("gw/stage", 45, 3).Tick(4 * Day)));
    }

    [Fact]
    public void A_spike_is_news_of_its_moment()
    {
        const string Keys = "levels: { yellow: 1 }, within: 15s, lasts: 100s";
        Assert.Equal(["40 onset=35 60"], Episodes(Play("spike", Keys, (30, 1), (35, 4), (40, 1)).Tick(300)));
        Assert.Empty(Episodes(Play("spike", Keys, (70, 1), (75, 4), (80, 1), (125, 1)).Tick(300)));
        Assert.Equal(["125 onset=120 180"], Episodes(Play("spike", Keys, (110, 1), (115, 4), (125, 1)).Tick(300)));
        Assert.Equal(["130 onset=125 170"], Episodes(Play("spike", "levels: { yellow: 1 }, within: 15s, lasts: 40s", (120, 1), (125, 4), (130, 1)).Tick(300)));
    }

    [Fact]
    public void The_last_readings_are_counted_outside_of_hours_too()
    {
        const string Keys = "of-last: 3, limit: 3, levels: { yellow: 2, red: 3 }";
        Assert.Equal(["20 onset=20 60", "120 onset=120 180"], Episodes(Play("k-of-last", Keys, (10, 4), (20, 4)).Tick(300)));
        Assert.Equal(["120 onset=120 150"], Episodes(Play("k-of-last", Keys, (70, 4), (80, 4), (130, 1), (150, 1)).Tick(300)));
        Assert.Empty(Episodes(Play("k-of-last", Keys, (70, 4), (80, 4), (90, 1), (100, 1)).Tick(300)));
    }

    [Fact]
    public void The_line_goes_on_outside_of_hours()
    {
        const string Keys = "limit: 10, window: 60s, readings: 2, levels: { yellow: 60s }";
        Assert.Equal(["40 onset=40 60", "120 onset=120 180"], Episodes(Play("time-to-limit", Keys, (0, 2), (40, 6)).Tick(300)));
        Assert.Equal(["120 onset=120 150"], Episodes(Play("time-to-limit", Keys, (60, 2), (100, 6), (150, 2)).Tick(300)));
        Assert.Empty(Episodes(Play("time-to-limit", Keys, (60, 6), (100, 2)).Tick(300)));
        // Hours that begin again before the off-delay is over go on with the alarm.
        Assert.Equal(["40 onset=40 250"], Episodes(Play("time-to-limit", $"{Keys}, off-delay: 70s", (0, 2), (40, 6)).Tick(300)));
        Assert.Equal(["40 onset=40 90", "120 onset=120 210"], Episodes(Play("time-to-limit", $"{Keys}, off-delay: 30s", (0, 2), (40, 6)).Tick(300)));
    }

    [Fact]
    public void Hours_that_end_end_an_alarm_though_nobody_knows_its_value()
    {
        Assert.Equal(["50 onset=50 60"], Episodes(Play("threshold", "value: avg(5s), levels: { yellow: 3 }", (50, 4)).Tick(300)));
        // A line of too few readings.
        Assert.Equal(["10 onset=10 60"], Episodes(Play("time-to-limit", "limit: 3, window: 20s, levels: { yellow: 60s }", (10, 4), (50, 1)).Tick(300)));
    }

    [Theory]
    [InlineData("threshold", "levels: { yellow: 3 }")]
    [InlineData("k-of-last", "of-last: 2, limit: 3, levels: { yellow: 1 }")]
    public void Rules_that_come_into_force_again_before_the_first_reading_know_their_hours(string type, string keys)
    {
        string rules = Rule(type, keys);
        Assert.Equal(["10 onset=10 60", "120 onset=120 180"], Episodes(new Rig(rules).Activate(rules).Read("gw/stage", 10, 4).Tick(300)));
    }

    [Theory]
    [InlineData("threshold", "levels: { yellow: 1 }", "120 onset=120")]
    [InlineData("deadman", "silence: 5s, level: yellow", "125 onset=120")]
    [InlineData("deadman", "of: gateway, silence: 5s, level: yellow", "125 onset=120")]
    public void Nor_does_one_in_between_that_took_longer_keep_the_begin_of_hours_back(string type, string keys, string expected)
    {
        // By the second reading they begin at 129, which is found at 120; by the third at 122.
        var rig = new Rig(Rule(type, keys)).Read("gw/stage", 70, 1).Read("gw/stage", 90, 1, received: 99).Tick(120).Read("gw/stage", 119, 1, received: 121);
        Assert.Equal([expected], Episodes(rig.Tick(128)));
    }

    [Theory]
    [InlineData("datastream")]
    [InlineData("gateway")]
    public void A_reading_that_took_less_time_than_the_ones_before_brings_the_begin_of_hours_nearer(string of)
    {
        // By the first reading hours begin at 140 of the log's time, by the second at 125.
        var rig = new Rig(Rule("deadman", $"of: {of}, silence: 10s, level: yellow")).Read("gw/stage", 70, 1, received: 90).Read("gw/stage", 100, 1, received: 105);
        Assert.Empty(Episodes(rig.Tick(134)));
        Assert.Equal(["130 onset=120"], Episodes(rig.Tick(136)));
    }
}
