using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Windows;

// What can come without its value leaving a range.
internal sealed partial class SlidingWindow
{
    // Far more than the value is rounded by.
    private const double Rounding = 1e-12;

    public bool IsOfChange => expression.IsChange;

    /// <summary>True when its value stays between what it is and the readings that come, as long as none leaves.</summary>
    public bool StaysBetween =>
        expression.Function is ValueFunction.Average or ValueFunction.Minimum or ValueFunction.Maximum && HasRoom;

    private bool HasRoom => ring.Count + PendingReadings.Capacity <= capacity;

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
