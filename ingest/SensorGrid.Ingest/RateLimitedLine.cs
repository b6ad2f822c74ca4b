namespace SensorGrid.Ingest;

/// <summary>Lets one log line through in a while, so that what strangers send cannot fill the disk with diagnostics. Counters still see
/// everything.</summary>
internal sealed class RateLimitedLine(TimeProvider time, TimeSpan pause)
{
    private long lastAllowed = -1;
    private long held;

    /// <summary>Whether to write now.</summary>
    /// <param name="suppressed">Lines held back since the last one.</param>
    public bool Allows(out long suppressed)
    {
        suppressed = 0;
        long now = time.GetTimestamp();
        long last = Volatile.Read(ref lastAllowed);
        if ((last >= 0 && time.GetElapsedTime(last, now) < pause) || Interlocked.CompareExchange(ref lastAllowed, now, last) != last)
        {
            Interlocked.Increment(ref held);
            return false;
        }
        suppressed = Interlocked.Exchange(ref held, 0);
        return true;
    }
}
