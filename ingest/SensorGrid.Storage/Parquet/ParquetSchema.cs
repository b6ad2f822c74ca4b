using System.Globalization;
using SensorGrid.Readings;
using SensorGrid.Storage.Queries;

namespace SensorGrid.Storage.Parquet;

/// <summary>The columns of a sealed file, as SQL: how hot rows are written into them and how they are read back. The page
/// <c>ingest/docs/store.md</c> describes them for people and must match this file. Kind, quality and unit are words there,
/// because a file must explain itself; dictionary encoding makes them cost next to nothing.</summary>
internal static class ParquetSchema
{
    // DateTime ticks start in year 1, DuckDB's microseconds in 1970.
    public const string EpochMicros = "62135596800000000";

    private static readonly (ReadingKind Value, string Word)[] Kinds =
        [(ReadingKind.Number, "number"), (ReadingKind.Boolean, "boolean"), (ReadingKind.Text, "text"), (ReadingKind.Position, "position")];

    private static readonly (Quality Value, string Word)[] Qualities =
        [(Quality.Good, "good"), (Quality.Suspect, "suspect"), (Quality.Estimated, "estimated"), (Quality.Missing, "missing"), (Quality.Bad, "bad")];

    private static readonly string KindWord = Case("kind", Kinds.Select(kind => (Number((int)kind.Value), $"'{kind.Word}'")));
    private static readonly string KindNumber = Case("kind", Kinds.Select(kind => ($"'{kind.Word}'", Number((int)kind.Value))));
    private static readonly string QualityWord = Case("quality", Qualities.Select(quality => (Number((int)quality.Value), $"'{quality.Word}'")));
    private static readonly string QualityNumber = Case("quality", Qualities.Select(quality => ($"'{quality.Word}'", Number((int)quality.Value))));

    /// <summary>Writes a generation: one row per (datastream, time), the one that came last, sorted by both.</summary>
    /// <remarks>DuckDB's rowid is the order of arrival, so it also decides between two readings of one message. Sorted once: of rows with the same
    /// datastream and time, which then stand together, the last stays. Names are joined before that, because a join keeps no order; what follows
    /// the sort does. Version 2 of the format stores sorted integers as differences: 1.8 instead of 9 bytes a row, and faster to write.</remarks>
    public static string Copy(string table, string path, int rowGroupRows) =>
        $"""
        COPY (
            SELECT name AS datastream, datastream AS datastream_id,
                   make_timestamptz(observed_ticks // 10 - {EpochMicros}) AS observed_at, value, value2, text,
                   {KindWord} AS kind, {QualityWord} AS quality, unit_name AS unit, flags,
                   make_timestamptz(received_ticks // 10 - {EpochMicros}) AS received_at, observed_ticks, sequence
            FROM (SELECT *, lead(datastream) OVER () AS next_datastream, lead(observed_ticks) OVER () AS next_ticks
                  FROM (SELECT h.*, h.rowid AS place, n.name, u.name AS unit_name
                        FROM {table} h JOIN datastream_names n ON n.id = h.datastream LEFT JOIN units u ON u.id = h.unit
                        ORDER BY datastream, observed_ticks, place))
            WHERE next_datastream IS DISTINCT FROM datastream OR next_ticks IS DISTINCT FROM observed_ticks
        ) TO {DuckDatabase.Quote(path)} {Options(rowGroupRows)}
        """;

    /// <summary>The newest row of each datastream of a generation, in the columns that queries work on.</summary>
    public static string SelectLatest(string table) =>
        $"""
        SELECT h.* FROM ({SelectHot(table, SourceFilter.Everything)}) h
        SEMI JOIN (SELECT arg_max(rowid, row(least(observed_ticks, received_ticks), observed_ticks, rowid)) AS place FROM {table} GROUP BY datastream) newest
        ON h.ordinal = newest.place
        """;

    /// <summary>How every file is written.</summary>
    public static string Options(int rowGroupRows) =>
        $"""
        (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE {Number(rowGroupRows)},
         KV_METADATA {DuckDatabase.KeyValues(("sensorgrid_format", Number(State.ManifestTable.Format)))})
        """;

    /// <summary>Rows of hot generations, in the columns that queries work on.</summary>
    public static string SelectHot(string table, in SourceFilter filter) =>
        $"""
        SELECT datastream, observed_ticks, received_ticks, value, value2, text, kind, quality, unit, flags, sequence, rowid AS ordinal
        FROM {table} WHERE {filter.ToSql("datastream")}
        """;

    /// <summary>Rows of sealed files, in the columns that queries work on.</summary>
    public static string SelectFiles(IEnumerable<string> paths, in SourceFilter filter) =>
        $"""
        SELECT f.datastream_id AS datastream, observed_ticks, {ReceivedTicks("received_at")} AS received_ticks, value, value2, text,
               {KindNumber} AS kind, {QualityNumber} AS quality, coalesce(u.id, 0) AS unit, flags, sequence, 0 AS ordinal
        FROM (SELECT * FROM read_parquet([{string.Join(", ", paths.Select(DuckDatabase.Quote))}], hive_partitioning = false)
              WHERE {filter.ToSql("datastream_id")}) f
        LEFT JOIN units u ON u.name = f.unit
        """;

    /// <summary>Datastream, time, value and whether it counts, in the order of the file: each datastream's readings by time.</summary>
    public static string SelectForRollups(string path) =>
        $"""
        SELECT datastream_id, observed_ticks, value, {Rollups.RollupUnit.CountsSql} AS counts
        FROM (SELECT datastream_id, observed_ticks, value, {KindNumber} AS kind, {QualityNumber} AS quality
              FROM read_parquet({DuckDatabase.Quote(path)}, hive_partitioning = false))
        """;

    /// <summary>A received time of a file as ticks.</summary>
    public static string ReceivedTicks(string column) => $"(epoch_us({column}) + {EpochMicros}) * 10";

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Case(string column, IEnumerable<(string From, string To)> pairs) =>
        $"CASE {column} {string.Join(' ', pairs.Select(pair => $"WHEN {pair.From} THEN {pair.To}"))} END";
}
