namespace SensorGrid.Ingest.Sources.Sparkplug;

/// <summary>When an edge node may be asked for its births again: at once the first time, then after pauses that double, whatever it answers; one that
/// was not asked for the longest pause begins anew. Times are ticks of a clock that nobody sets.</summary>
internal sealed class RebirthPacer(TimeSpan first, TimeSpan longest)
{
    private bool wasAsked;
    private long lastTicks;
    private TimeSpan pause;

    /// <summary>Whether births are wanted that have not come.</summary>
    public bool IsWanted { get; private set; }

    /// <summary>Births are wanted.</summary>
    public void Want() => IsWanted = true;

    /// <summary>They came.</summary>
    public void Born() => IsWanted = false;

    /// <summary>Whether to ask now; notes that it was.</summary>
    public bool TryAsk(long nowTicks)
    {
        if (!IsWanted || (wasAsked && nowTicks - lastTicks < pause.Ticks))
            return false;
        bool isFresh = !wasAsked || nowTicks - lastTicks > longest.Ticks + pause.Ticks;
        pause = isFresh ? first : TimeSpan.FromTicks(Math.Min(longest.Ticks, pause.Ticks * 2));
        (wasAsked, lastTicks) = (true, nowTicks);
        return true;
    }
}
