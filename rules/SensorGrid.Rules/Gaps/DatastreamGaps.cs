namespace SensorGrid.Rules.Gaps;

/// <summary>The gaps of one datastream.</summary>
internal sealed class DatastreamGaps
{
    /// <summary>Those that are over, by time.</summary>
    public List<KeptGap> Ended { get; } = [];

    /// <summary>The one that lasts, when something was due in it; else it is kept when it ends.</summary>
    public KeptGap? Open { get; set; }

    /// <summary>How many late readings wait to be judged.</summary>
    public int Held { get; set; }

    /// <summary>Log time at which the newest of them came.</summary>
    public long LastLateAt { get; set; }

    /// <summary>True while somebody will look whether they have settled.</summary>
    public bool IsAwaited { get; set; }

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
