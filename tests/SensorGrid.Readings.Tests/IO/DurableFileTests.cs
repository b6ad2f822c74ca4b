using SensorGrid.Readings.IO;

namespace SensorGrid.Readings.Tests.IO;

/// <summary>Errors of the kernel arrive as errors, with their number. (The runtime's own flush returns normally here.)</summary>
public sealed class DurableFileTests : IDisposable
{
    private const int NoSuchFile = 2;
    private const int InvalidArgument = 22;

    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-durable-").FullName;

    [Fact]
    public void Syncs_files_and_folders()
    {
        using var file = File.OpenHandle(Path.Combine(folder, "f"), FileMode.CreateNew, FileAccess.ReadWrite);
        RandomAccess.Write(file, "x"u8, 0);
        DurableFile.Fdatasync(file);
        DurableFile.Fsync(file);
        DurableFile.FsyncDirectory(folder);
        Assert.Equal(1, RandomAccess.GetLength(file));
    }

    [Fact]
    public void A_sync_that_the_kernel_refuses_throws()
    {
        // A device has nothing to sync, and says so.
        using var device = File.OpenHandle("/dev/null", FileMode.Open, FileAccess.ReadWrite);
        Assert.Equal(InvalidArgument, Assert.Throws<IOException>(() => DurableFile.Fdatasync(device)).HResult);
        Assert.Equal(InvalidArgument, Assert.Throws<IOException>(() => DurableFile.Fsync(device)).HResult);
    }

    [Fact]
    public void A_folder_that_is_not_there_throws()
    {
        string missing = Path.Combine(folder, "missing");
        var e = Assert.Throws<IOException>(() => DurableFile.FsyncDirectory(missing));
        Assert.Equal(NoSuchFile, e.HResult);
        Assert.Contains(missing, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Preallocation_grows_a_file_with_zeros_and_never_shrinks_it()
    {
        using var file = File.OpenHandle(Path.Combine(folder, "f"), FileMode.CreateNew, FileAccess.ReadWrite);
        RandomAccess.Write(file, "abc"u8, 0);
        DurableFile.Preallocate(file, 10_000);
        Assert.Equal(10_000, RandomAccess.GetLength(file));
        DurableFile.Preallocate(file, 100);
        Assert.Equal(10_000, RandomAccess.GetLength(file));
        byte[] bytes = new byte[10_000];
        Assert.Equal(10_000, RandomAccess.Read(file, bytes, 0));
        Assert.Equal("abc"u8, bytes.AsSpan(0, 3));
        Assert.False(bytes.AsSpan(3).ContainsAnyExcept((byte)0));
    }

    [Fact]
    public void A_full_disk_is_told_from_other_failures()
    {
        using var full = File.OpenHandle("/dev/full", FileMode.Open, FileAccess.Write);
        Assert.True(DurableFile.IsDiskFull(Assert.Throws<IOException>(() => RandomAccess.Write(full, "x"u8, 0))));
        Assert.False(DurableFile.IsDiskFull(new IOException("other", 5)));
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);
}
