using System.Globalization;
using SensorGrid.Readings;
using SensorGrid.Storage.Queries;

namespace SensorGrid.Storage.Parquet;

/// <summary>The columns of a sealed file, as SQL: how hot rows are written into them and how they are read back. The page
/// <c>ingest/docs/store.md</c> describes them for people and must match this file. Kind, quality and unit are words there,
/// because a file must explain itself; dictionary encoding makes them cost next to nothing.</summary>
internal static class ParquetSchema
{
    /// <summary>1970 in microseconds: DateTime ticks start in year 1, DuckDB's microseconds in 1970.</summary>
    public const long EpochMicroseconds = 62_135_596_800_000_000;

    /// <summary>What files say where a unit was sent that the registry does not know; it is read back as unknown.</summary>
    public const string UnknownUnit = "?";

    /// <summary>Words of the kinds.</summary>
    public static readonly (ReadingKind Value, string Word)[] Kinds =
        [(ReadingKind.Number, "number"), (ReadingKind.Boolean, "boolean"), (ReadingKind.Text, "text"), (ReadingKind.Position, "position")];

    /// <summary>Words of the qualities.</summary>
    public static readonly (Quality Value, string Word)[] Qualities =
        [(Quality.Good, "good"), (Quality.Suspect, "suspect"), (Quality.Estimated, "estimated"), (Quality.Missing, "missing"), (Quality.Bad, "bad")];

    private static readonly string KindNumber = Case("kind", Kinds.Select(kind => ($"'{kind.Word}'", Number((int)kind.Value))));
    private static readonly string QualityNumber = Case("quality", Qualities.Select(quality => ($"'{quality.Word}'", Number((int)quality.Value))));

    /// <summary>Writes a generation, sorted and without what was superseded: <see cref="Hot.SealScan"/> gives its rows as they are to stand.</summary>
    /// <remarks>Version 2 of the format stores sorted integers as differences: 1.8 instead of 9 bytes a row, and faster to write.</remarks>
    public static string Copy(long generation, string path, int rowGroupRows) =>
        $"COPY (SELECT * FROM hot_sorted({Number(generation)})) TO {DuckDatabase.Quote(path)} {Options(rowGroupRows)}";

    /// <summary>How every file is written.</summary>
    public static string Options(int rowGroupRows) =>
        $"""
        (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd, ROW_GROUP_SIZE {Number(rowGroupRows)},
         KV_METADATA {DuckDatabase.KeyValues(("sensorgrid_format", Number(State.ManifestTable.Format)))})
        """;

    /// <summary>Rows of a hot generation, in the columns that queries work on.</summary>
    public static string SelectHot(long generation, in SourceFilter filter) =>
        $"SELECT * FROM hot_rows({Number(generation)}, {Number(filter.Datastream ?? Hot.HotScan.Any)}, {Number(filter.FromTicks)}, {Number(filter.ToTicks)})"
        + (filter.Within is { Count: > 1 } within ? $" WHERE {within.ToSql("observed_ticks")}" : "");

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
    public static string ReceivedTicks(string column) => $"(epoch_us({column}) + {Number(EpochMicroseconds)}) * 10";

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Case(string column, IEnumerable<(string From, string To)> pairs) =>
        $"CASE {column} {string.Join(' ', pairs.Select(pair => $"WHEN {pair.From} THEN {pair.To}"))} END";
}
