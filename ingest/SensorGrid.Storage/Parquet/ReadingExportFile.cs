using DuckDB.NET.Data;

namespace SensorGrid.Storage.Parquet;

/// <summary>One reading on its way out of the store, in words.</summary>
/// <param name="Datastream"><c>gateway/name</c>.</param>
/// <param name="ObservedAt">When it was true, UTC.</param>
/// <param name="Value">The number, or the boolean as 0 or 1; null for texts, positions and missing values.</param>
/// <param name="Longitude">Longitude of a position.</param>
/// <param name="Latitude">Latitude of a position.</param>
/// <param name="Text">The text of a text reading.</param>
/// <param name="Quality">good, suspect, estimated, missing or bad.</param>
/// <param name="Unit">SenML unit; null when none is known.</param>
public sealed record ExportedReading(
    string Datastream, DateTimeOffset ObservedAt, double? Value, double? Longitude, double? Latitude, string? Text, string Quality, string? Unit);

/// <summary>Collects readings and writes them into one Parquet file, in the order they came. Bounded memory: DuckDB spills beside the file.</summary>
public sealed class ReadingExportFile : IDisposable
{
    private const int MemoryMiB = 256;
    private const int SpillMiB = 1 << 20;

    private readonly string path;
    private readonly string spill;
    private readonly DuckDatabase database;
    private readonly DuckDBConnection connection;
    private DuckDBAppender? appender;

    /// <summary>Starts a file.</summary>
    /// <param name="path">Where it shall be; replaced when it is there.</param>
    /// <exception cref="ReadingStoreException">The path cannot be used.</exception>
    public ReadingExportFile(string path)
    {
        this.path = Path.GetFullPath(path);
        spill = this.path + ".spill";
        if (this.path.AsSpan().ContainsAny("*?[{"))
            throw new ReadingStoreException($"{this.path} has one of * ? [ {{ in it. Choose another file.");
        Directory.CreateDirectory(spill);
        database = new(Path.GetDirectoryName(this.path)!, spill, MemoryMiB, SpillMiB, threads: 1);
        connection = database.Connect();
        DuckDatabase.Execute(connection,
            """
            CREATE TABLE readings (
                datastream VARCHAR, observed_ticks BIGINT, value DOUBLE, longitude DOUBLE, latitude DOUBLE, text VARCHAR, quality VARCHAR, unit VARCHAR)
            """);
        appender = connection.CreateAppender("readings");
    }

    /// <summary>Adds a reading.</summary>
    public void Add(ExportedReading reading) => appender!.AppendRow(reading, static (row, next) => row
        .AppendValue(next.Datastream).AppendValue(next.ObservedAt.UtcTicks).AppendValue(next.Value).AppendValue(next.Longitude)
        .AppendValue(next.Latitude).AppendValue(next.Text).AppendValue(next.Quality).AppendValue(next.Unit));

    /// <summary>Writes the file.</summary>
    /// <exception cref="ReadingStoreException">It cannot be written.</exception>
    public void Complete(CancellationToken cancellationToken)
    {
        try
        {
            appender!.Dispose();
            appender = null;
            DuckDatabase.Execute(connection,
                $"""
                COPY (SELECT datastream, make_timestamptz(observed_ticks // 10 - {ParquetSchema.Number(ParquetSchema.EpochMicroseconds)}) AS observed_at, value, longitude, latitude,
                             text, quality, unit, observed_ticks
                      FROM readings ORDER BY rowid)
                TO {DuckDatabase.Quote(path)} (FORMAT parquet, PARQUET_VERSION v2, COMPRESSION zstd)
                """, cancellationToken);
        }
        catch (DuckDBException e)
        {
            throw new ReadingStoreException($"{path} cannot be written: {e.Message} Check free space and the rights of the folder.", e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        appender?.Dispose();
        connection.Dispose();
        database.Dispose();
        Directory.Delete(spill, recursive: true);
    }
}
