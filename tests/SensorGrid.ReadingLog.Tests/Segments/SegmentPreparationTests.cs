using SensorGrid.ReadingLog.Format;
using SensorGrid.ReadingLog.Tests.Disks;

namespace SensorGrid.ReadingLog.Tests.Segments;

/// <summary>The file of the next segment is made beforehand, and whatever becomes of it concerns no record.</summary>
public sealed class SegmentPreparationTests
{
    // 4096 bytes of records in a segment: two of these fill more than half of them, and a third needs the next segment.
    private const int Third = 1500;

    [Fact]
    public async Task Going_on_to_a_prepared_segment_costs_the_sync_of_its_header_and_of_its_name()
    {
        var disk = new FaultDisk();
        using var counts = new Counts();
        await using var log = Some.Open(disk, metrics: counts.Metrics);
        await AppendAsync(log, 2);
        await PreparedAsync(counts, 1);
        Assert.Equal(Some.SegmentBytes, disk[SegmentName.Prepared].Length);
        int before = disk.Syncs;
        await AppendAsync(log, 1);
        Assert.Equal(3, disk.Syncs - before);
        Assert.Equal([SegmentName.Of(1), SegmentName.Of(3)], disk.List().Order());
        Assert.Equal(3, Some.ReadAll(disk.Crash(new Random(1))).Count);
    }

    [Fact]
    public async Task A_log_that_never_fills_half_a_segment_takes_the_space_of_one()
    {
        var disk = new FaultDisk();
        using var counts = new Counts();
        await using (var log = Some.Open(disk, metrics: counts.Metrics))
            await AppendAsync(log, 1);
        Assert.Equal(0, counts["segments.prepared"]);
    }

    [Fact]
    public async Task What_still_fits_is_acknowledged_although_the_next_segment_does_not()
    {
        var disk = new FaultDisk { Capacity = Some.SegmentBytes + 100 };
        await using var log = Some.Open(disk);
        await AppendAsync(log, 2);
        await disk.WasFull.WaitAsync();
        await log.AppendEachAsync(3, 5);
        Assert.Null(log.HeldBecause);
        Assert.False(log.Failed.IsCompleted);
        Assert.Equal(7, log.LastDurableSequence);
    }

    [Fact]
    public async Task A_sync_that_fails_while_preparing_fails_no_append()
    {
        var disk = new FaultDisk();
        using var counts = new Counts();
        await using var log = Some.Open(disk, metrics: counts.Metrics);
        await AppendAsync(log, 1);
        // The one of the append is good, the one of the prepared file is not.
        disk.GoodSyncs = 1;
        await AppendAsync(log, 1);
        while (counts["preparations.failed"] == 0)
            await Task.Yield();
        disk.GoodSyncs = int.MaxValue;
        await AppendAsync(log, 1);
        Assert.Equal(3, log.LastDurableSequence);
        Assert.Equal([SegmentName.Of(1), SegmentName.Of(3)], disk.List().Order());
    }

    [Fact]
    public async Task A_record_larger_than_the_prepared_file_gets_one_of_its_own()
    {
        var disk = new FaultDisk();
        using var counts = new Counts();
        await using var log = Some.Open(disk, Some.Options() with { MaxPayloadBytes = 20_000 }, metrics: counts.Metrics);
        await AppendAsync(log, 2);
        await PreparedAsync(counts, 1);
        await log.AppendAsync(Some.Entry(15_000));
        Assert.True(disk[SegmentName.Of(3)].Length > 15_000);
        await AppendAsync(log, 1);
        Assert.Equal(4, Some.ReadAll(log).Count);
    }

    [Fact]
    public async Task Closing_leaves_segments_only()
    {
        var disk = new FaultDisk();
        await using (var log = Some.Open(disk))
            await AppendAsync(log, 2);
        Assert.Equal([SegmentName.Of(1)], disk.List());
    }

    [Fact]
    public async Task What_a_crash_left_prepared_is_removed_at_the_next_opening_and_is_no_segment_to_a_reader()
    {
        var disk = new FaultDisk();
        await using (var log = Some.Open(disk))
            await AppendAsync(log, 2);
        // A crash may come when it is made, and when it has its header already.
        foreach (byte[] left in new[] { [], new byte[Some.SegmentBytes], disk[SegmentName.Of(1)] })
        {
            disk[SegmentName.Prepared] = left;
            Assert.Equal(2, Some.ReadAll(disk).Count);
            await using var log = Some.Open(disk);
            Assert.Equal([SegmentName.Of(1)], disk.List());
            Assert.Equal(3, log.NextSequence);
        }
    }

    private static async Task AppendAsync(ReadingLogWriter log, int records)
    {
        for (int i = 0; i < records; i++)
            await log.AppendAsync(Some.Entry(Third));
    }

    private static async Task PreparedAsync(Counts counts, int segments)
    {
        while (counts["segments.prepared"] < segments)
            await Task.Yield();
    }
}
