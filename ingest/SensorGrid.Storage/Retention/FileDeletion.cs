using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;
using SensorGrid.Readings.IO;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.State;

namespace SensorGrid.Storage.Retention;

/// <summary>Deletes files that are off the manifest, each after the last query that chose it. They stand on the list of doomed files
/// until they are known to be gone, so a crash leaves none for good.</summary>
internal sealed class FileDeletion(ParquetFolder folder, ILogger logger)
{
    // Deleted on some query's thread; forgotten with the next transaction that there is anyway.
    private readonly ConcurrentQueue<string> gone = new();

    public void WhenUnused(IEnumerable<SealedFile> files)
    {
        foreach (var file in files)
            file.Use.Retire(() => DeleteOrLeave(file.Name));
    }

    /// <summary>The files that are gone by now, for good: a power cut brings none of them back.</summary>
    public List<string> TakeGone()
    {
        var names = new List<string>();
        for (int i = gone.Count; i > 0 && gone.TryDequeue(out string? name); i--)
            names.Add(name);
        if (names.Count > 0)
            DurableFile.FsyncDirectory(folder.Path);
        return names;
    }

    /// <summary>Takes files off the list.</summary>
    public static void Forget(StateTransaction transaction, List<string> names)
    {
        foreach (string name in names)
            ManifestTable.ForgetDoomed(transaction, name);
    }

    private void DeleteOrLeave(string name)
    {
        try
        {
            folder.Delete(name);
            gone.Enqueue(name);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // On the list still: the next start tries again.
            Log.DeleteFailed(logger, folder.FullPath(name), e.Message);
        }
    }
}
