namespace SensorGrid.Simulators.Replay;

/// <summary>What is added to every recorded time.</summary>
/// <param name="Ticks">Ticks of 100 ns.</param>
public readonly record struct TimeShift(long Ticks)
{
    /// <summary>Recorded times stay as they are.</summary>
    public static TimeShift None => default;

    /// <summary>
    /// Moves a recording so that its last reading falls on the moment it will be sent, which is when the replay has run for
    /// length ÷ speed. Earlier readings are sent after they were true, so nothing is ever stamped in the future. At speed 1 this
    /// puts the first reading on now; below 1 the end would give a first reading ahead of now, so the first falls on now instead.
    /// </summary>
    /// <param name="firstTicks">First recorded time.</param>
    /// <param name="lastTicks">Last recorded time.</param>
    /// <param name="nowTicks">When the first reading is sent.</param>
    /// <param name="speed">Recorded seconds in a second; null = as fast as possible, which is counted as no time at all.</param>
    public static TimeShift ToNow(long firstTicks, long lastTicks, long nowTicks, double? speed)
    {
        long length = lastTicks - firstTicks;
        long running = speed is null ? 0 : (long)(length / speed.Value);
        return new(nowTicks - firstTicks + Math.Min(0, running - length));
    }

    /// <summary>A recorded time, moved.</summary>
    public long Apply(long recordedTicks) => recordedTicks + Ticks;
}
