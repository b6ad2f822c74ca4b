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
    private const string From1635 = "hours: { from: '16:35', to: '20:00' }";

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

    // The log begins on 12 May 2026, 08:00 UTC, which is 16:00 in Beijing; a reading each hour, the fortieth too high: 14 May, 00:00 UTC, 08:00 there.
    [Theory]
    [InlineData("sum(hour)", 39, 1)]
    [InlineData("sum(day)", 32, 8)]
    [InlineData("sum(hydrological day)", 16, 24)]
    [InlineData("sum(meteorological day)", 28, 12)]
    [InlineData("sum(previous day) + last", 8, 32)]
    [InlineData("max(previous hour) + last", 38, 2)]
    [InlineData("max(2h) + sum(hydrological day) * 0", 16, 24)]
    public void Hours_and_days_begin_where_the_clock_has_them(string value, int beginHour, int held)
    {
        var log = new MemoryLog($$"""
            rules:
              - { id: day, type: threshold, domain: water, title: Day, scope: { quantity: level }, value: "{{value}}", levels: { yellow: 1000 }, unit: m }

            """.Replace("1000", value.Contains("max", StringComparison.Ordinal) || value.Contains("hour", StringComparison.Ordinal) ? "8" : "8.5", StringComparison.Ordinal));
        for (int hour = 0; hour < 40; hour++)
            log.Send(hour * 3600, 0.001);
        log.Send(40 * 3600, 9);

        var explained = new AlarmExplainer(log).Explain(log.Raise());

        Assert.True(explained.Same, explained.Again);
        Assert.Equal(Some.Instant.AddHours(beginHour), explained.WindowFrom);
        // What stands at the boundary itself belongs to the window before; it is listed all the same, as what the value grew from.
        Assert.Equal((held + 1, 0), (explained.ReadingsInWindow, explained.ReadingsLeftOut));
        Assert.Equal(explained.WindowFrom, explained.Readings[0].ObservedAt);
    }

    [Fact]
    public void Of_a_long_window_the_newest_readings_are_named_and_the_others_counted()
    {
        var log = new MemoryLog("""
            rules:
              - { id: day, type: threshold, domain: water, title: Day, scope: { quantity: level }, value: sum(previous hydrological day) + last, levels: { yellow: 8 }, unit: m }

            """);
        for (int minute = 0; minute < 2400; minute++)
            log.Send(minute * 60, 0.0001);
        log.Send(2400 * 60 + 1, 9);

        var explained = new AlarmExplainer(log).Explain(log.Raise());

        Assert.True(explained.Same, explained.Again);
        Assert.Equal(AlarmExplainer.MostReadings, explained.Readings.Count);
        Assert.Equal((1441L, 941L), (explained.ReadingsInWindow, explained.ReadingsLeftOut));
    }

    [Fact]
    public void An_alarm_that_a_backlog_brought_to_light_is_explained_by_the_readings_of_its_time_and_when_they_came()
    {
        var log = new MemoryLog(Rules);
        for (int minute = 0; minute <= 60; minute += 10)
            log.Send(minute * 60, 1);
        // The link is down for ten hours. From the first minute after it on the outbox is drained: 9 m from the fourth hour to the sixth.
        for (int minute = 70; minute < 660; minute++)
            log.Tick(minute * 60);
        log.Send(660 * 60, 1);
        for (int minute = 70; minute < 660; minute += 10)
            log.Send(minute * 60, minute is >= 240 and < 360 ? 9 : 1, received: (661 * 60) + (minute / 10));
        log.Tick(700 * 60);
        var raise = log.Raise();
        Assert.Equal((Some.TicksAfter(260 * 60), "yellow"), (raise.RaisedTicks, raise.Level));

        var explained = new AlarmExplainer(log).Explain(raise);

        Assert.True(explained.Same, explained.Again);
        Assert.Equal((9.0, 3.0), (explained.Readings[^1].Value, explained.Value));
        Assert.Equal(13L, explained.ReadingsInWindow);
        Assert.All(explained.Readings, reading => Assert.True(reading.ReceivedAt >= Some.Instant.AddMinutes(661)));
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
        Assert.Equal((Some.TicksAfter(1000), 1, 1L, 0L), (explained.Readings[0].ObservedAt.UtcTicks, explained.ReadingsBefore, explained.ReadingsInWindow, explained.ReadingsLeftOut));
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

    // A reading each ten minutes; the last one raises.
    [Theory]
    [InlineData("type: step, within: 15min, levels: { yellow: 3 }", new double[] { 1, 1, 1, 5 }, 15, new double[] { 1, 5 }, 0)]
    [InlineData("type: spike, within: 15min, levels: { yellow: 3 }", new double[] { 1, 1, 1, 5, 1 }, 15, new double[] { 1, 5, 1 }, 0)]
    [InlineData("type: k-of-last, of-last: 4, limit: 5, levels: { yellow: 2 }", new double[] { 1, 6, 1, 1, 6 }, 40, new double[] { 6, 1, 1, 6 }, 3)]
    [InlineData("type: time-to-limit, limit: 10, window: 30min, levels: { yellow: 1h }", new double[] { 1, 1, 1, 3, 5 }, 10, new double[] { 1, 1, 3, 5 }, 0)]
    [InlineData("type: k-of-n, by: gateway, limit: 5, value: avg(12min), within: 10min, levels: { yellow: 1 }", new double[] { 1, 1, 1, 1, 12 }, 18, new double[] { 1, 1, 12 }, 0)]
    [InlineData("type: threshold, value: rate(15min), levels: { yellow: 10 }", new double[] { 1, 1, 1, 1, 8 }, 25, new double[] { 1, 1, 8 }, 1)]
    [InlineData("type: threshold, value: increase(15min) + last, levels: { yellow: 10 }", new double[] { 1, 1, 1, 1, 8 }, 25, new double[] { 1, 1, 8 }, 1)]
    [InlineData("type: threshold, value: avg(15min), levels: { yellow: 4 }", new double[] { 1, 1, 1, 1, 8 }, 25, new double[] { 1, 8 }, 0)]
    [InlineData($"type: k-of-last, of-last: 4, limit: 5, levels: {{ yellow: 2 }}, {From1635}", new double[] { 9, 1, 1, 1, 6, 6 }, 50, new double[] { 1, 1, 6, 6 }, 3)]
    [InlineData($"type: k-of-last, of-last: 4, limit: 5, levels: {{ yellow: 2 }}, {From1635}", new double[] { 6, 1, 6, 1, 9 }, 35, new double[] { 6, 1, 6, 1 }, 4)]
    [InlineData($"type: threshold, levels: {{ yellow: 5 }}, {From1635}", new double[] { 1, 6, 6, 7, 9 }, 35, new double[] { 7 }, 1)]
    [InlineData($"type: threshold, levels: {{ yellow: 5 }}, {From1635}", new double[] { 1, 6, 6, 1, 9 }, 40, new double[] { 9 }, 0)]
    [InlineData($"type: threshold, value: avg(12min), levels: {{ yellow: 5 }}, {From1635}", new double[] { 1, 1, 6, 6, 1 }, 23, new double[] { 6 }, 0)]
    public void Named_are_the_readings_of_every_kind_of_window_and_those_that_count_from_before_it(string keys, double[] values, int fromMinute, double[] named, int before)
    {
        var log = new MemoryLog($$"""
            rules:
              - { id: r, domain: water, title: R, scope: { quantity: level }, {{keys}} }

            """);
        for (int i = 0; i < values.Length; i++)
            log.Send(i * 600, values[i]);

        var explained = new AlarmExplainer(log).Explain(log.Raise());

        Assert.True(explained.Same, explained.Again);
        Assert.Equal(Some.Instant.AddMinutes(fromMinute), explained.WindowFrom);
        Assert.Equal(named, explained.Readings.Select(reading => reading.Value!.Value));
        Assert.Equal((before, named.Length - before, 0), (explained.ReadingsBefore, explained.ReadingsInWindow, explained.ReadingsLeftOut));
    }

    [Theory]
    [InlineData("deadman, silence: 1h, level: blue", 2)]
    [InlineData("silence-after, silence: 1h, levels: { yellow: 5 }", 3)]
    public void Of_a_silence_that_is_counted_from_the_begin_of_hours_the_newest_reading_before_them_is_named(string type, int fromHour)
    {
        var log = new MemoryLog($$"""
            rules:
              - { id: r, domain: water, title: R, scope: { quantity: level }, type: {{type}}, hours: { from: "20:00", to: "22:00" } }

            """);
        log.Send(0, 4);
        log.Send(600, 6);
        for (int hour = 1; hour < 6; hour++)
            log.Tick(hour * 3600);

        var explained = new AlarmExplainer(log).Explain(log.Raise());

        Assert.True(explained.Same, explained.Again);
        Assert.Equal(Some.Instant.AddHours(4), explained.OnsetAt);
        Assert.Equal(Some.Instant.AddHours(fromHour), explained.WindowFrom);
        Assert.Equal([6], explained.Readings.Select(reading => reading.Value!.Value));
        Assert.Equal((1, 0, 0), (explained.ReadingsBefore, explained.ReadingsInWindow, explained.ReadingsLeftOut));
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

    [Fact]
    public void The_points_of_an_area_are_named_with_their_weights_and_values_and_so_are_their_readings()
    {
        var log = new MemoryLog("""
            rules:
              - id: basin
                type: threshold
                domain: water
                title: Basin
                scope: { quantity: level }
                value: max(1h)
                over: { by: "zone:catchment", take: avg, weights: thiessen, fresh: 90min }
                levels: { yellow: 4 }
                unit: m

            """, Basin);
        for (int hour = 0; hour < 100; hour++)
        {
            log.Send(hour * 3600, 1, "a");
            log.Send((hour * 3600) + 5, 2, "b");
            log.Send((hour * 3600) + 7, 50, "far");
            if (hour == 96)
                log.Send((hour * 3600) + 9, 1, "c");
        }
        log.Send(100 * 3600, 7, "b");
        var raise = log.Raise();

        var explained = new AlarmExplainer(log).Explain(raise);

        Assert.True(explained.Same, explained.Again);
        Assert.Equal(("avg of max(1h)", "basin", 5.0), (explained.Measure, explained.Scope, explained.Value));
        // The third was left out, and what was played again does not even hold its last word.
        Assert.Equal(
            [("gw/a", 0.25, 1.0, 99 * 3600.0), ("gw/b", 0.5, 7, 100 * 3600), ("gw/c", 0.25, null, null)],
            explained.Points.Select(point => (point.Name, point.Weight, point.Value, (point.At - Some.Instant)?.TotalSeconds)));
        Assert.Equal(["gw/a", "gw/b", "gw/b"], explained.Readings.Select(reading => reading.Datastream).Order());
        Assert.True(explained.RecordsPlayed < 50, $"{explained.RecordsPlayed} records were played for a window of ninety minutes");
    }

    [Fact]
    public void The_members_of_a_silence_told_as_one_are_named()
    {
        var log = new MemoryLog("""
            rules:
              - id: silent
                type: deadman
                domain: water
                title: Silent
                scope: { quantity: level }
                silence: 1h
                level: blue
                roll-up: { by: gateway, share: 0.5, level: orange }

            """, Basin);
        foreach (string name in new[] { "a", "b", "far", "far2" })
            log.Send(0, 1, name);
        log.Send(1800, 1, "b");
        for (int minute = 31; minute < 120; minute++)
            log.Tick(minute * 60);
        var raise = log.Raise();

        var explained = new AlarmExplainer(log).Explain(raise);

        Assert.True(explained.Same, explained.Again);
        Assert.Equal("gw/*", explained.Scope);
        Assert.Equal(
            [("gw/a", 1.0), ("gw/b", 0), ("gw/c", null), ("gw/far", 1), ("gw/far2", 1)], explained.Points.Select(point => (point.Name, point.Value)));
        Assert.Equal(5, explained.Readings.Count);
    }

    private const string Basin = """
        domains: [{ id: water, name: Water }]
        stations:
          - { id: a, kind: river, name: A, domain: water, location: [110.0, 21.05] }
          - { id: b, kind: river, name: B, domain: water, location: [110.05, 21.05] }
          - { id: c, kind: river, name: C, domain: water, location: [110.1, 21.05] }
          - { id: far, kind: river, name: Far, domain: water, location: [110.4, 21.05] }
        gateways: [{ id: gw, domain: water }]
        datastreams:
          - { gateway: gw, name: a, station: a, quantity: level, unit: m }
          - { gateway: gw, name: b, station: b, quantity: level, unit: m }
          - { gateway: gw, name: c, station: c, quantity: level, unit: m }
          - { gateway: gw, name: far, station: far, quantity: level, unit: m }
          - { gateway: gw, name: far2, station: far, quantity: level, unit: m }
        zones:
          - { id: basin, kind: catchment, name: Basin, domain: water, geometry: { type: Polygon, coordinates: [[[110, 21], [110.1, 21], [110.1, 21.1], [110, 21.1], [110, 21]]] } }
        """;

    /// <summary>A log in memory, by seconds after <see cref="Some.Instant"/>; its first two records put catalogue and rules into force.</summary>
    private sealed class MemoryLog : IReplayedLog
    {
        private readonly List<(byte Kind, long ReceivedAt, string Topic, string By, byte[] Payload)> records = [];
        private readonly SourceBundle catalogue;
        private readonly SourceBundle rules;

        public MemoryLog(string rules, string? catalogue = null)
        {
            this.catalogue = new([new("city.yaml", catalogue ?? City.Catalogue)]);
            this.rules = new([new("rules.yaml", rules)]);
            var (read, messages) = RuleSetReader.Read(this.rules);
            Assert.True(read is not null, string.Join('\n', messages));
            records.Add((3, Some.Ticks, AlarmCommands.ActivateCatalogue, "service", this.catalogue.ToBytes()));
            records.Add((3, Some.Ticks, AlarmCommands.ActivateRules, "li", this.rules.ToBytes()));
        }

        public long FirstSequence => 1;

        public void Send(int second, double value, string name = "stage", int? received = null) => records.Add((1, Some.TicksAfter(received ?? second), "sensorgrid/v1/water/gw/readings", "gw", Encoding.UTF8.GetBytes(
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
