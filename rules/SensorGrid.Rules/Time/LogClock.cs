namespace SensorGrid.Rules.Time;

/// <summary>The log's time, and when the service last started. All times are UTC ticks.</summary>
internal sealed class LogClock
{
    private const long BeforeTheFirstRecord = 0;

    /// <summary>Received-at of the newest record; never goes back.</summary>
    public long Time { get; private set; } = BeforeTheFirstRecord;

    /// <summary>Received-at of the newest record that said that the service has started.</summary>
    public long StartedAt { get; private set; }

    /// <summary>False before the first record: nothing could have been missed then.</summary>
    public bool HasBegun => Time != BeforeTheFirstRecord;

    public void MoveTo(long time) => Time = Math.Max(Time, time);

    public void StartAt(long time)
    {
        MoveTo(time);
        StartedAt = Time;
    }

    public void Restore(long time, long startedAt) => (Time, StartedAt) = (time, startedAt);
}
