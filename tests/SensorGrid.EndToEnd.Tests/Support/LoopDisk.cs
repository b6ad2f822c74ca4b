using SensorGrid.Testing;

namespace SensorGrid.EndToEnd.Tests.Support;

/// <summary>An ext4 file system in a file, whose power can be cut: what was not synced is gone. Taken down at the end.</summary>
internal sealed class LoopDisk : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly string shutdown;
    private string? device;
    private bool mounted;

    public LoopDisk(int megabytes)
    {
        Tools.NeedRoot("mount a file system");
        Tools.Need("mkfs.ext4", "e2fsprogs");
        Tools.Need("losetup", "mount");
        shutdown = Tools.Need("xfs_io", "xfsprogs");
        string image = folder["disk.img"];
        using (var file = File.Create(image))
            file.SetLength((long)megabytes << 20);
        var (code, said) = ChildProcess.Run("losetup", "-f", "--show", image);
        device = code == 0 ? said.Trim() : null;
        try
        {
            Skip.If(device is null, $"no loop device: {said}");
            Expect("mkfs.ext4", "-q", device!);
            Directory.CreateDirectory(Path);
            Mount();
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public string Path => folder["mounted"];

    /// <summary>The power goes: from now on every call on it fails, and what was not synced never gets to the image.</summary>
    public void CutPower()
    {
        var (code, said) = ChildProcess.Run(shutdown, "-x", "-c", "shutdown", Path);
        Skip.IfNot(code == 0, $"this kernel's ext4 cannot be shut down: {said}");
    }

    /// <summary>The power is back. Nobody may have a file open.</summary>
    public void Restore()
    {
        Expect("umount", Path);
        mounted = false;
        Mount();
    }

    public void Dispose()
    {
        if (mounted)
            ChildProcess.Run("umount", "-l", Path);
        if (device is not null)
            ChildProcess.Run("losetup", "-d", device);
        device = null;
        folder.Dispose();
    }

    private void Mount()
    {
        Expect("mount", device!, Path);
        mounted = true;
    }

    private static void Expect(string program, params string[] arguments)
    {
        var (code, said) = ChildProcess.Run(program, arguments);
        Assert.True(code == 0, $"{program} {string.Join(' ', arguments)}: {said}");
    }
}
