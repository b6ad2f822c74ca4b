using System.Diagnostics.Metrics;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Retention;

namespace SensorGrid.Storage;

/// <summary>Counters of the store; meter <c>SensorGrid.Storage</c>.</summary>
internal sealed class StorageMetrics : IDisposable
{
    public const string MeterName = "SensorGrid.Storage";

    private readonly Meter meter = new(MeterName);
    private readonly Counter<long> skipped;
    private readonly Counter<long> waits;
    private readonly Counter<long> rowsSealed;
    private readonly Counter<long> sealsFailed;
    private readonly Histogram<double> sealDuration;
    private readonly Counter<long> filesUnreadable;
    private readonly Counter<long> filesDeleted;
    private readonly Counter<long> filesMerged;
    private readonly Counter<long> superseded;
    private readonly Histogram<double> mergeDuration;
    private readonly Counter<long> maintenanceFailed;
    private readonly Counter<long> queriesRefused;
    private long appended;

    public StorageMetrics(Func<long> hotRows, Func<long> files, Func<long> covered)
    {
        meter.CreateObservableCounter("sensorgrid.storage.readings.appended", () => Volatile.Read(ref appended), "{reading}", "Readings taken into the hot table");
        skipped = meter.CreateCounter<long>("sensorgrid.storage.records.skipped", "{record}", "Log records offered again after they were taken");
        waits = meter.CreateCounter<long>("sensorgrid.storage.appends.waited", "{wait}", "Times the store follower had to wait for a seal");
        rowsSealed = meter.CreateCounter<long>("sensorgrid.storage.readings.sealed", "{reading}", "Readings written to Parquet files");
        sealsFailed = meter.CreateCounter<long>("sensorgrid.storage.seals.failed", "{seal}", "Seals that failed and are tried again");
        sealDuration = meter.CreateHistogram<double>("sensorgrid.storage.seal.duration", "s", "Time to seal one generation");
        filesUnreadable = meter.CreateCounter<long>("sensorgrid.storage.files.unreadable", "{file}", "Sealed files found missing or damaged");
        filesDeleted = meter.CreateCounter<long>("sensorgrid.storage.files.deleted", "{file}", "Files deleted by age or size");
        filesMerged = meter.CreateCounter<long>("sensorgrid.storage.files.merged", "{file}", "Files replaced by merged ones");
        superseded = meter.CreateCounter<long>("sensorgrid.storage.readings.superseded", "{reading}", "Readings dropped by merges because a later one has the same datastream and time");
        mergeDuration = meter.CreateHistogram<double>("sensorgrid.storage.merge.duration", "s", "Time of one merge");
        maintenanceFailed = meter.CreateCounter<long>("sensorgrid.storage.maintenances.failed", "{maintenance}", "Merges and deletions that failed and are tried again");
        queriesRefused = meter.CreateCounter<long>("sensorgrid.storage.queries.refused", "{query}", "Queries refused because too many were waiting");
        meter.CreateObservableGauge("sensorgrid.storage.hot.rows", hotRows, "{reading}", "Readings in memory");
        meter.CreateObservableGauge("sensorgrid.storage.files", files, "{file}", "Files listed in the manifest");
        meter.CreateObservableGauge("sensorgrid.storage.covered.sequence", covered, "{record}", "Last log record covered by sealed files");
    }

    // For each record: told to listeners when they ask, not each time. One caller.
    public void Appended(int readings) => Volatile.Write(ref appended, appended + readings);

    public void Skipped() => skipped.Add(1);

    public void Waited() => waits.Add(1);

    public void Sealed(long rows, TimeSpan duration)
    {
        rowsSealed.Add(rows);
        sealDuration.Record(duration.TotalSeconds);
    }

    public void SealFailed() => sealsFailed.Add(1);

    public void FileUnreadable() => filesUnreadable.Add(1);

    public void FilesDeleted(int files, FileKind kind, RetentionReason reason) =>
        filesDeleted.Add(files, new("kind", kind.ToString()), new KeyValuePair<string, object?>("reason", reason.ToString()));

    public void Merged(int files, long rowsSuperseded, TimeSpan duration)
    {
        filesMerged.Add(files);
        superseded.Add(rowsSuperseded);
        mergeDuration.Record(duration.TotalSeconds);
    }

    public void MaintenanceFailed() => maintenanceFailed.Add(1);

    public void QueryRefused() => queriesRefused.Add(1);

    public void Dispose() => meter.Dispose();
}
