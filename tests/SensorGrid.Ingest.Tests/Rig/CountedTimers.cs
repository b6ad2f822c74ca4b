namespace SensorGrid.Ingest.Tests.Rig;

/// <summary>A clock that counts the timers set on it. A loop under test gets it, so that the test can wait until the loop has gone to sleep
/// before it moves time: time moved between the loop's look at the clock and its timer would never come back.</summary>
internal sealed class CountedTimers(TimeProvider clock) : TimeProvider
{
    private int count;

    public int Count => Volatile.Read(ref count);

    public override long TimestampFrequency => clock.TimestampFrequency;

    public override TimeZoneInfo LocalTimeZone => clock.LocalTimeZone;

    public override long GetTimestamp() => clock.GetTimestamp();

    public override DateTimeOffset GetUtcNow() => clock.GetUtcNow();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = clock.CreateTimer(callback, state, dueTime, period);
        Interlocked.Increment(ref count);
        return timer;
    }
}
