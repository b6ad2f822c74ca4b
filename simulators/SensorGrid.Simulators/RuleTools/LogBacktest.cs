using SensorGrid.Alarms;
using SensorGrid.Alarms.Replays;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;
using SensorGrid.Simulators.Recordings;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>Plays a reading log through other rules: each message arrives when it was received, and what else is in the log (time that passed,
/// acknowledgements, starts, steps of the clock) happens as it did. Only which rules are in force is not the log's.</summary>
public sealed class LogBacktest
{
    private const long ProgressEvery = 1_000_000;

    private readonly DatastreamTable table = new();
    private readonly ReplayedAlarms alarms;
    private readonly LogReplay replay;
    private readonly List<PlayedSeries?> byIndex = [];
    private readonly List<PlayedSeries> played = [];
    private readonly bool sketches;
    private readonly Action<long>? progress;
    private long first;
    private long last;
    private long lastSequence;

    private LogBacktest(SourceBundle? catalogue, bool sketches, Action<long>? progress)
    {
        (this.sketches, this.progress) = (sketches, progress);
        alarms = new(table);
        replay = new(table, type => type != AlarmCommands.ActivateRules && (catalogue is null || type != AlarmCommands.ActivateCatalogue), alarms);
    }

    /// <summary>Runs to the end of the log.</summary>
    /// <param name="log">The log.</param>
    /// <param name="catalogue">Catalogue files, or null to go by those of the log.</param>
    /// <param name="rules">Rule files, without mistakes.</param>
    /// <param name="from">Leave out what was received before; null for nothing.</param>
    /// <param name="until">Leave out what was received at or after; null for nothing.</param>
    /// <param name="tail">How long nothing comes after the last record.</param>
    /// <param name="sketches">Whether the courses of the values are kept, for charts.</param>
    /// <param name="progress">Told the number of readings so far, about every million.</param>
    public static BacktestRun Run(
        IReplayedLog log, SourceBundle? catalogue, SourceBundle rules, DateTimeOffset? from = null, DateTimeOffset? until = null, TimeSpan tail = default,
        bool sketches = false, Action<long>? progress = null)
    {
        ArgumentNullException.ThrowIfNull(log);
        var backtest = new LogBacktest(catalogue, sketches, progress);
        long end = until?.UtcTicks ?? long.MaxValue;
        log.Play(from?.UtcTicks ?? 0, log.FirstSequence, long.MaxValue, (kind, sequence, receivedAtTicks, topic, principal, payload) =>
        {
            if (receivedAtTicks >= end)
                return false;
            if (backtest.first == 0)
            {
                backtest.first = receivedAtTicks;
                backtest.alarms.Activate(catalogue ?? log.DefinitionsBefore(sequence).Catalogue, rules, receivedAtTicks);
            }
            long before = backtest.replay.Readings;
            backtest.Take(backtest.replay.Take(kind, sequence, receivedAtTicks, topic, principal, payload));
            (backtest.last, backtest.lastSequence) = (receivedAtTicks, sequence);
            if (before / ProgressEvery != backtest.replay.Readings / ProgressEvery)
                backtest.progress?.Invoke(backtest.replay.Readings);
            return true;
        });
        return backtest.End(tail);
    }

    private void Take(ReadOnlySpan<Reading> decoded)
    {
        foreach (ref readonly var reading in decoded)
            SeriesOf(reading).Take(reading.ObservedAtTicks, reading.Kind, reading.Value);
    }

    private PlayedSeries SeriesOf(in Reading reading)
    {
        int index = reading.Datastream.Value;
        while (byIndex.Count <= index)
            byIndex.Add(null);
        if (byIndex[index] is { } known)
            return known;
        var key = table.KeyOf(reading.Datastream);
        string unit = reading.Unit == UnitRegistry.None ? "" : UnitRegistry.NameOf(reading.Unit);
        var series = new PlayedSeries(new RecordedSeries(key.Gateway, "", key.Name, unit), reading.Datastream, alarms.Evaluation.Catalogue, sketches);
        byIndex[index] = series;
        played.Add(series);
        return series;
    }

    private BacktestRun End(TimeSpan tail)
    {
        if (tail > TimeSpan.Zero && first != 0)
        {
            last += tail.Ticks;
            replay.OnTick(lastSequence + 1, last);
        }
        return new()
        {
            Transitions = alarms.Transitions,
            Rules = alarms.Evaluation.Rules,
            Messages = alarms.Evaluation.RuleMessages,
            Readings = replay.Readings,
            NotSent = 0,
            FirstTicks = first,
            LastTicks = last,
            Series = played,
        };
    }
}
