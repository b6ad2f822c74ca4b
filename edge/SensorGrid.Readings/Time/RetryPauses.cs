namespace SensorGrid.Readings.Time;

/// <summary>How long to wait before the next attempt: doubles from the first to the longest pause, each drawn evenly from its upper half ("equal
/// jitter"), so that a city of gateways, or several services, do not come back to a restarted peer in one moment. Pure; for one caller.</summary>
/// <param name="first">The pause after the first failure, before jitter.</param>
/// <param name="longest">The pause that is not exceeded.</param>
/// <param name="random">The jitter.</param>
public sealed class RetryPauses(TimeSpan first, TimeSpan longest, Random random)
{
    private int failures;

    /// <summary>The pause after one more failure.</summary>
    public TimeSpan Next()
    {
        // 2^30 first pauses are more than any longest one; the exponent is held there.
        double full = Math.Min(longest.Ticks, first.Ticks * Math.Pow(2, Math.Min(failures++, 30)));
        return TimeSpan.FromTicks((long)(full / 2 + full / 2 * random.NextDouble()));
    }

    /// <summary>An attempt did useful work: begin again with the first pause.</summary>
    public void Succeeded() => failures = 0;
}
