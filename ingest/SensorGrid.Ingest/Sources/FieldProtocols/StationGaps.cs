namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>A time of which a station's readings are missing here.</summary>
/// <param name="FromTicks">From, UTC ticks, inclusive.</param>
/// <param name="UntilTicks">Until, UTC ticks, exclusive.</param>
internal readonly record struct StationGap(long FromTicks, long UntilTicks);

/// <summary>Notices holes in what stations report: a report that is much newer than the newest one before it. A hole stays open until something out of it
/// arrives, so a connection that broke while it was asked for is followed by asking again. Bounded: beyond so many stations none is watched (it still
/// reports). Any number of threads.</summary>
/// <param name="options">How long a hole is one.</param>
/// <param name="newestStored">Newest reading of a station that is stored, UTC ticks; null when there is none.</param>
/// <param name="capacity">Most stations.</param>
internal sealed class StationGaps(FieldListenerOptions options, Func<string, long?> newestStored, int capacity)
{
    /// <summary>Times a hole is asked for before it is let be.</summary>
    private const int MostAttempts = 5;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Watched> stations = new(StringComparer.Ordinal);

    /// <summary>A report was kept.</summary>
    /// <param name="station">Who.</param>
    /// <param name="oldestTicks">Its oldest reading.</param>
    /// <param name="newestTicks">Its newest reading.</param>
    /// <param name="nowTicks">Now: stamps of the future say nothing.</param>
    /// <returns>The hole to be asked for, when one shows.</returns>
    public StationGap? Reported(string station, long oldestTicks, long newestTicks, long nowTicks)
    {
        if (options.RefillAfter == TimeSpan.Zero || newestTicks > nowTicks + options.RefillAfter.Ticks)
            return null;
        lock (gate)
        {
            if (!stations.TryGetValue(station, out var known))
            {
                if (stations.Count >= capacity)
                    return null;
                stations.Add(station, known = new() { NewestTicks = newestStored(station) ?? long.MaxValue });
            }
            long before = known.NewestTicks;
            if (known.Gap is { } gap && oldestTicks < gap.UntilTicks && newestTicks >= gap.FromTicks)
                known.Gap = null;
            known.NewestTicks = before == long.MaxValue ? newestTicks : Math.Max(before, newestTicks);
            // Who was never heard of has no hole; what it stored before is not ours to want.
            if (before == long.MaxValue || oldestTicks - before <= options.RefillAfter.Ticks)
                return null;
            known.Gap = new(Math.Max(before + 1, nowTicks - options.RefillAtMost.Ticks), oldestTicks);
            known.Attempts = 1;
            return known.Gap.Value.FromTicks < known.Gap.Value.UntilTicks ? known.Gap : known.Gap = null;
        }
    }

    /// <summary>A station came on a new connection.</summary>
    /// <returns>The hole that is still open from before.</returns>
    public StationGap? Returned(string station)
    {
        lock (gate)
        {
            if (!stations.TryGetValue(station, out var known) || known.Gap is null)
                return null;
            if (++known.Attempts > MostAttempts)
                known.Gap = null;
            return known.Gap;
        }
    }

    private sealed class Watched
    {
        public long NewestTicks { get; set; }

        public StationGap? Gap { get; set; }

        public int Attempts { get; set; }
    }
}
