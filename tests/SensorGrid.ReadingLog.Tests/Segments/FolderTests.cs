using System.Globalization;
using SensorGrid.ReadingLog.Format;
using SensorGrid.ReadingLog.Tests.Disks;

namespace SensorGrid.ReadingLog.Tests.Segments;

/// <summary>Folders that a person, a copy or a crash left in a state that is not one whole log.</summary>
public sealed class FolderTests
{
    [Fact]
    public async Task Order_is_kept_over_more_than_a_thousand_segments()
    {
        var disk = new FaultDisk();
        var options = Some.Options() with { MaxPayloadBytes = 8192 };
        await using (var log = Some.Open(disk, options))
        {
            for (int i = 0; i < 1010; i++)
                await log.AppendAsync(Some.Entry(4060));
        }
        Assert.Equal(1010, disk.List().Count);
        Assert.Equal(Enumerable.Range(1, 1010).Select(s => (long)s), Some.ReadAll(disk).Keys);
        await using var again = Some.Open(disk, options);
        Assert.Equal(1011, again.NextSequence);
    }

    [Fact]
    public async Task Restarts_without_traffic_write_no_record_and_change_no_number()
    {
        var disk = await ThreeSegmentsAsync();
        byte[] last = disk[disk.List().Order().Last()];
        for (int i = 0; i < 3; i++)
        {
            await using var log = Some.Open(disk);
            Assert.Equal(120, log.LastDurableSequence);
            Assert.Equal(121, log.NextSequence);
        }
        Assert.Equal(last, disk[disk.List().Order().Last()]);
    }

    [Fact]
    public void An_empty_folder_is_an_empty_log()
    {
        using var reader = ReadingLogReader.Open(new FaultDisk());
        Assert.Equal(1, reader.FirstSequence);
        Assert.Equal(0, reader.LastSequence);
        Assert.Equal(0, reader.Read(new ReadingLogRecordBuffer()));
    }

    [Fact]
    public async Task A_segment_that_lost_both_headers_is_read_with_what_its_neighbours_say()
    {
        foreach (int which in new[] { 0, 1, 2 })
        {
            var disk = await ThreeSegmentsAsync();
            string name = disk.List().Order().ElementAt(which);
            byte[] bytes = disk[name];
            bytes.AsSpan(0, SegmentHeader.AreaBytes).Clear();
            disk[name] = bytes;
            Assert.Equal(120, Some.ReadAll(disk).Count);
            await using var log = Some.Open(disk);
            Assert.Equal(121, await log.AppendAsync(Some.Entry()));
            Assert.Equal(121, Some.ReadAll(log).Count);
        }
    }

    [Fact]
    public async Task A_missing_segment_is_stepped_over()
    {
        var disk = await ThreeSegmentsAsync();
        var names = disk.List().Order().ToArray();
        var all = Some.ReadAll(disk);
        disk.Delete(names[1]);
        long from = long.Parse(names[1].AsSpan(0, 20), CultureInfo.InvariantCulture), until = long.Parse(names[2].AsSpan(0, 20), CultureInfo.InvariantCulture);
        var expected = all.Where(r => r.Key < from || r.Key >= until).ToDictionary();
        Assert.Equal(expected, Some.ReadAll(disk));
        await using var log = Some.Open(disk);
        Assert.Equal(expected, Some.ReadAll(log));
    }

    [Fact]
    public async Task A_segment_of_another_log_is_refused_by_name()
    {
        var disk = await ThreeSegmentsAsync();
        var other = await ThreeSegmentsAsync();
        string name = disk.List().Order().ElementAt(1);
        disk[name] = other[name];
        AssertRefused(disk, name, "another log");
    }

    [Fact]
    public async Task A_renamed_segment_is_refused()
    {
        var disk = await ThreeSegmentsAsync();
        string name = disk.List().Order().Last();
        byte[] bytes = disk[name];
        disk.Delete(name);
        disk["00000000000000009999.segment"] = bytes;
        AssertRefused(disk, "00000000000000009999.segment", $"says that it is {name}");
    }

    [Fact]
    public async Task A_newer_format_is_refused_and_not_repaired()
    {
        var disk = await ThreeSegmentsAsync();
        string name = disk.List().Order().Last();
        byte[] bytes = disk[name];
        for (int copy = 0; copy < 4096; copy += 2048)
        {
            bytes[copy + 8] = 2;
            BitConverter.TryWriteBytes(bytes.AsSpan(copy + 60), Crc32C.Finish(Crc32C.Append(Crc32C.Initial, bytes.AsSpan(copy, 60))));
        }
        disk[name] = bytes;
        AssertRefused(disk, name, "format version 2");
        Assert.Equal(bytes, disk[name]);
    }

    [Fact]
    public async Task A_log_whose_only_segment_has_records_but_no_header_is_refused()
    {
        var disk = new FaultDisk();
        await using (var log = Some.Open(disk))
            await log.AppendEachAsync(1, 3);
        string name = disk.List()[0];
        byte[] bytes = disk[name];
        bytes.AsSpan(0, SegmentHeader.AreaBytes).Clear();
        disk[name] = bytes;
        AssertRefused(disk, name, "no readable header");
    }

    [Fact]
    public async Task Time_and_numbers_go_on_when_a_crash_left_a_segment_without_header()
    {
        var disk = await ThreeSegmentsAsync();
        string unborn = SegmentName.Of(121);
        disk[unborn] = new byte[100];
        await using var log = Some.Open(disk, time: new Microsoft.Extensions.Time.Testing.FakeTimeProvider(Some.Time - TimeSpan.FromDays(1)));
        Assert.Equal(120, log.LastDurableSequence);
        var stamp = await log.AppendStampedAsync(Some.Entry());
        Assert.Equal(new ReadingLogStamp(121, Some.Time.UtcTicks), stamp);
        Assert.Equal(121, Some.ReadAll(log).Count);
    }

    private static void AssertRefused(FaultDisk disk, string segment, string why)
    {
        foreach (var open in new Action[] { () => Some.Open(disk), () => ReadingLogReader.Open(disk) })
        {
            var e = Assert.Throws<ReadingLogException>(open);
            Assert.Equal(ReadingLogFault.Unreadable, e.Fault);
            Assert.Equal(segment, e.Segment);
            Assert.Contains(why, e.Message, StringComparison.Ordinal);
        }
    }

    private static async Task<FaultDisk> ThreeSegmentsAsync()
    {
        var disk = new FaultDisk();
        await using var log = Some.Open(disk);
        await log.AppendEachAsync(1, 120);
        Assert.Equal(3, disk.List().Count);
        return disk;
    }
}
