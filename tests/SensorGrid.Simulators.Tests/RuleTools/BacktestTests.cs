using SensorGrid.Alarms;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;
using SensorGrid.Simulators.Recordings;
using SensorGrid.Simulators.RuleTools;

namespace SensorGrid.Simulators.Tests.RuleTools;

public sealed class BacktestTests
{
    private static readonly DateTimeOffset Begin = new(2026, 5, 1, 8, 0, 0, TimeSpan.Zero);
    private static readonly RecordedSeries Stage = new("g", "water", "stage", "m");

    private static readonly SourceBundle Catalogue = new([new("catalogue.yaml", """
        domains: [{ id: water, name: Water }]
        stations: [{ id: weir, kind: river, name: Weir, domain: water }]
        gateways: [{ id: g, domain: water, station: weir }]
        datastreams: [{ gateway: g, name: stage, quantity: level, unit: m }]

        """)]);

    private static readonly SourceBundle Rules = new([new("rules.yaml", """
        rules:
          - { id: high, type: threshold, domain: water, title: High, scope: { quantity: level }, unit: m, levels: { blue: 2, red: 3 }, on-delay: 10min }
          - { id: silent, type: deadman, domain: water, title: Silent, scope: { quantity: level }, silence: 1h, level: yellow }

        """)]);

    [Fact]
    public void Delays_and_silence_become_due_in_event_time()
    {
        var run = Run([(0, 2.5), (5, 2.5), (15, 2.5), (120, 1)]);
        Assert.Equal(
            [("high", AlarmTransitionKind.Raised, 10), ("silent", AlarmTransitionKind.Raised, 75), ("high", AlarmTransitionKind.Cleared, 120), ("silent", AlarmTransitionKind.Cleared, 120)],
            run.Transitions.Select(transition => (transition.Alarm.Rule, transition.Kind, Minute(transition.AtTicks))));
        Assert.DoesNotContain(run.Transitions, transition => transition.Retrospective);
    }

    [Fact]
    public void The_end_of_a_recording_is_not_silence_unless_a_tail_is_played()
    {
        Assert.Empty(Run([(0, 1)]).Transitions);
        var raised = Assert.Single(Run([(0, 1)], tail: TimeSpan.FromHours(2)).Transitions);
        Assert.Equal(("silent", 60), (raised.Alarm.Rule, Minute(raised.AtTicks)));
    }

    [Fact]
    public void What_was_missing_in_the_recording_is_not_played()
    {
        var missing = new RecordedReading(Stage, Begin.UtcTicks, ReadingKind.Number, double.NaN, 0, null, Quality.Missing);
        var run = Backtest.Run(Catalogue, Rules, [missing, .. Recorded([(5, 1)])]);
        Assert.Equal((1, 1, Begin.AddMinutes(5).UtcTicks), (run.Readings, run.NotSent, run.FirstTicks));
    }

    [Fact]
    public void A_recording_that_breaks_off_says_so_after_what_came_before_it()
    {
        IEnumerable<RecordedReading> Broken()
        {
            foreach (var reading in Recorded([(0, 1)]))
                yield return reading;
            throw new RecordingException("file.csv", 3, "not a number");
        }

        var error = Assert.Throws<RecordingException>(() => Backtest.Run(Catalogue, Rules, Broken()));
        Assert.Equal("file.csv:3: not a number", error.Message);
    }

    [Fact]
    public void A_latched_red_that_comes_back_is_two_episodes_of_one_alarm()
    {
        var run = Run([(0, 3.5), (15, 3.5), (30, 1), (45, 3.5), (60, 3.5), (75, 1)]);
        Assert.Equal([(10, 30, Level.Red), (55, 75, Level.Red)], run.Episodes.Select(e => (Minute(e.FromTicks), Minute(e.UntilTicks!.Value), e.PeakLevel)));
        Assert.Single(run.Episodes.Select(episode => episode.Alarm).Distinct());
        Assert.All(run.Episodes, episode => Assert.Equal("weir", episode.Site));
    }

    [Fact]
    public void The_score_counts_hits_misses_false_alarms_lead_and_chatter()
    {
        var run = Run([(0, 2.5), (15, 2.5), (30, 1), (45, 2.5), (60, 1), (75, 2.5), (90, 2.5), (110, 1), (150, 1), (1440, 1)]);
        LabelledIncident[] incidents =
        [
            new("met", "weir", At(40), At(60)), new("missed", "weir", At(200), At(210)), new("elsewhere", "other", At(0), At(1440)),
        ];
        var score = BacktestScore.Of(run, incidents, TimeSpan.FromMinutes(20), dispatchers: 2);
        // Alarms at 10–30 (met), 55–60 (met too), 85–110 (false) and one of silence.
        Assert.Equal((3, 1, 1, 2, 1), (score.Alarms, score.SilenceAlarms, score.Hits, score.Misses, score.FalseAlarms));
        Assert.Equal(TimeSpan.FromMinutes(30), score.Incidents[0].Lead);
        Assert.Equal(2, score.Chatter);
        Assert.Equal(1, score.SiteDays);
        Assert.Equal(4 / 24.0 / 2, score.AlarmsPerDispatcherHour, 12);
    }

    [Fact]
    public void Without_labels_nothing_is_called_false() =>
        Assert.Null(BacktestScore.Of(Run([(0, 2.5), (15, 2.5)]), null, TimeSpan.Zero, 1).FalseAlarms);

    [Fact]
    public void A_sketch_keeps_every_extreme_in_a_bounded_size()
    {
        var sketch = new SeriesSketch();
        for (int i = 0; i < 100_000; i++)
            sketch.Take(i * TimeSpan.TicksPerSecond, i == 54_321 ? 9 : i % 2);
        var points = sketch.Points.ToList();
        Assert.InRange(points.Count, 512, 1024);
        Assert.Single(points, point => point.High == 9);
        Assert.All(points, point => Assert.Equal(0, point.Low));
    }

    [Fact]
    public void The_report_needs_nothing_from_outside_and_is_in_both_languages()
    {
        var run = Run([(0, 2.5), (15, 2.5), (30, 1)], sketches: true);
        string html = BacktestReport.ToHtml(run, BacktestScore.Of(run, [new("<flood>", "weir", At(0), At(30))], TimeSpan.Zero, 1), "a & b");
        Assert.DoesNotContain("src=", html, StringComparison.Ordinal);
        Assert.DoesNotContain("http", html, StringComparison.Ordinal);
        Assert.Contains("命中：&lt;flood&gt;", html, StringComparison.Ordinal);
        Assert.Contains("hit: &lt;flood&gt;", html, StringComparison.Ordinal);
        Assert.Contains("a &amp; b", html, StringComparison.Ordinal);
        Assert.Contains("<path", html, StringComparison.Ordinal);
    }

    [Fact]
    public void The_charts_show_the_limits_with_their_levels_and_the_spans_of_the_alarms()
    {
        var run = Run([(0, 2.5), (15, 2.5), (30, 1)], sketches: true);
        string html = BacktestReport.ToHtml(run, BacktestScore.Of(run, null, TimeSpan.Zero, 1), "a");
        Assert.Equal(2, html.Split("<line class=\"limit\"").Length - 1);
        Assert.Contains(">蓝 blue 2</text>", html, StringComparison.Ordinal);
        Assert.Contains(">红 red 3</text>", html, StringComparison.Ordinal);
        Assert.Contains("<title>high</title></line>", html, StringComparison.Ordinal);
        // Once over the chart and once as a bar below it.
        Assert.Equal(2, html.Split("<title>high blue</title>").Length - 1);
    }

    [Fact]
    public void Limits_of_a_rule_that_looks_at_more_than_one_reading_are_not_drawn_beside_them()
    {
        var sums = new SourceBundle([new("rules.yaml", Rules.Files[0].Text.Replace("levels: { blue", "value: sum(1h), levels: { blue", StringComparison.Ordinal))]);
        var run = Backtest.Run(Catalogue, sums, Recorded([(0, 2.5), (15, 2.5), (30, 1)]), sketches: true);
        Assert.Contains(run.Transitions, transition => transition.Alarm.Measure == "sum(1h)");
        Assert.DoesNotContain("<line", BacktestReport.ToHtml(run, BacktestScore.Of(run, null, TimeSpan.Zero, 1), "a"), StringComparison.Ordinal);
    }

    [Fact]
    public void Every_text_is_there_in_both_languages() =>
        Assert.All(RuleToolTexts.Ids, id => Assert.True(RuleToolTexts.Of(id) is { Zh.Length: > 0, En.Length: > 0 }, id));

    private static BacktestRun Run((int Minute, double Value)[] readings, TimeSpan tail = default, bool sketches = false) =>
        Backtest.Run(Catalogue, Rules, Recorded(readings), tail, sketches);

    private static IEnumerable<RecordedReading> Recorded((int Minute, double Value)[] readings) =>
        readings.Select(reading => new RecordedReading(Stage, At(reading.Minute), ReadingKind.Number, reading.Value, 0, null, Quality.Good));

    private static long At(int minute) => Begin.AddMinutes(minute).UtcTicks;

    private static int Minute(long ticks) => (int)((ticks - Begin.UtcTicks) / TimeSpan.TicksPerMinute);
}
