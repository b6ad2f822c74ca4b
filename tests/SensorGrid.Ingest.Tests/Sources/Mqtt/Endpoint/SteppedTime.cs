namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>A clock that somebody sets: the time of day jumps, time stamps and timers do not.</summary>
internal sealed class SteppedTime(TimeProvider inner) : TimeProvider
{
    private TimeSpan offset;

    public override long TimestampFrequency => inner.TimestampFrequency;

    public override DateTimeOffset GetUtcNow() => inner.GetUtcNow() + offset;

    public override long GetTimestamp() => inner.GetTimestamp();

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        inner.CreateTimer(callback, state, dueTime, period);

    public void Step(TimeSpan by) => offset += by;
}
