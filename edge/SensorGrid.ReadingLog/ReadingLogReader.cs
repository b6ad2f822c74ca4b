using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.ReadingLog.Files;
using SensorGrid.ReadingLog.Format;
using SensorGrid.ReadingLog.Segments;

namespace SensorGrid.ReadingLog;

/// <summary>Reads the folder of a log that nobody writes: a copy, a recording, the log of a stopped service. Takes no lock and changes nothing.
/// On the folder of a running service it shows what was there when it was opened, perhaps a few records that are not durable yet.</summary>
public sealed class ReadingLogReader : IDisposable
{
    private readonly SegmentList segments;
    private readonly LogCursor cursor;

    private ReadingLogReader(SegmentList segments, LogCursor cursor)
    {
        this.segments = segments;
        this.cursor = cursor;
    }

    /// <summary>First sequence in the folder.</summary>
    public long FirstSequence => segments.FirstSequence;

    /// <summary>Last sequence in the folder; one less than the first when it is empty.</summary>
    public long LastSequence => segments.LastDurable;

    /// <summary>Sequence of the next record it will read.</summary>
    public long NextSequence => cursor.Next;

    /// <summary>Opens a folder.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="fromSequence">Where to start; null: at the first record.</param>
    /// <param name="logger">Told about what cannot be read.</param>
    /// <param name="metrics">Counts what cannot be read.</param>
    /// <exception cref="ReadingLogException">The files do not make one log.</exception>
    public static ReadingLogReader Open(string folder, long? fromSequence = null, ILogger? logger = null, ReadingLogMetrics? metrics = null) =>
        Open(new DiskDirectory(folder), fromSequence, logger, metrics);

    /// <summary>Opens a folder of any kind.</summary>
    public static ReadingLogReader Open(
        IReadingLogDirectory directory, long? fromSequence = null, ILogger? logger = null, ReadingLogMetrics? metrics = null)
    {
        logger ??= NullLogger.Instance;
        metrics ??= ReadingLogMetrics.Default;
        try
        {
            var found = SegmentSet.Read(directory, logger, metrics);
            long last = 0;
            if (found.Headers.Count > 0)
            {
                using var file = directory.OpenRead(SegmentName.Of(found.Headers[^1].FirstSequence));
                last = SegmentScan.Run(file, found.Headers[^1]).LastSequence;
            }
            var segments = new SegmentList(found.Headers.Select(h => new Segment(h, long.MaxValue)), 1, last);
            return new(segments, new LogCursor(directory, segments, fromSequence ?? segments.FirstSequence, logger, metrics));
        }
        catch (IOException e)
        {
            throw new ReadingLogException(
                ReadingLogFault.StorageFailed, $"The reading log in {directory.Path} cannot be read: {e.Message} Give the folder that holds its *.segment files.", innerException: e);
        }
    }

    /// <summary>Reads the next records.</summary>
    /// <returns>Number of records in the buffer; 0 at the end.</returns>
    /// <exception cref="ReadingLogException">The next record lies before the first of the folder.</exception>
    public int Read(ReadingLogRecordBuffer into) => cursor.Read(into, segments.LastDurable);

    /// <inheritdoc/>
    public void Dispose() => cursor.Dispose();
}
