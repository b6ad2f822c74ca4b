using SensorGrid.Readings.IO;

namespace SensorGrid.Ingest.Service.Commands;

/// <summary>The file in the data folder that says where the service that runs on it answers: there while it runs, and of use only while
/// the folder is locked, since a killed service leaves it behind.</summary>
internal static class ServiceAddress
{
    public const string FileName = "service.address";

    public static void Write(string folder, string http)
    {
        string path = Path.Combine(folder, FileName), unfinished = path + ".tmp";
        File.WriteAllText(unfinished, http);
        File.Move(unfinished, path, overwrite: true);
        DurableFile.FsyncDirectory(folder);
    }

    public static void Delete(string folder) => File.Delete(Path.Combine(folder, FileName));

    /// <summary>Null when the service has not said yet, or no service runs.</summary>
    public static Uri? Read(string folder)
    {
        string path = Path.Combine(folder, FileName);
        return File.Exists(path) && Uri.TryCreate(File.ReadAllText(path), UriKind.Absolute, out var address) ? address : null;
    }
}
