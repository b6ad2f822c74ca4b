using Microsoft.Extensions.Logging;

namespace SensorGrid.Storage.Parquet;

/// <summary>Names files that are missing or damaged: in the log, a counter, and the answers that should have used them.</summary>
internal sealed class FileFaults(SealedFiles files, ParquetFolder folder, StorageMetrics metrics, ILogger logger)
{
    /// <summary>Looks, at start, whether the listed files are there with the size they were written with.</summary>
    public void CheckPresence()
    {
        foreach (var file in files.ToList())
        {
            var found = new FileInfo(folder.FullPath(file.Name));
            if (!found.Exists || found.Length != file.Bytes)
                Blame(file, $"{(found.Exists ? found.Length : 0)} of {file.Bytes} bytes are there");
        }
    }

    /// <summary>Why a file is known to be unreadable; null when it is not, or when it was changed since.</summary>
    public string? WhyUnreadable(SealedFile file) => files.WhyUnreadable(file);

    /// <summary>Reads the whole file and compares it with the manifest; one that differs is named.</summary>
    /// <exception cref="ReadingStoreException">It cannot be read just now, which says nothing about what is in it.</exception>
    public bool IsDamaged(SealedFile file)
    {
        string path = folder.FullPath(file.Name);
        try
        {
            if (ParquetFinish.IsAsListed(file, path))
                return false;
            Blame(file, "its checksum is another one");
            return true;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            Blame(file, e.Message);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReadingStoreException($"{path} cannot be read: {e.Message} Check the rights of the folder and the disk.", e);
        }
    }

    /// <summary>Marks a file as unreadable until it changes.</summary>
    /// <returns>What to say about it.</returns>
    public string Blame(SealedFile file, string error)
    {
        string path = folder.FullPath(file.Name);
        string reason = Explain(file, path, error);
        files.MarkUnreadable(file, reason);
        metrics.FileUnreadable();
        Log.FileUnreadable(logger, path, reason);
        return reason;
    }

    private static string Explain(SealedFile file, string path, string error)
    {
        string what;
        try
        {
            what = ParquetFinish.IsAsListed(file, path)
                ? $"it is unchanged since it was written, but cannot be read ({error})"
                : $"it was changed or damaged since it was written ({error})";
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            what = e is FileNotFoundException or DirectoryNotFoundException ? "it is missing" : e.Message;
        }
        return $"{file.Name}: {what}. Its {file.Rows} rows, from log records {file.FirstSequence} to {file.LastSequence}, are left out. " +
            "Put the file back from a backup; it is tried again once it has changed.";
    }
}
