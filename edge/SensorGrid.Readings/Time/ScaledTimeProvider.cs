namespace SensorGrid.Readings.Time;

/// <summary>A clock that starts at a chosen instant and runs faster or slower than the wall: now = start + (wall − origin) × speed.
/// Processes given the same three values agree on "now" without talking to each other.</summary>
/// <remarks>Only <see cref="GetUtcNow"/> is scaled. Timers and time stamps stay those of the wall clock, so that heartbeats,
/// time-outs and measured durations keep their meaning.</remarks>
public sealed class ScaledTimeProvider : TimeProvider
{
    private readonly TimeProvider wall;

    /// <param name="wall">The real clock.</param>
    /// <param name="start">Simulated instant at <paramref name="origin"/>.</param>
    /// <param name="origin">Wall instant at which the simulated clock shows <paramref name="start"/>.</param>
    /// <param name="speed">Simulated seconds in a wall second; more than 0.</param>
    public ScaledTimeProvider(TimeProvider wall, DateTimeOffset start, DateTimeOffset origin, double speed)
    {
        ArgumentNullException.ThrowIfNull(wall);
        if (!double.IsFinite(speed) || speed <= 0)
            throw new ArgumentOutOfRangeException(nameof(speed), speed, "The speed of a simulated clock must be a number above 0.");
        this.wall = wall;
        Start = start.ToUniversalTime();
        Origin = origin.ToUniversalTime();
        Speed = speed;
    }

    /// <summary>Simulated instant at <see cref="Origin"/>.</summary>
    public DateTimeOffset Start { get; }

    /// <summary>Wall instant at which the simulated clock shows <see cref="Start"/>.</summary>
    public DateTimeOffset Origin { get; }

    /// <summary>Simulated seconds in a wall second.</summary>
    public double Speed { get; }

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => wall.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => wall.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        double elapsed = (wall.GetUtcNow() - Origin).Ticks * Speed;
        // At the ends of the calendar the clock stands still instead of throwing.
        double ticks = Math.Clamp(elapsed, DateTimeOffset.MinValue.Ticks - Start.Ticks, DateTimeOffset.MaxValue.Ticks - Start.Ticks);
        long now = Math.Clamp(Start.Ticks + (long)ticks, DateTimeOffset.MinValue.Ticks, DateTimeOffset.MaxValue.Ticks);
        return new DateTimeOffset(now, TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => wall.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        wall.CreateTimer(callback, state, dueTime, period);
}
