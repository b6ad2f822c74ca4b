using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Rollups;

/// <summary>The columns of rollup files, as SQL; <c>ingest/docs/store.md</c> describes them and must match this file.</summary>
internal static class RollupSchema
{
    /// <summary>Rows on their way into a file, in its order.</summary>
    public static string CreateTable(string table) =>
        $"""
        CREATE OR REPLACE TABLE {table} (
            datastream_id INTEGER, start_ticks BIGINT, min DOUBLE, max DOUBLE, sum DOUBLE, count BIGINT, last DOUBLE, last_ticks BIGINT)
        """;

    /// <summary>Writes the table into a file; the datastreams' names come from the file of readings it was made from.</summary>
    public static string Copy(string table, string readingsPath, string path, long revision, int rowGroupRows) =>
        $"""
        COPY (
            SELECT n.datastream, r.datastream_id, make_timestamptz(r.start_ticks // 10 - {ParquetSchema.Number(ParquetSchema.EpochMicroseconds)}) AS start_at,
                   r.min, r.max, CASE WHEN r.count > 0 THEN r.sum / r.count END AS avg, r.sum, r.count, r.last,
                   make_timestamptz(r.last_ticks // 10 - {ParquetSchema.Number(ParquetSchema.EpochMicroseconds)}) AS last_at, r.last_ticks, r.start_ticks,
                   {ParquetSchema.Number(revision)}::BIGINT AS revision
            FROM {table} r
            JOIN (SELECT DISTINCT datastream_id, datastream FROM read_parquet({DuckDatabase.Quote(readingsPath)}, hive_partitioning = false)) n
              ON n.datastream_id = r.datastream_id
            ORDER BY r.datastream_id, r.start_ticks
        ) TO {DuckDatabase.Quote(path)} {ParquetSchema.Options(rowGroupRows)}
        """;

    /// <summary>The units of one datastream, oldest first, of each the newest version first.</summary>
    public static string Select(IEnumerable<string> paths, int datastream, long fromTicks, long toTicks) =>
        $"""
        SELECT start_ticks, coalesce(min, 0), coalesce(max, 0), coalesce(sum, 0), count, coalesce(last, 0), coalesce(last_ticks, 0)
        FROM read_parquet([{string.Join(", ", paths.Select(DuckDatabase.Quote))}], hive_partitioning = false)
        WHERE datastream_id = {ParquetSchema.Number(datastream)}
          AND start_ticks >= {ParquetSchema.Number(fromTicks)} AND start_ticks < {ParquetSchema.Number(toTicks)}
        ORDER BY start_ticks, revision DESC
        """;
}
