using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>An exact quantile of the values in the window: the value below which a share of them lies, interpolated between the two neighbours (as
/// spreadsheets do: the median of four values is the mean of the middle two).</summary>
internal sealed class QuantileWindow : IWindow
{
    private readonly WindowSpan span;
    private readonly double share;
    private readonly ReadingRing ring;
    private readonly OrderTree order;

    public QuantileWindow(ValueExpression expression, int maxReadings = SlidingWindow.MaxReadings)
    {
        span = new(expression);
        share = expression.Argument;
        ring = new(maxReadings);
        order = new(maxReadings);
    }

    public double Value
    {
        get
        {
            if (ring.Count == 0)
                return double.NaN;
            double place = (ring.Count - 1) * share;
            int below = (int)place;
            double lower = order[below];
            if (below == place)
                return lower;
            double upper = order[below + 1];
            return Math.Min(upper, lower + ((upper - lower) * (place - below)));
        }
    }

    public long NextExpiry => ring.Count == 0 ? long.MaxValue : span.LeavesAt(ring.FirstTime);

    public bool Add(long time, double value)
    {
        ExpireAt(time);
        bool room = !ring.IsFull;
        if (!room)
            RemoveFirst();
        ring.AddLast(time, value);
        order.Add(value);
        return room;
    }

    public bool AddLate(long time, double value, long now)
    {
        if (ring.IsFull || time <= span.StartAt(now) || !ring.TryFindPlace(time, out int place))
            return false;
        ring.Insert(place, time, value);
        order.Add(value);
        return true;
    }

    public void ExpireAt(long time)
    {
        long start = span.StartAt(time);
        while (ring.Count > 0 && ring.FirstTime <= start)
            RemoveFirst();
    }

    public void ForgetFrom(long time)
    {
        while (ring.Count > 0 && ring.LastTime >= time)
        {
            order.Remove(ring.LastValue);
            ring.RemoveLast();
        }
    }

    public void WriteTo(SnapshotWriter writer) => ring.WriteTo(writer);

    public void ReadFrom(ref SnapshotReader reader)
    {
        ring.ReadFrom(ref reader);
        order.Clear();
        for (int i = 0; i < ring.Count; i++)
            order.Add(ring[i].Value);
    }

    private void RemoveFirst()
    {
        order.Remove(ring.FirstValue);
        ring.RemoveFirst();
    }
}
