using System.Globalization;
using System.Text;
using SensorGrid.Alarms.Replays;
using SensorGrid.Alarms.Tests.Support;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Files;
using SensorGrid.Testing;

namespace SensorGrid.Alarms.Tests.Replays;

public sealed class AlarmExplainerTests
{
    private const string Rules = """
        rules:
          - id: other
            type: deadman
            domain: water
            title: Other
            scope: { quantity: level }
            silence: 4000h
            level: blue
          - id: mean
            type: threshold
            domain: water
            title: Mean
            scope: { quantity: level }
            value: avg(2h)
            levels: { yellow: 3, red: 5.5 }
            unit: m

        """;

    [Fact]
    public void The_readings_of_the_window_the_limits_and_the_rule_are_named_and_the_same_comes_out_again()
    {
        var log = new MemoryLog(Rules);
        for (int hour = 0; hour < 200; hour++)
            log.Send(hour * 3600, 1);
        log.Send(200 * 3600, 9);
        var raise = log.Raise();

        var explained = new AlarmExplainer(log).Explain(raise);

        Assert.True(explained.Same, explained.Again);
        Assert.Equal(("mean", "gw/stage", "yellow", "avg(2h)", 5.0), (explained.Rule, explained.Scope, explained.Level, explained.Measure, explained.Value));
        Assert.Equal([("yellow", 3.0), ("red", 5.5)], explained.Limits.Select(limit => (limit.Level, limit.Value)));
        Assert.Equal([1, 1, 9], explained.Readings.Select(reading => reading.Value!.Value));
        Assert.Equal((3L, raise.Sequence), (explained.ReadingsInWindow, explained.Readings[^1].Sequence));
        Assert.Equal(("  - id: mean", "    unit: m", 8), (explained.RuleText[0], explained.RuleText[^1], explained.RuleText.Count));
        Assert.Equal("rules.yaml:9", explained.RulePlace);
        Assert.Equal(("li", false), (explained.RulesBy, explained.BeginIsMissing));
        Assert.True(explained.RecordsPlayed < 10, $"{explained.RecordsPlayed} records were played for a window of three");
    }

    [Fact]
    public void What_was_recorded_otherwise_is_not_the_same()
    {
        var log = new MemoryLog(Rules);
        log.Send(0, 9);
        var raise = log.Raise();

        var explained = new AlarmExplainer(log).Explain(raise with { Recorded = raise.Recorded.Replace("value=9", "value=8", StringComparison.Ordinal) });

        Assert.False(explained.Same);
        Assert.Equal(raise.Recorded, explained.Again);
    }

    [Fact]
    public void A_condition_that_hangs_on_older_records_is_followed_further_back()
    {
        // Above the limit since the morning, which counts only from the evening on: no window says how far back that is.
        var log = new MemoryLog("""
            rules:
              - id: night
                type: threshold
                domain: water
                title: Night
                scope: { quantity: level }
                value: last
                levels: { yellow: 3 }
                unit: m
                hours: { from: "18:00", to: "20:00", offset: "+08:00" }

            """);
        log.Send(0, 4);
        for (int minute = 1; minute < 24 * 60; minute += 10)
            log.Tick(minute * 60);
        var raise = log.Raise();
        Assert.True(raise.ReceivedTicks - Some.Ticks > TimeSpan.FromMinutes(45).Ticks, $"raised after {TimeSpan.FromTicks(raise.ReceivedTicks - Some.Ticks)}: too soon to show anything");

        var explained = new AlarmExplainer(log).Explain(raise);

        Assert.True(explained.Same, explained.Again);
        Assert.False(explained.BeginIsMissing);
    }

    [Fact]
    public void Readings_of_the_other_end_of_the_pipe_are_named_with_the_newest_before_the_window()
    {
        var log = new MemoryLog(
            """
            rules:
              - id: blocked
                type: threshold
                domain: water
                title: Blocked
                scope: { quantity: level }
                value: last of upstream level > 3 m and last < 2 m
                levels: { orange: 1 }
                on-delay: 5min

            """,
            """
            domains: [{ id: water, name: Water }]
            stations: [{ id: st1, kind: manhole, name: One, domain: water }, { id: st2, kind: manhole, name: Two, domain: water }]
            gateways: [{ id: gw, domain: water }]
            datastreams:
              - { gateway: gw, name: stage, station: st1, quantity: level, unit: m }
              - { gateway: gw, name: above, station: st2, quantity: level, unit: m }
              - { gateway: gw, name: rain, station: st2, quantity: rain, unit: m }
            relations: [{ kind: upstream, from: st2, to: st1 }]
            """);
        log.Send(0, 2.5);
        log.Send(30, 3.1, "above");
        log.Send(60, 9, "rain");
        log.Send(1000, 3.2, "above");
        log.Send(2400, 1);
        log.Tick(3300);
        var raise = log.Raise();

        var explained = new AlarmExplainer(log).Explain(raise);

        Assert.True(explained.Same, explained.Again);
        Assert.Equal("gw/stage|gw/above", explained.Scope);
        Assert.Equal(Some.TicksAfter(2400), explained.OnsetAt.UtcTicks);
        Assert.Equal([("gw/above", 3.2), ("gw/stage", 1.0)], explained.Readings.Select(reading => (reading.Datastream, reading.Value!.Value)));
        Assert.Equal((Some.TicksAfter(1000), true, 1L), (explained.Readings[0].ObservedAt.UtcTicks, explained.Readings[0].ObservedAt < explained.WindowFrom, explained.ReadingsInWindow));
    }

    [Fact]
    public void A_missed_check_in_comes_out_again_however_far_back_the_plan_began()
    {
        var log = new MemoryLog("""
            rules:
              - id: patrol
                type: check-in
                domain: water
                title: Patrol
                scope: { quantity: level }
                every: 6h
                tolerance: 30min
                levels: { yellow: 2 }

            """);
        log.Send(0, 1);
        for (int hour = 1; hour < 30; hour++)
            log.Tick(hour * 3600);
        var raise = log.Raise();

        var explained = new AlarmExplainer(log).Explain(raise);

        Assert.True(explained.Same, explained.Again);
        Assert.Equal(2, explained.Value);
        Assert.Equal([("yellow", 2.0)], explained.Limits.Select(limit => (limit.Level, limit.Value)));
    }

    [Fact]
    public void More_records_than_may_be_played_are_told_of()
    {
        var log = new MemoryLog(Rules);
        for (int minute = 0; minute < 120; minute++)
            log.Send(minute * 60, 2.95);
        log.Send(7190, 12);
        var raise = log.Raise();

        var explained = new AlarmExplainer(log, mostRecords: 10).Explain(raise);

        Assert.Equal((10L, true, false), (explained.RecordsPlayed, explained.BeginIsMissing, explained.Same));
        Assert.True(new AlarmExplainer(log).Explain(raise).Same);
    }

    /// <summary>A log in memory, by seconds after <see cref="Some.Instant"/>; its first two records put catalogue and rules into force.</summary>
    private sealed class MemoryLog : IReplayedLog
    {
        private readonly List<(byte Kind, long ReceivedAt, string Topic, string By, byte[] Payload)> records = [];
        private readonly SourceBundle catalogue;
        private readonly SourceBundle rules;

        public MemoryLog(string rules, string catalogue = City.Catalogue)
        {
            this.catalogue = new([new("city.yaml", catalogue)]);
            this.rules = new([new("rules.yaml", rules)]);
            var (read, messages) = RuleSetReader.Read(this.rules);
            Assert.True(read is not null, string.Join('\n', messages));
            records.Add((3, Some.Ticks, AlarmCommands.ActivateCatalogue, "service", this.catalogue.ToBytes()));
            records.Add((3, Some.Ticks, AlarmCommands.ActivateRules, "li", this.rules.ToBytes()));
        }

        public long FirstSequence => 1;

        public void Send(int second, double value, string name = "stage") => records.Add((1, Some.TicksAfter(second), "sensorgrid/v1/water/gw/readings", "gw", Encoding.UTF8.GetBytes(
            string.Create(CultureInfo.InvariantCulture, $$"""[{"n":"{{name}}","u":"m","v":{{value}},"t":{{Some.Instant.ToUnixTimeSeconds() + second}}}]"""))));

        public void Tick(int second) => records.Add((2, Some.TicksAfter(second), "", "", []));

        /// <summary>The first raise that the whole log gives.</summary>
        public RaisedAlarm Raise()
        {
            var table = new DatastreamTable();
            var alarms = new ReplayedAlarms(table);
            var replay = new LogReplay(table, _ => true, alarms);
            Play(0, 1, records.Count, (kind, sequence, receivedAt, topic, by, payload) =>
            {
                replay.Take(kind, sequence, receivedAt, topic, by, payload);
                return true;
            });
            return RaisedAlarm.Of(alarms.Transitions.First(transition => transition.Kind == AlarmTransitionKind.Raised));
        }

        public void Play(long notBeforeTicks, long fromSequence, long upToSequence, TakeLogRecord take)
        {
            for (long sequence = Math.Max(1, fromSequence); sequence <= Math.Min(upToSequence, records.Count); sequence++)
            {
                var (kind, receivedAt, topic, by, payload) = records[(int)sequence - 1];
                if (receivedAt >= notBeforeTicks && !take(kind, sequence, receivedAt, topic, by, payload))
                    return;
            }
        }

        public ReplayedDefinitions DefinitionsBefore(long sequence) => new(
            sequence > 1 ? catalogue : SourceBundle.Empty, sequence > 2 ? rules : SourceBundle.Empty, sequence > 2 ? "li" : null, sequence > 2 ? Some.Ticks : 0);
    }
}
