using Microsoft.Extensions.Logging;
using SensorGrid.Readings.IO;
using SensorGrid.Storage.State;

namespace SensorGrid.Storage.Parquet;

/// <summary>Makes the folder agree with the manifest at start. Half-written files are deleted. A finished file that the manifest does
/// not list is moved aside and said: mostly a seal died just before its commit and the rows come again from the log, but if
/// state.sqlite was lost or is an old copy, the file may hold the only copy of its rows.</summary>
internal static class ParquetRecovery
{
    public static void Run(StateDatabase state, ParquetFolder folder, IReadOnlyList<SealedFile> listed, ILogger logger)
    {
        foreach (string name in folder.TemporaryNames().ToList())
        {
            folder.Delete(name);
            Log.LeftoverRemoved(logger, folder.FullPath(name));
        }
        DeleteDoomed(state, folder);
        var known = listed.Select(file => file.Name).ToHashSet(StringComparer.Ordinal);
        foreach (string name in folder.FinishedNames().Where(name => !known.Contains(name)).ToList())
            Log.UnlistedSetAside(logger, folder.FullPath(name), folder.SetAside(name));
        DurableFile.FsyncDirectory(folder.Path);
    }

    /// <summary>Deletes the files that were taken off the manifest, then forgets them. Also finishes what a crash interrupted.</summary>
    public static void DeleteDoomed(StateDatabase state, ParquetFolder folder)
    {
        List<string> doomed;
        using (var connection = state.OpenRead())
            doomed = ManifestTable.ReadDoomed(connection);
        if (doomed.Count == 0)
            return;
        foreach (string name in doomed)
            folder.Delete(name);
        DurableFile.FsyncDirectory(folder.Path);
        using var transaction = state.Begin();
        foreach (string name in doomed)
            ManifestTable.ForgetDoomed(transaction, name);
        transaction.Commit();
    }
}
