using SensorGrid.Readings;
using SensorGrid.Storage.Rollups;

namespace SensorGrid.Storage.Queries;

/// <summary>The questions the store answers, as SQL. Of several rows with one datastream and one ObservedAt only the last (by log
/// record) counts, wherever they lie.</summary>
internal sealed class ReadingQueries(QueryRunner runner, StorageOptions options)
{
    public async Task<ReadingRange> ReadAsync(
        DatastreamIndex datastream, DateTimeOffset from, DateTimeOffset to, int limit, bool newestFirst, CancellationToken cancellationToken)
    {
        CheckRange(from, to);
        if (limit < 1 || limit > options.MaxReadings)
        {
            throw new ReadingQueryException(QueryRefusal.LimitOutOfRange,
                $"A limit of {limit} is not possible; ask for 1 to {options.MaxReadings} readings ({nameof(StorageOptions.MaxReadings)}), or for buckets.");
        }
        var filter = new SourceFilter(datastream.Value, from.UtcTicks, to.UtcTicks);
        string order = $"ORDER BY observed_ticks {(newestFirst ? "DESC" : "ASC")}, {QuerySession.ValidFirst}";
        var (rows, unreadable) = await runner.RunAsync(
            filter, rollup: null,
            session => session.Readings(filter) is { } source
                ? QuerySession.FirstOfEach(session.Read($"SELECT * FROM ({source}) {order}", StoredRow.Read), static reading => reading.ObservedAtTicks).Take(limit + 1).ToList()
                : [],
            cancellationToken);
        bool truncated = rows.Count > limit;
        if (truncated)
            rows.RemoveAt(limit);
        return new(rows, truncated, unreadable);
    }

    public async Task<BucketRange> ReadBucketsAsync(
        DatastreamIndex datastream, DateTimeOffset from, DateTimeOffset to, TimeSpan every, CancellationToken cancellationToken)
    {
        CheckRange(from, to);
        if (every <= TimeSpan.Zero)
            throw new ReadingQueryException(QueryRefusal.BucketNotPositive, $"A bucket length of {every} is not possible; it must be positive.");
        long buckets = (RollupLength.StartOf(to.UtcTicks - 1, every.Ticks) - RollupLength.StartOf(from.UtcTicks, every.Ticks)) / every.Ticks + 1;
        if (buckets > options.MaxBuckets)
        {
            throw new ReadingQueryException(QueryRefusal.TooManyBuckets,
                $"{from.UtcDateTime:O} to {to.UtcDateTime:O} in steps of {every} are {buckets} buckets; at most {options.MaxBuckets} are answered " +
                $"({nameof(StorageOptions.MaxBuckets)}). Ask for a shorter range or steps of at least {ShortestStep(from, to)}.");
        }
        var query = new BucketQuery(new(datastream.Value, from.UtcTicks, to.UtcTicks), every.Ticks);
        var (rows, unreadable) = await runner.RunAsync(query.Filter, query.Rollup, query.Execute, cancellationToken);
        return new(rows, unreadable);
    }

    public async Task<ReadingCount> CountAsync(DatastreamIndex? datastream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        CheckRange(from, to);
        var filter = new SourceFilter(datastream?.Value, from.UtcTicks, to.UtcTicks);
        var (count, unreadable) = await runner.RunAsync(
            filter, rollup: null,
            session => session.Readings(filter) is { } source
                ? session.Read($"SELECT count(*) FROM (SELECT DISTINCT datastream, observed_ticks FROM ({source}))", static row => row.GetInt64(0)).Single()
                : 0,
            cancellationToken);
        return new(count, unreadable);
    }

    private static void CheckRange(DateTimeOffset from, DateTimeOffset to)
    {
        if (from >= to)
        {
            throw new ReadingQueryException(QueryRefusal.EmptyRange,
                $"The range from {from.UtcDateTime:O} to {to.UtcDateTime:O} is empty: the start must lie before the end.");
        }
    }

    // Two buckets fewer than allowed, because the range may cut one at each end.
    private TimeSpan ShortestStep(DateTimeOffset from, DateTimeOffset to) =>
        TimeSpan.FromSeconds(Math.Ceiling((to - from).TotalSeconds / Math.Max(1, options.MaxBuckets - 2)));
}
