namespace SensorGrid.Storage.LineProtocol;

/// <summary>How long to wait before the next attempt: doubles from the first to the longest pause, each drawn evenly from its upper half, so
/// that several services do not come back to a restarted store in one moment. Pure.</summary>
internal sealed class RetryPauses(TimeSpan first, TimeSpan longest, Random random)
{
    private int failures;

    /// <summary>The pause after one more failure.</summary>
    public TimeSpan Next()
    {
        // 2^30 first pauses are more than any longest one; the exponent is held there.
        double full = Math.Min(longest.Ticks, first.Ticks * Math.Pow(2, Math.Min(failures++, 30)));
        return TimeSpan.FromTicks((long)(full / 2 + full / 2 * random.NextDouble()));
    }

    /// <summary>The store took something: begin again with the first pause.</summary>
    public void Succeeded() => failures = 0;
}
