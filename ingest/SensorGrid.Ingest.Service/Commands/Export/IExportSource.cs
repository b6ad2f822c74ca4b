using SensorGrid.Storage.Parquet;

namespace SensorGrid.Ingest.Service.Commands.Export;

/// <summary>Where exported readings come from: a running service, or the data folder of one that is stopped.</summary>
internal interface IExportSource : IDisposable
{
    /// <summary>For messages.</summary>
    string Name { get; }

    /// <summary>Ids of all datastreams.</summary>
    Task<IReadOnlyList<string>> ListAsync(CancellationToken cancellationToken);

    /// <summary>Some of a datastream's readings with from ≤ time &lt; to, oldest first, and whether there are more.</summary>
    Task<ExportPage> ReadAsync(string datastream, DateTimeOffset from, DateTimeOffset to, CancellationToken cancellationToken);
}

/// <param name="Readings">Oldest first.</param>
/// <param name="HasMore">There are more after the last one.</param>
/// <param name="UnreadableFiles">Files that could not be read; what was in them is missing.</param>
internal sealed record ExportPage(IReadOnlyList<ExportedReading> Readings, bool HasMore, int UnreadableFiles)
{
    public static ExportedReading Row(string datastream, Api.ReadingView reading, string? unit) =>
        new(datastream, reading.At, reading.Value, reading.Longitude, reading.Latitude, reading.Text, reading.Quality, unit);
}
