using System.Globalization;
using SensorGrid.Readings.IO;

namespace SensorGrid.ReadingLog.Files;

/// <summary>A real folder.</summary>
internal sealed class DiskDirectory : IReadingLogDirectory
{
    private const string LockName = "lock";

    // Beside the lock file, because the runtime does not even read a file that another process has locked.
    private const string HolderName = "lock.process";

    // Segments are opened without .NET's advisory locks: readers and the one writer share them, and the lock file keeps other writers out.
    private const FileShare Shared = FileShare.ReadWrite | FileShare.Delete;

    public DiskDirectory(string path) => Path = System.IO.Path.GetFullPath(path);

    public string Path { get; }

    /// <summary>Makes the folder, and its name in the parent durable.</summary>
    public void Create()
    {
        if (Directory.Exists(Path))
            return;
        Directory.CreateDirectory(Path);
        if (System.IO.Path.GetDirectoryName(Path) is { } parent)
            DurableFile.FsyncDirectory(parent);
    }

    public IDisposable Lock()
    {
        string path = System.IO.Path.Combine(Path, LockName);
        FileStream file;
        try
        {
            // FileShare.None is flock(LOCK_EX): the kernel lets go of it when the process dies, however it dies.
            file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ReadingLogException(
                ReadingLogFault.StorageFailed, $"The reading log cannot be opened: {e.Message} Give it a folder it may write to.", innerException: e);
        }
        catch (IOException e) when (File.Exists(path))
        {
            throw new ReadingLogException(
                ReadingLogFault.Locked,
                $"The reading log in {Path} is already open{Holder()}. One log has one writer: stop that process, or give this one another folder.",
                innerException: e);
        }
        File.WriteAllText(System.IO.Path.Combine(Path, HolderName), Environment.ProcessId.ToString(CultureInfo.InvariantCulture));
        return file;
    }

    public IReadOnlyList<string> List() =>
        Translated(() => Directory.EnumerateFiles(Path).Select(System.IO.Path.GetFileName).OfType<string>().ToList());

    public IReadingLogFile OpenRead(string name) => Open(name, FileMode.Open, FileAccess.Read);

    public IReadingLogFile OpenWrite(string name) => Open(name, FileMode.OpenOrCreate, FileAccess.ReadWrite);

    public void Delete(string name) => Translated(() =>
    {
        File.Delete(System.IO.Path.Combine(Path, name));
        return 0;
    });

    public void Rename(string name, string newName) => Translated(() =>
    {
        // With "overwrite" it is one rename(2); without, the runtime makes a second link and then takes the first away.
        File.Move(System.IO.Path.Combine(Path, name), System.IO.Path.Combine(Path, newName), overwrite: true);
        return 0;
    });

    public void Sync() => DurableFile.FsyncDirectory(Path);

    private DiskFile Open(string name, FileMode mode, FileAccess access) =>
        Translated(() => new DiskFile(File.OpenHandle(System.IO.Path.Combine(Path, name), mode, access, Shared)));

    // A missing permission is a storage failure like the others.
    private static T Translated<T>(Func<T> call)
    {
        try
        {
            return call();
        }
        catch (UnauthorizedAccessException e)
        {
            throw new IOException(e.Message, e);
        }
    }

    private string Holder()
    {
        string path = System.IO.Path.Combine(Path, HolderName);
        return File.Exists(path) && int.TryParse(File.ReadAllText(path), CultureInfo.InvariantCulture, out int process)
            ? $" in process {process}"
            : "";
    }
}
