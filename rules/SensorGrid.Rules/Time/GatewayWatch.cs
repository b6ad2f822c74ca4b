namespace SensorGrid.Rules.Time;

/// <summary>How much of the log's time passed without anybody watching one gateway: while the service was down, and then until the gateway
/// had found its way back; and what the log's time went on because the machine's clock was set. What it measured meanwhile is in its outbox, so no delay and no silence may grow by that time.
/// <code>
/// log time    │ …  last record        (down)        start      heard again │ …
/// missed      │    ├─────────────────────────────────┼────────────────┤    │      at most LongestReturn after the start
/// </code></summary>
internal sealed class GatewayWatch(LogClock log)
{
    /// <summary>A gateway that is not heard for so long after a start is silent by its own doing. 30 s: twice the longest pause our edge
    /// agent makes between two attempts to connect.</summary>
    public const long LongestReturn = 30 * TimeSpan.TicksPerSecond;

    private long missed;

    /// <summary>True after a start, until the gateway is heard.</summary>
    public bool IsAwaited { get; private set; }

    /// <summary>All of it so far.</summary>
    public long Missed => MissedUntil(log.Time);

    /// <summary>All of it until a log time that is not before the newest start.</summary>
    public long MissedUntil(long time) => IsAwaited ? missed + Math.Min(time - log.StartedAt, LongestReturn) : missed;

    /// <summary>The service starts at this log time; since the newest record nobody watched. Call before the log's clock moves.</summary>
    public void OnStart(long time)
    {
        missed = Missed + Math.Max(0, time - log.Time);
        IsAwaited = true;
    }

    /// <summary>The log's time went on by so much although no time passed. Call after the log's clock moved.</summary>
    public void OnStep(long jump) => missed += jump;

    /// <summary>A reading of the gateway has come, whatever it is worth.</summary>
    public void OnHeard()
    {
        if (IsAwaited)
            (missed, IsAwaited) = (Missed, false);
    }

    /// <summary>What <see cref="Restore"/> needs; <see cref="Missed"/> also grows by itself.</summary>
    public (long MissedBefore, bool IsAwaited) State => (missed, IsAwaited);

    public void Restore(long missedBefore, bool isAwaited) => (missed, IsAwaited) = (missedBefore, isAwaited);
}
