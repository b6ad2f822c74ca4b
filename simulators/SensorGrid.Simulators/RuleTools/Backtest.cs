using SensorGrid.Alarms;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>
/// Plays recorded readings through the function that raises alarms live, in event time and as fast as it goes.
/// <code>
/// RecordingStream ─► RecordedBatches: one record for each gateway and instant ─► ReadAhead ─► AlarmEvaluation ─► transitions
/// (a thread of its own)                                                                       (the caller's thread)
/// </code>
/// Each reading arrives when it was observed. Silence and delays become due by the stamps of the readings that follow, and after the last
/// one for as long as <c>tail</c> says. Nobody acknowledges, so a latched red goes on until the end.
/// </summary>
public sealed class Backtest
{
    private const long ProgressEvery = 1_000_000;

    private readonly DatastreamTable table = new();
    private readonly AlarmEvaluation evaluation;
    private readonly List<AlarmTransition> transitions = [];
    private readonly SourceBundle catalogue;
    private readonly SourceBundle rules;
    private readonly Action<long>? progress;
    private long sequence;
    private long readings;
    private long first;
    private long last;

    private Backtest(SourceBundle catalogue, SourceBundle rules, Action<long>? progress)
    {
        this.catalogue = catalogue;
        this.rules = rules;
        this.progress = progress;
        evaluation = new(table);
    }

    /// <summary>Runs to the end of the recordings.</summary>
    /// <param name="catalogue">Catalogue files, without mistakes.</param>
    /// <param name="rules">Rule files, without mistakes.</param>
    /// <param name="recorded">What was recorded, in time order.</param>
    /// <param name="tail">How long nothing comes after the last reading.</param>
    /// <param name="sketches">Whether the courses of the values are kept, for charts.</param>
    /// <param name="progress">Told the number of readings so far, about every million.</param>
    /// <exception cref="RecordingException">A recording cannot be read.</exception>
    public static BacktestRun Run(
        SourceBundle catalogue, SourceBundle rules, IEnumerable<RecordedReading> recorded, TimeSpan tail = default, bool sketches = false,
        Action<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        using var readings = recorded.GetEnumerator();
        return Run(catalogue, rules, into =>
        {
            int read = 0;
            while (read < into.Length && readings.MoveNext())
                into[read++] = readings.Current;
            return read;
        }, tail, sketches, progress);
    }

    /// <summary>Runs to the end of the recordings; the fast way for long ones.</summary>
    /// <param name="catalogue">Catalogue files, without mistakes.</param>
    /// <param name="rules">Rule files, without mistakes.</param>
    /// <param name="recorded">What was recorded; read on another thread.</param>
    /// <param name="tail">How long nothing comes after the last reading.</param>
    /// <param name="sketches">Whether the courses of the values are kept, for charts.</param>
    /// <param name="progress">Told the number of readings so far, about every million.</param>
    /// <exception cref="RecordingException">A recording cannot be read.</exception>
    public static BacktestRun Run(
        SourceBundle catalogue, SourceBundle rules, RecordingStream recorded, TimeSpan tail = default, bool sketches = false, Action<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        return Run(catalogue, rules, recorded.Read, tail, sketches, progress);
    }

    private static BacktestRun Run(SourceBundle catalogue, SourceBundle rules, TakeRecorded read, TimeSpan tail, bool sketches, Action<long>? progress)
    {
        var backtest = new Backtest(catalogue, rules, progress);
        var series = new PlayedSeriesTable(backtest.table, sketches);
        var batches = new RecordedBatches(read, series);
        ReadAhead.Run<PlayedBatch>(
            () => new(),
            exchange =>
            {
                var batch = exchange(null);
                while (batches.Fill(batch))
                    batch = exchange(batch);
            },
            backtest.Play);
        return backtest.End(tail, batches.NotSent, series);
    }

    private void Play(PlayedBatch batch)
    {
        if (readings == 0)
        {
            first = batch.Records[0].AtTicks;
            Command(AlarmCommands.ActivateCatalogue, catalogue);
            Command(AlarmCommands.ActivateRules, rules);
        }
        foreach (ref readonly var record in batch.Records)
            evaluation.OnPayload(++sequence, record.AtTicks, record.Name, batch.ReadingsOf(record), transitions);
        last = batch.Records[^1].AtTicks;
        long before = readings;
        readings += batch.Count;
        if (before / ProgressEvery != readings / ProgressEvery)
            progress?.Invoke(readings);
    }

    private BacktestRun End(TimeSpan tail, long notSent, PlayedSeriesTable series)
    {
        if (readings > 0)
            evaluation.OnTick(++sequence, last + tail.Ticks, transitions);
        return new()
        {
            Transitions = transitions,
            Rules = evaluation.Rules,
            Messages = evaluation.RuleMessages,
            Readings = readings,
            NotSent = notSent,
            FirstTicks = first,
            LastTicks = readings > 0 ? last + tail.Ticks : last,
            Series = series.In(evaluation.Catalogue),
        };
    }

    private void Command(string type, SourceBundle files) => evaluation.OnCommand(++sequence, first, type, "", files.ToBytes(), transitions);
}
