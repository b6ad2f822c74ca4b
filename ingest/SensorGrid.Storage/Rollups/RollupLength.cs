using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Rollups;

/// <summary>The lengths that are added up in their own right: minute and hour.</summary>
internal static class RollupLength
{
    public const long Minute = TimeSpan.TicksPerMinute;
    public const long Hour = TimeSpan.TicksPerHour;
    public const long UnixEpochTicks = 621_355_968_000_000_000;

    /// <summary>The longest unit that buckets of a length can be put together from; null when not even minutes fit.</summary>
    public static FileKind? For(long bucketTicks) =>
        bucketTicks % Hour == 0 ? FileKind.Hours : bucketTicks % Minute == 0 ? FileKind.Minutes : null;

    public static long Of(FileKind kind) => kind == FileKind.Hours ? Hour : Minute;

    public static RollupKinds Flag(FileKind kind) => kind == FileKind.Hours ? RollupKinds.Hours : RollupKinds.Minutes;

    /// <summary>Start of the bucket of a length that a time lies in; buckets start at multiples since 1970, times before it included.</summary>
    public static long StartOf(long ticks, long length)
    {
        long beyond = (ticks - UnixEpochTicks) % length;
        return ticks - (beyond < 0 ? beyond + length : beyond);
    }
}
