namespace SensorGrid.Readings.Time;

/// <summary>UTC that does not jump: it starts with the machine's clock and goes on by the monotonic one. Where the machine's clock runs a little off, it
/// follows at <see cref="SlewPerMille"/>; where that clock was set, it goes on as before until its owner says <see cref="Step"/>.
/// Timers and time stamps are those of the machine.</summary>
public sealed class SteadyTimeProvider : TimeProvider
{
    /// <summary>How much faster or slower than real time it runs while it follows: 5 ms in a second, which no delay of a rule can feel.</summary>
    public const int SlewPerMille = 5;

    // Closer than this it is right, and goes at the pace of the monotonic clock.
    private static readonly TimeSpan Right = TimeSpan.FromMilliseconds(2);

    private readonly TimeProvider machine;
    private readonly Lock gate = new();

    // Replaced as a whole, so that readers need no lock.
    private Anchor anchor;

    /// <param name="machine">The machine's clocks.</param>
    public SteadyTimeProvider(TimeProvider machine)
    {
        ArgumentNullException.ThrowIfNull(machine);
        this.machine = machine;
        anchor = new(machine.GetUtcNow().UtcTicks, machine.GetTimestamp(), 0);
    }

    /// <summary>By how much the machine's clock is ahead; negative when it is behind.</summary>
    public TimeSpan Deviation => machine.GetUtcNow() - GetUtcNow();

    /// <inheritdoc/>
    public override TimeZoneInfo LocalTimeZone => machine.LocalTimeZone;

    /// <inheritdoc/>
    public override long TimestampFrequency => machine.TimestampFrequency;

    /// <inheritdoc/>
    public override DateTimeOffset GetUtcNow()
    {
        var from = Volatile.Read(ref anchor);
        return new(from.At(machine.GetElapsedTime(from.Timestamp).Ticks), TimeSpan.Zero);
    }

    /// <inheritdoc/>
    public override long GetTimestamp() => machine.GetTimestamp();

    /// <inheritdoc/>
    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period) =>
        machine.CreateTimer(callback, state, dueTime, period);

    /// <summary>Sets the pace by which it comes nearer to the machine's clock. To be called now and then.</summary>
    public void Follow()
    {
        var deviation = Deviation;
        Turn(0, deviation.Duration() <= Right ? 0 : Math.Sign(deviation.Ticks) * SlewPerMille);
    }

    /// <summary>Jumps to the machine's clock.</summary>
    public void Step() => Turn(Deviation.Ticks, 0);

    /// <summary>Jumps forward, for a log that is ahead of the machine's clock and does not go back.</summary>
    public void Advance(TimeSpan by) => Turn(by.Ticks, 0);

    private void Turn(long by, int slewPerMille)
    {
        lock (gate)
        {
            long timestamp = machine.GetTimestamp();
            long now = anchor.At(machine.GetElapsedTime(anchor.Timestamp, timestamp).Ticks);
            Volatile.Write(ref anchor, new(now + by, timestamp, slewPerMille));
        }
    }

    private sealed record Anchor(long Ticks, long Timestamp, int Slew)
    {
        public long At(long elapsed) => Math.Min(Ticks + elapsed + elapsed / 1000 * Slew, DateTimeOffset.MaxValue.UtcTicks);
    }
}
