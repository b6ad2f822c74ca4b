namespace SensorGrid.Simulators.Replay;

/// <summary>When each recorded reading is due: start + (recorded − first) ÷ speed, by the monotonic clock. A replay that fell
/// behind (a stalled disk, a stopped service) catches up at once; it never stretches.</summary>
public sealed class ReplaySchedule
{
    private readonly TimeProvider clock;
    private readonly double? speed;
    private readonly long firstTicks;
    private readonly long started;

    /// <param name="clock">Clock whose time stamps pace the replay.</param>
    /// <param name="speed">Recorded seconds in a second, above 0; null = as fast as possible.</param>
    /// <param name="firstTicks">Recorded time that is due now.</param>
    public ReplaySchedule(TimeProvider clock, double? speed, long firstTicks)
    {
        ArgumentNullException.ThrowIfNull(clock);
        if (speed is not null && (!double.IsFinite(speed.Value) || speed <= 0))
            throw new ArgumentOutOfRangeException(nameof(speed), speed, "The speed of a replay must be a number above 0.");
        this.clock = clock;
        this.speed = speed;
        this.firstTicks = firstTicks;
        started = clock.GetTimestamp();
    }

    /// <summary>How long from now until a recorded time is due; zero when it is due or past.</summary>
    public TimeSpan DelayUntil(long recordedTicks)
    {
        if (speed is null)
            return TimeSpan.Zero;
        double dueTicks = (recordedTicks - firstTicks) / speed.Value;
        double left = dueTicks - clock.GetElapsedTime(started).Ticks;
        return left <= 0 ? TimeSpan.Zero : TimeSpan.FromTicks((long)Math.Min(left, TimeSpan.MaxValue.Ticks));
    }
}
