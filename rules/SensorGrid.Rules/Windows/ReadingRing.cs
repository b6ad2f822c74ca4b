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

    /// <summary>How many more it takes.</summary>
    public int Room => capacity - Count;

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

    /// <summary>Where a reading of this time would stand among those held.</summary>
    /// <returns>False when there is one of this time already.</returns>
    public bool TryFindPlace(long time, out int place)
    {
        // Late readings come soon after those that they were late for, so the place is mostly near the end.
        place = Count;
        while (place > 0 && times[Slot(place - 1)] > time)
            place--;
        return place == 0 || times[Slot(place - 1)] != time;
    }

    /// <summary>Puts a late reading at its place; there is room.</summary>
    public void Insert(int place, long time, double value)
    {
        AddLast(time, value);
        for (int i = Count - 1; i > place; i--)
        {
            int to = Slot(i), from = Slot(i - 1);
            (times[to], values[to]) = (times[from], values[from]);
        }
        int slot = Slot(place);
        (times[slot], values[slot]) = (time, value);
    }

    /// <summary>Takes one out of the middle.</summary>
    public void RemoveAt(int place)
    {
        for (int i = place; i < Count - 1; i++)
        {
            int to = Slot(i), from = Slot(i + 1);
            (times[to], values[to]) = (times[from], values[from]);
        }
        Count--;
    }

    /// <summary>Says something else of a reading held.</summary>
    public void SetValue(int place, double value) => values[Slot(place)] = value;

    public void RemoveFirst()
    {
        head = Slot(1);
        Count--;
    }

    public void RemoveLast() => Count--;

    /// <summary>Writes how much it holds, and that, oldest first.</summary>
    public void WriteTo(SnapshotWriter writer)
    {
        writer.Int32(Count);
        int untilEnd = Math.Min(Count, times.Length - head);
        writer.Pairs(times.AsSpan(head, untilEnd), values.AsSpan(head, untilEnd));
        writer.Pairs(times.AsSpan(0, Count - untilEnd), values.AsSpan(0, Count - untilEnd));
    }

    /// <summary>Holds what <see cref="WriteTo"/> wrote, and nothing else.</summary>
    public void ReadFrom(ref SnapshotReader reader)
    {
        Clear();
        int count = reader.Count(bytesEach: 16);
        for (int i = 0; i < count; i++)
        {
            var (time, value) = (reader.Int64(), reader.Double());
            // A snapshot of another version may have had more room.
            if (IsFull)
                RemoveFirst();
            AddLast(time, value);
        }
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
