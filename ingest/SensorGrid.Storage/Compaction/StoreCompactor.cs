using DuckDB.NET.Data;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Retention;
using SensorGrid.Storage.State;

namespace SensorGrid.Storage.Compaction;

/// <summary>Replaces files by merged ones, in the order that makes a crash between any two steps harmless; the table of steps is in
/// <c>ingest/docs/store.md</c>. One merge at a time, in a DuckDB of its own with its own limit of memory.</summary>
internal sealed class StoreCompactor(
    StateDatabase state, SealedFiles files, ParquetFolder folder, FileFaults faults, FileDeletion deletion, string spillFolder,
    StorageOptions options, TimeProvider time, StorageMetrics metrics, ILogger logger) : IDisposable
{
    // Made at the first merge: a store that is only read needs none.
    private DuckDatabase? database;

    public Action<MergeStep> Reached { get; set; } = static _ => { };

    /// <summary>Blocks while something more urgent runs; asked before each file.</summary>
    public Action<CancellationToken> WaitForTurn { get; set; } = static _ => { };

    /// <summary>Does the next merge that is due.</summary>
    /// <returns>Whether there was one, or a file was found damaged that stood in its way.</returns>
    /// <exception cref="ReadingStoreException">A file could not be written; nothing was changed.</exception>
    public bool RunOne(CancellationToken cancellationToken)
    {
        long now = time.GetUtcNow().UtcTicks;
        if (MergePlanner.Next(files.ToList(), file => faults.WhyUnreadable(file) is null, options, now) is not { } task)
            return false;
        // What a merge reads is deleted afterwards: a byte that has flipped since must not be taken for a reading.
        if (task.Inputs.Any(faults.IsDamaged))
            return true;
        long started = time.GetTimestamp();
        var outputs = Merge(task, now, cancellationToken);
        var taken = time.GetElapsedTime(started);
        long before = task.Inputs.Where(IsOf(task)).Sum(file => file.Rows), after = outputs.Where(IsOf(task)).Sum(file => file.Rows);
        metrics.Merged(task.Inputs.Count, before - after, taken);
        Log.Merged(logger, task.Inputs.Count, task.Kind, task.Partition.Name, outputs.Count, after, before - after, (long)taken.TotalMilliseconds);
        return true;
    }

    public void Dispose() => database?.Dispose();

    private static Func<SealedFile, bool> IsOf(MergeTask task) => file => file.Kind == (task.Kind == MergeKind.Month ? FileKind.Hours : FileKind.Readings);

    private List<SealedFile> Merge(MergeTask task, long now, CancellationToken cancellationToken)
    {
        database ??= new(folder.Path, spillFolder, options.MergeMemoryMiB, options.SpillMiB, threads: 1);
        using var connection = database.Connect();
        var shape = task.Kind == MergeKind.Month ? MergeShape.Hours : MergeShape.Readings;
        string rows = MergeShape.Rows(task.Inputs.Select(file => folder.FullPath(file.Name)));
        List<string> names = [];
        List<SealedFile> outputs;
        try
        {
            var chunks = new MergeChunks(connection, options).Plan(task, shape, rows, now, cancellationToken);
            (long revision, names) = Announce(task, chunks);
            Reached(MergeStep.OutputsAnnounced);
            var closed = files.ClosedDays.TryGetValue(task.Partition.StartTicks, out var rollups) ? rollups : (RollupKinds?)null;
            var writer = new MergeWriter(connection, folder, options, step => Reached(step), WaitForTurn);
            outputs = writer.Write(task, shape, rows, chunks, revision, closed, cancellationToken);
        }
        catch (Exception e) when (e is DuckDBException or IOException or UnauthorizedAccessException or OperationCanceledException or ReadingStoreException)
        {
            DeleteOutputs(names);
            // Interrupting DuckDB makes an exception of its own.
            cancellationToken.ThrowIfCancellationRequested();
            if (e is ReadingStoreException)
                throw;
            throw new ReadingStoreException(
                $"A merge of {task.Inputs.Count} files in {folder.Path} failed: {e.Message} The files stay as they are. Check free space, the rights of the folder and the disk.", e);
        }
        // Minutes of a day are those of its merged files: each file of readings brings its own, and takes that of the file it replaces.
        // Those of a closed day are final and stay.
        var replaced = task.Inputs.Concat(files.ClosedDays.ContainsKey(task.Partition.StartTicks) ? [] : StaleMinutes(task)).ToList();
        outputs = Enter(replaced, outputs, names);
        Reached(MergeStep.ManifestCommitted);
        files.Replace(replaced, outputs);
        Reached(MergeStep.FilesSwapped);
        deletion.WhenUnused(replaced);
        Reached(MergeStep.InputsDeleted);
        return outputs;
    }

    // Until the commit the outputs are on the list of files to be deleted, so that a crash leaves none of them.
    private (long Revision, List<string> Names) Announce(MergeTask task, List<MergeChunk> chunks)
    {
        var gone = deletion.TakeGone();
        using var transaction = state.Begin();
        long revision = ManifestTable.NextRevision(transaction);
        var names = MergeWriter.NamesOf(task, chunks, revision);
        foreach (string name in names)
            ManifestTable.Doom(transaction, name);
        FileDeletion.Forget(transaction, gone);
        transaction.Commit();
        return (revision, names);
    }

    private List<SealedFile> Enter(List<SealedFile> replaced, List<SealedFile> outputs, List<string> names)
    {
        using var transaction = state.Begin();
        try
        {
            foreach (var file in replaced)
                ManifestTable.Delete(transaction, file);
            outputs = outputs.ConvertAll(file => ManifestTable.Insert(transaction, file));
            FileDeletion.Forget(transaction, names);
            Reached(MergeStep.ManifestWritten);
            transaction.Commit();
            return outputs;
        }
        catch (Exception e) when (e is SqliteException or StateDatabaseException { IsDiskFull: true })
        {
            var failure = e is SqliteException cause ? transaction.Failure(cause) : (StateDatabaseException)e;
            // Only when it is certain that they are not listed, which a failed commit for another reason leaves open.
            if (failure.IsDiskFull)
                DeleteOutputs(names);
            throw failure;
        }
    }

    private IEnumerable<SealedFile> StaleMinutes(MergeTask task) => task.Kind != MergeKind.Day
        ? []
        : files.ToList().Where(file => file.Kind == FileKind.Minutes && file.Partition == task.Partition
            && task.Inputs.Any(input => input.Level == FileLevel.Merged && input.SharesDatastreamsWith(file)));

    private void DeleteOutputs(List<string> names)
    {
        try
        {
            foreach (string name in names)
            {
                File.Delete(folder.TemporaryPath(name));
                folder.Delete(name);
            }
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On the list of doomed files: the next start tries again.
            Log.DeleteFailed(logger, folder.Path, e.Message);
        }
    }
}
