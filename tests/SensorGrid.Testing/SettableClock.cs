namespace SensorGrid.Testing;

/// <summary>A machine whose UTC clock somebody sets while its monotonic clock and its timers go on.</summary>
public sealed class SettableClock(TimeProvider monotonic) : TimeProvider
{
    private long offTicks;

    public override long TimestampFrequency => monotonic.TimestampFrequency;

    /// <summary>Sets the clock forward, or back.</summary>
    public void Set(TimeSpan by) => Interlocked.Add(ref offTicks, by.Ticks);

    public override DateTimeOffset GetUtcNow() => monotonic.GetUtcNow().AddTicks(Volatile.Read(ref offTicks));

    public override long GetTimestamp() => monotonic.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        monotonic.CreateTimer(callback, state, dueTime, period);
}
