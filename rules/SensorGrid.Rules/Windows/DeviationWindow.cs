using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Windows;

/// <summary>Standard deviation (of a sample: n − 1) of the values in the window, from their exact sum and the exact sum of their squares. Taken as two
/// plain sums it would be noise where the mean is large against the spread: pressures, heights above a datum.</summary>
internal sealed class DeviationWindow : IWindow
{
    private readonly WindowSpan span;
    private readonly ReadingRing ring;
    private readonly ExactSum sum = new();
    private readonly ExactSum squares = new();
    // Values whose square is beyond all doubles: while one is in the window there is no deviation.
    private int tooLarge;
    // How often two neighbours differ. Without any the deviation is 0, not a rounding error: rules look for that.
    private int changes;

    public DeviationWindow(ValueExpression expression, int maxReadings = SlidingWindow.MaxReadings)
    {
        span = new(expression);
        ring = new(maxReadings);
    }

    public double Value => ring.Count < 2 || tooLarge > 0 ? double.NaN : changes == 0 ? 0 : Deviation();

    public long NextExpiry => ring.Count == 0 ? long.MaxValue : span.LeavesAt(ring.FirstTime);

    public bool Add(long time, double value)
    {
        ExpireAt(time);
        bool room = !ring.IsFull;
        if (!room)
            RemoveFirst();
        if (ring.Count > 0 && ring.LastValue != value)
            changes++;
        ring.AddLast(time, value);
        AddToSums(value);
        return room;
    }

    public bool AddLate(long time, double value, long now)
    {
        if (ring.IsFull || time <= span.StartAt(now) || !ring.TryFindPlace(time, out int place))
            return false;
        bool hasBefore = place > 0, hasAfter = place < ring.Count;
        if (hasBefore && hasAfter && ring[place - 1].Value != ring[place].Value)
            changes--;
        if (hasAfter && ring[place].Value != value)
            changes++;
        if (hasBefore && ring[place - 1].Value != value)
            changes++;
        ring.Insert(place, time, value);
        AddToSums(value);
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
            RemoveFromSums(ring.LastValue);
            if (ring.Count > 1 && ring[ring.Count - 2].Value != ring.LastValue)
                changes--;
            ring.RemoveLast();
        }
    }

    public void WriteTo(SnapshotWriter writer) => ring.WriteTo(writer);

    public void ReadFrom(ref SnapshotReader reader)
    {
        ring.ReadFrom(ref reader);
        sum.Clear();
        squares.Clear();
        (tooLarge, changes) = (0, 0);
        for (int i = 0; i < ring.Count; i++)
        {
            AddToSums(ring[i].Value);
            if (i > 0 && ring[i].Value != ring[i - 1].Value)
                changes++;
        }
    }

    private void RemoveFirst()
    {
        RemoveFromSums(ring.FirstValue);
        if (ring.Count > 1 && ring[1].Value != ring.FirstValue)
            changes--;
        ring.RemoveFirst();
    }

    private void AddToSums(double value)
    {
        sum.Add(value);
        double square = value * value;
        if (double.IsFinite(square))
        {
            // A square has twice the digits of its root: both halves.
            squares.Add(square);
            squares.Add(Math.FusedMultiplyAdd(value, value, -square));
        }
        else
        {
            tooLarge++;
        }
    }

    private void RemoveFromSums(double value)
    {
        sum.Remove(value);
        double square = value * value;
        if (double.IsFinite(square))
        {
            squares.Remove(square);
            squares.Remove(Math.FusedMultiplyAdd(value, value, -square));
        }
        else
        {
            tooLarge--;
        }
    }

    // sum of squares - (sum)^2 / n, in pairs of doubles (32 digits), because most of the digits cancel.
    private double Deviation()
    {
        int count = ring.Count;
        var (total, totalRest) = sum.ValueAndRemainder();
        var (ofSquares, ofSquaresRest) = squares.ValueAndRemainder();
        double product = total * total;
        double productRest = Math.FusedMultiplyAdd(total, total, -product) + (2 * total * totalRest);
        double mean = product / count;
        double meanRest = (Math.FusedMultiplyAdd(-mean, count, product) + productRest) / count;
        double difference = ofSquares - mean;
        double back = difference - ofSquares;
        double differenceRest = (ofSquares - (difference - back)) + (-mean - back) + (ofSquaresRest - meanRest);
        return Math.Sqrt(Math.Max(0, difference + differenceRest) / (count - 1));
    }
}
