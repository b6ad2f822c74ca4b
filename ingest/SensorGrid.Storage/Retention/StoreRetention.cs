using Microsoft.Extensions.Logging;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.State;

namespace SensorGrid.Storage.Retention;

/// <summary>Deletes by age, each kind of file by its own, and by total size, oldest first: readings before minutes before hours,
/// because a year of hours costs less than a day of readings and tells more. The newest of each kind always stays.</summary>
internal sealed class StoreRetention(
    StateDatabase state, SealedFiles files, FileDeletion deletion, StorageOptions options, TimeProvider time, StorageMetrics metrics, ILogger logger)
{
    private static readonly FileKind[] Kinds = [FileKind.Readings, FileKind.Minutes, FileKind.Hours];

    private bool tooLargeReported;

    public Action<RetentionStep> Reached { get; set; } = static _ => { };

    /// <returns>Files deleted.</returns>
    public int Run(CancellationToken cancellationToken)
    {
        int deleted = 0;
        foreach (var (group, reason) in Expired().Concat(TooMuch()))
        {
            cancellationToken.ThrowIfCancellationRequested();
            Delete(group);
            Log.Retained(logger, group.Files.Count, group.Kind, group.Partition.Name, group.Files.Sum(file => file.Rows), group.Bytes, reason);
            metrics.FilesDeleted(group.Files.Count, group.Kind, reason);
            deleted += group.Files.Count;
        }
        return deleted;
    }

    private IEnumerable<(FileGroup, RetentionReason)> Expired()
    {
        long now = time.GetUtcNow().UtcTicks;
        foreach (var kind in Kinds)
        {
            if (KeptFor(kind) is not { } age)
                continue;
            foreach (var group in FileGroup.Of(kind, files.ToList()).Where(group => group.NewestArrivalTicks < now - age.Ticks))
                yield return (group, RetentionReason.Age);
        }
    }

    // Runs after the last of the expired ones is gone.
    private IEnumerable<(FileGroup, RetentionReason)> TooMuch()
    {
        if (options.KeepBytes is not { } limit)
            yield break;
        var listed = files.ToList();
        long bytes = listed.Sum(file => file.Bytes);
        foreach (var group in Kinds.SelectMany(kind => FileGroup.Of(kind, listed).SkipLast(1)))
        {
            if (bytes <= limit)
                break;
            bytes -= group.Bytes;
            yield return (group, RetentionReason.Size);
        }
        if (bytes > limit && !tooLargeReported)
            Log.StillTooLarge(logger, bytes, limit);
        tooLargeReported = bytes > limit;
    }

    private TimeSpan? KeptFor(FileKind kind) => kind switch
    {
        FileKind.Minutes => options.KeepMinutesFor,
        FileKind.Hours => options.KeepHoursFor,
        _ => options.KeepFor,
    };

    private void Delete(FileGroup group)
    {
        var gone = deletion.TakeGone();
        var rollup = group.Kind switch
        {
            FileKind.Minutes => RollupKinds.Minutes,
            FileKind.Hours => RollupKinds.Hours,
            _ => RollupKinds.None,
        };
        // Rollups that outlive their readings are final from now on.
        var closing = group.Files.Aggregate(RollupKinds.None, (all, file) => all | file.RolledUp);
        using (var transaction = state.Begin())
        {
            foreach (var file in group.Files)
                ManifestTable.Delete(transaction, file);
            if (closing != RollupKinds.None)
                ClosedDayTable.Close(transaction, group.Partition.StartTicks, closing);
            if (rollup != RollupKinds.None)
            {
                ManifestTable.ClearRolledUp(transaction, group.Partition, rollup);
                ClosedDayTable.Clear(transaction, group.Partition, rollup);
            }
            FileDeletion.Forget(transaction, gone);
            transaction.Commit();
        }
        Reached(RetentionStep.EntriesDeleted);
        files.Remove(group.Files, ClosedAfter(group.Partition, closing, rollup), group.Partition, rollup);
        deletion.WhenUnused(group.Files);
        Reached(RetentionStep.FilesDeleted);
    }

    // The table's rows after the transaction, without reading them again.
    private Dictionary<long, RollupKinds> ClosedAfter(TimePartition partition, RollupKinds closing, RollupKinds cleared)
    {
        var days = files.ClosedDays.ToDictionary();
        if (closing != RollupKinds.None)
            days[partition.StartTicks] = days.GetValueOrDefault(partition.StartTicks) | closing;
        foreach (long day in days.Keys.Where(day => partition.Contains(day)).ToList())
        {
            days[day] &= ~cleared;
            if (days[day] == RollupKinds.None)
                days.Remove(day);
        }
        return days;
    }
}

/// <summary>Why files were deleted.</summary>
internal enum RetentionReason
{
    Age,
    Size,
}
