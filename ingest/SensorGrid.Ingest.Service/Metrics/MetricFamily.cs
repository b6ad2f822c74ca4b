using System.Collections.Concurrent;
using System.Diagnostics.CodeAnalysis;
using System.Diagnostics.Metrics;

namespace SensorGrid.Ingest.Service.Metrics;

internal enum MetricKind
{
    Counter,
    Gauge,
    Histogram,
}

/// <summary>All series of one instrument.</summary>
internal sealed class MetricFamily
{
    // 1-2.5-5 steps from half a millisecond (an undisturbed commit) to ten seconds (the longest an alarm may take).
    private static readonly double[] DefaultBounds = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10];

    private readonly bool setsTotal;
    private readonly ConcurrentDictionary<Label[], MetricSeries> series = new(LabelComparer.Instance);
    private readonly ConcurrentDictionary<Label[], MetricSeries>.AlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>> lookup;

    private MetricFamily(Instrument instrument, MetricKind kind, bool setsTotal, double[] bounds)
    {
        (Name, Unit, Description, Kind, this.setsTotal, Bounds) = (instrument.Name, instrument.Unit, instrument.Description, kind, setsTotal, bounds);
        lookup = series.GetAlternateLookup<ReadOnlySpan<KeyValuePair<string, object?>>>();
    }

    public string Name { get; }

    public string? Unit { get; }

    public string? Description { get; }

    public MetricKind Kind { get; }

    /// <summary>Upper ends of a histogram's buckets, without the last, infinite one.</summary>
    public double[] Bounds { get; }

    public IEnumerable<(Label[] Labels, MetricSeries Series)> Series => series.Select(pair => (pair.Key, pair.Value));

    public static MetricFamily For(Instrument instrument)
    {
        Type type = instrument.GetType().GetGenericTypeDefinition();
        bool observed = instrument.IsObservable;
        if (type == typeof(Counter<>) || type == typeof(ObservableCounter<>))
            return new(instrument, MetricKind.Counter, observed, []);
        if (type == typeof(Histogram<>))
            return new(instrument, MetricKind.Histogram, false, (instrument as Histogram<double>)?.Advice?.HistogramBucketBoundaries?.ToArray() ?? DefaultBounds);
        // An UpDownCounter is told differences; gauges and the observable kinds are told the value.
        return new(instrument, MetricKind.Gauge, type != typeof(UpDownCounter<>), []);
    }

    /// <returns>False when the label values are new and there is no room for another series.</returns>
    public bool Record(double value, ReadOnlySpan<KeyValuePair<string, object?>> tags, int maxSeries)
    {
        if (!lookup.TryGetValue(tags, out var found))
        {
            if (series.Count >= maxSeries)
                return false;
            found = series.GetOrAdd(LabelComparer.Instance.Create(tags), static (_, bounds) => new(bounds), Bounds);
        }
        if (Kind == MetricKind.Histogram)
            found.Observe(value, Bounds);
        else if (setsTotal)
            found.Set(value);
        else
            found.Add(value);
        return true;
    }
}

/// <summary>Name and value of a label.</summary>
internal readonly record struct Label(string Name, string Value);

/// <summary>One time series: a number, or the buckets of a histogram.</summary>
internal sealed class MetricSeries(double[] bounds)
{
    private readonly long[] buckets = bounds.Length == 0 ? [] : new long[bounds.Length + 1];
    private double total;

    /// <summary>Counter or gauge value, or the histogram's sum.</summary>
    public double Total => Volatile.Read(ref total);

    public long BucketCount(int index) => Interlocked.Read(ref buckets[index]);

    public void Set(double value) => Volatile.Write(ref total, value);

    public void Add(double value)
    {
        double seen;
        do
            seen = Volatile.Read(ref total);
        while (Interlocked.CompareExchange(ref total, seen + value, seen) != seen);
    }

    public void Observe(double value, double[] limits)
    {
        int index = Array.BinarySearch(limits, value);
        Interlocked.Increment(ref buckets[index < 0 ? ~index : index]);
        Add(value);
    }
}

/// <summary>Finds label sets by the tags of a measurement without making a copy of them first.</summary>
internal sealed class LabelComparer : IEqualityComparer<Label[]>, IAlternateEqualityComparer<ReadOnlySpan<KeyValuePair<string, object?>>, Label[]>
{
    public static readonly LabelComparer Instance = new();

    public bool Equals(Label[]? x, Label[]? y) => x.AsSpan().SequenceEqual(y);

    public int GetHashCode([DisallowNull] Label[] obj)
    {
        var hash = new HashCode();
        foreach (var label in obj)
            hash.Add(label.Value, StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    public Label[] Create(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var labels = new Label[alternate.Length];
        for (int i = 0; i < labels.Length; i++)
            labels[i] = new(alternate[i].Key, Text(alternate[i].Value));
        return labels;
    }

    public bool Equals(ReadOnlySpan<KeyValuePair<string, object?>> alternate, Label[] other)
    {
        if (alternate.Length != other.Length)
            return false;
        for (int i = 0; i < other.Length; i++)
        {
            if (alternate[i].Key != other[i].Name || !string.Equals(Text(alternate[i].Value), other[i].Value, StringComparison.Ordinal))
                return false;
        }
        return true;
    }

    public int GetHashCode(ReadOnlySpan<KeyValuePair<string, object?>> alternate)
    {
        var hash = new HashCode();
        foreach (var tag in alternate)
            hash.Add(Text(tag.Value), StringComparer.Ordinal);
        return hash.ToHashCode();
    }

    private static string Text(object? value) => value as string ?? Convert.ToString(value, System.Globalization.CultureInfo.InvariantCulture) ?? "";
}
