using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Queries;

/// <summary>Which rows a query looks at: one datastream or all, start-inclusive, end-exclusive.</summary>
internal readonly record struct SourceFilter(int? Datastream, long FromTicks, long ToTicks)
{
    public static readonly SourceFilter Everything = new(null, long.MinValue, long.MaxValue);

    public string ToSql(string datastreamColumn)
    {
        string time = $"observed_ticks >= {ParquetSchema.Number(FromTicks)} AND observed_ticks < {ParquetSchema.Number(ToTicks)}";
        return Datastream is { } datastream ? $"{datastreamColumn} = {ParquetSchema.Number(datastream)} AND {time}" : time;
    }
}
