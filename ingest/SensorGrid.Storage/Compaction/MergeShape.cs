using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Compaction;

/// <summary>What a merge needs to know of the rows it merges, as SQL. Rows with one datastream and one time are versions of each other;
/// the highest counts.</summary>
/// <param name="Kind">Kind of file.</param>
/// <param name="Time">Column of the time.</param>
/// <param name="Version">Column that tells versions apart.</param>
internal sealed record MergeShape(FileKind Kind, string Time, string Version)
{
    private const string Superseded = "superseded";

    public static readonly MergeShape Readings = new(FileKind.Readings, "observed_ticks", "sequence");

    public static readonly MergeShape Hours = new(FileKind.Hours, "start_ticks", "revision");

    public static string Rows(IEnumerable<string> paths) =>
        $"read_parquet([{string.Join(", ", paths.Select(DuckDatabase.Quote))}], hive_partitioning = false)";

    public string CountByHour(string rows) =>
        $"SELECT {Time} - ({Time} % {TimeSpan.TicksPerHour} + {TimeSpan.TicksPerHour}) % {TimeSpan.TicksPerHour} AS hour, count(*) FROM {rows} GROUP BY hour ORDER BY hour";

    public static string CountByDatastream(string rows, string filter) =>
        $"SELECT datastream_id::BIGINT, count(*) FROM {rows} WHERE {filter} GROUP BY datastream_id ORDER BY datastream_id";

    public static string Received(string rows, string filter) =>
        $"SELECT {ParquetSchema.ReceivedTicks("min(received_at)")}, {ParquetSchema.ReceivedTicks("max(received_at)")} FROM {rows} WHERE {filter}";

    /// <summary>Keys that stand in more than one row. Only these are held in memory; a window over all rows would hold every column.</summary>
    public string FindSuperseded(string rows, string filter) =>
        $"""
        CREATE OR REPLACE TABLE {Superseded} AS
        SELECT datastream_id, {Time} AS time, max({Version}) AS kept, count(*) AS versions
        FROM {rows} WHERE {filter} GROUP BY ALL HAVING versions > 1
        """;

    public static string CountSuperseded() => $"SELECT coalesce(sum(versions - 1), 0)::BIGINT FROM {Superseded}";

    /// <summary>The rows without those that a later version replaces, sorted.</summary>
    public string Copy(string rows, string filter, string path, int rowGroupRows) =>
        $"""
        COPY (
            SELECT r.* FROM (SELECT * FROM {rows} WHERE {filter}) r
            ANTI JOIN {Superseded} s ON r.datastream_id = s.datastream_id AND r.{Time} = s.time AND r.{Version} < s.kept
            ORDER BY r.datastream_id, r.{Time}
        ) TO {DuckDatabase.Quote(path)} {ParquetSchema.Options(rowGroupRows)}
        """;

    public string Extent(string rows) => $"SELECT min(datastream_id), max(datastream_id), min({Time}), max({Time}) FROM {rows}";
}
