using System.Collections.Concurrent;
using Microsoft.Extensions.Time.Testing;

namespace SensorGrid.Storage.Tests.LineProtocol;

/// <summary>A clock that stands still, and tells which pauses were asked of it: a test waits until the loop has gone to sleep, looks how long,
/// and moves time by just that.</summary>
/// <param name="timeout">Timers of this length are time-outs of requests, not pauses.</param>
internal sealed class PauseClock(TimeSpan timeout) : TimeProvider
{
    // Longer than anything takes that does happen.
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly FakeTimeProvider clock = new(Support.Some.Start);
    private readonly ConcurrentQueue<TimeSpan> pauses = new();
    private readonly SemaphoreSlim asked = new(0);

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = clock.CreateTimer(callback, state, dueTime, period);
        if (dueTime == timeout)
            return timer;
        pauses.Enqueue(dueTime);
        asked.Release();
        return timer;
    }

    public void Advance(TimeSpan by) => clock.Advance(by);

    /// <summary>The next pause somebody began, once somebody did.</summary>
    public async Task<TimeSpan> PauseAsync()
    {
        Assert.True(await asked.WaitAsync(Patience), "Nobody went to sleep.");
        Assert.True(pauses.TryDequeue(out var pause));
        return pause;
    }

    /// <summary>Lets the next pause pass as soon as it has begun.</summary>
    public async Task<TimeSpan> PassPauseAsync()
    {
        var pause = await PauseAsync();
        Advance(pause);
        return pause;
    }
}
