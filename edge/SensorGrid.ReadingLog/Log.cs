using Microsoft.Extensions.Logging;

namespace SensorGrid.ReadingLog;

/// <summary>Diagnostics of the reading log; event ids 2000–2099 and their meaning stay.</summary>
internal static partial class Log
{
    [LoggerMessage(2000, LogLevel.Information, "Reading log {Folder} opened: {Segments} segments, records {First} to {Last}")]
    public static partial void Opened(ILogger logger, string folder, int segments, long first, long last);

    [LoggerMessage(2001, LogLevel.Warning,
        "Reading log segment {Segment}: {Bytes} bytes at {Offset} were being written when the process or the machine stopped; cut. They were never acknowledged")]
    public static partial void TailCut(ILogger logger, string segment, long offset, long bytes);

    [LoggerMessage(2002, LogLevel.Warning,
        "Reading log segment {Segment}: {Bytes} bytes at {Offset} (records {First} to {Last}) are not readable inside the last group written; left out. "
        + "A power cut leaves this; without one, check the disk")]
    public static partial void GroupTorn(ILogger logger, string segment, long offset, long bytes, long first, long last);

    [LoggerMessage(2003, LogLevel.Error,
        "Reading log segment {Segment}: {Bytes} bytes at {Offset} went bad after they were synced: records {First} to {Last} are lost, those before and after are kept. "
        + "Check the disk; restore the segment from a copy to get them back")]
    public static partial void RecordsCorrupt(ILogger logger, string segment, long offset, long bytes, long first, long last);

    [LoggerMessage(2004, LogLevel.Error, "Reading log {Folder}: segment {Missing} is missing before {Segment}; its records cannot be read. Restore the file from a copy")]
    public static partial void SegmentMissing(ILogger logger, string folder, string missing, string segment);

    [LoggerMessage(2005, LogLevel.Error, "Reading log segment {Segment}: both copies of its header are damaged; its records are read by those of its neighbours. Check the disk")]
    public static partial void HeaderDamaged(ILogger logger, string segment);

    [LoggerMessage(2006, LogLevel.Error, "Reading log {Folder}: the disk is full; appends wait and nothing is acknowledged until there is room: {Reason}")]
    public static partial void DiskFull(ILogger logger, string folder, string reason);

    [LoggerMessage(2007, LogLevel.Information, "Reading log {Folder}: there is room on the disk again; appends go on")]
    public static partial void DiskHasRoom(ILogger logger, string folder);

    [LoggerMessage(2008, LogLevel.Critical, "Reading log {Folder} failed; nothing is acknowledged any more until the process is started again: {Reason}")]
    public static partial void Failed(ILogger logger, Exception exception, string folder, string reason);

    [LoggerMessage(2009, LogLevel.Debug, "Reading log segment {Segment} made, {Bytes} bytes")]
    public static partial void SegmentCreated(ILogger logger, string segment, long bytes);

    [LoggerMessage(2011, LogLevel.Warning,
        "Reading log {Folder}: the next segment could not be made ready beforehand ({Reason}); the current one is written on, and the next is made when it is needed")]
    public static partial void NotPrepared(ILogger logger, string folder, string reason);

    [LoggerMessage(2012, LogLevel.Warning, "Reading log {Folder}: the unused file {File} could not be deleted ({Reason}); it holds no record and is deleted at the next opening")]
    public static partial void PreparedLeft(ILogger logger, string folder, string file, string reason);

    [LoggerMessage(2013, LogLevel.Warning, "Reading log {Folder}: the disk is slow, a write and sync took {Took}; acknowledgements wait for it. Told once a minute at most")]
    public static partial void StorageSlow(ILogger logger, string folder, TimeSpan took);

    [LoggerMessage(2010, LogLevel.Information, "Reading log {Folder}: {Segments} segments below record {Before} trimmed")]
    public static partial void Trimmed(ILogger logger, string folder, int segments, long before);
}
