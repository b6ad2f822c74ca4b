using DuckDB.NET.Data;
using SensorGrid.Readings.IO;
using SensorGrid.Storage.Hot;
using SensorGrid.Storage.Queries;

namespace SensorGrid.Storage.Parquet;

/// <summary>Writes one frozen generation into one Parquet file that is safely on disk when <see cref="Write"/> returns. Knows
/// nothing of the manifest: until the state transaction lists it, the file does not count.</summary>
internal sealed class ParquetSealer(DuckDBConnection connection, ParquetFolder folder, int rowGroupRows, Action<SealStep> reached) : IDisposable
{
    public SealedFile Write(HotGeneration generation, CancellationToken cancellationToken)
    {
        string temporary = folder.Path;
        try
        {
            var file = Describe(generation);
            temporary = folder.TemporaryPath(file.Name);
            // A new file each time: after a failed fsync the old one is not trusted, even if the same bytes were written over it.
            File.Delete(temporary);
            long rows = DuckDatabase.Execute(connection, ParquetSchema.Copy(generation.TableName, temporary, rowGroupRows), cancellationToken);
            reached(SealStep.FileWritten);
            ParquetFinish.CheckRows(connection, temporary, rows);
            ParquetFinish.CheckOrder(connection, temporary);
            var (bytes, sha256) = ParquetFinish.Sync(temporary);
            reached(SealStep.FileSynced);
            File.Move(temporary, folder.FullPath(file.Name), overwrite: true);
            reached(SealStep.FileRenamed);
            // Before the manifest may name the file, its name must be on disk too.
            DurableFile.FsyncDirectory(folder.Path);
            reached(SealStep.DirectorySynced);
            return file with { Rows = rows, Bytes = bytes, Sha256 = sha256 };
        }
        catch (DuckDBException e)
        {
            throw new ReadingStoreException($"{temporary} cannot be written: {e.Message} Check free space and the rights of the folder.", e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReadingStoreException($"{temporary} cannot be put on disk: {e.Message} Check free space, the rights of the folder and the disk.", e);
        }
    }

    /// <summary>The newest reading of each datastream in a generation.</summary>
    public List<StoredReading> LatestOf(HotGeneration generation)
    {
        try
        {
            return ReadLatestOf(generation);
        }
        catch (DuckDBException e)
        {
            throw new ReadingStoreException($"The newest readings of {generation.TableName} cannot be found: {e.Message}", e);
        }
    }

    public void Dispose() => connection.Dispose();

    private List<StoredReading> ReadLatestOf(HotGeneration generation)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The table name is ours.
        command.CommandText = ParquetSchema.SelectLatest(generation.TableName);
#pragma warning restore CA2100
        using var row = command.ExecuteReader();
        var latest = new List<StoredReading>();
        while (row.Read())
            latest.Add(StoredRow.Read(row));
        return latest;
    }

    private SealedFile Describe(HotGeneration generation)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // The table name is ours.
        command.CommandText =
            $"""
            SELECT min(observed_ticks), max(observed_ticks), min(received_ticks), max(received_ticks), min(datastream), max(datastream)
            FROM {generation.TableName}
            """;
#pragma warning restore CA2100
        using var row = command.ExecuteReader();
        row.Read();
        long first = generation.AfterSequence + 1;
        return new(0, ParquetFolder.NameFor(row.GetInt64(2), first), 0, row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3),
            row.GetInt32(4), row.GetInt32(5), first, generation.LastSequence, 0, "");
    }
}
