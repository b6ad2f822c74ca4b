using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Queries;

namespace SensorGrid.Storage.Rollups;

/// <summary>Puts buckets of any length together from readings and rollups of one datastream, given in order of time.</summary>
internal sealed class BucketFold
{
    private readonly long length;
    private readonly FileKind? unit;
    private readonly RollupFold raw;
    private readonly List<ReadingBucket> buckets = [];
    private RollupUnit? bucket;

    public BucketFold(long length)
    {
        this.length = length;
        unit = RollupLength.For(length);
        raw = unit == FileKind.Hours ? new(static _ => { }, Add) : new(Add, static _ => { });
    }

    /// <summary>Adds a reading that counts.</summary>
    public void Add(long observedTicks, double value)
    {
        if (unit is not null)
            raw.Add(observedTicks, value, counts: true);
        else
            Add(RollupUnit.From(observedTicks, value, value, value, 1, value, observedTicks));
    }

    /// <summary>The readings given so far end a minute or hour: rollups come next, or nothing.</summary>
    public void EndReadings() => raw.End();

    /// <summary>Adds a minute or hour.</summary>
    public void Add(RollupUnit next)
    {
        long start = RollupLength.StartOf(next.StartTicks, length);
        if (bucket?.StartTicks != start)
        {
            EndBucket();
            bucket = new(start);
        }
        var sum = bucket!.Value;
        sum.Add(next);
        bucket = sum;
    }

    /// <summary>The buckets that hold readings, oldest first.</summary>
    public List<ReadingBucket> End()
    {
        EndReadings();
        EndBucket();
        return buckets;
    }

    private void EndBucket()
    {
        if (bucket is { Count: > 0 } done)
            buckets.Add(new(done.StartTicks, done.Min, done.Max, done.Sum / done.Count, done.Count, done.Last));
        bucket = null;
    }
}
