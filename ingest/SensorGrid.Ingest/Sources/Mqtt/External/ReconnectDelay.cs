namespace SensorGrid.Ingest.Sources.Mqtt.External;

/// <summary>How long to wait before connecting again: doubles from the first to the longest pause, each between half and all of that by
/// chance, so that many services do not return to a restarted broker in step.</summary>
internal sealed class ReconnectDelay(TimeSpan first, TimeSpan longest, Random random)
{
    private int failures;

    /// <summary>The pause after one more failure.</summary>
    public TimeSpan Next()
    {
        // Doubling 30 times passes any longest pause the options allow.
        var full = first * Math.Pow(2, Math.Min(failures++, 30));
        if (full > longest)
            full = longest;
        return full * (0.5 + (random.NextDouble() / 2));
    }

    /// <summary>A connection worked: the next pause is the first again.</summary>
    public void Reset() => failures = 0;
}
