using DuckDB.NET.Data;
using SensorGrid.Readings;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Queries;

/// <summary>The questions the store answers, as SQL. Of several rows with one datastream and one ObservedAt only the last (by log
/// record) counts, wherever they lie.</summary>
internal sealed class ReadingQueries(QueryRunner runner, StorageOptions options)
{
    private const long UnixEpochTicks = 621_355_968_000_000_000;

    public async Task<ReadingRange> ReadAsync(
        DatastreamIndex datastream, DateTimeOffset from, DateTimeOffset to, int limit, bool newestFirst, CancellationToken cancellationToken)
    {
        CheckRange(from, to);
        if (limit < 1 || limit > options.MaxReadings)
        {
            throw new ReadingQueryException(QueryRefusal.LimitOutOfRange,
                $"A limit of {limit} is not possible; ask for 1 to {options.MaxReadings} readings ({nameof(StorageOptions.MaxReadings)}), or for buckets.");
        }
        var (rows, unreadable) = await runner.RunAsync(
            new(datastream.Value, from.UtcTicks, to.UtcTicks),
            source => $"{Distinct(source)} ORDER BY observed_ticks {(newestFirst ? "DESC" : "ASC")} LIMIT {ParquetSchema.Number(limit + 1L)}",
            StoredRow.Read, cancellationToken);
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
        long buckets = BucketOf(to.UtcTicks - 1, every) - BucketOf(from.UtcTicks, every) + 1;
        if (buckets > options.MaxBuckets)
        {
            throw new ReadingQueryException(QueryRefusal.TooManyBuckets,
                $"{from.UtcDateTime:O} to {to.UtcDateTime:O} in steps of {every} are {buckets} buckets; at most {options.MaxBuckets} are answered " +
                $"({nameof(StorageOptions.MaxBuckets)}). Ask for a shorter range or steps of at least {ShortestStep(from, to)}.");
        }
        string length = ParquetSchema.Number(every.Ticks);
        var (rows, unreadable) = await runner.RunAsync(
            new(datastream.Value, from.UtcTicks, to.UtcTicks),
            source =>
                // SQL's remainder keeps the sign of the left side: add the length once more, so that times before 1970 round down too.
                $"""
                SELECT observed_ticks - ((observed_ticks - {UnixEpochTicks}) % {length} + {length}) % {length} AS start_ticks,
                       min(value), max(value), avg(value), count(*), arg_max(value, observed_ticks)
                FROM ({Distinct(source)})
                WHERE kind IN ({(int)ReadingKind.Number}, {(int)ReadingKind.Boolean})
                  AND quality IN ({(int)Quality.Good}, {(int)Quality.Suspect}, {(int)Quality.Estimated}) AND isfinite(value)
                GROUP BY start_ticks ORDER BY start_ticks
                """,
            ReadBucket, cancellationToken);
        return new(rows, unreadable);
    }

    public async Task<ReadingCount> CountAsync(DatastreamIndex? datastream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken)
    {
        CheckRange(from, to);
        var (rows, unreadable) = await runner.RunAsync(
            new(datastream?.Value, from.UtcTicks, to.UtcTicks),
            source => $"SELECT count(*) FROM (SELECT DISTINCT datastream, observed_ticks FROM ({source}))",
            static row => row.GetInt64(0), cancellationToken);
        return new(rows.Count == 0 ? 0 : rows[0], unreadable);
    }

    private static string Distinct(string source) =>
        $"""
        SELECT * FROM ({source})
        QUALIFY row_number() OVER (PARTITION BY datastream, observed_ticks ORDER BY sequence DESC, ordinal DESC) = 1
        """;

    private static ReadingBucket ReadBucket(DuckDBDataReader row) =>
        new(row.GetInt64(0), row.GetDouble(1), row.GetDouble(2), row.GetDouble(3), row.GetInt64(4), row.GetDouble(5));

    private static void CheckRange(DateTimeOffset from, DateTimeOffset to)
    {
        if (from >= to)
        {
            throw new ReadingQueryException(QueryRefusal.EmptyRange,
                $"The range from {from.UtcDateTime:O} to {to.UtcDateTime:O} is empty: the start must lie before the end.");
        }
    }

    private static long BucketOf(long ticks, TimeSpan every)
    {
        long sinceEpoch = ticks - UnixEpochTicks;
        return sinceEpoch / every.Ticks - (sinceEpoch % every.Ticks < 0 ? 1 : 0);
    }

    // Two buckets fewer than allowed, because the range may cut one at each end.
    private TimeSpan ShortestStep(DateTimeOffset from, DateTimeOffset to) =>
        TimeSpan.FromSeconds(Math.Ceiling((to - from).TotalSeconds / Math.Max(1, options.MaxBuckets - 2)));
}
