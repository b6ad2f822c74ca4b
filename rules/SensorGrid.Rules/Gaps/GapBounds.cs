namespace SensorGrid.Rules.Gaps;

/// <summary>What is kept of gaps, so that readings which come late can be judged. Constants and no settings: under others the same log would give other alarms.</summary>
internal sealed record GapBounds
{
    /// <summary>Shortest pause of a datastream that is a gap, when nothing says how often it is heard; else one and a half of its expected intervals, or of its usual
    /// pauses, and not less than this. 1 min: what is out of order by less is what <c>reorder</c> is for.</summary>
    public long ShortestTicks { get; init; } = TimeSpan.TicksPerMinute;

    /// <summary>From how many gaps in a row, alike and with nothing missing in them, it is learned that a datastream is heard only so often. 4: an outage makes one, seldom two.</summary>
    public int PausesToLearnFrom { get; init; } = 4;

    /// <summary>How long no late reading of a datastream must have come before what came is judged, by the log's time. 1 min: an outbox that is drained pauses for less.</summary>
    public long SettleTicks { get; init; } = TimeSpan.TicksPerMinute;

    /// <summary>How long a gap is kept, by the log's time. 7 days, as long as an outage after which an outbox still has its beginning.</summary>
    public long LongestTicks { get; init; } = 7 * TimeSpan.TicksPerDay;

    /// <summary>Most gaps of one datastream. With one more its oldest is let go.</summary>
    public int MostOfDatastream { get; init; } = 8;

    /// <summary>Most gaps in all: every gauge of a large city after one outage, about 100 MB. With one more the oldest is let go, and counted.</summary>
    public int Most { get; init; } = 200_000;

    /// <summary>Most bytes of states kept in all: windows can be large. With more the oldest gap is let go, and counted.</summary>
    public long MostBytes { get; init; } = 128 << 20;

    /// <summary>Most late readings of one datastream that wait to be judged: an hour at one a second, 128 KB. With one more the oldest of them are judged.</summary>
    public int MostLateOfDatastream { get; init; } = 4096;

    /// <summary>Most late readings in all that wait to be judged, 32 MB. With one more the oldest of its datastream are judged.</summary>
    public int MostLate { get; init; } = 1_000_000;
}
