using DuckDB.NET.Data;
using SensorGrid.Readings.IO;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Rollups;

namespace SensorGrid.Storage.Compaction;

/// <summary>Writes the files of one merge, each safely on disk before the next is begun. Memory is that of its own DuckDB, which
/// spills; nothing here grows with the merge but the list of files.</summary>
internal sealed class MergeWriter(
    DuckDBConnection connection, ParquetFolder folder, StorageOptions options, Action<MergeStep> reached, Action<CancellationToken> waitForTurn)
{
    private readonly RollupWriter rollups = new(connection, options.MergedRowGroupRows);

    /// <summary>Names of all files that <see cref="Write"/> may make.</summary>
    public static List<string> NamesOf(MergeTask task, IReadOnlyList<MergeChunk> chunks, long revision)
    {
        FileKind[] kinds = task.Kind switch
        {
            MergeKind.Split => [FileKind.Readings],
            MergeKind.Day => [FileKind.Readings, FileKind.Minutes, FileKind.Hours],
            _ => [FileKind.Hours],
        };
        return [.. kinds.SelectMany(kind => chunks.Select((chunk, i) => ParquetFolder.NameFor(kind, chunk.Partition, revision, i)))];
    }

    /// <param name="task">What to merge.</param>
    /// <param name="shape">Its rows.</param>
    /// <param name="rows">Its rows as SQL.</param>
    /// <param name="chunks">Its files.</param>
    /// <param name="revision">Number of the merge.</param>
    /// <param name="closed">Rollups of a day that are final, because its readings were deleted; null when it is not closed.</param>
    /// <param name="cancellationToken">Gives up; the caller deletes what was written.</param>
    public List<SealedFile> Write(
        MergeTask task, MergeShape shape, string rows, IReadOnlyList<MergeChunk> chunks, long revision, RollupKinds? closed, CancellationToken cancellationToken)
    {
        var written = new List<SealedFile>();
        bool withRollups = task.Kind == MergeKind.Day && !task.Partition.IsAll && closed is null;
        for (int i = 0; i < chunks.Count; i++)
        {
            waitForTurn(cancellationToken);
            var file = WriteChunk(task, shape, rows, chunks[i], revision, i, cancellationToken);
            if (task.Kind == MergeKind.Day)
                file = file with { RolledUp = withRollups ? RollupKinds.Both : closed ?? RollupKinds.None };
            written.Add(file);
            if (withRollups)
                written.AddRange(WriteRollups(file, i, cancellationToken));
        }
        return written;
    }

    private SealedFile WriteChunk(
        MergeTask task, MergeShape shape, string rows, MergeChunk chunk, long revision, int number, CancellationToken cancellationToken)
    {
        string name = ParquetFolder.NameFor(shape.Kind, chunk.Partition, revision, number);
        string temporary = Begin(name);
        DuckDatabase.Execute(connection, shape.FindSuperseded(rows, chunk.Filter), cancellationToken);
        long superseded = DuckDatabase.ReadAll(connection, MergeShape.CountSuperseded(), static row => row.GetInt64(0), cancellationToken)[0];
        DuckDatabase.Execute(connection, shape.Copy(rows, chunk.Filter, temporary, options.MergedRowGroupRows), cancellationToken);
        var file = new SealedFile(0, name, chunk.Rows - superseded, 0, 0, task.Inputs.Min(input => input.MinReceivedTicks), task.Inputs.Max(input => input.MaxReceivedTicks),
            0, 0, task.Inputs.Min(input => input.FirstSequence), task.Inputs.Max(input => input.LastSequence), 0, "")
        {
            Kind = shape.Kind,
            Level = task.Kind == MergeKind.Split ? FileLevel.Piece : FileLevel.Merged,
            Partition = chunk.Partition,
            Revision = revision,
        };
        if (task.Kind == MergeKind.Split)
        {
            // Late rows of a long-past day must not look as young as the rest of the merge, nor keep it from looking quiet.
            var received = DuckDatabase.ReadAll(connection, MergeShape.Received(rows, chunk.Filter), static row => (row.GetInt64(0), row.GetInt64(1)), cancellationToken)[0];
            file = file with { MinReceivedTicks = received.Item1, MaxReceivedTicks = received.Item2 };
        }
        return Finish(file, shape, cancellationToken);
    }

    private List<SealedFile> WriteRollups(SealedFile readings, int number, CancellationToken cancellationToken)
    {
        string source = folder.FullPath(readings.Name);
        rollups.Read(source, cancellationToken);
        var files = new List<SealedFile>();
        foreach (var kind in new[] { FileKind.Minutes, FileKind.Hours })
        {
            string name = ParquetFolder.NameFor(kind, readings.Partition, readings.Revision, number);
            long rows = rollups.Write(kind, source, Begin(name), readings.Revision, cancellationToken);
            var file = new SealedFile(0, name, rows, 0, 0, readings.MinReceivedTicks, readings.MaxReceivedTicks, 0, 0, readings.FirstSequence, readings.LastSequence, 0, "")
            {
                Kind = kind,
                Level = kind == FileKind.Minutes ? FileLevel.Merged : FileLevel.Piece,
                Partition = readings.Partition,
                Revision = readings.Revision,
            };
            files.Add(Finish(file, MergeShape.Hours, cancellationToken));
        }
        rollups.Clear();
        return files;
    }

    // A new file each time: after a failed fsync the old one is not trusted, even if the same bytes were written over it.
    private string Begin(string name)
    {
        string temporary = folder.TemporaryPath(name);
        File.Delete(temporary);
        return temporary;
    }

    private SealedFile Finish(SealedFile file, MergeShape shape, CancellationToken cancellationToken)
    {
        string temporary = folder.TemporaryPath(file.Name);
        reached(MergeStep.OutputWritten);
        ParquetFinish.CheckRows(connection, temporary, file.Rows);
        var extent = DuckDatabase.ReadAll(connection, shape.Extent(MergeShape.Rows([temporary])),
            static row => (Low: row.GetInt32(0), High: row.GetInt32(1), From: row.GetInt64(2), To: row.GetInt64(3)), cancellationToken)[0];
        var (bytes, sha256) = ParquetFinish.Sync(temporary);
        reached(MergeStep.OutputSynced);
        File.Move(temporary, folder.FullPath(file.Name), overwrite: true);
        reached(MergeStep.OutputRenamed);
        DurableFile.FsyncDirectory(folder.Path);
        reached(MergeStep.OutputDirectorySynced);
        return file with
        {
            MinDatastream = extent.Low,
            MaxDatastream = extent.High,
            MinObservedTicks = extent.From,
            // A rollup row stands for readings up to the end of its minute or hour.
            MaxObservedTicks = file.Kind == FileKind.Readings ? extent.To : extent.To + RollupLength.Of(file.Kind) - 1,
            Bytes = bytes,
            Sha256 = sha256,
        };
    }
}
