using SensorGrid.Readings;
using SensorGrid.Storage.Parquet;
using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests;

public sealed class SealingTests
{
    [Fact]
    public async Task Seals_once_the_oldest_unsealed_record_is_old_enough()
    {
        using var fixture = new StoreFixture(new() { SealAfter = TimeSpan.FromMinutes(5) });
        fixture.Time.Advance(TimeSpan.FromHours(1));
        Assert.False(await fixture.Store.SealIfDueAsync(default));
        fixture.Append(Some.Reading());
        fixture.Time.Advance(TimeSpan.FromMinutes(5) - TimeSpan.FromTicks(1));
        fixture.Append(Some.Reading(2, 1));
        Assert.False(await fixture.Store.SealIfDueAsync(default));

        fixture.Time.Advance(TimeSpan.FromTicks(1));

        Assert.True(await fixture.Store.SealIfDueAsync(default));
        Assert.Equal(2, fixture.Store.CoveredSequence);
        Assert.False(await fixture.Store.SealIfDueAsync(default));
    }

    [Fact]
    public async Task Seals_once_there_are_rows_enough_or_text_enough()
    {
        using var rows = new StoreFixture(new() { SealRows = 3 });
        rows.Append(Some.Reading(), Some.Reading(2, 1));
        Assert.False(await rows.Store.SealIfDueAsync(default));
        rows.Append(Some.Reading(3, 2));
        Assert.True(await rows.Store.SealIfDueAsync(default));

        using var texts = new StoreFixture(new() { SealTextBytes = 65_535 });
        texts.Append(Text(65_534));
        Assert.False(await texts.Store.SealIfDueAsync(default));
        texts.Append(Text(1));
        Assert.True(await texts.Store.SealIfDueAsync(default));
    }

    [Fact]
    public async Task A_full_hot_table_takes_nothing_and_makes_the_follower_wait_until_a_seal()
    {
        using var fixture = new StoreFixture(new() { SealRows = 2, HotRowLimit = 3 });
        fixture.Append(Some.Reading(1, 0), Some.Reading(2, 1), Some.Reading(3, 2));
        var next = new LogRecord(2, Some.Start.UtcTicks, [Some.Reading(4, 3)]);
        Assert.Equal(AppendOutcome.Full, fixture.Offer(next));
        Assert.Equal(1, fixture.Store.LastSequence);
        var room = fixture.Store.WaitForRoomAsync(default).AsTask();
        Assert.False(room.IsCompleted);

        Assert.True(await fixture.Store.SealIfDueAsync(default));

        await room;
        Assert.Equal(AppendOutcome.Taken, fixture.Offer(next));
        Assert.Equal([1.0, 2, 3, 4], (await fixture.ReadAllAsync(Some.Stage)).Select(reading => reading.Value));
    }

    [Fact]
    public void Text_has_its_own_limit()
    {
        using var fixture = new StoreFixture(new() { SealTextBytes = 65_535, HotTextBytesLimit = 65_535 });
        fixture.Append(Text(65_535));

        Assert.Equal(AppendOutcome.Full, fixture.Offer(new(2, Some.Start.UtcTicks, [Some.Reading()])));
    }

    [Fact]
    public async Task New_rows_are_taken_and_seen_while_a_generation_is_sealed()
    {
        using var fixture = new StoreFixture();
        fixture.Append(Some.Reading(1, 0));
        IReadOnlyList<StoredReading>? during = null;
        fixture.Store.Reached = step =>
        {
            if (step != SealStep.FileSynced)
                return;
            fixture.Append(Some.Reading(2, 1));
            during = fixture.ReadAllAsync(Some.Stage).GetAwaiter().GetResult();
        };

        await fixture.SealAsync();

        Assert.Equal([1.0, 2.0], during!.Select(reading => reading.Value));
        Assert.Equal(1, fixture.Store.CoveredSequence);
        Assert.Equal(1, fixture.Store.HotRows);
        Assert.Equal([1.0, 2.0], (await fixture.ReadAllAsync(Some.Stage)).Select(reading => reading.Value));
    }

    [Fact]
    public async Task Every_row_is_seen_once_between_any_two_steps()
    {
        using var fixture = new StoreFixture();
        fixture.Append(Some.Reading(1, 0), Some.Reading(2, 1));
        var seen = new Dictionary<SealStep, (int Readings, long Count)>();
        fixture.Store.Reached = step =>
            seen[step] = (fixture.ReadAllAsync(Some.Stage).GetAwaiter().GetResult().Count, fixture.CountAsync().GetAwaiter().GetResult());

        await fixture.SealAsync();

        Assert.Equal(Enum.GetValues<SealStep>(), seen.Keys.Order());
        Assert.All(seen.Values, answer => Assert.Equal((2, 2L), answer));
    }

    [Fact]
    public async Task The_sealing_loop_seals_by_itself_and_goes_on_after_a_failure()
    {
        using var fixture = new StoreFixture(new() { SealRows = 2 });
        using var stop = new CancellationTokenSource();
        var failed = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        var sealedOnce = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        bool diskFull = true;
        fixture.Store.Reached = step =>
        {
            if (step == SealStep.FileWritten && diskFull)
            {
                diskFull = false;
                failed.SetResult();
                throw new IOException("No space left on device");
            }
            if (step == SealStep.GenerationDropped)
                sealedOnce.TrySetResult();
        };
        var loop = fixture.Store.RunAsync(stop.Token);
        fixture.Append(Some.Reading(1, 0), Some.Reading(2, 1));

        await failed.Task;
        // The loop sets its retry timer some time after the failure; time moves until it has fired.
        while (!sealedOnce.Task.IsCompleted)
        {
            fixture.Time.Advance(TimeSpan.FromSeconds(1));
            await Task.Yield();
        }
        await stop.CancelAsync();
        await loop;

        Assert.Equal(1, fixture.Store.FileCount);
        Assert.Equal(2, await fixture.CountAsync());
    }

    [Fact]
    public async Task A_seal_into_a_folder_that_cannot_be_written_says_which_and_loses_nothing()
    {
        using var fixture = new StoreFixture();
        fixture.Append(Some.Reading());
        Directory.Delete(fixture.ParquetFolder);
        File.WriteAllText(fixture.ParquetFolder, "in the way");

        var error = await Assert.ThrowsAsync<ReadingStoreException>(fixture.SealAsync);

        Assert.Contains(fixture.ParquetFolder, error.Message, StringComparison.Ordinal);
        Assert.Equal(error.Message, fixture.Store.SealFailure);
        Assert.Equal(0, fixture.Store.CoveredSequence);
        Assert.Single(await fixture.ReadAllAsync(Some.Stage));
        File.Delete(fixture.ParquetFolder);
        Directory.CreateDirectory(fixture.ParquetFolder);
        await fixture.SealAsync();
        Assert.Single(await fixture.ReadAllAsync(Some.Stage));
    }

    private static Sample Text(int bytes) => Some.Reading() with { Kind = ReadingKind.Text, Text = new string('x', bytes) };
}
