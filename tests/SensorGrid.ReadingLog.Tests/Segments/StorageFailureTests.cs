using Microsoft.Extensions.Time.Testing;
using SensorGrid.ReadingLog.Tests.Disks;

namespace SensorGrid.ReadingLog.Tests.Segments;

/// <summary>Disks that fail, and disks that fill up.</summary>
public sealed class StorageFailureTests
{
    [Fact]
    public async Task After_the_first_failed_sync_nothing_is_acknowledged_any_more()
    {
        var disk = new FaultDisk();
        await using var log = Some.Open(disk);
        await log.AppendEachAsync(1, 3);
        using var follower = log.CreateFollower(4);
        var waiting = follower.ReadAsync(new ReadingLogRecordBuffer()).AsTask();
        disk.GoodSyncs = 0;

        var first = await FailsAsync(log.AppendAsync(Some.Entry()));
        // The disk would say yes again; the log does not ask it.
        disk.GoodSyncs = int.MaxValue;
        var later = await FailsAsync(log);

        Assert.Equal(ReadingLogFault.StorageFailed, first.Fault);
        Assert.Equal("00000000000000000001.segment", first.Segment);
        Assert.True(first.Offset > 4096);
        Assert.Equal(ReadingLogFault.StorageFailed, later.Fault);
        Assert.Equal(ReadingLogFault.StorageFailed, (await log.Failed).Fault);
        Assert.Equal(ReadingLogFault.StorageFailed, (await Assert.ThrowsAsync<ReadingLogException>(() => waiting)).Fault);
        Assert.Equal(3, log.LastDurableSequence);
        Assert.Equal(3, Some.ReadAll(log).Count);
    }

    [Fact]
    public async Task All_that_is_queued_behind_a_failed_sync_is_refused()
    {
        var disk = new FaultDisk();
        await using var log = Some.Open(disk, Some.Options() with { QueueRecords = 4 });
        await log.AppendEachAsync(1, 1);
        disk.SyncMay.Reset();
        disk.GoodSyncs = 0;
        // One being written, four in the queue, five waiting for room.
        var appends = Enumerable.Range(0, 10).Select(_ => log.AppendAsync(Some.Entry()).AsTask()).ToArray();
        disk.SyncMay.Set();
        foreach (var append in appends)
            Assert.Equal(ReadingLogFault.StorageFailed, (await Assert.ThrowsAsync<ReadingLogException>(() => append)).Fault);
        Assert.Equal(1, log.LastDurableSequence);
    }

    [Fact]
    public async Task What_a_failed_sync_left_in_the_page_cache_is_made_durable_before_a_restarted_process_shows_it()
    {
        var disk = new FaultDisk();
        await using (var log = Some.Open(disk))
        {
            await log.AppendEachAsync(1, 3);
            disk.GoodSyncs = 0;
            await FailsAsync(log.AppendAsync(Some.Entry("4")));
        }
        disk.Kill();
        disk.GoodSyncs = int.MaxValue;
        // The restarted process reads record 4 from the page cache, although the failed sync has lost it.
        SortedDictionary<long, string> shown;
        await using (var log = Some.Open(disk))
            shown = Some.ReadAll(log);
        Assert.Equal(4, shown.Count);
        Assert.Equal(shown, Some.ReadAll(disk.Crash(new Random(1))));
    }

    [Fact]
    public async Task Opening_fails_when_the_disk_does_not_sync()
    {
        var disk = new FaultDisk();
        await using (var log = Some.Open(disk))
            await log.AppendEachAsync(1, 3);
        disk.GoodSyncs = 0;
        var e = Assert.Throws<ReadingLogException>(() => Some.Open(disk));
        Assert.Equal(ReadingLogFault.StorageFailed, e.Fault);
        disk.GoodSyncs = int.MaxValue;
        // The refused opening let go of the log.
        await using var again = Some.Open(disk);
        Assert.Equal(3, again.LastDurableSequence);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task A_full_disk_holds_appends_until_there_is_room(bool inAllocatedSpace)
    {
        var disk = new FaultDisk();
        var time = new FakeTimeProvider(Some.Time);
        await using var log = Some.Open(disk, time: time);
        await log.AppendEachAsync(1, 3);
        // Either the next segment finds no room, or the file system needs room even to overwrite.
        if (inAllocatedSpace)
            disk.WritesMeetFullDisk = true;
        else
            disk.Capacity = Some.SegmentBytes + 100;
        var append = log.AppendAsync(Some.Entry(inAllocatedSpace ? 100 : 5000)).AsTask();
        await disk.WasFull.WaitAsync();
        time.Advance(TimeSpan.FromSeconds(1));
        Assert.False(append.IsCompleted);
        await disk.WasFullAgainAsync(time);
        Assert.NotNull(log.HeldBecause);
        Assert.False(append.IsCompleted);
        Assert.False(log.Failed.IsCompleted);
        Assert.Equal(3, log.LastDurableSequence);

        disk.WritesMeetFullDisk = false;
        disk.Capacity = long.MaxValue;
        await time.AdvanceUntilAsync(append);
        Assert.Equal(4, await append);
        Assert.Null(log.HeldBecause);
        await log.AppendEachAsync(5, 1);
        Assert.Equal(5, Some.ReadAll(log).Count);
        Assert.Equal(5, Some.ReadAll(disk.Crash(new Random(1))).Count);
    }

    [Fact]
    public async Task Closing_while_the_disk_is_full_refuses_what_is_held_and_leaves_a_log_that_opens()
    {
        var disk = new FaultDisk();
        var log = Some.Open(disk);
        await log.AppendEachAsync(1, 3);
        disk.WritesMeetFullDisk = true;
        var append = log.AppendAsync(Some.Entry(new string('x', 3000))).AsTask();
        await disk.WasFull.WaitAsync();
        await log.DisposeAsync();
        Assert.Equal(ReadingLogFault.Closed, (await Assert.ThrowsAsync<ReadingLogException>(() => append)).Fault);
        Assert.False(log.Failed.IsCompleted);

        disk.WritesMeetFullDisk = false;
        // Half of the held record is in the file.
        await using var again = Some.Open(disk);
        Assert.Equal(3, again.LastDurableSequence);
        await again.AppendEachAsync(4, 1);
        Assert.Equal(["1", "2", "3", "4"], Some.ReadAll(again).Values);
    }

    [Fact]
    public async Task The_machine_may_stop_at_every_call_of_rolling_and_trimming()
    {
        for (int calls = 0; ; calls++)
        {
            var disk = new FaultDisk();
            var log = Some.Open(disk);
            await log.AppendEachAsync(1, 50);
            disk.CallsUntilStop = calls;
            var acknowledged = new List<long>();
            long trimmed = 0;
            try
            {
                for (int i = 0; i < 60; i++)
                    acknowledged.Add(await log.AppendAsync(Some.Entry("x")));
                trimmed = 100;
                await log.TrimAsync(trimmed);
            }
            catch (ReadingLogException e) when (e.Fault == ReadingLogFault.StorageFailed)
            {
                // The machine stopped.
            }
            bool stopped = disk.Stopped;
            var after = disk.Crash(new Random(calls));
            await log.DisposeAsync();
            await using var again = Some.Open(after);
            var read = Some.ReadAll(again);
            foreach (long sequence in Enumerable.Range(1, 50).Select(s => (long)s).Concat(acknowledged).Where(s => s >= Math.Max(again.FirstSequence, trimmed)))
                Assert.Contains(sequence, (IDictionary<long, string>)read);
            await again.AppendEachAsync(1, 1);
            if (!stopped)
                break;
        }
    }

    private static async Task<ReadingLogException> FailsAsync(ValueTask<long> append) =>
        await Assert.ThrowsAsync<ReadingLogException>(async () => await append);

    private static async Task<ReadingLogException> FailsAsync(ReadingLogWriter log) =>
        await Assert.ThrowsAsync<ReadingLogException>(async () => await log.AppendAsync(Some.Entry()));
}
