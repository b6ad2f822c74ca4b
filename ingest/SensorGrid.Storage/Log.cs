using Microsoft.Extensions.Logging;
using SensorGrid.Storage.Compaction;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Retention;

namespace SensorGrid.Storage;

/// <summary>Messages of this library; event ids 4000 to 4099 are its own and are never reused.</summary>
internal static partial class Log
{
    [LoggerMessage(4000, LogLevel.Information, "Store opened in {Folder}: {Files} sealed files, {Datastreams} datastreams, covered up to log record {Covered}")]
    public static partial void Opened(ILogger logger, string folder, int files, int datastreams, long covered);

    [LoggerMessage(4001, LogLevel.Information, "Sealed {Rows} rows of log records {First} to {Last} into {File} ({Bytes} bytes) in {Milliseconds} ms")]
    public static partial void Sealed(ILogger logger, long rows, long first, long last, string file, long bytes, long milliseconds);

    [LoggerMessage(4002, LogLevel.Error, "Sealing failed; the rows stay in memory and in the log, and it is tried again in {Delay}")]
    public static partial void SealFailed(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(4003, LogLevel.Information, "Removed {File}: a seal did not finish before the process ended; its rows come again from the log")]
    public static partial void LeftoverRemoved(ILogger logger, string file);

    [LoggerMessage(4004, LogLevel.Warning, "{File} is not in the manifest and was moved to {Target}, where nothing reads it. After a crash while sealing this is " +
        "ordinary: its rows come again from the log, and it may be deleted. If state.sqlite was lost or is an old copy, restore the right one and move the file back")]
    public static partial void UnlistedSetAside(ILogger logger, string file, string target);

    [LoggerMessage(4005, LogLevel.Error, "{File} cannot be read and is left out of answers. {Reason}")]
    public static partial void FileUnreadable(ILogger logger, string file, string reason);

    [LoggerMessage(4006, LogLevel.Information, "Deleted {Files} files of {Kind}, {Partition}, with {Rows} rows in {Bytes} bytes, by {Reason}")]
    public static partial void Retained(ILogger logger, int files, FileKind kind, string partition, long rows, long bytes, RetentionReason reason);

    [LoggerMessage(4007, LogLevel.Warning, "The hot table is full ({Rows} rows, {TextBytes} bytes of text); the store follower waits, the log keeps what comes")]
    public static partial void Full(ILogger logger, long rows, long textBytes);

    [LoggerMessage(4008, LogLevel.Warning, "{File} is off the manifest, but cannot be deleted: {Error}. The next start tries again")]
    public static partial void DeleteFailed(ILogger logger, string file, string error);

    [LoggerMessage(4020, LogLevel.Warning, "The store {Reason} What it lacks stays in the log and is sent when it takes points again")]
    public static partial void StoreFailed(ILogger logger, string reason);

    [LoggerMessage(4021, LogLevel.Information, "The store {Store} takes points again")]
    public static partial void StoreRecovered(ILogger logger, string store);

    [LoggerMessage(4022, LogLevel.Warning, "The store {Store} refused {Points} points for good; they are in {Folder}. The first: {Reason}")]
    public static partial void PointsRefused(ILogger logger, string store, int points, string reason, string folder);

    [LoggerMessage(4023, LogLevel.Error, "The store {Problem}")]
    public static partial void StoreHeld(ILogger logger, string problem);

    [LoggerMessage(4024, LogLevel.Information, "The store {Store} takes no {Bytes} bytes at once; from now on it gets at most {Largest}. A smaller BatchBytes says so from the start")]
    public static partial void BatchTooLarge(ILogger logger, string store, int bytes, int largest);

    [LoggerMessage(4025, LogLevel.Warning, "The dead letters of the store {Store} in {Folder} cannot be counted: {Reason}")]
    public static partial void DeadLettersUnreadable(ILogger logger, string store, string folder, string reason);

    [LoggerMessage(4009, LogLevel.Information, "Merged {Inputs} files ({Merge}, {Partition}) into {Outputs} with {Rows} rows, {Superseded} superseded, in {Milliseconds} ms")]
    public static partial void Merged(ILogger logger, int inputs, MergeKind merge, string partition, int outputs, long rows, long superseded, long milliseconds);

    [LoggerMessage(4010, LogLevel.Error, "Merging or deleting files failed; nothing is lost, queries open more files until it succeeds; it is tried again in {Delay}")]
    public static partial void MaintenanceFailed(ILogger logger, Exception exception, TimeSpan delay);

    [LoggerMessage(4011, LogLevel.Warning, "The time series take {Bytes} bytes, more than Storage:KeepBytes ({Limit}), although only the newest files are left. " +
        "Raise the setting, or let gateways send less")]
    public static partial void StillTooLarge(ILogger logger, long bytes, long limit);
}
