namespace SensorGrid.Rules.Time;

/// <summary>The log's time, when the service last started, and how far to trust the log's time after the machine's clock was set. All times
/// are UTC ticks.</summary>
internal sealed class LogClock
{
    private const long BeforeTheFirstRecord = 0;

    /// <summary>Received-at of the newest record; never goes back.</summary>
    public long Time { get; private set; } = BeforeTheFirstRecord;

    /// <summary>Received-at of the newest record that said that the service has started; moved on by what the clock was set forward since.</summary>
    public long StartedAt { get; private set; }

    /// <summary>By how much the log's time may be ahead of the gateways', because the machine's clock was set.</summary>
    public long Ahead { get; private set; }

    /// <summary>All that the log's time went on because the machine's clock was set forward.</summary>
    public long Stepped { get; private set; }

    /// <summary>The time by which the age of readings is judged.</summary>
    public long FreshnessTime => Time - Ahead;

    /// <summary>False before the first record: nothing could have been missed then.</summary>
    public bool HasBegun => Time != BeforeTheFirstRecord;

    public void MoveTo(long time) => Time = Math.Max(Time, time);

    public void StartAt(long time)
    {
        MoveTo(time);
        StartedAt = Time;
        Ahead = 0;
    }

    /// <summary>The machine's clock was set.</summary>
    /// <returns>How far the log's time went on by it: time that never passed.</returns>
    public long StepTo(long time, long ahead)
    {
        long jump = Math.Max(0, time - Time);
        MoveTo(time);
        StartedAt += jump;
        Stepped += jump;
        Ahead = Math.Max(0, ahead);
        return jump;
    }

    public void Restore(long time, long startedAt, long ahead, long stepped) => (Time, StartedAt, Ahead, Stepped) = (time, startedAt, ahead, stepped);
}
