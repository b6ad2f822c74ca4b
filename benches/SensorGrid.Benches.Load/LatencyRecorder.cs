using System.Diagnostics;
using System.Globalization;

namespace SensorGrid.Benches.Load;

/// <summary>Keeps a bounded, even sample of latencies (reservoir of 1,000,000, fixed seed) and gives exact percentiles of it.</summary>
internal sealed class LatencyRecorder
{
    private const int Most = 1_000_000;
    private readonly Random random = new(1);
    private readonly List<long> kept = [];
    private long seen;
    private long largest;

    public bool Recording { get; set; }

    public void Add(long stopwatchTicks)
    {
        if (!Recording)
            return;
        seen++;
        largest = Math.Max(largest, stopwatchTicks);
        if (kept.Count < Most)
            kept.Add(stopwatchTicks);
        else if (random.NextInt64(seen) is var place && place < Most)
            kept[(int)place] = stopwatchTicks;
    }

    public static LatencyRecorder Merge(IEnumerable<LatencyRecorder> parts)
    {
        var all = new LatencyRecorder();
        foreach (var part in parts)
        {
            all.kept.AddRange(part.kept);
            all.seen += part.seen;
            all.largest = Math.Max(all.largest, part.largest);
        }
        return all;
    }

    public override string ToString()
    {
        if (kept.Count == 0)
            return "none measured";
        kept.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"p50 {At(0.5):F2} p95 {At(0.95):F2} p99 {At(0.99):F2} p99.9 {At(0.999):F2} max {Milliseconds(largest):F2} ms (n={seen})");
    }

    /// <summary>Median and 99th percentile for a table's cell.</summary>
    public string Cell()
    {
        if (kept.Count == 0)
            return "–";
        kept.Sort();
        return string.Create(CultureInfo.InvariantCulture, $"{Short(At(0.5))} / {Short(At(0.99))} ms (n={seen})");
    }

    private static string Short(double milliseconds) => milliseconds.ToString(milliseconds < 100 ? "G3" : "N0", CultureInfo.InvariantCulture);

    private double At(double share) => Milliseconds(kept[(int)Math.Min(kept.Count - 1, share * kept.Count)]);

    private static double Milliseconds(long ticks) => ticks * 1000.0 / Stopwatch.Frequency;
}
