using SensorGrid.Alarms;
using SensorGrid.Alarms.Replays;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>Plays a reading log through other rules: each message arrives when it was received, and what else is in the log (time that passed,
/// acknowledgements, starts, steps of the clock) happens as it did. Only which rules are in force is not the log's. Messages are read and decoded on a
/// thread of their own.</summary>
public sealed class LogBacktest
{
    private const byte Message = 1;
    private const byte Tick = 2;
    private const byte Command = 3;
    private const long ProgressEvery = 1_000_000;

    private readonly DatastreamTable table = new();
    private readonly ReplayedAlarms alarms;
    private readonly LogReplay replay;
    private readonly LogMessageDecoder decoder;
    private readonly PlayedSeriesTable series;
    private readonly IReplayedLog log;
    private readonly SourceBundle? catalogue;
    private readonly SourceBundle rules;
    private readonly Action<long>? progress;
    private long readings;
    private long first;
    private long last;
    private long lastSequence;

    private LogBacktest(IReplayedLog log, SourceBundle? catalogue, SourceBundle rules, bool sketches, Action<long>? progress)
    {
        (this.log, this.catalogue, this.rules, this.progress) = (log, catalogue, rules, progress);
        alarms = new(table);
        replay = new(table, type => type != AlarmCommands.ActivateRules && (catalogue is null || type != AlarmCommands.ActivateCatalogue), alarms);
        decoder = new(table);
        series = new(table, sketches);
    }

    /// <summary>Runs to the end of the log.</summary>
    /// <param name="log">The log; played on another thread, and asked on this one for what was in force.</param>
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
        var backtest = new LogBacktest(log, catalogue, rules, sketches, progress);
        long begin = from?.UtcTicks ?? 0, end = until?.UtcTicks ?? long.MaxValue;
        ReadAhead.Run<PlayedBatch>(() => new(), exchange => backtest.Decode(begin, end, exchange), backtest.Evaluate);
        return backtest.End(tail);
    }

    private void Decode(long begin, long end, ReadAhead.Exchange<PlayedBatch> exchange)
    {
        var batch = exchange(null);
        batch.Clear();
        log.Play(begin, log.FirstSequence, long.MaxValue, (kind, sequence, receivedAtTicks, topic, principal, payload) =>
        {
            if (receivedAtTicks >= end)
                return false;
            if (kind == Message)
            {
                var decoded = decoder.Decode(receivedAtTicks, topic, payload, out string gateway);
                batch.Begin(new() { Kind = kind, Sequence = sequence, AtTicks = receivedAtTicks, Name = gateway });
                batch.Add(decoded);
                foreach (ref readonly var reading in decoded)
                    series.Of(reading).Take(reading.ObservedAtTicks, reading.Kind, reading.Value);
            }
            else
            {
                batch.Begin(new() { Kind = kind, Sequence = sequence, AtTicks = receivedAtTicks, Name = topic, Principal = principal, Payload = payload.ToArray() });
            }
            if (batch.IsFull)
            {
                batch = exchange(batch);
                batch.Clear();
            }
            return true;
        });
        if (batch.Records.Length > 0)
            exchange(batch);
    }

    private void Evaluate(PlayedBatch batch)
    {
        if (first == 0)
        {
            first = batch.Records[0].AtTicks;
            alarms.Activate(catalogue ?? log.DefinitionsBefore(batch.Records[0].Sequence).Catalogue, rules, first);
        }
        foreach (ref readonly var record in batch.Records)
        {
            switch (record.Kind)
            {
                case Message:
                    replay.OnReadings(record.Sequence, record.AtTicks, record.Name, batch.ReadingsOf(record));
                    break;
                case Tick:
                    replay.OnTick(record.Sequence, record.AtTicks);
                    break;
                case Command:
                    replay.OnCommand(record.Sequence, record.AtTicks, record.Name, record.Principal, record.Payload);
                    break;
            }
        }
        (last, lastSequence) = (batch.Records[^1].AtTicks, batch.Records[^1].Sequence);
        long before = readings;
        readings += batch.Count;
        if (before / ProgressEvery != readings / ProgressEvery)
            progress?.Invoke(readings);
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
            Readings = readings,
            NotSent = 0,
            FirstTicks = first,
            LastTicks = last,
            Series = series.In(alarms.Evaluation.Catalogue),
        };
    }
}
