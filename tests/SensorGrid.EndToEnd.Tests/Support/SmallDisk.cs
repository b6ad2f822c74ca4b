using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>A file system of a few megabytes in memory, with ballast to fill it by. Unmounted at the end.</summary>
internal sealed class SmallDisk : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-disk-").FullName;

    public SmallDisk(int megabytes)
    {
        Tools.NeedRoot("mount a small file system");
        var (code, said) = ChildProcess.Run("mount", "-t", "tmpfs", "-o", $"size={megabytes}m", "tmpfs", folder);
        Skip.IfNot(code == 0, $"mounting a tmpfs was refused: {said}");
    }

    public string this[string name] => Path.Combine(folder, name);

    private string Ballast => this["ballast"];

    private DriveInfo Drive => new(folder);

    /// <summary>Takes space until so much of it is in use.</summary>
    public void FillTo(double part)
    {
        long want = (long)(Drive.TotalSize * part) - (Drive.TotalSize - Drive.AvailableFreeSpace);
        using var file = new FileStream(Ballast, FileMode.Append);
        byte[] block = new byte[64 * 1024];
        for (; want > 0; want -= block.Length)
        {
            try
            {
                file.Write(block);
                file.Flush();
            }
            catch (IOException)
            {
                // Full, as wanted; the service may have been faster.
                break;
            }
        }
    }

    /// <summary>Gives it back.</summary>
    public void MakeRoom() => File.Delete(Ballast);

    public void Dispose()
    {
        ChildProcess.Run("umount", "-l", folder);
        Directory.Delete(folder, recursive: true);
    }
}
