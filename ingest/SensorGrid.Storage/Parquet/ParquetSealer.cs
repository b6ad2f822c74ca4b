using DuckDB.NET.Data;
using SensorGrid.Readings;
using SensorGrid.Readings.IO;
using SensorGrid.Storage.Hot;

namespace SensorGrid.Storage.Parquet;

/// <summary>Writes one frozen generation into one Parquet file that is safely on disk when <see cref="Write"/> returns. Knows
/// nothing of the manifest: until the state transaction lists it, the file does not count.</summary>
internal sealed class ParquetSealer(
    DuckDBConnection connection, DatastreamTable datastreams, ParquetFolder folder, int rowGroupRows, Action<SealStep> reached) : IDisposable
{
    /// <summary>Writes the file, and finds the newest reading of each datastream in it on the way.</summary>
    public (SealedFile File, List<StoredReading> Newest) Write(HotGeneration generation, CancellationToken cancellationToken)
    {
        string temporary = folder.Path;
        try
        {
            var sorted = SortedRows.Of(generation, cancellationToken);
            var file = Describe(generation, sorted);
            temporary = folder.TemporaryPath(file.Name);
            // A new file each time: after a failed fsync the old one is not trusted, even if the same bytes were written over it.
            File.Delete(temporary);
            Copy(generation, sorted, temporary, cancellationToken);
            reached(SealStep.FileWritten);
            ParquetFinish.CheckRows(connection, temporary, sorted.Count);
            var (bytes, sha256) = ParquetFinish.Sync(temporary);
            reached(SealStep.FileSynced);
            File.Move(temporary, folder.FullPath(file.Name), overwrite: true);
            reached(SealStep.FileRenamed);
            // Before the manifest may name the file, its name must be on disk too.
            DurableFile.FsyncDirectory(folder.Path);
            reached(SealStep.DirectorySynced);
            return (file with { Bytes = bytes, Sha256 = sha256 }, sorted.Newest);
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

    public void Dispose() => connection.Dispose();

    private void Copy(HotGeneration generation, SortedRows sorted, string path, CancellationToken cancellationToken)
    {
        using var words = new SealWords(datastreams);
        generation.OpenSealed = wanted => new(generation, sorted, words, wanted);
        try
        {
            DuckDatabase.Execute(connection, ParquetSchema.Copy(generation.Number, path, rowGroupRows), cancellationToken);
        }
        finally
        {
            generation.OpenSealed = null;
        }
    }

    private static SealedFile Describe(HotGeneration generation, SortedRows sorted)
    {
        long first = generation.AfterSequence + 1;
        return new(0, ParquetFolder.NameFor(sorted.Received.From, first), sorted.Count, sorted.Observed.From, sorted.Observed.To, sorted.Received.From, sorted.Received.To,
            sorted.Datastreams.Low, sorted.Datastreams.High, first, generation.LastSequence, 0, "");
    }
}
