using SensorGrid.Rules.Windows;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>Points put together in buckets, at multiples of their length since 1970, as the store does it with readings. Points come in the
/// order of time; those without a value are in no bucket.</summary>
internal sealed class TrendBuckets(TimeSpan length)
{
    private static readonly long Epoch = DateTime.UnixEpoch.Ticks;

    private readonly List<BucketView> done = [];
    private long start;
    private double min, max, sum, last;
    private long count;

    public bool Take(MeasurePoint point)
    {
        if (!double.IsFinite(point.Value))
            return true;
        long at = StartOf(point.TimeTicks);
        if (count > 0 && at != start)
            Close();
        if (count == 0)
            (start, min, max, sum) = (at, point.Value, point.Value, 0);
        (min, max, sum, last) = (Math.Min(min, point.Value), Math.Max(max, point.Value), sum + point.Value, point.Value);
        count++;
        return true;
    }

    public IReadOnlyList<BucketView> ToList()
    {
        if (count > 0)
            Close();
        return done;
    }

    // The remainder keeps the sign of the left side: times before 1970 round down too.
    private long StartOf(long ticks)
    {
        long into = (ticks - Epoch) % length.Ticks;
        return ticks - (into < 0 ? into + length.Ticks : into);
    }

    private void Close()
    {
        done.Add(new(new(start, TimeSpan.Zero), min, max, sum / count, count, last));
        count = 0;
    }
}
