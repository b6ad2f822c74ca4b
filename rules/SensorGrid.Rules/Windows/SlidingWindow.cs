using System.Diagnostics;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>One value expression over the readings of a window. Work per reading is constant on average, however
/// long the window; memory is bounded by <see cref="WindowRoom"/>.</summary>
/// <remarks>
/// What is kept, by function: sum, average and count keep every reading; minimum and maximum keep only readings that can still become
/// the extreme (each newer reading throws out the older ones it beats); rate and delta keep the readings of the window that ends with
/// the newest one, and the newest reading at or before its start.
/// </remarks>
internal sealed partial class SlidingWindow : IWindow
{
    /// <summary>Most readings one window holds where nobody says that it needs more (<see cref="WindowRoom"/>): 6 hours of one reading every 3 s, 128 KB. Beyond it the oldest reading leaves
    /// early, which is counted (<see cref="RuleCounters.WindowOverflows"/>).</summary>
    public const int MaxReadings = 8192;

    private readonly ValueExpression expression;
    private readonly WindowSpan span;
    private readonly ReadingRing ring;
    private readonly ExactSum? sum;

    public SlidingWindow(ValueExpression expression, int maxReadings = MaxReadings)
    {
        Debug.Assert(expression.Function != ValueFunction.Last, "the newest value needs no window");
        this.expression = expression;
        span = new(expression);
        ring = new(maxReadings);
        if (expression.Function is ValueFunction.Sum or ValueFunction.Average)
            sum = new();
    }

    public long NextExpiry => ring.Count == 0 || expression.IsChange ? long.MaxValue : span.LeavesAt(ring.FirstTime);

    public bool Add(long time, double value)
    {
        switch (expression.Function)
        {
            case ValueFunction.Minimum:
                DropLast(static (kept, added) => kept >= added, value);
                break;
            case ValueFunction.Maximum:
                DropLast(static (kept, added) => kept <= added, value);
                break;
            case ValueFunction.Rate or ValueFunction.Delta:
                // The newest reading at or before the start stays: the change is measured from it.
                while (ring.Count > 1 && ring.SecondTime <= span.StartAt(time))
                    ring.RemoveFirst();
                break;
        }
        ExpireAt(time);
        bool room = !ring.IsFull;
        if (!room)
            RemoveFirst();
        ring.AddLast(time, value);
        sum?.Add(value);
        return room;
    }

    public bool AddLate(long time, double value, long now)
    {
        if (ring.IsFull || ring.Count == 0 || !ring.TryFindPlace(time, out int place))
            return false;
        switch (expression.Function)
        {
            case ValueFunction.Minimum or ValueFunction.Maximum:
                return time > span.StartAt(now) && AddLateExtreme(place, time, value);
            case ValueFunction.Rate or ValueFunction.Delta:
                // The one at its head is where the change is measured from: with one at or before the start, what is older has no say.
                return AddLateChange(place, time, value);
        }
        if (time <= span.StartAt(now))
            return false;
        ring.Insert(place, time, value);
        sum?.Add(value);
        return true;
    }

    public void ExpireAt(long time)
    {
        // The window of a change ends with its newest reading, so time alone does not move it.
        if (expression.IsChange)
            return;
        long start = span.StartAt(time);
        while (ring.Count > 0 && ring.FirstTime <= start)
            RemoveFirst();
    }

    public void ForgetFrom(long time)
    {
        while (ring.Count > 0 && ring.LastTime >= time)
        {
            sum?.Remove(ring.LastValue);
            ring.RemoveLast();
        }
    }

    public double Value => expression.Function switch
    {
        ValueFunction.Sum => sum!.Value,
        ValueFunction.Average => ring.Count == 0 ? double.NaN : sum!.Value / ring.Count,
        ValueFunction.Minimum or ValueFunction.Maximum => ring.Count == 0 ? double.NaN : ring.FirstValue,
        ValueFunction.Rate => Rate(),
        ValueFunction.Count => ring.Count,
        ValueFunction.Delta => ring.Count < 2 ? double.NaN : ring.LastValue - ring.FirstValue,
        _ => throw new UnreachableException(),
    };

    public void WriteTo(SnapshotWriter writer) => ring.WriteTo(writer);

    public void ReadFrom(ref SnapshotReader reader)
    {
        ring.ReadFrom(ref reader);
        sum?.Clear();
        for (int i = 0; i < ring.Count; i++)
            sum?.Add(ring[i].Value);
    }

    private double Rate()
    {
        if (ring.Count < 2)
            return double.NaN;
        // Multiplied before divided: 0.5 m in 15 min is 2 m/h exactly.
        return (ring.LastValue - ring.FirstValue) * expression.PerTicks / (ring.LastTime - ring.FirstTime);
    }

    // A newer one that is as extreme throws it out, and it throws out the older ones that are not.
    private bool AddLateExtreme(int place, long time, double value)
    {
        bool isMinimum = expression.Function == ValueFunction.Minimum;
        if (place < ring.Count && Beats(ring[place].Value, value))
            return false;
        ring.Insert(place, time, value);
        while (place > 0 && Beats(value, ring[place - 1].Value))
            ring.RemoveAt(--place);
        return true;

        bool Beats(double one, double other) => isMinimum ? one <= other : one >= other;
    }

    private bool AddLateChange(int place, long time, double value)
    {
        long start = span.StartAt(ring.LastTime);
        if (place == 0 && ring.FirstTime <= start)
            return false;
        ring.Insert(place, time, value);
        while (ring.Count > 1 && ring.SecondTime <= start)
            ring.RemoveFirst();
        return true;
    }

    private void DropLast(Func<double, double, bool> isBeaten, double value)
    {
        while (ring.Count > 0 && isBeaten(ring.LastValue, value))
            ring.RemoveLast();
    }

    private void RemoveFirst()
    {
        sum?.Remove(ring.FirstValue);
        ring.RemoveFirst();
    }
}
