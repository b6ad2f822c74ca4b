using SensorGrid.ReadingLog.Tests.Disks;

namespace SensorGrid.ReadingLog.Tests;

public sealed class ReadingLogFollowerTests
{
    [Fact]
    public async Task Starts_at_any_sequence()
    {
        await using var log = Some.Open(new FaultDisk());
        await log.AppendEachAsync(1, 120);
        var buffer = new ReadingLogRecordBuffer(records: 500, bytes: 64);
        for (int from = 1; from <= 120; from++)
        {
            using var follower = log.CreateFollower(from);
            Assert.Equal(from, follower.NextSequence);
            await follower.ReadAsync(buffer);
            Assert.Equal(from, buffer[0].Sequence);
        }
    }

    [Fact]
    public async Task Sees_nothing_that_is_not_durable()
    {
        var disk = new FaultDisk();
        await using var log = Some.Open(disk);
        await log.AppendEachAsync(1, 2);
        using var follower = log.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer();
        Assert.Equal(2, follower.TryRead(buffer));
        disk.SyncMay.Reset();
        var append = log.AppendAsync(Some.Entry()).AsTask();
        await disk.SyncBegan.WaitAsync();
        Assert.Equal(0, follower.TryRead(buffer));
        disk.SyncMay.Set();
        await append;
        Assert.Equal(1, follower.TryRead(buffer));
    }

    [Fact]
    public async Task Many_followers_are_woken_and_each_reads_everything()
    {
        await using var log = Some.Open(new FaultDisk());
        var readers = Enumerable.Range(0, 20).Select(i => ReadUntilAsync(log, 300, capacity: 1 + i)).ToArray();
        for (int i = 1; i <= 300; i++)
            await log.AppendAsync(Some.Entry($"{i}"));
        foreach (var reader in readers)
            Assert.Equal(Enumerable.Range(1, 300).Select(i => $"{i}"), await reader);
    }

    [Fact]
    public async Task Reads_a_record_larger_than_its_buffer_and_than_a_segment()
    {
        await using var log = Some.Open(new FaultDisk(), Some.Options() with { MaxCommandBytes = 100_000 });
        await log.AppendAsync(Some.Entry("before"));
        await log.AppendAsync(Some.Entry(100_000, ReadingLogKind.Command));
        await log.AppendAsync(Some.Entry("after"));
        using var follower = log.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer(bytes: 64);
        foreach (int length in new[] { 6, 100_000, 5 })
        {
            Assert.Equal(1, await follower.ReadAsync(buffer));
            Assert.Equal(length, buffer[0].Payload.Length);
        }
    }

    [Fact]
    public async Task A_large_first_record_goes_into_a_segment_made_for_it()
    {
        var disk = new FaultDisk();
        await using (var log = Some.Open(disk, Some.Options() with { MaxCommandBytes = 100_000 }))
            await log.AppendAsync(Some.Entry(100_000, ReadingLogKind.Command));
        // A smaller segment that is still empty grows for it.
        disk = new FaultDisk { ["00000000000000000001.segment"] = [] };
        await using (var log = Some.Open(disk, Some.Options() with { MaxCommandBytes = 100_000 }))
            await log.AppendAsync(Some.Entry(100_000, ReadingLogKind.Command));
        Assert.Equal(["00000000000000000001.segment"], disk.List());
        Assert.Equal(100_000, Some.ReadAll(disk)[1].Length);
    }

    [Fact]
    public async Task Is_told_when_what_it_asks_for_was_trimmed()
    {
        var disk = new FaultDisk();
        await using var log = Some.Open(disk);
        await log.AppendEachAsync(1, 120);
        using var behind = log.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer(records: 1);
        await behind.ReadAsync(buffer);
        await log.TrimAsync(100);
        Assert.Equal(2, disk.List().Count + (log.FirstSequence > 100 ? 1 : 0));
        Assert.True(log.FirstSequence is > 1 and <= 100);
        foreach (long from in new[] { 1, log.FirstSequence - 1 })
        {
            using var late = log.CreateFollower(from);
            var e = await Assert.ThrowsAsync<ReadingLogException>(async () => await late.ReadAsync(buffer));
            Assert.Equal(ReadingLogFault.Trimmed, e.Fault);
            Assert.Contains($"begins at {log.FirstSequence}", e.Message, StringComparison.Ordinal);
        }
        Assert.Equal(ReadingLogFault.Trimmed, (await Assert.ThrowsAsync<ReadingLogException>(async () => await behind.ReadAsync(buffer))).Fault);
        Assert.Equal(120 - log.FirstSequence + 1, Some.ReadAll(log).Count);
    }

    [Fact]
    public async Task Goes_on_when_the_segment_it_has_just_read_is_trimmed()
    {
        var disk = new FaultDisk();
        await using var log = Some.Open(disk);
        await log.AppendEachAsync(1, 120);
        long second = long.Parse(disk.List().Order().ElementAt(1)[..20], System.Globalization.CultureInfo.InvariantCulture);
        using var follower = log.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer(records: 1);
        while (follower.NextSequence < second)
            await follower.ReadAsync(buffer);
        await log.TrimAsync(second);
        Assert.Equal(second, log.FirstSequence);
        await follower.ReadAsync(buffer);
        Assert.Equal(second, buffer[0].Sequence);
    }

    [Fact]
    public async Task The_segment_being_written_is_never_trimmed()
    {
        var disk = new FaultDisk();
        await using (var log = Some.Open(disk))
        {
            await log.AppendEachAsync(1, 120);
            await log.TrimAsync(long.MaxValue);
            Assert.Single(disk.List());
            Assert.Equal(121, await log.AppendAsync(Some.Entry()));
        }
        await using var again = Some.Open(disk.Crash(new Random(1)));
        Assert.Equal(122, again.NextSequence);
    }

    [Fact]
    public async Task A_place_beyond_the_end_is_refused()
    {
        await using var log = Some.Open(new FaultDisk());
        await log.AppendEachAsync(1, 3);
        using (log.CreateFollower(4))
        {
            var e = Assert.Throws<ReadingLogException>(() => log.CreateFollower(5));
            Assert.Equal(ReadingLogFault.BeyondEnd, e.Fault);
        }
    }

    [Fact]
    public async Task Waiting_ends_when_it_is_cancelled_and_may_begin_again()
    {
        await using var log = Some.Open(new FaultDisk());
        using var follower = log.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer();
        for (int i = 1; i <= 3; i++)
        {
            using var cancellation = new CancellationTokenSource();
            var reading = follower.ReadAsync(buffer, cancellation.Token).AsTask();
            await cancellation.CancelAsync();
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => reading);
            await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await follower.ReadAsync(buffer, cancellation.Token));
        }
        var last = follower.ReadAsync(buffer);
        await log.AppendEachAsync(1, 1);
        Assert.Equal(1, await last);
    }

    [Fact]
    public async Task Closing_the_log_ends_waiting_after_everything_was_read()
    {
        var log = Some.Open(new FaultDisk());
        using var waiting = log.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer();
        await log.AppendEachAsync(1, 1);
        Assert.Equal(1, await waiting.ReadAsync(buffer));
        var reading = waiting.ReadAsync(buffer);
        await log.DisposeAsync();
        Assert.Equal(0, await reading);
        using var behind = log.CreateFollower(1);
        Assert.Equal(1, await behind.ReadAsync(buffer));
        Assert.Equal(0, await behind.ReadAsync(buffer));
    }

    [Fact]
    public async Task Equal_names_are_one_string()
    {
        await using var log = Some.Open(new FaultDisk());
        await log.AppendEachAsync(1, 2);
        using var follower = log.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer();
        await follower.ReadAsync(buffer);
        Assert.Same(buffer[0].Topic, buffer[1].Topic);
        Assert.Same(buffer[0].Source, buffer[1].Source);
        Assert.Equal("sensorgrid/v1/water/gw-1/readings", buffer[1].Topic);
    }

    private static async Task<List<string>> ReadUntilAsync(ReadingLogWriter log, int count, int capacity)
    {
        using var follower = log.CreateFollower(1);
        var buffer = new ReadingLogRecordBuffer(capacity, bytes: 200);
        var read = new List<string>();
        while (read.Count < count)
        {
            await follower.ReadAsync(buffer);
            foreach (var record in buffer.Records)
                read.Add(record.Text());
        }
        return read;
    }
}
