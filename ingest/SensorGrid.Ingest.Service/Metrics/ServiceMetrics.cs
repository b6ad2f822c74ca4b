using System.Diagnostics.Metrics;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Warnings;
using SensorGrid.ReadingLog;
using SensorGrid.Rules;

namespace SensorGrid.Ingest.Service.Metrics;

/// <summary>What the service itself counts; log, sources and store have meters of their own.</summary>
internal sealed class ServiceMetrics : IDisposable
{
    private readonly Meter meter = new("SensorGrid.Ingest.Service");
    private readonly Counter<long> transitions;
    private readonly Counter<long> evaluated;
    private readonly Counter<long> streamsDropped;
    private readonly Counter<long> snapshots;
    private readonly Counter<long> reloads;
    private readonly Counter<long> warningMessages;
    private readonly Histogram<double> latency;

    private readonly double clockSpeed;

    /// <param name="clockSpeed">Simulated seconds in one real second; latencies are told in real ones.</param>
    public ServiceMetrics(double clockSpeed = 1)
    {
        this.clockSpeed = clockSpeed;
        transitions = meter.CreateCounter<long>("sensorgrid.alarms.transitions", "{transition}", "Alarm transitions, by kind and the level after.");
        evaluated = meter.CreateCounter<long>("sensorgrid.rules.records.evaluated", "{record}", "Log records the rules have seen since the start.");
        streamsDropped = meter.CreateCounter<long>("sensorgrid.console.streams.dropped", "{stream}", "Live streams ended because the client was too slow.");
        snapshots = meter.CreateCounter<long>("sensorgrid.alarms.snapshots.written", "{snapshot}", "Snapshots of rules and alarms written.");
        reloads = meter.CreateCounter<long>("sensorgrid.definitions.reloads", "{reload}", "Catalogue and rule folders read, by outcome.");
        warningMessages = meter.CreateCounter<long>("sensorgrid.warnings.messages", "{message}", "Official warnings handed over, by outcome.");
        latency = meter.CreateHistogram<double>("sensorgrid.rules.evaluation.latency", "s", "From a record's arrival to its evaluation, transitions committed.");
    }

    public void TransitionCommitted(string kind, string level) => transitions.Add(1, new("kind", kind), new("level", level));

    public void RecordsEvaluated(int count) => evaluated.Add(count);

    public void EvaluatedAfter(TimeSpan sinceReceived) => latency.Record(Math.Max(0, sinceReceived.TotalSeconds / clockSpeed));

    public void StreamDropped() => streamsDropped.Add(1);

    public void SnapshotWritten() => snapshots.Add(1);

    public void Reloaded(string what, string outcome) => reloads.Add(1, new("what", what), new("outcome", outcome));

    public void WarningMessage(string outcome) => warningMessages.Add(1, new KeyValuePair<string, object?>("outcome", outcome));

    public void Observe(WarningBoard warnings) =>
        meter.CreateObservableGauge("sensorgrid.warnings.in_force", () => warnings.InForce, "{warning}", "Official warnings in force.");

    /// <summary>Values asked for at each scrape.</summary>
    public void Observe(AlarmBoard board, ReadingLogWriter log)
    {
        meter.CreateObservableGauge("sensorgrid.alarms.open", () => board.Snapshot().Open.Count, "{alarm}", "Alarms that are active or not acknowledged.");
        meter.CreateObservableGauge("sensorgrid.console.streams.open", () => board.Streams, "{stream}", "Live streams.");
        meter.CreateObservableGauge("sensorgrid.log.sequence.durable", () => log.LastDurableSequence, null, "Last log record that is on disk.");
        meter.CreateObservableGauge("sensorgrid.log.sequence.first", () => log.FirstSequence, null, "First log record that can be read.");
    }

    /// <summary>What became of the readings in the rules.</summary>
    public void Observe(RuleCounters rules)
    {
        meter.CreateObservableCounter("sensorgrid.rules.readings", () => new Measurement<long>[]
        {
            new(rules.Evaluated, new KeyValuePair<string, object?>("outcome", "evaluated")),
            new(rules.Late, new KeyValuePair<string, object?>("outcome", "late")),
            new(rules.LateCorrections, new KeyValuePair<string, object?>("outcome", "late_correction")),
            new(rules.Duplicates, new KeyValuePair<string, object?>("outcome", "duplicate")),
        }, "{reading}", "Readings given to the rules since the start, by what became of them.");
        meter.CreateObservableCounter("sensorgrid.rules.readings.without_value", () => rules.NotValues, "{reading}", "Evaluated readings that are missing or bad: a sign of life only.");
        meter.CreateObservableCounter("sensorgrid.rules.weather.days", () => new Measurement<long>[]
        {
            new(rules.MissedWeatherDays, new KeyValuePair<string, object?>("outcome", "missed")),
            new(rules.WeatherRestarts, new KeyValuePair<string, object?>("outcome", "restarted")),
            new(rules.ImpossibleWeather, new KeyValuePair<string, object?>("outcome", "impossible_reading")),
        }, "{day}", "Days of fire weather rules that were missing or at which the index began anew, and readings that cannot be weather.");
        meter.CreateObservableCounter("sensorgrid.rules.clock.restarts", () => rules.FrameRestarts, "{restart}", "Datastreams whose clock had been ahead and was put right.");
        meter.CreateObservableCounter("sensorgrid.rules.window.overflows", () => rules.WindowOverflows, "{reading}", "Readings that left a window early because it was full.");
        meter.CreateObservableCounter("sensorgrid.rules.reorder.overflows", () => rules.ReorderOverflows, "{reading}", "Readings that were not waited for any longer because as many waited as may.");
        meter.CreateObservableCounter("sensorgrid.rules.late.held", () => rules.LateHeld, "{reading}", "Late readings that fell into a gap that is kept, and are judged when no more come.");
        meter.CreateObservableCounter("sensorgrid.rules.late.overflows", () => rules.LateOverflows, "{time}", "Times that late readings were judged before they had settled because as many waited as may.");
        meter.CreateObservableCounter("sensorgrid.rules.gaps.kept", () => rules.GapsKept, "{gap}", "Gaps of datastreams before which the state of their rules was kept.");
        meter.CreateObservableCounter("sensorgrid.rules.gaps.dropped", () => rules.GapsDropped, "{gap}", "Gaps let go because there were too many: what comes late of them is stored and not judged.");
        meter.CreateObservableCounter("sensorgrid.rules.alarms.retrospective", () => rules.RetrospectiveAlarms, "{alarm}", "Alarms that late readings brought to light: recorded, not paged.");
        meter.CreateObservableCounter("sensorgrid.rules.window.corrections", () => rules.WindowCorrections, "{reading}", "Late readings that still belonged to a window, and were put into it.");
    }

    public void Dispose() => meter.Dispose();
}
