using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;
using SensorGrid.Rules.Thresholds;

namespace SensorGrid.Rules.Windows;

/// <summary>How much a counter (the running total of a rain gauge or a meter) has gone up within the window. Each reading brings the step from the one
/// before it, wherever that lies:
/// <code>
/// up                                             │ the difference
/// down by more than half of what it counts to    │ it went past its end: what was left, and what it shows
/// down otherwise                                 │ it began again at 0: what it shows
/// </code></summary>
internal sealed class IncreaseWindow : IWindow
{
    private readonly WindowSpan span;
    private readonly double wrapsAt;
    // What it showed, and at its head the newest reading at or before the start, from which the first step counts.
    private readonly ReadingRing ring;
    private readonly ExactSum sum = new();

    public IncreaseWindow(ValueExpression expression, int maxReadings = SlidingWindow.MaxReadings)
    {
        span = new(expression);
        wrapsAt = expression.Argument;
        ring = new(maxReadings);
    }

    public double Value => ring.Count == 0 ? double.NaN : sum.Value;

    public long NextExpiry => ring.Count < 2 ? long.MaxValue : span.LeavesAt(ring.SecondTime);

    public bool Add(long time, double value)
    {
        ExpireAt(time);
        bool room = !ring.IsFull;
        if (!room)
            RemoveFirst();
        if (ring.Count > 0)
            sum.Add(Step(ring.LastValue, value));
        ring.AddLast(time, value);
        // A step that ended before the window does not count in it, and this reading may have moved the window on.
        ExpireAt(time);
        return room;
    }

    public bool AddLate(long time, double value, long now)
    {
        // Behind the one at or before the start there is nothing that counts.
        if (ring.IsFull || ring.Count == 0 || !ring.TryFindPlace(time, out int place) || (place == 0 && ring.FirstTime <= span.StartAt(now)))
            return false;
        if (place > 0 && place < ring.Count)
            sum.Remove(StepTo(place));
        ring.Insert(place, time, value);
        if (place > 0)
            sum.Add(StepTo(place));
        if (place + 1 < ring.Count)
            sum.Add(StepTo(place + 1));
        ExpireAt(now);
        return true;
    }

    public void ExpireAt(long time)
    {
        long start = span.StartAt(time);
        while (ring.Count > 1 && ring.SecondTime <= start)
            RemoveFirst();
    }

    public void ForgetFrom(long time)
    {
        while (ring.Count > 0 && ring.LastTime >= time)
        {
            if (ring.Count > 1)
                sum.Remove(StepTo(ring.Count - 1));
            ring.RemoveLast();
        }
    }

    public void WriteTo(SnapshotWriter writer) => ring.WriteTo(writer);

    public void ReadFrom(ref SnapshotReader reader)
    {
        ring.ReadFrom(ref reader);
        sum.Clear();
        for (int i = 1; i < ring.Count; i++)
            sum.Add(StepTo(i));
    }

    private void RemoveFirst()
    {
        if (ring.Count > 1)
            sum.Remove(StepTo(1));
        ring.RemoveFirst();
    }

    private double StepTo(int position) => Step(ring[position - 1].Value, ring[position].Value);

    private double Step(double from, double to)
    {
        // 1000.2 - 1000.1 in doubles is not 0.1, and a rain of 50 tips of 0.2 mm must reach a limit of 10 mm.
        if (to >= from)
            return LimitTable.Subtract(to, from);
        if (from <= wrapsAt && from - to > wrapsAt / 2)
            return LimitTable.Subtract(wrapsAt, from) + Math.Max(to, 0);
        return Math.Max(to, 0);
    }
}
