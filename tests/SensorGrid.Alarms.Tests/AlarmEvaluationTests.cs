using System.Buffers;
using System.Text;
using SensorGrid.Alarms.Tests.Support;
using SensorGrid.Readings;
using SensorGrid.Testing;

namespace SensorGrid.Alarms.Tests;

public sealed class AlarmEvaluationTests
{
    public static TheoryData<string, string, string> UnreadableCommands => new()
    {
        { "alarm.acknowledge", "li", "" },
        { "alarm.acknowledge", "li", "{" },
        { "alarm.acknowledge", "li", "[]" },
        { "alarm.acknowledge", "li", "{}" },
        { "alarm.acknowledge", "li", """{"alarm":7}""" },
        { "alarm.acknowledge", "li", """{"alarm":""}""" },
        { "alarm.acknowledge", "li", """{"alarm":"x","note":7}""" },
        { "alarm.acknowledge", "li", """{"alarm":"x"} y""" },
        { "alarm.acknowledge", "", """{"alarm":"x"}""" },
        { "rules.activate", "", "not brotli" },
        { "catalogue.activate", "", "not brotli" },
    };

    [Theory]
    [MemberData(nameof(UnreadableCommands))]
    public void A_command_that_cannot_be_read_is_counted_and_changes_nothing(string type, string principal, string payload)
    {
        var city = new City().Read(0, 3);
        city.Command(1, type, Encoding.UTF8.GetBytes(payload), principal);
        Assert.Equal(1, city.Evaluation.Commands.Invalid);
        Assert.Equal(["0 raised Yellow", "2 level-changed Orange"], city.Read(2, 4).Steps);
    }

    [Fact]
    public void A_command_of_an_unknown_type_is_counted()
    {
        var city = new City().Command(1, "fence.move", []);
        Assert.Equal(1, city.Evaluation.Commands.Unknown);
    }

    [Theory]
    [InlineData(AlarmCommands.CommandStation)]
    [InlineData(AlarmCommands.StationCommandEnded)]
    public void Commands_to_stations_and_their_ends_are_known_and_are_no_more_than_a_tick(string type)
    {
        string rule = City.Rule + "\n    on-delay: 5min";
        var ticked = new City(rule).Read(0, 3).Tick(301).Tick(302);
        var city = new City(rule).Read(0, 3).Command(301, type, "{\"given\":1}"u8.ToArray(), "li").Command(302, type, []);
        Assert.NotEmpty(city.Steps);
        Assert.Equal(ticked.Steps, city.Steps);
        Assert.Equal((0L, 0L), (city.Evaluation.Commands.Unknown, city.Evaluation.Commands.Invalid));
    }

    [Fact]
    public void Downtime_raises_nothing_and_what_waited_meanwhile_is_judged_first()
    {
        var city = new City(City.Rule + "\n    on-delay: 5min").Read(0, 3).Tick(60).Start(7200).Tick(7201).Read(240, 2, received: 7202).Tick(9000);
        Assert.Empty(city.Steps);
        Assert.Equal(0, city.Evaluation.Commands.Unknown);
    }

    [Fact]
    public void Silence_found_after_a_long_downtime_is_paged_and_reported_at_the_log_time_it_was_found()
    {
        const string Silent = "  - { id: d, type: deadman, domain: water, title: T, scope: { quantity: level }, silence: 10min, level: red, freshness: 2min }";
        var city = new City(Silent).Read(0, 1).Tick(300).Start(7200).Tick(7529);
        Assert.Empty(city.Steps);
        city.Tick(7600);
        var transition = Assert.Single(city.Transitions);
        Assert.False(transition.Retrospective);
        Assert.False(transition.Alarm.Retrospective);
        // 5 min before, and 5 min after the half minute that the gateway is waited for.
        Assert.Equal((Some.TicksAfter(600), Some.TicksAfter(7530)), (transition.AtTicks, transition.LogTimeTicks));
        Assert.Equal(Some.TicksAfter(7530), transition.Alarm.ReceivedAtTicks);
    }

    [Fact]
    public void What_a_person_does_after_a_downtime_is_dated_with_the_time_of_the_log()
    {
        var city = new City().Read(0, 3).Start(7200).Acknowledge(7210);
        Assert.Equal(["0 raised Yellow", "7210 acknowledged Yellow"], city.Steps);
    }

    [Fact]
    public void A_snapshot_from_after_a_downtime_goes_on_without_it()
    {
        var city = new City(City.Rule + "\n    on-delay: 5min").Read(0, 3).Start(7200).Read(10, 3, received: 7201);
        var written = new ArrayBufferWriter<byte>();
        city.Evaluation.WriteSnapshot(written);
        Assert.True(city.Evaluation.TryRestore(written.WrittenSpan));
        Assert.Empty(city.Tick(7490).Steps);
        Assert.Equal(["300 raised Yellow"], city.Tick(7491).Steps);
    }

    [Theory]
    [InlineData("rules.activate")]
    [InlineData("catalogue.activate")]
    public void Files_with_errors_leave_what_was_in_force(string type)
    {
        var city = new City();
        var (rules, catalogue) = (city.Evaluation.Rules, city.Evaluation.Catalogue);
        city.Command(1, type, City.Bundle("rules: [{ id: x }]\nstations: 7"));
        Assert.Equal(1, city.Evaluation.Commands.Invalid);
        Assert.Same(rules, city.Evaluation.Rules);
        Assert.Same(catalogue, city.Evaluation.Catalogue);
    }

    [Fact]
    public void Readings_are_assessed_with_the_catalogue_in_force()
    {
        var city = new City().Read(0, 9999).Read(1, -9999).Read(2, 5);
        Assert.Equal(["2 raised Red"], city.Steps);
        Assert.Equal(2, city.Evaluation.Readings.NotValues);
    }

    [Fact]
    public void What_was_due_before_a_command_happened_before_it()
    {
        var city = new City(City.Rule + "\n    on-delay: 10s").Read(0, 3).Activate(30, City.Rule.Replace("water.level", "x", StringComparison.Ordinal));
        Assert.Equal(["10 raised Yellow", "30 cleared Yellow"], city.Steps);
    }

    [Fact]
    public void Rules_that_do_not_fit_the_catalogue_are_left_out_and_named()
    {
        var city = new City(City.Rule.Replace("unit: m", "unit: mm", StringComparison.Ordinal)).Read(0, 5);
        Assert.Empty(city.Steps);
        Assert.Contains("limits in 'mm'", Assert.Single(city.Evaluation.RuleMessages).Text, StringComparison.Ordinal);
    }

    [Fact]
    public void Alarm_carries_its_evidence()
    {
        var alarm = new City().Read(0, 4.25, received: 3).Transitions[0].Alarm;
        Assert.Equal(("水位高", "Level high", "water", "PLAN-1", "m"), (alarm.Title.Zh, alarm.Title.En, alarm.Domain, alarm.Plan, alarm.Unit));
        Assert.Equal((4.25, 4.0, 3.0, 5.0), (alarm.Value, alarm.Limit, alarm.Limits.Yellow, alarm.Limits.Red));
        Assert.Equal("last", alarm.Measure);
        Assert.Equal(("gw/stage", "gw", "st1", 110.3, 21.2), (alarm.Datastream, alarm.Gateway, alarm.Station, alarm.Longitude, alarm.Latitude));
        Assert.Equal((Some.TicksAfter(0), Some.TicksAfter(0), Some.TicksAfter(3)), (alarm.OnsetAtTicks, alarm.RaisedAtTicks, alarm.ReceivedAtTicks));
        Assert.Matches("^[0-9a-f]{12}$", alarm.RuleVersion);
    }

    [Fact]
    public void Alarm_says_what_its_limits_are_compared_with()
    {
        var sum = new City(City.Rule + "\n    value: \"rate(60s, 1min)\"").Read(0, 1).Read(60, 5);
        Assert.Equal("rate(1min, 1min)", sum.Transitions[0].Alarm.Measure);
    }

    [Fact]
    public void Snapshot_that_was_cut_or_changed_is_refused_and_everything_is_as_new()
    {
        var city = new City().Read(0, 5);
        var written = new ArrayBufferWriter<byte>();
        city.Evaluation.WriteSnapshot(written);
        for (int at = 0; at < written.WrittenCount; at++)
        {
            byte[] changed = written.WrittenSpan.ToArray();
            changed[at] ^= 1;
            Assert.False(new AlarmEvaluation(new DatastreamTable()).TryRestore(changed));
        }
        Assert.False(city.Evaluation.TryRestore(written.WrittenSpan[..^1]));
        Assert.Null(city.Evaluation.Rules);
        Assert.Equal(0, city.Evaluation.Alarms.Count);
        Assert.True(city.Evaluation.TryRestore(written.WrittenSpan));
        Assert.Equal(1, city.Evaluation.Alarms.Count);
    }

    [Fact]
    public void Snapshot_from_before_anything_was_in_force_can_be_read()
    {
        var written = new ArrayBufferWriter<byte>();
        new AlarmEvaluation(new DatastreamTable()).WriteSnapshot(written);
        Assert.True(new AlarmEvaluation(new DatastreamTable()).TryRestore(written.WrittenSpan));
    }
}
