using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.ReadingLog.Tests.Disks;
using SensorGrid.Testing;

namespace SensorGrid.ReadingLog.Tests;

/// <summary>A real file system that is full, and then is not. Needs the right to mount one.</summary>
public sealed class FullDiskTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-full-").FullName;
    private bool mounted;

    [SkippableFact]
    public async Task Appends_are_held_while_a_real_disk_is_full_and_go_on_when_it_is_not()
    {
        mounted = ChildProcess.Run("mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", folder).ExitCode == 0;
        Skip.IfNot(mounted, "mounting a tmpfs was refused: run as root to test a really full disk");
        string ballast = Path.Combine(folder, "ballast");
        await File.WriteAllBytesAsync(ballast, new byte[128 * 1024]);
        var time = new FakeTimeProvider(Some.Time);
        var options = new ReadingLogOptions { Folder = Path.Combine(folder, "log"), SegmentBytes = 16_384 };
        var log = ReadingLogWriter.Open(options, time, NullLogger.Instance);
        Task<long> append;
        long acknowledged = 0;
        while (true)
        {
            append = log.AppendAsync(Some.Entry(1000)).AsTask();
            while (!append.IsCompleted && log.HeldBecause is null)
                await Task.Yield();
            if (log.HeldBecause is not null)
                break;
            acknowledged = await append;
        }
        Assert.True(acknowledged > 20);
        Assert.False(append.IsCompleted);
        Assert.Equal(acknowledged, log.LastDurableSequence);

        File.Delete(ballast);
        await time.AdvanceUntilAsync(append);
        Assert.Equal(acknowledged + 1, await append);
        Assert.Null(log.HeldBecause);
        await log.DisposeAsync();
        using var reader = ReadingLogReader.Open(options.Folder);
        Assert.Equal(acknowledged + 1, reader.LastSequence);
    }

    public void Dispose()
    {
        if (mounted)
            ChildProcess.Run("umount", folder);
        Directory.Delete(folder, recursive: true);
    }
}
