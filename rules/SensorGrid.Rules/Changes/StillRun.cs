using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Changes;

/// <summary>The newest readings in a row whose values lie within a band: since when, and how many. Work per reading is constant on average.</summary>
/// <param name="band">Largest difference between any two of them.</param>
/// <param name="memory">How far back it looks: a value that creeps stands still while it stays within the band over this time.</param>
/// <param name="maxReadings">Most readings it keeps. Beyond it the oldest leaves early, and the run with it.</param>
internal sealed class StillRun(double band, long memory, int maxReadings = SlidingWindow.MaxReadings)
{
    private readonly ExtremeQueue highest = new(largest: true, maxReadings);
    private readonly ExtremeQueue lowest = new(largest: false, maxReadings);
    private long number;
    private long first;
    private long newest;

    /// <summary>Time of its first reading.</summary>
    public long Since { get; private set; }

    /// <summary>How many readings.</summary>
    public long Count => highest.Count == 0 ? 0 : number - first + 1;

    /// <summary>Takes a reading newer than all before.</summary>
    /// <returns>False when an old reading had to leave early.</returns>
    public bool Add(long time, double value)
    {
        if (highest.Count == 0)
            (first, Since) = (number + 1, time);
        bool room = !highest.IsFull && !lowest.IsFull;
        if (!room)
            DropOldest();
        Forget(highest, time - memory);
        Forget(lowest, time - memory);
        newest = time;
        number++;
        highest.Add(time, number, value);
        lowest.Add(time, number, value);
        while (LimitTable.Subtract(highest.Value, lowest.Value) > band)
            DropOldest();
        return room;
    }

    public void Clear()
    {
        highest.Clear();
        lowest.Clear();
    }

    /// <summary>The clock was set; the time in between never passed.</summary>
    public void ShiftTo(long time)
    {
        long by = time - newest;
        (newest, Since) = (time, Since + by);
        highest.Shift(by);
        lowest.Shift(by);
    }

    /// <summary>Takes over the readings of another run with the same band.</summary>
    public void CopyFrom(StillRun other)
    {
        highest.CopyFrom(other.highest);
        lowest.CopyFrom(other.lowest);
        (number, first, newest, Since) = (other.number, other.first, other.newest, other.Since);
    }

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Int64(number);
        writer.Int64(first);
        writer.Int64(newest);
        writer.Int64(Since);
        highest.WriteTo(writer);
        lowest.WriteTo(writer);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        number = reader.Int64();
        first = reader.Int64();
        newest = reader.Int64();
        Since = reader.Int64();
        highest.ReadFrom(ref reader);
        lowest.ReadFrom(ref reader);
    }

    // The run begins behind the older of the two extremes.
    private void DropOldest()
    {
        var older = highest.Number <= lowest.Number ? highest : lowest;
        var other = older == highest ? lowest : highest;
        if (other.Number == older.Number)
            other.RemoveFirst();
        (first, Since) = (older.Number + 1, older.Next);
        older.RemoveFirst();
    }

    // But for the newest, however old: the next one is always compared with the one before it.
    private static void Forget(ExtremeQueue queue, long before)
    {
        while (queue.Count > 1 && queue.Time < before)
            queue.RemoveFirst();
    }
}
