using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Readings.IO;

namespace SensorGrid.Ingest.Service.Commands.Backup;

/// <summary><c>restore --from DIR --data DIR</c>: a data folder from a backup, every file compared with its checksum. The folder gets its
/// name when all of it is there, so a restore that did not finish is never mistaken for a data folder.</summary>
internal sealed class RestoreCommand(string from, string data, TextWriter progress)
{
    /// <exception cref="StartException">The backup is not whole, or the data folder is not empty.</exception>
    public int Run(CancellationToken cancellationToken)
    {
        var manifest = BackupManifest.Read(from);
        if (Directory.Exists(data) && Directory.EnumerateFileSystemEntries(data).Any())
            throw new StartException($"{data} is not empty; nothing was changed. Move it away, or name a new folder with --data DIR.");
        string unfinished = data.TrimEnd(Path.DirectorySeparatorChar) + ".restoring";
        if (Directory.Exists(unfinished))
            Directory.Delete(unfinished, recursive: true);
        try
        {
            DataFolder.Create(unfinished);
            Directory.CreateDirectory(Path.Combine(unfinished, "parquet"));
            Directory.CreateDirectory(Path.Combine(unfinished, "log"));
            foreach (var file in manifest.Files)
                Copy(file, unfinished, cancellationToken);
        }
        catch
        {
            Directory.Delete(unfinished, recursive: true);
            throw;
        }
        foreach (string folder in new[] { Path.Combine(unfinished, "parquet"), Path.Combine(unfinished, "log"), unfinished })
            DurableFile.FsyncDirectory(folder);
        if (Directory.Exists(data))
            Directory.Delete(data);
        Directory.Move(unfinished, data);
        DurableFile.FsyncDirectory(Path.GetDirectoryName(data)!);
        progress.WriteLine($"restored: {manifest.Files.Count} files, {manifest.Files.Sum(file => file.Bytes)} bytes, as of {manifest.TakenAt:O}. Start the service with --data {data}");
        return 0;
    }

    private void Copy(BackupFile file, string target, CancellationToken cancellationToken)
    {
        string source = Path.Combine(from, file.Path);
        if (!File.Exists(source))
            throw new StartException($"{source} is missing from the backup; nothing was restored. Use another backup.");
        var (bytes, sha256) = FileCopy.Copy(source, Path.Combine(target, file.Path), cancellationToken);
        if (bytes != file.Bytes || sha256 != file.Sha256)
            throw new StartException($"{source} was changed or damaged since the backup was made; nothing was restored. Use another backup.");
    }
}
