using System.Diagnostics;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>Times and values in order of time, oldest first. Grows to what its window needs and then stays; never beyond its
/// capacity.</summary>
internal sealed class ReadingRing(int capacity)
{
    private long[] times = [];
    private double[] values = [];
    private int head;

    public int Count { get; private set; }

    public bool IsFull => Count == capacity;

    public long FirstTime => times[head];

    public double FirstValue => values[head];

    public long LastTime => times[Slot(Count - 1)];

    public double LastValue => values[Slot(Count - 1)];

    /// <summary>Time of the one after the oldest.</summary>
    public long SecondTime => times[Slot(1)];

    public (long Time, double Value) this[int position] => (times[Slot(position)], values[Slot(position)]);

    public void Clear() => Count = head = 0;

    public void AddLast(long time, double value)
    {
        Debug.Assert(!IsFull, "the caller drops the oldest reading first, and counts it");
        if (Count == times.Length)
            Grow();
        int slot = Slot(Count++);
        times[slot] = time;
        values[slot] = value;
    }

    public void RemoveFirst()
    {
        head = Slot(1);
        Count--;
    }

    public void RemoveLast() => Count--;

    /// <summary>Writes what it holds, oldest first.</summary>
    public void WriteTo(SnapshotWriter writer)
    {
        int untilEnd = Math.Min(Count, times.Length - head);
        writer.Pairs(times.AsSpan(head, untilEnd), values.AsSpan(head, untilEnd));
        writer.Pairs(times.AsSpan(0, Count - untilEnd), values.AsSpan(0, Count - untilEnd));
    }

    private int Slot(int position)
    {
        int slot = head + position;
        return slot < times.Length ? slot : slot - times.Length;
    }

    private void Grow()
    {
        int length = Math.Min(capacity, Math.Max(4, times.Length * 2));
        var grownTimes = new long[length];
        var grownValues = new double[length];
        for (int i = 0; i < Count; i++)
        {
            grownTimes[i] = times[Slot(i)];
            grownValues[i] = values[Slot(i)];
        }
        (times, values, head) = (grownTimes, grownValues, 0);
    }
}
