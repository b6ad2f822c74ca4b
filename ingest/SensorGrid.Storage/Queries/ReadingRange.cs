namespace SensorGrid.Storage.Queries;

/// <summary>Answer of a raw query.</summary>
/// <param name="Readings">One reading per instant, in the order asked for.</param>
/// <param name="Truncated">There are more in the range than the limit let through.</param>
/// <param name="UnreadableFiles">Files that belong to the range but could not be read; empty when the answer is complete.</param>
public sealed record ReadingRange(IReadOnlyList<StoredReading> Readings, bool Truncated, IReadOnlyList<UnreadableFile> UnreadableFiles);

/// <summary>Answer of a bucketed query.</summary>
/// <param name="Buckets">The buckets that hold readings, oldest first.</param>
/// <param name="UnreadableFiles">Files that belong to the range but could not be read; empty when the answer is complete.</param>
public sealed record BucketRange(IReadOnlyList<ReadingBucket> Buckets, IReadOnlyList<UnreadableFile> UnreadableFiles);

/// <summary>Answer of a count.</summary>
/// <param name="Count">Distinct (datastream, ObservedAt) pairs.</param>
/// <param name="UnreadableFiles">Files that belong to the range but could not be read; empty when the answer is complete.</param>
public sealed record ReadingCount(long Count, IReadOnlyList<UnreadableFile> UnreadableFiles);

/// <summary>The numbers of one stretch of time.</summary>
/// <param name="StartTicks">Its start, a multiple of its length since 1970-01-01 UTC; it ends before the next one's start.</param>
/// <param name="Min">Smallest.</param>
/// <param name="Max">Largest.</param>
/// <param name="Average">Mean of the readings, not weighted by time.</param>
/// <param name="Count">How many.</param>
/// <param name="Last">The newest by ObservedAt.</param>
public readonly record struct ReadingBucket(long StartTicks, double Min, double Max, double Average, long Count, double Last);

/// <summary>A sealed file that a query could not read. Everything else is still answered.</summary>
/// <param name="Path">Full path.</param>
/// <param name="Reason">What is wrong with it and what to do.</param>
public sealed record UnreadableFile(string Path, string Reason);
