using Microsoft.Extensions.Logging.Abstractions;

namespace SensorGrid.ReadingLog.Tests;

[CollectionDefinition(nameof(AllocationTests), DisableParallelization = true)]
public sealed class AllocationCollection;

/// <summary>Once warm, neither appending nor following costs memory. Counts the whole process, so it runs alone.</summary>
[Collection(nameof(AllocationTests))]
public sealed class AllocationTests : IDisposable
{
    private const int Appends = 1000;
    private readonly string folder = Directory.CreateTempSubdirectory("sensorgrid-log-").FullName;

    [Fact]
    public Task Warm_appends_and_reads_allocate_nothing() => Task.Run(MeasureAsync); // away from the runner's context, whose posts allocate

    private async Task MeasureAsync()
    {
        var options = new ReadingLogOptions { Folder = folder, SegmentBytes = 8 << 20 };
        await using var log = ReadingLogWriter.Open(options, TimeProvider.System, NullLogger.Instance);
        using var follower = log.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer();
        await RunAsync(log, follower, buffer);
        // What the runner, the JIT and the thread pool take for themselves comes on top now and then; ours would come every time.
        long least = long.MaxValue;
        for (int round = 0; round < 5; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            await RunAsync(log, follower, buffer);
            least = Math.Min(least, GC.GetTotalAllocatedBytes(precise: true) - before);
        }
        // One object an append would be 24 bytes each. On a busy machine a round takes many seconds, in which the runner allocates a kilobyte each.
        Assert.True(least < Appends * 16, $"{least} bytes in {Appends} appends");
    }

    public void Dispose() => Directory.Delete(folder, recursive: true);

    private static async Task RunAsync(ReadingLogWriter log, ReadingLogFollower follower, ReadingLogRecordBuffer buffer)
    {
        var entry = Some.Entry();
        for (int i = 0; i < Appends; i++)
        {
            // Not ReadAsync: the compiler makes its state an object in debug builds.
            long sequence = await log.AppendAsync(entry);
            if (follower.TryRead(buffer) != 1 || buffer[0].Sequence != sequence)
                throw new InvalidOperationException("the follower read another record");
        }
    }
}
