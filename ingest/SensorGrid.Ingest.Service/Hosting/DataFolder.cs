namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>The folder that holds everything: <c>state.sqlite</c> (alarms, checkpoints, versions), <c>log/</c> (the durable log),
/// <c>parquet/</c> and <c>spill/</c> (time series), <c>dead-letters/</c> (what external stores refused). One process at a time: the state database takes the folder's lock.</summary>
internal sealed class DataFolder
{
    private DataFolder(string path) => Path = path;

    public string Path { get; }

    public DriveInfo Disk => new(Path);

    public string Log => System.IO.Path.Combine(Path, "log");

    /// <summary>Makes the folder when it is not there.</summary>
    /// <exception cref="StartException">It cannot be made.</exception>
    public static DataFolder Create(string path)
    {
        path = System.IO.Path.GetFullPath(path);
        try
        {
            // Readings say who was where and when: not for other users of the machine.
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(path);
            else
                Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            return new(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new StartException($"The data folder {path} cannot be made: {e.Message} Name another one with --data DIR.");
        }
    }
}
