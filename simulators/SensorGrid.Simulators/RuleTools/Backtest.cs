using System.Runtime.InteropServices;
using SensorGrid.Alarms;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>
/// Plays recorded readings through the function that raises alarms live, in event time and as fast as it goes.
/// <code>
/// RecordingStream (its own thread) ─► ReadAhead ─► one record for each gateway and instant ─► AlarmEvaluation ─► transitions
/// </code>
/// Each reading arrives when it was observed. Silence and delays become due by the stamps of the readings that follow, and after the last
/// one for as long as <c>tail</c> says. Nobody acknowledges, so a latched red goes on until the end.
/// </summary>
public sealed class Backtest
{
    private readonly DatastreamTable table = new();
    private readonly AlarmEvaluation evaluation;
    private readonly PlayedSeriesTable series;
    private readonly List<AlarmTransition> transitions = [];
    private readonly List<Reading> record = [];
    private readonly SourceBundle catalogue;
    private readonly SourceBundle rules;
    private readonly Action<long>? progress;
    private string gateway = "";
    private long sequence;
    private long readings;
    private long notSent;
    private long first;
    private long last;

    private Backtest(SourceBundle catalogue, SourceBundle rules, bool sketches, Action<long>? progress)
    {
        this.catalogue = catalogue;
        this.rules = rules;
        this.progress = progress;
        evaluation = new(table);
        series = new(table, evaluation, sketches);
    }

    /// <summary>Runs to the end of the recordings.</summary>
    /// <param name="catalogue">Catalogue files, without mistakes.</param>
    /// <param name="rules">Rule files, without mistakes.</param>
    /// <param name="recorded">What was recorded, in time order.</param>
    /// <param name="tail">How long nothing comes after the last reading.</param>
    /// <param name="sketches">Whether the courses of the values are kept, for charts.</param>
    /// <param name="progress">Told the number of readings so far, every million.</param>
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
    /// <param name="progress">Told the number of readings so far, every million.</param>
    /// <exception cref="RecordingException">A recording cannot be read.</exception>
    public static BacktestRun Run(
        SourceBundle catalogue, SourceBundle rules, RecordingStream recorded, TimeSpan tail = default, bool sketches = false, Action<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(recorded);
        return Run(catalogue, rules, recorded.Read, tail, sketches, progress);
    }

    private static BacktestRun Run(SourceBundle catalogue, SourceBundle rules, TakeRecorded read, TimeSpan tail, bool sketches, Action<long>? progress)
    {
        var backtest = new Backtest(catalogue, rules, sketches, progress);
        ReadAhead.Run(
            () => new Batch(), batch => (batch.Count = read(batch.Readings)) > 0,
            batch =>
            {
                backtest.Play(batch.Readings.AsSpan(0, batch.Count));
                return true;
            });
        backtest.Flush();
        return backtest.End(tail);
    }

    private void Play(ReadOnlySpan<RecordedReading> batch)
    {
        const long ProgressEvery = 1_000_000;
        foreach (ref readonly var reading in batch)
        {
            if (!reading.IsSent)
            {
                notSent++;
                continue;
            }
            Take(reading);
            if (++readings % ProgressEvery == 0)
                progress?.Invoke(readings);
        }
    }

    private void Take(in RecordedReading reading)
    {
        if (readings == 0)
        {
            first = last = reading.ObservedAtTicks;
            Command(AlarmCommands.ActivateCatalogue, catalogue);
            Command(AlarmCommands.ActivateRules, rules);
        }
        if (reading.ObservedAtTicks != last || reading.Series.Gateway != gateway)
            Flush();
        (last, gateway) = (reading.ObservedAtTicks, reading.Series.Gateway);
        var played = series.Of(reading.Series);
        played.Take(reading);
        record.Add(new(played.Index, reading.ObservedAtTicks, reading.Value, reading.Value2, reading.Kind, reading.Quality, played.Unit));
    }

    private void Flush()
    {
        if (record.Count == 0)
            return;
        evaluation.OnPayload(++sequence, last, gateway, CollectionsMarshal.AsSpan(record), transitions);
        record.Clear();
    }

    private BacktestRun End(TimeSpan tail)
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
            Series = series.Played,
        };
    }

    private void Command(string type, SourceBundle files) => evaluation.OnCommand(++sequence, first, type, "", files.ToBytes(), transitions);

    /// <summary>Readings that were read and are to be evaluated.</summary>
    private sealed class Batch
    {
        private const int BatchReadings = 4096;

        public RecordedReading[] Readings { get; } = new RecordedReading[BatchReadings];

        public int Count { get; set; }
    }

    private delegate int TakeRecorded(Span<RecordedReading> into);
}
