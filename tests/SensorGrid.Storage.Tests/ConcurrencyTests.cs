using SensorGrid.Storage.Tests.Support;

namespace SensorGrid.Storage.Tests;

public sealed class ConcurrencyTests
{
    [Fact]
    public async Task Queries_beside_a_writer_and_seals_see_a_growing_gapless_series()
    {
        const int Records = 3000;
        using var fixture = new StoreFixture(new() { SealRows = 400, HotRowLimit = 800 });
        fixture.Append(Some.Reading(0, 0));
        var stage = fixture.IndexOf(Some.Stage);
        using var stop = new CancellationTokenSource();

        var sealing = Task.Run(async () =>
        {
            while (!stop.IsCancellationRequested)
            {
                await fixture.Store.SealIfDueAsync(default);
                await Task.Yield();
            }
        });
        var queries = Enumerable.Range(0, 3).Select(_ => Task.Run(async () =>
        {
            int seen = 0;
            while (!stop.IsCancellationRequested)
            {
                var range = await fixture.Store.ReadAsync(stage, Some.Start, Some.Start.AddDays(1), 100_000, false, default);
                // Each record brings the next second: anything lost, doubled or half-appended shows as a gap or a shrinking count.
                Assert.Equal(Enumerable.Range(0, range.Readings.Count).Select(i => (double)i), range.Readings.Select(reading => reading.Value));
                Assert.True(range.Readings.Count >= seen);
                seen = range.Readings.Count;
                Assert.True(fixture.Store.TryGetLatest(stage, out var latest));
                // The record is visible to queries a moment before it is the latest.
                Assert.True(latest.Value >= seen - 2);
                Assert.Single(fixture.Store.ReadLatest());
            }
            return seen;
        })).ToArray();
        for (int i = 1; i < Records; i++)
        {
            await fixture.Store.WaitForRoomAsync(default);
            fixture.Append(Some.Reading(i, i));
        }
        while (fixture.Store.HotRows >= 400)
            await Task.Yield();
        await stop.CancelAsync();
        await sealing;
        await Task.WhenAll(queries);

        Assert.True(fixture.Store.FileCount >= 3);
        Assert.Equal(Records, (await fixture.ReadAllAsync(Some.Stage)).Count);
    }

    [Fact]
    public async Task A_long_query_can_be_cancelled_and_the_next_one_is_answered()
    {
        using var fixture = new StoreFixture(new() { ConcurrentQueries = 1 });
        fixture.Append([.. Enumerable.Range(0, 200_000).Select(i => Some.Reading(i, i))]);
        using var cancel = new CancellationTokenSource();
        var counting = Enumerable.Range(0, 20).Select(_ =>
            fixture.Store.CountAsync(null, DateTimeOffset.MinValue, DateTimeOffset.MaxValue, cancel.Token)).ToList();

        await cancel.CancelAsync();

        // The first may have been quick; those behind it in the one slot cannot have been.
        foreach (var count in counting.Skip(1))
            await Assert.ThrowsAnyAsync<OperationCanceledException>(() => count);
        await Task.WhenAny(counting[0]);
        Assert.Equal(200_000, await fixture.CountAsync());
    }
}
