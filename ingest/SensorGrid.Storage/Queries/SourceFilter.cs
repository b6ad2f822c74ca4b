using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Queries;

/// <summary>Which rows a query looks at: one datastream or all, start-inclusive, end-exclusive.</summary>
internal readonly record struct SourceFilter(int? Datastream, long FromTicks, long ToTicks)
{
    public static readonly SourceFilter Everything = new(null, long.MinValue, long.MaxValue);

    /// <summary>Only rows in one of these; null for the whole range.</summary>
    public TimeRanges? Within { get; init; }

    public bool MayBeIn(SealedFile file) =>
        file.MayHold(Datastream, FromTicks, ToTicks) && (Within is null || Within.Overlaps(file.MinObservedTicks, file.MaxObservedTicks));

    public string ToSql(string datastreamColumn)
    {
        string time = $"observed_ticks >= {ParquetSchema.Number(FromTicks)} AND observed_ticks < {ParquetSchema.Number(ToTicks)}";
        if (Within is { Count: > 1 })
            time += $" AND ({Within.ToSql("observed_ticks")})";
        return Datastream is { } datastream ? $"{datastreamColumn} = {ParquetSchema.Number(datastream)} AND {time}" : time;
    }
}
