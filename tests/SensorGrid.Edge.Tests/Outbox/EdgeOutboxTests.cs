using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Edge.Outbox;
using SensorGrid.Readings;
using SensorGrid.Readings.Units;
using SensorGrid.Testing;

namespace SensorGrid.Edge.Tests.Outbox;

public sealed class EdgeOutboxTests : IDisposable
{
    private readonly TempFolder folder = new();
    private readonly EdgeReadings readings = new();
    private readonly FakeTimeProvider clock = new(Some.Instant);

    public void Dispose() => folder.Dispose();

    private EdgeOutbox Open(long mostBytes = 256 << 20, OutboxWhenFull whenFull = OutboxWhenFull.DropOldest) => EdgeOutbox.Open(
        new() { Folder = folder.Combine("outbox"), MostBytes = mostBytes, WhenFull = whenFull, SegmentBytes = 1 << 16, SaveEvery = TimeSpan.Zero },
        clock, NullLogger.Instance);

    [Fact]
    public async Task Every_kind_of_reading_comes_out_as_it_went_in()
    {
        var batch = new ReadingBatch();
        batch.Add(new(readings.Index("level"), Some.TicksAfter(0.25), 1.25, Unit: UnitRegistry.IdOf("m")));
        batch.Add(new(readings.Index("rain"), Some.TicksAfter(1), 2.5, Unit: UnitRegistry.IdOf("mm")));
        batch.Add(new(readings.Index("door"), Some.TicksAfter(2), 1, Kind: ReadingKind.Boolean));
        batch.Add(new(readings.Index("note"), Some.TicksAfter(3), batch.AddText("湛江 \"1\"\n"u8), Kind: ReadingKind.Text));
        batch.Add(new(readings.Index("here"), Some.TicksAfter(4), 110.36, 21.27, ReadingKind.Position));
        await using var outbox = Open();
        await outbox.AppendAsync(batch, readings.Table);
        var (_, pack) = Assert.Single(await EdgeReadings.DrainAsync(outbox));
        var read = readings.Decode(pack);
        Assert.Equal(5, read.Count);
        Assert.Equal(batch.Readings[0], read[0]);
        // Millimetres need version 26, and the pack says so.
        Assert.Equal(batch.Readings[1], read[1]);
        Assert.Equal(batch.Readings[2], read[2]);
        Assert.Equal(batch.Readings[4], read[4]);
        Assert.Contains("湛江", Encoding.UTF8.GetString(pack), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_restart_goes_on_with_the_first_unacknowledged_record()
    {
        await using (var outbox = Open())
        {
            for (int i = 0; i < 10; i++)
                await outbox.AppendAsync(readings.Numbers(i, 1), readings.Table);
            outbox.Acknowledge(new(1, 4));
            outbox.Acknowledge(new(6, 7));
        }
        await using var again = Open();
        Assert.Equal(5, again.FirstUnacknowledged);
        var packs = await EdgeReadings.DrainAsync(again);
        Assert.Equal([4, 7, 8, 9], packs.SelectMany(pack => readings.Decode(pack.Pack)).Select(reading => (int)reading.Value));
        Assert.Equal(10, again.LastKept);
    }

    [Fact]
    public async Task Without_its_position_file_everything_kept_is_sent_again()
    {
        await using (var outbox = Open())
        {
            await outbox.AppendAsync(readings.Numbers(0, 3), readings.Table);
            outbox.Acknowledge(new(1, 1));
        }
        File.WriteAllText(folder.Combine("outbox/acknowledged"), "torn");
        await using var again = Open();
        var packs = await EdgeReadings.DrainAsync(again);
        Assert.Equal(3, packs.Sum(pack => readings.Decode(pack.Pack).Count));
    }

    [Fact]
    public async Task A_position_of_another_log_acknowledges_nothing_new()
    {
        await using (var outbox = Open())
        {
            for (int i = 0; i < 5; i++)
                await outbox.AppendAsync(readings.Numbers(i, 1), readings.Table);
            outbox.Acknowledge(new(1, 5));
        }
        Directory.Delete(folder.Combine("outbox/log"), recursive: true);
        await using var anew = Open();
        await anew.AppendAsync(readings.Numbers(100, 1), readings.Table);
        var (_, pack) = Assert.Single(await EdgeReadings.DrainAsync(anew));
        Assert.Equal(100, Assert.Single(readings.Decode(pack)).Value);
    }

    [Fact]
    public async Task At_its_bound_it_drops_the_oldest_and_counts_them()
    {
        await using var outbox = Open(mostBytes: 256 * 1024);
        int sent = 0;
        while (outbox.ReadingsDropped == 0)
        {
            await outbox.AppendAsync(readings.Numbers(sent, 100), readings.Table);
            sent += 100;
            Assert.True(sent < 1_000_000, "The bound was never reached.");
        }
        Assert.True(outbox.HeldBytes <= 256 * 1024, $"{outbox.HeldBytes} bytes are held.");
        var values = (await EdgeReadings.DrainAsync(outbox)).SelectMany(pack => readings.Decode(pack.Pack)).Select(reading => (int)reading.Value).ToList();
        // The newest are all there, without a hole, and what is missing was counted.
        Assert.Equal(Enumerable.Range(sent - values.Count, values.Count), values);
        Assert.Equal(sent - values.Count, outbox.ReadingsDropped);
    }

    [Fact]
    public async Task At_its_bound_it_makes_the_sender_wait_until_some_are_acknowledged()
    {
        await using var outbox = Open(mostBytes: 128 * 1024, whenFull: OutboxWhenFull.Wait);
        int sent = 0;
        Task<long> waiting;
        do
        {
            Assert.True(sent < 1_000_000, "The bound was never reached.");
            waiting = outbox.AppendAsync(readings.Numbers(sent, 100), readings.Table).AsTask();
            sent += 100;
            // A record that has room is on the disk in a moment; one that has none never is.
            await Task.WhenAny(waiting, WhenFull(outbox, 128 * 1024));
        }
        while (waiting.IsCompleted);
        Assert.Equal(0, outbox.ReadingsDropped);
        outbox.Acknowledge(new(1, outbox.LastKept));
        await waiting.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(sent, outbox.ReadingsKept);
    }

    // Completes when another record of the size used here does not fit.
    private static async Task WhenFull(EdgeOutbox outbox, long bound)
    {
        while (outbox.HeldBytes + 4096 <= bound)
            await Task.Yield();
    }

    [Fact]
    public async Task Acknowledged_segments_leave_the_disk()
    {
        await using var outbox = Open();
        for (int i = 0; i < 100; i++)
            await outbox.AppendAsync(readings.Numbers(i * 100, 100), readings.Table);
        string[] before = Directory.GetFiles(folder.Combine("outbox/log"), "*.segment");
        Assert.True(before.Length > 4, $"Only {before.Length} segments: the test does not reach enough of them.");
        outbox.Acknowledge(new(1, 90));
        await outbox.DisposeAsync();
        string[] after = Directory.GetFiles(folder.Combine("outbox/log"), "*.segment");
        // Nine tenths are acknowledged: the oldest are gone, the newest is there.
        Assert.True(after.Length <= before.Length / 2, $"{after.Length} of {before.Length} segments are left.");
        Assert.DoesNotContain(before.Min(StringComparer.Ordinal), after);
        Assert.Contains(before.Max(StringComparer.Ordinal), after);
    }

    [Fact]
    public async Task Waiting_for_an_acknowledgement_ends_with_it()
    {
        await using var outbox = Open();
        long last = await outbox.AppendAsync(readings.Numbers(0, 250), readings.Table);
        var acknowledged = outbox.WhenAcknowledgedAsync(last, CancellationToken.None);
        outbox.Acknowledge(new(1, last - 1));
        Assert.False(acknowledged.IsCompleted);
        outbox.Acknowledge(new(last, last));
        await acknowledged.WaitAsync(TimeSpan.FromSeconds(30));
        Assert.Equal(0, outbox.HeldReadings);
    }

    [Fact]
    public void Options_out_of_range_are_refused_all_at_once()
    {
        var wrong = new EdgeOutboxOptions { Folder = "", MostBytes = 1, SegmentBytes = 1 }.Validate();
        Assert.Equal(3, wrong.Count);
    }

    [Fact]
    public async Task A_pack_holds_no_more_readings_than_it_may()
    {
        await using var outbox = Open();
        for (int i = 0; i < 40; i++)
            await outbox.AppendAsync(readings.Numbers(i * 7, 7), readings.Table);
        var packs = await EdgeReadings.DrainAsync(outbox, mostReadings: 20);
        Assert.All(packs, pack => Assert.InRange(readings.Decode(pack.Pack).Count, 1, 20));
        Assert.Equal(Enumerable.Range(0, 280), packs.SelectMany(pack => readings.Decode(pack.Pack)).Select(reading => (int)reading.Value));
        // The ranges follow each other without a hole.
        Assert.Equal(packs.Skip(1).Select(pack => pack.Range.First - 1), packs.SkipLast(1).Select(pack => pack.Range.Last));
    }
}
