using DuckDB.NET.Data;
using SensorGrid.Readings;

namespace SensorGrid.Storage.Queries;

/// <summary>A row of <see cref="Parquet.ParquetSchema.SelectHot"/> or <see cref="Parquet.ParquetSchema.SelectFiles"/> as a value.</summary>
internal static class StoredRow
{
    public static StoredReading Read(DuckDBDataReader row)
    {
        var kind = (ReadingKind)row.GetByte(6);
        return new(
            new DatastreamIndex(row.GetInt32(0)), row.GetInt64(1), row.GetInt64(2), row.GetDouble(3), row.GetDouble(4),
            kind == ReadingKind.Text ? row.GetString(5) : null, kind, (Quality)row.GetByte(7), row.GetByte(8), (ReadingFlags)row.GetByte(9),
            row.GetInt64(10));
    }
}
