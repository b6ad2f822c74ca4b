namespace SensorGrid.Storage.Queries;

/// <summary>Why a query is refused before it runs.</summary>
public enum QueryRefusal
{
    /// <summary>The range ends before it starts, or is empty.</summary>
    EmptyRange,

    /// <summary>The limit is not positive or above <see cref="StorageOptions.MaxReadings"/>.</summary>
    LimitOutOfRange,

    /// <summary>The bucket length is not positive.</summary>
    BucketNotPositive,

    /// <summary>The range divided by the bucket length exceeds <see cref="StorageOptions.MaxBuckets"/>.</summary>
    TooManyBuckets,

    /// <summary><see cref="StorageOptions.ConcurrentQueries"/> run and <see cref="StorageOptions.WaitingQueries"/> wait: ask again later.</summary>
    TooManyQueries,
}

/// <summary>A query that is refused before it runs; the message says what to ask instead.</summary>
public sealed class ReadingQueryException(QueryRefusal reason, string message) : Exception(message)
{
    /// <summary>Why.</summary>
    public QueryRefusal Reason { get; } = reason;
}
