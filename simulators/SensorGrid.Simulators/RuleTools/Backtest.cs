using System.Runtime.InteropServices;
using SensorGrid.Alarms;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>
/// Plays recorded readings through the function that raises alarms live, in event time and as fast as it goes.
/// <code>
/// RecordingReader (its own thread) ─► ReadAhead ─► one record for each gateway and instant ─► AlarmEvaluation ─► transitions
/// </code>
/// Each reading arrives when it was observed. Silence and delays become due by the stamps of the readings that follow, and after the last
/// one for as long as <c>tail</c> says. Nobody acknowledges, so a latched red goes on until the end.
/// </summary>
public sealed class Backtest
{
    private readonly DatastreamTable table = new();
    private readonly AlarmEvaluation evaluation;
    private readonly Dictionary<RecordedSeries, PlayedSeries> series = new(ReferenceEqualityComparer.Instance);
    private readonly List<PlayedSeries> played = [];
    private readonly List<AlarmTransition> transitions = [];
    private readonly List<Reading> record = [];
    private readonly SourceBundle catalogue;
    private readonly SourceBundle rules;
    private readonly bool sketches;
    private string gateway = "";
    private long sequence;
    private long readings;
    private long notSent;
    private long first;
    private long last;

    private Backtest(SourceBundle catalogue, SourceBundle rules, bool sketches)
    {
        this.catalogue = catalogue;
        this.rules = rules;
        this.sketches = sketches;
        evaluation = new(table);
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
        var backtest = new Backtest(catalogue, rules, sketches);
        backtest.Play(recorded, progress);
        return backtest.End(tail);
    }

    private void Play(IEnumerable<RecordedReading> recorded, Action<long>? progress)
    {
        const long ProgressEvery = 1_000_000;
        foreach (var batch in ReadAhead.Of(recorded))
        {
            foreach (ref readonly var reading in batch.AsSpan())
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
        Flush();
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
        var played = SeriesOf(reading.Series);
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

    private PlayedSeries SeriesOf(RecordedSeries of)
    {
        if (series.TryGetValue(of, out var known))
            return known;
        if (!table.TryIntern(new(of.Gateway, of.Name), out var index))
            throw new RecordingException(of.ToString(), 0, "The recording holds more datastreams than a back-test takes; play a part of it.");
        // Two recordings may hold parts of one datastream.
        known = played.Find(played => played.Index == index) ?? new(of, index, evaluation.Catalogue, sketches);
        if (!played.Contains(known))
            played.Add(known);
        series.Add(of, known);
        return known;
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
            Series = played,
        };
    }

    private void Command(string type, SourceBundle files) => evaluation.OnCommand(++sequence, first, type, "", files.ToBytes(), transitions);
}
