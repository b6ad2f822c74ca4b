namespace SensorGrid.Rules.Gaps;

/// <summary>The gaps of one datastream.</summary>
internal sealed class DatastreamGaps
{
    /// <summary>Those that are over, by time.</summary>
    public List<KeptGap> Ended { get; } = [];

    /// <summary>How many late readings wait to be judged.</summary>
    public int Held { get; set; }

    /// <summary>Log time at which the newest of them came.</summary>
    public long LastLateAt { get; set; }

    /// <summary>True while somebody will look whether they have settled.</summary>
    public bool IsAwaited { get; set; }

    /// <summary>How long its pauses are when they are regular, as they have shown themselves; 0 when they have not.</summary>
    public long UsualPause { get; set; }

    /// <summary>Learns from the pauses that were gaps how long they usually are: the last few came one after the other, were alike, and nothing was missing in them.</summary>
    /// <param name="from">How many.</param>
    /// <returns>False when they say nothing new.</returns>
    public bool TryLearnPause(int from)
    {
        int first = Ended.Count - from;
        if (first < 0)
            return false;
        long shortest = long.MaxValue, longest = 0;
        for (int i = first; i < Ended.Count; i++)
        {
            var gap = Ended[i];
            bool isInARow = i == first ? gap.JudgedUpTo == gap.Start : gap.Follows(Ended[i - 1]);
            if (!isInARow || gap.Late.Length > 0)
                return false;
            (shortest, longest) = (Math.Min(shortest, gap.Until - gap.Start), Math.Max(longest, gap.Until - gap.Start));
        }
        if (longest - shortest >= shortest / 2 || longest == UsualPause)
            return false;
        UsualPause = longest;
        return true;
    }

    /// <summary>The gap in which a reading of this stamp is missing, or null.</summary>
    public KeptGap? Find(long observedAt)
    {
        for (int i = Ended.Count - 1; i >= 0; i--)
        {
            if (Ended[i].Misses(observedAt))
                return Ended[i];
        }
        return null;
    }
}
