using SensorGrid.Storage.Queries;

namespace SensorGrid.Storage.Tests.Queries;

public sealed class QueryLimitTests
{
    [Fact]
    public async Task One_query_more_than_may_wait_is_refused_and_the_others_are_answered()
    {
        using var metrics = new StorageMetrics(() => 0, () => 0, () => 0);
        using var slots = new QuerySlots(atOnce: 2, waiting: 1, metrics);
        await slots.EnterAsync(default);
        await slots.EnterAsync(default);
        var waiting = slots.EnterAsync(default);
        Assert.False(waiting.IsCompleted);

        var refused = await Assert.ThrowsAsync<ReadingQueryException>(() => slots.EnterAsync(default));

        Assert.Equal(QueryRefusal.TooManyQueries, refused.Reason);
        slots.Leave();
        await waiting;
        // The refused one holds no place: the next one waits again.
        var next = slots.EnterAsync(default);
        Assert.False(next.IsCompleted);
        slots.Leave();
        await next;
        slots.Leave();
        slots.Leave();
    }

    [Fact]
    public async Task One_that_gives_up_waiting_makes_room_for_another_to_wait()
    {
        using var metrics = new StorageMetrics(() => 0, () => 0, () => 0);
        using var slots = new QuerySlots(atOnce: 1, waiting: 1, metrics);
        await slots.EnterAsync(default);
        using var patience = new CancellationTokenSource();
        var waiting = slots.EnterAsync(patience.Token);
        await patience.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => waiting);

        var next = slots.EnterAsync(default);

        slots.Leave();
        await next;
        slots.Leave();
    }
}
