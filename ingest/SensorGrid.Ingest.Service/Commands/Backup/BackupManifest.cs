using System.Text.Json;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Commands.Backup;

/// <summary>What a backup holds: <c>backup.json</c>, written last. A folder without it is not a whole backup.</summary>
/// <param name="Format">Version of this layout.</param>
/// <param name="TakenAt">When the state was copied, UTC.</param>
/// <param name="Files">Every file besides this one.</param>
internal sealed record BackupManifest(int Format, DateTimeOffset TakenAt, IReadOnlyList<BackupFile> Files)
{
    public const string FileName = "backup.json";
    public const int CurrentFormat = 1;

    private static readonly JsonSerializerOptions Indented = new(ApiJson.Options) { WriteIndented = true };

    public void Write(string folder)
    {
        string path = Path.Combine(folder, FileName);
        using var stream = new FileStream(path, FileMode.CreateNew, FileAccess.Write);
        JsonSerializer.Serialize(stream, this, Indented);
        FileCopy.Sync(stream);
    }

    /// <exception cref="StartException">It is not there, or cannot be read.</exception>
    public static BackupManifest Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
            throw new StartException($"There is no {path}: {folder} is not a backup, or one that did not finish. Name the folder that 'backup --to DIR' made.");
        try
        {
            using var stream = File.OpenRead(path);
            var manifest = JsonSerializer.Deserialize<BackupManifest>(stream, ApiJson.Options)!;
            if (manifest.Format != CurrentFormat)
                throw new StartException($"{path} has format {manifest.Format}, this program reads format {CurrentFormat}. Use the program version that made it.");
            if (manifest.Files.FirstOrDefault(file => !file.IsInside) is { } outside)
                throw new StartException($"{path} names {outside.Path}, which is no place inside a backup. It was edited; use another backup.");
            return manifest;
        }
        catch (JsonException e)
        {
            throw new StartException($"{path} cannot be read: {e.Message} Use another backup.");
        }
    }
}

/// <summary>A file of a backup.</summary>
/// <param name="Path">Place below the folder, with slashes.</param>
/// <param name="Bytes">Size.</param>
/// <param name="Sha256">Checksum, lower-case hexadecimal.</param>
internal sealed record BackupFile(string Path, long Bytes, string Sha256)
{
    /// <summary>Whether it lies where backups keep files, and nowhere else.</summary>
    public bool IsInside => Path.Split('/') is [_] or ["parquet" or "log", _] && !Path.Contains("..", StringComparison.Ordinal) && !Path.Contains('\\', StringComparison.Ordinal);
}
