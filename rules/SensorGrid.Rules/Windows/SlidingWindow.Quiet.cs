using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Windows;

// What can come without its value leaving a range.
internal sealed partial class SlidingWindow
{
    // Far more than the value is rounded by.
    private const double Rounding = 1e-12;

    public bool IsOfChange => expression.IsChange;

    /// <summary>Finds between what its value stays when some readings come, as long as none leaves.</summary>
    /// <param name="low">Smallest value of those that come, no more than <see cref="PendingReadings.Capacity"/>.</param>
    /// <param name="high">Largest.</param>
    /// <param name="value">Smallest and largest of its values.</param>
    /// <returns>False when that cannot be said of it.</returns>
    public bool TryFindRange(double low, double high, out (double Low, double High) value)
    {
        value = default;
        if (!HasRoom || expression.IsChange || Value is not (> double.NegativeInfinity and < double.PositiveInfinity and var now))
            return false;
        value = expression.Function switch
        {
            ValueFunction.Count => (now, now + PendingReadings.Capacity),
            ValueFunction.Sum => (now + (PendingReadings.Capacity * Math.Min(low, 0)), now + (PendingReadings.Capacity * Math.Max(high, 0))),
            // A mean or an extreme stays between itself and what comes.
            _ => (Math.Min(now, low), Math.Max(now, high)),
        };
        if (expression.Function == ValueFunction.Count)
            return true;
        double rounding = Math.Max(Math.Abs(now), Math.Max(Math.Abs(value.Low), Math.Abs(value.High))) * Rounding;
        value = (value.Low - rounding, value.High + rounding);
        return true;
    }

    private bool HasRoom => ring.Room >= PendingReadings.Capacity;

    /// <summary>Narrows to readings whose change stays in a range. The change to any of the next ones is measured from one of the oldest:
    /// <code>
    /// times   │ t0  t1  …  tn │ t(n+1) …  newest │ next ones, before t(n+1) + length
    /// from    │ one of these  │                  │
    /// over    │ t0: at least newest - t0; another: at least the length
    /// </code></summary>
    /// <returns>False when each reading must be seen.</returns>
    public bool TryNarrowChange(ref QuietRange range, RestRange rest)
    {
        if (expression.Window != WindowKind.Sliding || !HasRoom || ring.Count == 0 || !(rest.Low <= 0 && rest.High >= 0))
            return false;
        double share = 1;
        if (expression.Function == ValueFunction.Rate)
        {
            share = (double)Math.Min(span.Length, ring.LastTime - ring.FirstTime) / expression.PerTicks;
            if (share <= 0)
                return false;
        }
        int candidates = Math.Min(ring.Count, PendingReadings.Capacity + 1);
        double lowest = double.MaxValue, highest = double.MinValue;
        for (int i = 0; i < candidates; i++)
        {
            double value = ring[i].Value;
            (lowest, highest) = (Math.Min(lowest, value), Math.Max(highest, value));
        }
        range.EndAt((candidates < ring.Count ? ring[candidates].Time : ring.LastTime) + span.Length);
        double rise = rest.High * share, fall = rest.Low * share;
        range.NarrowTo(
            double.IsFinite(fall) ? highest + fall + ((Math.Abs(highest) - fall) * Rounding) : double.MinValue,
            double.IsFinite(rise) ? lowest + rise - ((Math.Abs(lowest) + rise) * Rounding) : double.MaxValue);
        return true;
    }
}
