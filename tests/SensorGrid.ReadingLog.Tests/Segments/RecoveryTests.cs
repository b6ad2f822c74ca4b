using SensorGrid.ReadingLog.Tests.Disks;

namespace SensorGrid.ReadingLog.Tests.Segments;

/// <summary>The rules of the format page's "Recovery": what is said and counted, once, and what the segment holds afterwards.</summary>
public sealed class RecoveryTests : IDisposable
{
    private const string Name = "00000000000000000001.segment";

    private readonly Counts counts = new();

    [Fact]
    public async Task A_torn_tail_is_cut_and_counted_once()
    {
        var disk = await WrittenAsync();
        byte[] bytes = disk[Name];
        var last = Ranges(bytes)[^1];
        // The page with the end of the last record did not get to the disk.
        bytes.AsSpan(last.Start + 40, last.End - last.Start - 40).Clear();
        disk[Name] = bytes;
        await using (var log = Some.Open(disk, metrics: counts.Metrics))
        {
            Assert.Equal(1, counts["tails.cut"]);
            Assert.Equal(40, counts["tail_bytes.cut"]);
            Assert.Equal(7, log.LastDurableSequence);
            await log.AppendAsync(Some.Entry("after"));
        }
        await AssertCleanAsync(disk, ["1", "2", "3", "4", "5", "6", "7", "after"]);
    }

    [Fact]
    public async Task Garbage_behind_the_last_record_is_cut_to_its_last_byte()
    {
        var disk = await WrittenAsync();
        byte[] bytes = disk[Name];
        // More of it than one record covers again.
        bytes.AsSpan(Ranges(bytes)[^1].End, 1000).Fill(0xFF);
        disk[Name] = bytes;
        await using (var log = Some.Open(disk, metrics: counts.Metrics))
        {
            Assert.Equal(1000, counts["tail_bytes.cut"]);
            Assert.Equal(8, log.LastDurableSequence);
            Assert.Equal(9 + 32, log.NextSequence);
        }
        await AssertCleanAsync(disk, ["1", "2", "3", "4", "5", "6", "7", "8"]);
    }

    [Fact]
    public async Task A_torn_group_keeps_its_good_records_and_is_not_called_corrupt()
    {
        var disk = await WrittenAsync();
        byte[] bytes = disk[Name];
        // Records 5 to 8 are the last group; a page with 6 and 7 did not get to the disk, the next one did.
        var ranges = Ranges(bytes);
        bytes.AsSpan(ranges[5].Start, ranges[6].End - ranges[5].Start).Clear();
        disk[Name] = bytes;
        await using (var log = Some.Open(disk, metrics: counts.Metrics))
        {
            Assert.Equal(1, counts["tails.cut"]);
            Assert.Equal(0, counts["records.corrupted"]);
            Assert.Equal(9, await log.AppendAsync(Some.Entry("after")));
        }
        await AssertCleanAsync(disk, ["1", "2", "3", "4", "5", "8", "after"]);
    }

    [Fact]
    public async Task A_bad_place_before_the_last_group_is_called_corrupt_each_time_and_left_as_it_is()
    {
        var disk = await WrittenAsync();
        byte[] bytes = disk[Name];
        int bad = Ranges(bytes)[1].Start + 35;
        bytes[bad] ^= 4;
        disk[Name] = bytes;
        for (int opening = 1; opening <= 2; opening++)
        {
            await using var log = Some.Open(disk, metrics: counts.Metrics);
            Assert.Equal(opening, counts["records.corrupted"]);
            Assert.Equal(0, counts["tails.cut"]);
            Assert.Equal(bytes, disk[Name]);
        }
        Assert.Equal(["1", "3", "4", "5", "6", "7", "8"], Some.ReadAll(disk).Values);
    }

    [Fact]
    public async Task A_follower_counts_what_it_steps_over()
    {
        var disk = new FaultDisk();
        await using var log = Some.Open(disk, metrics: counts.Metrics);
        await log.AppendEachAsync(1, 120);
        disk.Damage(Name, Ranges(disk[Name])[3].Start + 40);
        Assert.Equal(119, Some.ReadAll(log).Count);
        Assert.Equal(1, counts["records.corrupted"]);
        Assert.Equal(120, counts["records.appended"]);
        Assert.Equal(3, counts["segments.created"]);
    }

    [Fact]
    public async Task Appends_that_wait_are_counted_and_trimmed_segments_too()
    {
        var disk = new FaultDisk();
        await using var log = Some.Open(disk, Some.Options() with { QueueRecords = 1, WaitingRecords = 1 }, metrics: counts.Metrics);
        await log.AppendEachAsync(1, 120);
        disk.SyncMay.Reset();
        await log.EnqueueAsync(Some.Entry());
        while (disk.SyncBegan.CurrentCount > 0)
            await disk.SyncBegan.WaitAsync();
        var filling = log.EnqueueAsync(Some.Entry()).AsTask();
        var others = new[] { log.AppendAsync(Some.Entry()).AsTask(), log.AppendAsync(Some.Entry()).AsTask(), log.AppendAsync(Some.Entry()).AsTask() };
        disk.SyncMay.Set();
        await filling;
        Assert.True(counts["appends.waited"] >= 1);
        int refused = 0;
        foreach (var other in others)
            refused += await Record.ExceptionAsync(() => other) is ReadingLogException { Fault: ReadingLogFault.TooManyWaiting } ? 1 : 0;
        Assert.Equal(refused, counts["appends.refused"]);
        Assert.True(refused >= 1);
        await log.TrimAsync(log.LastDurableSequence);
        Assert.Equal(counts["segments.created"] - disk.List().Count, counts["segments.trimmed"]);
        Assert.True(counts["segments.trimmed"] > 0);
    }

    public void Dispose() => counts.Dispose();

    private async Task AssertCleanAsync(FaultDisk disk, string[] expected)
    {
        long cut = counts["tails.cut"];
        await using var log = Some.Open(disk, metrics: counts.Metrics);
        Assert.Equal(expected, Some.ReadAll(log).Values);
        Assert.Equal(cut, counts["tails.cut"]);
        Assert.Equal(0, counts["records.corrupted"]);
    }

    // Records 1 to 4 are groups of their own, 5 to 8 are one.
    private static async Task<FaultDisk> WrittenAsync()
    {
        var disk = new FaultDisk();
        await using (var log = Some.Open(disk))
        {
            await log.AppendEachAsync(1, 3);
            while (disk.SyncBegan.CurrentCount > 0)
                await disk.SyncBegan.WaitAsync();
            disk.SyncMay.Reset();
            var appends = new List<Task> { log.AppendEachAsync(4, 1) };
            await disk.SyncBegan.WaitAsync();
            for (int i = 5; i <= 8; i++)
                appends.Add(log.AppendEachAsync(i, 1));
            disk.SyncMay.Set();
            await Task.WhenAll(appends);
        }
        return disk;
    }

    private static List<(int Start, int End)> Ranges(byte[] segment) => DamageTests.Ranges(segment);
}
