namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>A folder of its own, removed at the end.</summary>
internal sealed class TempFolder : IDisposable
{
    private const string Memory = "/dev/shm";

    public TempFolder()
        : this(System.IO.Path.GetTempPath())
    {
    }

    private TempFolder(string parent) => Path = Directory.CreateDirectory(System.IO.Path.Combine(parent, $"sensorgrid-e2e-{Guid.NewGuid():N}")).FullName;

    public string Path { get; }

    public string this[string name] => System.IO.Path.Combine(Path, name);

    /// <summary>One in memory, where the system has such a place: for what is not under test and would only wait for the disk.</summary>
    public static TempFolder InMemory() => new(Directory.Exists(Memory) ? Memory : System.IO.Path.GetTempPath());

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
