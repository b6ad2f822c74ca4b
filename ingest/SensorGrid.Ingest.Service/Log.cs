namespace SensorGrid.Ingest.Service;

/// <summary>Messages of the service; event ids 6000 to 6099 are its own and are never reused.</summary>
internal static partial class Log
{
    [LoggerMessage(6000, LogLevel.Information, "Recovering: rules go on after log record {Evaluated}, the store after {Covered}; the log ends at {Durable}")]
    public static partial void Recovering(ILogger logger, long evaluated, long covered, long durable);

    [LoggerMessage(6001, LogLevel.Information, "Recovering: rules are at {Rules}, the store at {Store} of {Durable}")]
    public static partial void RecoveryProgress(ILogger logger, long rules, long store, long durable);

    [LoggerMessage(6002, LogLevel.Information, "Ready after {Milliseconds} ms: catalogue {Catalogue}, rules {Rules}, {Alarms} open alarms")]
    public static partial void Ready(ILogger logger, long milliseconds, string catalogue, string rules, int alarms);

    [LoggerMessage(6003, LogLevel.Information, "Stopping: {Reason}")]
    public static partial void Stopping(ILogger logger, string reason);

    [LoggerMessage(6004, LogLevel.Information, "Stopped; everything up to log record {Durable} is evaluated and stored")]
    public static partial void Stopped(ILogger logger, long durable);

    [LoggerMessage(6005, LogLevel.Critical, "{Stage} failed, the service ends and must be started again: {Reason}")]
    public static partial void StageFailed(ILogger logger, Exception exception, string stage, string reason);

    [LoggerMessage(6006, LogLevel.Warning, "What could not be finished at the stop comes again from the log at the next start: {Reason}")]
    public static partial void StopUnfinished(ILogger logger, string reason);

    [LoggerMessage(6010, LogLevel.Information, "{Name} {Version} is in force since log record {Sequence} ({Files} files)")]
    public static partial void Activated(ILogger logger, string name, string version, long sequence, int files);

    [LoggerMessage(6011, LogLevel.Warning, "The {Name} folder has changed and cannot be used; version {Version} stays in force: {Errors}")]
    public static partial void ReloadRefused(ILogger logger, string name, string version, string errors);

    [LoggerMessage(6012, LogLevel.Warning, "{Name}: {Warning}")]
    public static partial void DefinitionWarning(ILogger logger, string name, string warning);

    [LoggerMessage(6013, LogLevel.Information, "Rules {Version} are in force since log record {Sequence}, activated by {Operator}; before: {Before}")]
    public static partial void RulesActivated(ILogger logger, string version, long sequence, string @operator, string before);

    [LoggerMessage(6014, LogLevel.Information, "The {Name} folder holds version {Folder}; version {Version}, which {Operator} activated, stays in force")]
    public static partial void FolderPassedOver(ILogger logger, string name, string folder, string version, string @operator);

    [LoggerMessage(6020, LogLevel.Warning, "The snapshot of rules and alarms at log record {Sequence} cannot be used; an older one, or the whole log, takes its place")]
    public static partial void SnapshotUnreadable(ILogger logger, long sequence);

    [LoggerMessage(6021, LogLevel.Debug, "Wrote a snapshot of rules and alarms at log record {Sequence} ({Bytes} bytes): the rules waited {WaitedMilliseconds} ms for it, it took {TookMilliseconds} ms")]
    public static partial void SnapshotWritten(ILogger logger, long sequence, long bytes, long waitedMilliseconds, long tookMilliseconds);

    [LoggerMessage(6022, LogLevel.Warning, "The log begins at record {First}, and no snapshot reaches there: rules and open alarms are rebuilt from what is left")]
    public static partial void RulesRebuilt(ILogger logger, long first);

    [LoggerMessage(6023, LogLevel.Warning, "The log could not be trimmed: {Reason}")]
    public static partial void TrimFailed(ILogger logger, string reason);

    [LoggerMessage(6024, LogLevel.Error, "No alarm can be raised until there is room on the disk; tried again each second: {Reason}")]
    public static partial void CommitHeld(ILogger logger, string reason);

    [LoggerMessage(6025, LogLevel.Warning, "The snapshot of rules and alarms was left out, a restart will take longer: {Reason}")]
    public static partial void SnapshotSkipped(ILogger logger, string reason);

    [LoggerMessage(6026, LogLevel.Warning, "The disk of {Folder} is {Percent} % full, above {Limit} %: make room before nothing can be taken any more")]
    public static partial void DiskFills(ILogger logger, string folder, int percent, int limit);

    [LoggerMessage(6027, LogLevel.Information, "The disk of {Folder} has room again: {Percent} % full")]
    public static partial void DiskHasRoomAgain(ILogger logger, string folder, int percent);

    [LoggerMessage(6028, LogLevel.Warning, "{Protocol}: how the command to station {Station} of log record {Given} ended is not on record: too many ended at once for the disk")]
    public static partial void StationCommandEndLost(ILogger logger, string protocol, string station, long given);

    [LoggerMessage(6029, LogLevel.Warning, "Log record {Sequence} ({Type}) cannot be read and is left out of the list of commands to stations")]
    public static partial void StationCommandUnreadable(ILogger logger, string type, long sequence);

    [LoggerMessage(6047, LogLevel.Warning, "{File} ({Setting}) holds secrets and can be read or written by its group or by everybody; chmod go-rwx it")]
    public static partial void SecretFileOpen(ILogger logger, string file, string setting);

    [LoggerMessage(6040, LogLevel.Warning, "Alarms over MQTT are held, {Lag} transitions wait in the database: {Reason}")]
    public static partial void AlarmPublicationHeld(ILogger logger, long lag, string reason);

    [LoggerMessage(6041, LogLevel.Information, "Alarms over MQTT go on; {Lag} transitions are to be published")]
    public static partial void AlarmPublicationGoesOn(ILogger logger, long lag);

    [LoggerMessage(6042, LogLevel.Information, "{Open} alarms are open; {Messages} retained messages about them were published or taken back")]
    public static partial void AlarmsRetained(ILogger logger, int open, int messages);

    [LoggerMessage(6043, LogLevel.Error, "Not all open alarms can be retained for MQTT subscribers: raise Mqtt:Sessions:MaxRetainedAlarms or MaxRetainedAlarmBytes. The stream of transitions and the API have all of them")]
    public static partial void AlarmsNotRetained(ILogger logger);

    [LoggerMessage(6044, LogLevel.Warning, "How far alarms are published could not be written down: {Reason}")]
    public static partial void AlarmCheckpointSkipped(ILogger logger, string reason);

    [LoggerMessage(6045, LogLevel.Warning, "The revocation lists in {File} cannot be used, those read before stay in force: {Reason}")]
    public static partial void RevocationsUnusable(ILogger logger, string file, string reason);

    [LoggerMessage(6046, LogLevel.Warning, "A revocation list in {File} was to be replaced by {NextUpdate}; what it lists stays revoked. Bring a newer one")]
    public static partial void RevocationsOutOfDate(ILogger logger, string file, DateTimeOffset nextUpdate);

    [LoggerMessage(6030, LogLevel.Error, "The store {Store} will never get log records {First} to {Last}: the log was trimmed to Retention:UnsentLogBytes or " +
        "Retention:UnsentFreeBytes before it was there to take them. The embedded store has them")]
    public static partial void UnsentLost(ILogger logger, string store, long first, long last);

    [LoggerMessage(6031, LogLevel.Warning, "How far the store {Store} is could not be written down: {Reason}")]
    public static partial void CheckpointSkipped(ILogger logger, string store, string reason);
}
