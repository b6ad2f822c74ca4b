using DuckDB.NET.Data;
using SensorGrid.Storage.Hot;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.Queries;

/// <summary>What one query sees: the hot generations and files it chose, which stay until it is done, and a connection. Several SQL
/// statements may make up one answer; files do not change between them, though the active generation may gain rows.</summary>
internal sealed class QuerySession(
    DuckDBConnection connection, IReadOnlyList<HotGeneration> generations, IReadOnlyList<SealedFile> files, IReadOnlyList<SealedFile> unreadable,
    IReadOnlyDictionary<long, RollupKinds> closedDays, ParquetFolder folder, CancellationToken cancellationToken)
{
    /// <summary>Files of readings and of the rollup asked for.</summary>
    public IReadOnlyList<SealedFile> Files { get; } = files;

    /// <summary>Those that would be among them, could they be read.</summary>
    public IReadOnlyList<SealedFile> Unreadable { get; } = unreadable;

    public IReadOnlyDictionary<long, RollupKinds> ClosedDays { get; } = closedDays;

    /// <summary>The readings of a filter as SQL; null when there is nothing that could hold any.</summary>
    /// <param name="filter">Which rows.</param>
    /// <param name="except">Files of readings to leave out.</param>
    public string? Readings(SourceFilter filter, Func<SealedFile, bool>? except = null)
    {
        var parts = generations.Select(generation => ParquetSchema.SelectHot(generation.Number, filter)).ToList();
        var paths = Files.Where(file => file.Kind == FileKind.Readings && filter.MayBeIn(file) && except?.Invoke(file) != true)
            .Select(file => folder.FullPath(file.Name)).ToList();
        if (paths.Count > 0)
            parts.Add(ParquetSchema.SelectFiles(paths, filter));
        return parts.Count == 0 ? null : string.Join("\nUNION ALL\n", parts);
    }

    /// <summary>Paths of the files of a rollup that may hold units of a range.</summary>
    public List<string> Rollups(FileKind kind, SourceFilter filter) =>
        [.. Files.Where(file => file.Kind == kind && filter.MayBeIn(file)).Select(file => folder.FullPath(file.Name))];

    /// <summary>Runs a statement; its rows are read as they come.</summary>
    public IEnumerable<T> Read<T>(string sql, Func<DuckDBDataReader, T> read) => DuckDatabase.Stream(connection, sql, read, cancellationToken);

    /// <summary>Of the readings of one instant, the valid one first: that of the last log record.</summary>
    public const string ValidFirst = "sequence DESC, ordinal DESC";

    /// <summary>The first row of each time, of rows that come sorted by it. Done here and not by <c>QUALIFY row_number() … = 1</c>: for that
    /// DuckDB reads every file twice, first for the rows that stay, then for their columns.</summary>
    public static IEnumerable<T> FirstOfEach<T>(IEnumerable<T> rows, Func<T, long> ticksOf)
    {
        bool any = false;
        long last = 0;
        foreach (var row in rows)
        {
            long ticks = ticksOf(row);
            if (any && ticks == last)
                continue;
            (any, last) = (true, ticks);
            yield return row;
        }
    }
}
