using System.Diagnostics.Metrics;

namespace SensorGrid.ReadingLog.Tests;

/// <summary>What a log counted, by the last two words of the instrument.</summary>
internal sealed class Counts : IDisposable
{
    private readonly MeterListener listener = new();
    private readonly Dictionary<string, long> counts = [];

    public Counts()
    {
        listener.InstrumentPublished = (instrument, l) =>
        {
            if (instrument.Meter == Metrics.Meter)
                l.EnableMeasurementEvents(instrument);
        };
        listener.SetMeasurementEventCallback<long>((instrument, value, _, _) =>
        {
            lock (counts)
                counts[instrument.Name] = counts.GetValueOrDefault(instrument.Name) + value;
        });
        listener.Start();
    }

    public ReadingLogMetrics Metrics { get; } = new();

    public long this[string name]
    {
        get
        {
            lock (counts)
                return counts.GetValueOrDefault("sensorgrid.readinglog." + name);
        }
    }

    public void Dispose()
    {
        listener.Dispose();
        Metrics.Dispose();
    }
}
