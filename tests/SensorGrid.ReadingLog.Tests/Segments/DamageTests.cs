using System.Globalization;
using SensorGrid.ReadingLog.Tests.Disks;

namespace SensorGrid.ReadingLog.Tests.Segments;

/// <summary>Every byte of a segment, damaged: no wrong value is ever served, and what is before and after stays.</summary>
public sealed class DamageTests
{
    private const int Records = 20;

    [Theory]
    [InlineData(1)]
    [InlineData(4)]
    [InlineData(Records)]
    public async Task One_flipped_bit_costs_at_most_its_own_record(int groupSize)
    {
        var original = await WrittenAsync(groupSize);
        string name = original.List()[0];
        byte[] good = original[name];
        var ranges = Ranges(good);
        Assert.Equal(Records, ranges.Count);
        // Header and free space do not depend on the groups: once is enough for them.
        var (from, until) = groupSize == 1 ? (0, good.Length) : (4096, ranges[^1].End);
        for (int at = from; at < until; at++)
        {
            byte[] bad = good.ToArray();
            bad[at] ^= (byte)(1 << (at % 8));
            long hit = ranges.FindIndex(r => at >= r.Start && at < r.End) + 1;
            var expected = Enumerable.Range(1, Records).Where(s => s != hit).ToDictionary(s => (long)s, Payload);

            var copy = new FaultDisk { [name] = bad };
            Assert.Equal(expected, Some.ReadAll(copy));
            // The writer repairs what it may and keeps the same; a second opening finds nothing new, and it goes on.
            for (int opening = 0; opening < 2; opening++)
            {
                await using var log = Some.Open(copy);
                Assert.Equal(expected, Some.ReadAll(log));
                Assert.True(log.NextSequence > (hit == 0 ? Records : expected.Keys.Max()), "no number is given twice");
                long added = await log.AppendAsync(Some.Entry("after"));
                expected.Add(added, "after");
                Assert.Equal(expected, Some.ReadAll(log));
            }
        }
    }

    [Fact]
    public async Task A_number_that_a_follower_may_have_seen_is_not_given_again_when_the_last_record_went_bad()
    {
        var disk = await WrittenAsync(groupSize: 1);
        string name = disk.List()[0];
        byte[] bytes = disk[name];
        bytes[Ranges(bytes)[^1].Start + 40] ^= 1;
        disk[name] = bytes;
        await using var log = Some.Open(disk);
        Assert.Equal(Records - 1, log.LastDurableSequence);
        using (log.CreateFollower(Records + 1))
            Assert.True(await log.AppendAsync(Some.Entry()) > Records);
    }

    [Fact]
    public async Task Every_length_the_last_segment_may_be_cut_to_leaves_the_records_before_the_cut()
    {
        var original = await WrittenAsync(groupSize: 3);
        string name = original.List()[0];
        byte[] good = original[name];
        var ranges = Ranges(good);
        for (int length = 0; length <= good.Length; length++)
        {
            // A single file with no whole header cannot say what log it is of; it is taken for one that was being made.
            var copy = new FaultDisk { [name] = good[..length] };
            var expected = Enumerable.Range(1, ranges.Count(r => r.End <= length)).ToDictionary(s => (long)s, Payload);
            await using var log = Some.Open(copy);
            Assert.Equal(expected, Some.ReadAll(log));
            expected.Add(await log.AppendAsync(Some.Entry("after")), "after");
            Assert.Equal(expected, Some.ReadAll(log));
        }
    }

    [Fact]
    public async Task Damage_in_an_older_segment_is_found_by_whoever_reads_it_and_stepped_over()
    {
        var disk = new FaultDisk();
        await using var log = Some.Open(disk);
        await log.AppendEachAsync(1, 200);
        string name = disk.List().Order().First();
        Assert.True(disk.List().Count > 2);
        byte[] bytes = disk[name];
        var ranges = Ranges(bytes);
        // In the middle, and the last one of the segment: the one after it is in the next file.
        bytes[ranges[4].Start + 33] ^= 0x10;
        bytes[ranges[^1].Start] ^= 0x10;
        disk[name] = bytes;
        var expected = Enumerable.Range(1, 200).Where(s => s != 5 && s != ranges.Count).ToDictionary(s => (long)s, Payload);
        Assert.Equal(expected, Some.ReadAll(log));
        Assert.Equal(expected, Some.ReadAll(disk));
    }

    [Fact]
    public async Task Damage_behind_a_follower_in_the_segment_being_written_does_not_keep_it_from_what_comes_later()
    {
        var disk = new FaultDisk();
        await using var log = Some.Open(disk);
        await log.AppendEachAsync(1, 3);
        string name = disk.List()[0];
        disk.Damage(name, Ranges(disk[name])[2].Start + 50);
        using var follower = log.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer();
        Assert.Equal(2, await follower.ReadAsync(buffer));
        var next = follower.ReadAsync(buffer);
        Assert.False(next.IsCompleted);
        await log.AppendEachAsync(4, 1);
        Assert.Equal(1, await next);
        Assert.Equal(4, buffer[0].Sequence);
    }

    [Fact]
    public async Task A_payload_that_holds_log_records_is_never_taken_for_records()
    {
        var inner = await WrittenAsync(groupSize: 1);
        byte[] lure = inner[inner.List()[0]][4096..];
        var disk = new FaultDisk();
        await using (var log = Some.Open(disk, Some.Options() with { SegmentBytes = 65_536 }))
        {
            await log.AppendEachAsync(1, 1);
            await log.AppendAsync(new(ReadingLogKind.Payload, "mqtt", "gw-1", "", lure));
            await log.AppendEachAsync(3, 1);
        }
        string name = disk.List()[0];
        // The record that carries the lure loses its own head, so the search goes through its payload.
        disk.Damage(name, Ranges(disk[name])[1].Start + 9);
        Assert.Equal([1L, 3L], Some.ReadAll(disk).Keys);
    }

    private static string Payload(int sequence) => sequence.ToString(CultureInfo.InvariantCulture);

    private static async Task<FaultDisk> WrittenAsync(int groupSize)
    {
        var disk = new FaultDisk();
        await using var log = Some.Open(disk);
        for (int i = 1; i <= Records; i += groupSize)
        {
            int end = Math.Min(Records, i + groupSize - 1);
            if (groupSize == 1)
            {
                await log.AppendEachAsync(i, 1);
                continue;
            }
            // The first record's sync is held until the others are queued: they make one group.
            disk.SyncMay.Reset();
            var appends = new List<Task>();
            for (int s = i; s <= end; s++)
                appends.Add(log.AppendAsync(Some.Entry(Payload(s))).AsTask());
            disk.SyncMay.Set();
            await Task.WhenAll(appends);
        }
        return disk;
    }

    // Walks lengths only, so that it does not depend on the code under test.
    internal static List<(int Start, int End)> Ranges(byte[] segment)
    {
        var ranges = new List<(int, int)>();
        for (int at = 4096; at + 32 <= segment.Length && BitConverter.ToInt32(segment, at) != 0;)
        {
            int end = at + ((BitConverter.ToInt32(segment, at) + 7) / 8 * 8);
            ranges.Add((at, end));
            at = end;
        }
        return ranges;
    }
}
