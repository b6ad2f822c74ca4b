using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Changes;

/// <summary>The readings that can still be the largest (or smallest) of a run, oldest first: each newer reading throws out the older ones it
/// beats. Knows of each which reading came after it. Grows to what its run needs and then stays; never beyond its capacity.</summary>
internal sealed class ExtremeQueue(bool largest, int capacity)
{
    private readonly record struct Entry(long Time, long Next, long Number, double Value);

    private Entry[] entries = [];
    private int head;

    public int Count { get; private set; }

    public bool IsFull => Count == capacity;

    public double Value => entries[head].Value;

    /// <summary>Time of the oldest.</summary>
    public long Time => entries[head].Time;

    /// <summary>Time of the reading that came after the oldest.</summary>
    public long Next => entries[head].Next;

    /// <summary>Which reading the oldest is, counted from the first ever.</summary>
    public long Number => entries[head].Number;

    public void Clear() => Count = head = 0;

    /// <summary>Takes the next reading.</summary>
    public void Add(long time, long number, double value)
    {
        // The newest of all is never beaten before the next one comes, so it is the last one here.
        if (Count > 0)
            entries[Slot(Count - 1)] = entries[Slot(Count - 1)] with { Next = time };
        while (Count > 0 && (largest ? entries[Slot(Count - 1)].Value <= value : entries[Slot(Count - 1)].Value >= value))
            Count--;
        if (Count == entries.Length)
            Grow();
        entries[Slot(Count++)] = new(time, long.MaxValue, number, value);
    }

    public void RemoveFirst()
    {
        head = Slot(1);
        Count--;
    }

    /// <summary>The clock was set: the same readings, seen from its new time.</summary>
    public void Shift(long by)
    {
        for (int i = 0; i < Count; i++)
        {
            var entry = entries[Slot(i)];
            entries[Slot(i)] = entry with { Time = entry.Time + by, Next = entry.Next == long.MaxValue ? entry.Next : entry.Next + by };
        }
    }

    public void CopyFrom(ExtremeQueue other)
    {
        entries = [.. other.entries];
        (head, Count) = (other.head, other.Count);
    }

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Int32(Count);
        for (int i = 0; i < Count; i++)
        {
            var entry = entries[Slot(i)];
            writer.Int64(entry.Time);
            writer.Int64(entry.Next);
            writer.Int64(entry.Number);
            writer.Double(entry.Value);
        }
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        Clear();
        int count = Math.Min(capacity, reader.Count(bytesEach: 32));
        for (int i = 0; i < count; i++)
        {
            if (Count == entries.Length)
                Grow();
            entries[Count++] = new(reader.Int64(), reader.Int64(), reader.Int64(), reader.Double());
        }
    }

    private int Slot(int position)
    {
        int slot = head + position;
        return slot < entries.Length ? slot : slot - entries.Length;
    }

    private void Grow()
    {
        var grown = new Entry[Math.Min(capacity, Math.Max(4, entries.Length * 2))];
        for (int i = 0; i < Count; i++)
            grown[i] = entries[Slot(i)];
        (entries, head) = (grown, 0);
    }
}
