using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Trends;

/// <summary>The straight line of least squares through the readings of the window (t-w, t] that ends with the newest. Work per reading is constant on average; its sums are exact, so that the
/// line depends on what is in the window and on nothing else.</summary>
/// <remarks>Times are counted from an origin near the window, which moves along once they have gone far from it: then products of time and value keep their digits.</remarks>
internal sealed partial class LineFit(long window, int maxReadings = SlidingWindow.MaxReadings)
{
    private const int WindowsFromOrigin = 8;

    private readonly ReadingRing ring = new(maxReadings);
    private readonly ExactSum sumOfValues = new();
    private readonly ExactSum sumOfProducts = new();
    private Int128 sumOfTimes;
    private Int128 sumOfSquares;
    private long origin;

    public int Count => ring.Count;

    /// <summary>Time of the newest reading; 0 when there is none.</summary>
    public long NewestTime => ring.Count == 0 ? 0 : ring.LastTime;

    /// <summary>Value of the newest reading; NaN when there is none.</summary>
    public double NewestValue => ring.Count == 0 ? double.NaN : ring.LastValue;

    /// <summary>Time from the oldest to the newest reading.</summary>
    public long Span => ring.Count == 0 ? 0 : ring.LastTime - ring.FirstTime;

    /// <summary>True when there are so many readings, over half a window or more: a line through two neighbours is noise.</summary>
    public bool HasEnough(int least) => ring.Count >= least && Span >= window / 2;

    /// <summary>Takes a reading newer than all before.</summary>
    /// <returns>False when the oldest reading had to leave early.</returns>
    public bool Add(long time, double value)
    {
        while (ring.Count > 0 && ring.FirstTime <= time - window)
            RemoveFirst();
        bool room = !ring.IsFull;
        if (!room)
            RemoveFirst();
        if (ring.Count == 0)
            origin = time;
        else if (time - origin > WindowsFromOrigin * window)
            SumFrom(ring.FirstTime);
        ring.AddLast(time, value);
        Include(time, value, 1);
        return room;
    }

    public void Clear()
    {
        ring.Clear();
        sumOfValues.Clear();
        sumOfProducts.Clear();
        (sumOfTimes, sumOfSquares) = (0, 0);
    }

    /// <summary>The line at a time, and how much it rises per tick; NaN while two times are not there.</summary>
    public (double Value, double Slope) At(long time)
    {
        // n Σx² - (Σx)² of whole numbers is exact, and 0 when there is only one time.
        var spread = ring.Count * sumOfSquares - sumOfTimes * sumOfTimes;
        if (spread == 0)
            return (double.NaN, double.NaN);
        double n = ring.Count, times = (double)sumOfTimes, values = sumOfValues.Value;
        double slope = (n * sumOfProducts.Value - times * values) / (double)spread;
        return (values / n + slope * (time - origin - times / n), slope);
    }

    /// <summary>Takes over the readings of another line with the same window.</summary>
    public void CopyFrom(LineFit other)
    {
        ring.Clear();
        for (int i = 0; i < other.ring.Count; i++)
            ring.AddLast(other.ring[i].Time, other.ring[i].Value);
        SumFrom(other.origin);
    }

    public void WriteTo(SnapshotWriter writer)
    {
        writer.Int64(origin);
        ring.WriteTo(writer);
    }

    public void ReadFrom(ref SnapshotReader reader)
    {
        long from = reader.Int64();
        ring.ReadFrom(ref reader);
        SumFrom(from);
    }

    private void RemoveFirst()
    {
        Include(ring.FirstTime, ring.FirstValue, -1);
        ring.RemoveFirst();
    }

    private void Include(long time, double value, int sign)
    {
        long x = time - origin;
        sumOfTimes += sign * x;
        sumOfSquares += sign * (Int128)x * x;
        if (sign > 0)
        {
            sumOfValues.Add(value);
            sumOfProducts.Add(x * value);
        }
        else
        {
            sumOfValues.Remove(value);
            sumOfProducts.Remove(x * value);
        }
    }

    // While readings come, once in some windows: its work is part of that of the readings that came since.
    private void SumFrom(long newOrigin)
    {
        sumOfValues.Clear();
        sumOfProducts.Clear();
        (sumOfTimes, sumOfSquares) = (0, 0);
        origin = newOrigin;
        for (int i = 0; i < ring.Count; i++)
            Include(ring[i].Time, ring[i].Value, 1);
    }
}
