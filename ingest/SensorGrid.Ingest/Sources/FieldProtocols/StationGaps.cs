namespace SensorGrid.Ingest.Sources.FieldProtocols;

/// <summary>A time of which a station's readings are missing here.</summary>
/// <param name="FromTicks">From, UTC ticks, inclusive.</param>
/// <param name="UntilTicks">Until, UTC ticks, exclusive.</param>
public readonly record struct StationGap(long FromTicks, long UntilTicks);

/// <summary>Notices holes in what stations report: a report that is much newer than the newest one before it, and what was missing already when the service
/// started. A hole stays open until its readings arrive, so a connection that broke while it was asked for is followed by asking again. Bounded: beyond so many
/// stations none is watched (it still reports). Any number of threads.</summary>
/// <param name="options">How long a hole is one.</param>
/// <param name="capacity">Most stations.</param>
internal sealed class StationGaps(FieldListenerOptions options, int capacity)
{
    /// <summary>Holes of one station that are remembered; the newest ones.</summary>
    private const int MostHoles = 16;

    /// <summary>Connections on which open holes are asked for before they are let be: the station may not have measured either.</summary>
    private const int MostAttempts = 5;

    private readonly Lock gate = new();
    private readonly Dictionary<string, Watched> stations = new(StringComparer.Ordinal);

    private long Least => options.RefillAfter.Ticks;

    /// <summary>Whether a station reports for the first time since the service started, and its history is to be looked at (<see cref="Begin"/>).</summary>
    public bool IsFirst(string station)
    {
        lock (gate)
        {
            if (Least == 0 || stations.ContainsKey(station) || stations.Count >= capacity)
                return false;
            stations.Add(station, new());
            return true;
        }
    }

    /// <summary>Finds the holes of a station's history.</summary>
    /// <param name="station">Who.</param>
    /// <param name="observed">When it has readings, the oldest first.</param>
    /// <param name="newestStored">Its newest stored reading; null when it was never heard of, and then it has no hole: what it measured before is not ours to
    /// want.</param>
    /// <param name="oldestTicks">Oldest reading of the report that came.</param>
    /// <param name="nowTicks">Now.</param>
    /// <returns>The holes.</returns>
    public IReadOnlyList<StationGap> Begin(string station, IReadOnlyList<long> observed, long? newestStored, long oldestTicks, long nowTicks)
    {
        lock (gate)
        {
            var known = stations[station];
            if (newestStored is null)
                return [];
            long horizon = nowTicks - options.RefillAtMost.Ticks;
            long before = observed.Count > 0 ? observed[0] : Math.Min(newestStored.Value, oldestTicks);
            foreach (long at in observed.Append(oldestTicks))
            {
                if (at - before > Least)
                    Open_NeedsLock(known, new(Math.Max(before + 1, horizon), at));
                before = Math.Max(before, at);
            }
            known.NewestTicks = Math.Max(known.NewestTicks, before);
            known.Attempts = 1;
            return [.. known.Holes];
        }
    }

    /// <summary>A report was kept.</summary>
    /// <param name="station">Who.</param>
    /// <param name="oldestTicks">Its oldest reading.</param>
    /// <param name="newestTicks">Its newest reading.</param>
    /// <param name="nowTicks">Now: stamps of the future say nothing.</param>
    /// <returns>The hole to be asked for, when one shows.</returns>
    public StationGap? Reported(string station, long oldestTicks, long newestTicks, long nowTicks)
    {
        if (Least == 0 || newestTicks > nowTicks + Least)
            return null;
        lock (gate)
        {
            if (!stations.TryGetValue(station, out var known))
                return null;
            long before = known.NewestTicks;
            Fill_NeedsLock(known, oldestTicks, newestTicks);
            known.NewestTicks = Math.Max(before, newestTicks);
            if (before == 0 || oldestTicks - before <= Least)
                return null;
            known.Attempts = 1;
            var hole = new StationGap(Math.Max(before + 1, nowTicks - options.RefillAtMost.Ticks), oldestTicks);
            return Open_NeedsLock(known, hole) ? hole : null;
        }
    }

    /// <summary>A station came on a new connection.</summary>
    /// <returns>The holes that are still open from before.</returns>
    public IReadOnlyList<StationGap> Returned(string station)
    {
        lock (gate)
        {
            if (!stations.TryGetValue(station, out var known) || known.Holes.Count == 0)
                return [];
            if (++known.Attempts > MostAttempts)
                known.Holes.Clear();
            return [.. known.Holes];
        }
    }

    /// <summary>The holes of a station that are open now, the oldest first.</summary>
    public IReadOnlyList<StationGap> HolesOf(string station)
    {
        lock (gate)
            return stations.TryGetValue(station, out var known) ? [.. known.Holes.OrderBy(hole => hole.FromTicks)] : [];
    }

    private static bool Open_NeedsLock(Watched known, StationGap hole)
    {
        if (hole.FromTicks >= hole.UntilTicks)
            return false;
        if (known.Holes.Count == MostHoles)
            known.Holes.RemoveAt(0);
        known.Holes.Add(hole);
        return true;
    }

    // Readings that lie at an end of a hole shorten it; answers come from one end to the other.
    private void Fill_NeedsLock(Watched known, long oldestTicks, long newestTicks)
    {
        for (int i = known.Holes.Count - 1; i >= 0; i--)
        {
            var hole = known.Holes[i];
            if (newestTicks < hole.FromTicks || oldestTicks >= hole.UntilTicks)
                continue;
            if (oldestTicks <= hole.FromTicks + Least)
                hole = hole with { FromTicks = newestTicks + 1 };
            else if (newestTicks >= hole.UntilTicks - Least)
                hole = hole with { UntilTicks = oldestTicks };
            if (hole.UntilTicks - hole.FromTicks < Least)
                known.Holes.RemoveAt(i);
            else
                known.Holes[i] = hole;
        }
    }

    private sealed class Watched
    {
        /// <summary>Newest reading; 0 before the first.</summary>
        public long NewestTicks { get; set; }

        public List<StationGap> Holes { get; } = [];

        public int Attempts { get; set; }
    }
}
