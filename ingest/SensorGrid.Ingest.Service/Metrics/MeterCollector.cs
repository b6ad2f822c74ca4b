using System.Collections.Concurrent;
using System.Diagnostics.Metrics;

namespace SensorGrid.Ingest.Service.Metrics;

/// <summary>Adds up what the meters of this process measure, for <see cref="PrometheusText"/>. Recording takes no lock and, for
/// known label values, allocates nothing, because the hot path counts through here.</summary>
internal sealed class MeterCollector : IDisposable
{
    // A label that takes many values (a gateway id, say) would otherwise grow without end.
    private const int MaxSeriesPerInstrument = 2000;

    private readonly MeterListener listener = new();
    private readonly ConcurrentDictionary<string, MetricFamily> families = new(StringComparer.Ordinal);
    private readonly Lock collecting = new();
    private long seriesRefused;

    /// <param name="meters">Beginnings of the names of the meters to collect.</param>
    public MeterCollector(params string[] meters)
    {
        listener.InstrumentPublished = (instrument, to) =>
        {
            if (Array.Exists(meters, prefix => instrument.Meter.Name.StartsWith(prefix, StringComparison.Ordinal)))
                to.EnableMeasurementEvents(instrument, families.GetOrAdd(instrument.Name, static (_, i) => MetricFamily.For(i), instrument));
        };
        listener.SetMeasurementEventCallback<byte>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<short>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<int>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<long>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<float>((_, value, tags, family) => Record(family, value, tags));
        listener.SetMeasurementEventCallback<double>((_, value, tags, family) => Record(family, value, tags));
        listener.Start();
    }

    /// <summary>Asks the observable instruments and gives all families, by name, with the number of series refused so far.</summary>
    public (IReadOnlyList<MetricFamily> Families, long SeriesRefused) Collect()
    {
        lock (collecting)
            listener.RecordObservableInstruments();
        return ([.. families.Values.OrderBy(family => family.Name, StringComparer.Ordinal)], Interlocked.Read(ref seriesRefused));
    }

    public void Dispose() => listener.Dispose();

    private void Record(object? family, double value, ReadOnlySpan<KeyValuePair<string, object?>> tags)
    {
        if (!((MetricFamily)family!).Record(value, tags, MaxSeriesPerInstrument))
            Interlocked.Increment(ref seriesRefused);
    }
}
