using System.Diagnostics.Metrics;

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
    private readonly Histogram<double> latency;

    public ServiceMetrics()
    {
        transitions = meter.CreateCounter<long>("sensorgrid.alarms.transitions", "{transition}", "Alarm transitions, by kind and the level after.");
        evaluated = meter.CreateCounter<long>("sensorgrid.rules.records.evaluated", "{record}", "Log records the rules have seen since the start.");
        streamsDropped = meter.CreateCounter<long>("sensorgrid.console.streams.dropped", "{stream}", "Live streams ended because the client was too slow.");
        snapshots = meter.CreateCounter<long>("sensorgrid.alarms.snapshots.written", "{snapshot}", "Snapshots of rules and alarms written.");
        reloads = meter.CreateCounter<long>("sensorgrid.definitions.reloads", "{reload}", "Catalogue and rule folders read, by outcome.");
        latency = meter.CreateHistogram<double>("sensorgrid.rules.evaluation.latency", "s", "From a record's arrival to its evaluation, transitions committed.");
    }

    public void TransitionCommitted(string kind, string level) => transitions.Add(1, new("kind", kind), new("level", level));

    public void RecordsEvaluated(int count) => evaluated.Add(count);

    public void EvaluatedAfter(TimeSpan sinceReceived) => latency.Record(Math.Max(0, sinceReceived.TotalSeconds));

    public void StreamDropped() => streamsDropped.Add(1);

    public void SnapshotWritten() => snapshots.Add(1);

    public void Reloaded(string what, string outcome) => reloads.Add(1, new("what", what), new("outcome", outcome));

    /// <summary>Values asked for at each scrape.</summary>
    public void Observe(string name, string unit, string description, Func<double> value) => meter.CreateObservableGauge(name, value, unit, description);

    public void Dispose() => meter.Dispose();
}
