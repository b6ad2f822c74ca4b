using System.Buffers;
using System.Globalization;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.ReadingLog.Tests.Disks;

namespace SensorGrid.ReadingLog.Tests.Queue;

/// <summary>The bounds between callers and the writer's thread, and what happens at them.</summary>
public sealed class AppendQueueTests
{
    [Fact]
    public async Task Appends_wait_when_the_queue_is_full_and_keep_their_order()
    {
        var disk = new FaultDisk();
        await using var log = await BusyAsync(disk, Some.Options() with { QueueRecords = 4 });
        var queued = Enumerable.Range(2, 4).Select(i => log.EnqueueAsync(Entry(i)).AsTask()).ToArray();
        var waiting = Enumerable.Range(6, 9).Select(i => log.EnqueueAsync(Entry(i)).AsTask()).ToArray();
        Assert.All(queued, q => Assert.True(q.IsCompletedSuccessfully));
        Assert.All(waiting, w => Assert.False(w.IsCompleted));
        Assert.Equal(6, log.NextSequence);
        disk.SyncMay.Set();
        for (int i = 0; i < waiting.Length; i++)
            Assert.Equal(6 + i, (await waiting[i]).Sequence);
        Assert.Equal(15, await log.AppendAsync(Entry(15)));
        Assert.Equal(Enumerable.Range(1, 15).Select(i => i.ToString(CultureInfo.InvariantCulture)), Some.ReadAll(log).Values);
    }

    [Fact]
    public async Task The_queue_is_bounded_in_bytes_too()
    {
        var disk = new FaultDisk();
        await using var log = await BusyAsync(disk, Some.Options() with { QueueBytes = 4096 });
        Assert.True(log.EnqueueAsync(Some.Entry(3000)).AsTask().IsCompleted);
        var waiting = log.EnqueueAsync(Some.Entry(3000)).AsTask();
        Assert.False(waiting.IsCompleted);
        disk.SyncMay.Set();
        Assert.Equal(3, (await waiting).Sequence);
    }

    [Fact]
    public async Task Too_many_waiting_appends_are_refused_with_what_to_change()
    {
        var disk = new FaultDisk();
        await using var log = await BusyAsync(disk, Some.Options() with { QueueRecords = 1, WaitingRecords = 2, WaitingBytes = 4000 });
        var accepted = new List<Task> { log.AppendAsync(Some.Entry()).AsTask(), log.AppendAsync(Some.Entry()).AsTask() };
        // By bytes, then by count.
        await AssertRefusedAsync(log, Some.Entry(4000), nameof(ReadingLogOptions.WaitingBytes));
        accepted.Add(log.AppendAsync(Some.Entry()).AsTask());
        await AssertRefusedAsync(log, Some.Entry(), nameof(ReadingLogOptions.WaitingRecords));
        disk.SyncMay.Set();
        await Task.WhenAll(accepted);
        Assert.Equal(4, log.LastDurableSequence);
    }

    [Fact]
    public async Task Giving_up_while_waiting_leaves_no_record_and_no_number()
    {
        var disk = new FaultDisk();
        await using var log = await BusyAsync(disk, Some.Options() with { QueueRecords = 1 });
        using var cancellation = new CancellationTokenSource();
        var appends = new List<Task<long>>
        {
            log.AppendAsync(Entry(2)).AsTask(),
            log.AppendAsync(Entry(0), cancellation.Token).AsTask(),
            log.AppendAsync(Entry(3), CancellationToken.None).AsTask(),
            log.AppendAsync(Entry(0), cancellation.Token).AsTask(),
        };
        await cancellation.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => appends[1]);
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => appends[3]);
        await Assert.ThrowsAsync<OperationCanceledException>(async () => await log.AppendAsync(Entry(0), cancellation.Token));
        disk.SyncMay.Set();
        Assert.Equal(2, await appends[0]);
        Assert.Equal(3, await appends[2]);
        Assert.Equal(["1", "2", "3"], Some.ReadAll(log).Values);
    }

    [Fact]
    public async Task A_record_that_has_its_number_is_written_although_its_caller_gave_up()
    {
        var disk = new FaultDisk();
        await using var log = await BusyAsync(disk, Some.Options());
        using var cancellation = new CancellationTokenSource();
        var append = log.AppendAsync(Entry(2), cancellation.Token).AsTask();
        await cancellation.CancelAsync();
        Assert.False(append.IsCompleted);
        disk.SyncMay.Set();
        Assert.Equal(2, await append);
    }

    [Fact]
    public async Task All_that_is_queued_goes_to_the_disk_with_one_sync()
    {
        var disk = new FaultDisk();
        await using var log = await BusyAsync(disk, Some.Options());
        var appends = Enumerable.Range(2, 18).Select(i => log.AppendAsync(Entry(i)).AsTask()).ToArray();
        int before = disk.Syncs;
        disk.SyncMay.Set();
        await Task.WhenAll(appends);
        // The new segment, its name, the record before them, and one for all of them.
        Assert.Equal(before + 4, disk.Syncs);
    }

    [Fact]
    public async Task An_append_that_never_waits_is_told_that_there_is_no_room_and_when_there_is()
    {
        var disk = new FaultDisk();
        await using var log = await BusyAsync(disk, Some.Options() with { QueueRecords = 2 });
        Assert.True(log.RoomAsync().IsCompleted);
        Assert.True(log.TryAppend(Entry(2), out var second));
        Assert.True(log.TryAppend(Entry(3), out var third));
        Assert.False(log.TryAppend(Entry(4), out _));
        var room = log.RoomAsync();
        Assert.False(room.IsCompleted);
        Assert.Same(room, log.RoomAsync());
        Assert.Equal((2L, 3L, 0L), (second.Sequence, third.Sequence, log.LastDurableSequence));

        disk.SyncMay.Set();
        await room;
        while (!log.TryAppend(Entry(4), out third))
            await log.RoomAsync();
        Assert.Equal(5, await log.AppendAsync(Entry(5)));
        Assert.Equal(["1", "2", "3", "4", "5"], Some.ReadAll(log).Values);
        Assert.Equal(4, third.Sequence);
    }

    [Fact]
    public async Task Who_waits_in_line_goes_before_who_does_not_wait()
    {
        var disk = new FaultDisk();
        await using var log = await BusyAsync(disk, Some.Options() with { QueueRecords = 1 });
        Assert.True(log.TryAppend(Entry(2), out _));
        var inLine = log.AppendAsync(Entry(3)).AsTask();
        Assert.False(log.TryAppend(Entry(9), out _));
        disk.SyncMay.Set();
        Assert.Equal(3, await inLine);
        Assert.True(log.TryAppend(Entry(4), out _));
        await log.DisposeAsync();
        Assert.Equal(["1", "2", "3", "4"], Some.ReadAll(disk).Values);
    }

    [Fact]
    public async Task Waiting_for_room_ends_when_the_log_closes_or_fails()
    {
        foreach (bool fails in (bool[])[true, false])
        {
            var disk = new FaultDisk();
            var log = await BusyAsync(disk, Some.Options() with { QueueRecords = 1 });
            var heard = new Listener();
            log.Listen(heard);
            Assert.True(log.TryAppend(Entry(2), out _));
            var room = log.RoomAsync();
            Assert.False(room.IsCompleted);
            if (fails)
                disk.GoodSyncs = 0;
            var closing = fails ? Task.CompletedTask : log.DisposeAsync().AsTask();
            disk.SyncMay.Set();
            await room;
            if (fails)
                await log.Failed;
            await closing;
            await log.DisposeAsync();
            Assert.Throws<ReadingLogException>(() => log.TryAppend(Entry(3), out _));
            Assert.True(log.RoomAsync().IsCompleted);
            Assert.Equal(fails ? [] : [1L, 2L], heard.Durable);
            Assert.Equal(fails ? ReadingLogFault.StorageFailed : ReadingLogFault.Closed, heard.Failures[0].Fault);
        }
    }

    [Fact]
    public async Task A_listener_is_told_of_each_commit_in_order()
    {
        var disk = new FaultDisk();
        await using var log = await BusyAsync(disk, Some.Options());
        var heard = new Listener();
        log.Listen(heard);
        for (int i = 2; i <= 5; i++)
            Assert.True(log.TryAppend(Entry(i), out _));
        disk.SyncMay.Set();
        await log.AppendAsync(Entry(6));
        await log.DisposeAsync();
        Assert.Equal(1, heard.Durable[0]);
        Assert.Equal(6, heard.Durable[^1]);
        Assert.Equal(heard.Durable.Order(), heard.Durable);
    }

    [Fact]
    public async Task The_time_of_the_log_never_goes_back()
    {
        var disk = new FaultDisk();
        var time = new FakeTimeProvider(Some.Time);
        await using (var log = Some.Open(disk, time: time))
        {
            long now = Some.Time.UtcTicks;
            Assert.Equal(now, (await log.AppendStampedAsync(Some.Entry())).ReceivedAtTicks);
            Assert.Equal(now + 5, (await Stamped(log, now + 5)).ReceivedAtTicks);
            Assert.Equal(now + 5, (await Stamped(log, now + 3)).ReceivedAtTicks);
            Assert.Equal(now + 5, (await log.AppendStampedAsync(Some.Entry())).ReceivedAtTicks);
        }
        await using var again = Some.Open(disk, time: new FakeTimeProvider(Some.Time - TimeSpan.FromDays(365)));
        Assert.Equal(Some.Time.UtcTicks + 5, again.LastReceivedAtTicks);
        Assert.Equal(Some.Time.UtcTicks + 5, (await again.AppendStampedAsync(Some.Entry())).ReceivedAtTicks);
    }

    [Fact]
    public async Task Entries_that_are_too_large_are_refused_and_hurt_nobody()
    {
        var options = Some.Options() with { MaxPayloadBytes = 100, MaxCommandBytes = 20_000 };
        await using var log = Some.Open(new FaultDisk(), options);
        string name = new('n', 256);
        await AssertTooLargeAsync(log, Some.Entry(101), nameof(ReadingLogOptions.MaxPayloadBytes));
        await AssertTooLargeAsync(log, Some.Entry(20_001, ReadingLogKind.Command), nameof(ReadingLogOptions.MaxCommandBytes));
        await AssertTooLargeAsync(log, new(ReadingLogKind.Payload, name, "", "", ReadOnlyMemory<byte>.Empty), "255");
        await AssertTooLargeAsync(log, new(ReadingLogKind.Payload, "", name, "", ReadOnlyMemory<byte>.Empty), "255");
        await AssertTooLargeAsync(log, new(ReadingLogKind.Payload, "", "", new string('t', 65_536), ReadOnlyMemory<byte>.Empty), "65535");
        Assert.Equal(1, await log.AppendAsync(Some.Entry(100)));
        Assert.Equal(2, await log.AppendAsync(Some.Entry(20_000, ReadingLogKind.Command)));
        Assert.Equal(3, await log.AppendAsync(new(ReadingLogKind.Payload, name[1..], name[1..], new string('t', 65_535), ReadOnlyMemory<byte>.Empty)));
        Assert.Equal(3, Some.ReadAll(log).Count);
    }

    [Fact]
    public async Task A_payload_in_pieces_is_written_whole_and_may_be_reused_at_once()
    {
        var disk = new FaultDisk();
        await using var log = await BusyAsync(disk, Some.Options() with { QueueRecords = 1 });
        byte[] first = "ab"u8.ToArray(), second = "cd"u8.ToArray();
        var start = new Piece(first, null);
        var pieces = new ReadOnlySequence<byte>(start, 0, new Piece(second, start), 2);
        // The first has its place at once, the second waits for room: both are copied.
        var appends = new[] { log.AppendAsync(new(ReadingLogKind.Payload, "s", "p", "t", pieces)).AsTask(), log.AppendAsync(new(ReadingLogKind.Payload, "s", "p", "t", pieces)).AsTask() };
        first.AsSpan().Clear();
        second.AsSpan().Clear();
        disk.SyncMay.Set();
        await Task.WhenAll(appends);
        Assert.Equal(["1", "abcd", "abcd"], Some.ReadAll(log).Values);
    }

    [Fact]
    public async Task Closing_writes_what_is_queued_and_refuses_what_comes_later()
    {
        var disk = new FaultDisk();
        var log = await BusyAsync(disk, Some.Options() with { QueueRecords = 2 });
        var appends = Enumerable.Range(2, 6).Select(i => log.AppendAsync(Entry(i)).AsTask()).ToArray();
        var closing = log.DisposeAsync().AsTask();
        disk.SyncMay.Set();
        await closing;
        long[] sequences = await Task.WhenAll(appends);
        Assert.Equal([2L, 3L, 4L, 5L, 6L, 7L], sequences);
        var e = await Assert.ThrowsAsync<ReadingLogException>(async () => await log.AppendAsync(Entry(8)));
        Assert.Equal(ReadingLogFault.Closed, e.Fault);
        await log.DisposeAsync();
        Assert.Equal(7, Some.ReadAll(disk).Count);
    }

    [Fact]
    public void Options_out_of_range_are_listed_together()
    {
        var e = Assert.Throws<ArgumentException>(() => Some.Open(new FaultDisk(), Some.Options() with { SegmentBytes = 1, QueueRecords = 0, CommitInterval = TimeSpan.FromHours(1) }));
        Assert.Contains(nameof(ReadingLogOptions.SegmentBytes), e.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ReadingLogOptions.QueueRecords), e.Message, StringComparison.Ordinal);
        Assert.Contains(nameof(ReadingLogOptions.CommitInterval), e.Message, StringComparison.Ordinal);
    }

    /// <summary>A log whose writer has taken record 1 and sits in a sync.</summary>
    private static async Task<ReadingLogWriter> BusyAsync(FaultDisk disk, ReadingLogOptions options)
    {
        var log = Some.Open(disk, options);
        disk.SyncMay.Reset();
        await log.EnqueueAsync(Entry(1));
        await disk.SyncBegan.WaitAsync();
        return log;
    }

    private static ReadingLogEntry Entry(int payload) => Some.Entry(payload.ToString(CultureInfo.InvariantCulture));

    private static ValueTask<ReadingLogStamp> Stamped(ReadingLogWriter log, long ticks) =>
        log.AppendStampedAsync(new(ReadingLogKind.Payload, "", "", "", ReadOnlyMemory<byte>.Empty) { ReceivedAtTicks = ticks });

    private static async Task AssertTooLargeAsync(ReadingLogWriter log, ReadingLogEntry entry, string says)
    {
        var e = await Assert.ThrowsAsync<ReadingLogException>(async () => await log.AppendAsync(entry));
        Assert.Equal(ReadingLogFault.EntryTooLarge, e.Fault);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    private static async Task AssertRefusedAsync(ReadingLogWriter log, ReadingLogEntry entry, string says)
    {
        var e = await Assert.ThrowsAsync<ReadingLogException>(async () => await log.AppendAsync(entry));
        Assert.Equal(ReadingLogFault.TooManyWaiting, e.Fault);
        Assert.Contains(says, e.Message, StringComparison.Ordinal);
    }

    private sealed class Listener : IReadingLogListener
    {
        public List<long> Durable { get; } = [];

        public List<ReadingLogException> Failures { get; } = [];

        public void Committed(long durableSequence) => Durable.Add(durableSequence);

        public void Failed(ReadingLogException reason) => Failures.Add(reason);
    }

    private sealed class Piece : ReadOnlySequenceSegment<byte>
    {
        public Piece(byte[] bytes, Piece? before)
        {
            Memory = bytes;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
