namespace SensorGrid.ReadingLog.Segments;

/// <summary>The segments of a log in order, and where it is durable. One writer appends, trimming takes away from the front, any
/// number of readers look at a snapshot.</summary>
internal sealed class SegmentList
{
    private readonly Lock gate = new();
    private Segment[] segments;
    private long firstSequence;
    private long lastDurable;

    public SegmentList(IEnumerable<Segment> segments, long nextSequence, long lastDurable)
    {
        this.segments = segments.ToArray();
        firstSequence = this.segments.Length == 0 ? nextSequence : this.segments[0].FirstSequence;
        this.lastDurable = lastDurable;
    }

    public Segment[] Snapshot => Volatile.Read(ref segments);

    /// <summary>Smallest sequence that may still be read.</summary>
    public long FirstSequence => Volatile.Read(ref firstSequence);

    /// <summary>Largest sequence that readers may see.</summary>
    public long LastDurable
    {
        get => Volatile.Read(ref lastDurable);
        set => Volatile.Write(ref lastDurable, value);
    }

    public void Add(Segment segment)
    {
        lock (gate)
            Volatile.Write(ref segments, [.. segments, segment]);
    }

    /// <summary>Takes away the oldest segment if all it holds lies below; never the last one.</summary>
    public Segment? RemoveFirst(long beforeSequence)
    {
        lock (gate)
        {
            // The next segment's first sequence is above all of this one's.
            if (segments.Length < 2 || segments[1].FirstSequence > beforeSequence)
                return null;
            var removed = segments[0];
            Volatile.Write(ref firstSequence, segments[1].FirstSequence);
            Volatile.Write(ref segments, segments[1..]);
            return removed;
        }
    }

    /// <summary>Index in a snapshot of the segment that holds a sequence; -1 when it lies before them all.</summary>
    public static int IndexOf(Segment[] snapshot, long sequence)
    {
        int low = 0, high = snapshot.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) >>> 1;
            if (snapshot[middle].FirstSequence <= sequence)
                low = middle + 1;
            else
                high = middle - 1;
        }
        return high;
    }
}
