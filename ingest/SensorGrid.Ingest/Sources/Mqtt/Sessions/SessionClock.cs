namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>The time of sessions: UTC at the start of the process, and from then on by the monotonic clock, so that setting the machine's
/// clock expires nothing and keeps nothing alive. Ticks from before a restart are compared with care: see <see cref="SessionStore"/>.</summary>
internal sealed class SessionClock
{
    private readonly TimeProvider time;
    private readonly long startTimestamp;
    private readonly long startTicks;

    public SessionClock(TimeProvider time)
    {
        this.time = time;
        startTimestamp = time.GetTimestamp();
        startTicks = time.GetUtcNow().UtcTicks;
    }

    /// <summary>Now: 100 ns since year 1, UTC.</summary>
    public long NowTicks => startTicks + time.GetElapsedTime(startTimestamp).Ticks;

    /// <summary>When something that lasts some seconds ends; <see cref="long.MaxValue"/> for 0xFFFFFFFF, which means never.</summary>
    public static long After(long ticks, uint seconds) => seconds == uint.MaxValue ? long.MaxValue : ticks + seconds * TimeSpan.TicksPerSecond;
}
