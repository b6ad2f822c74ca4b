using SensorGrid.Rules.Conditions;

namespace SensorGrid.Rules.Windows;

// Which next readings leave what is worked out within a range, as long as none leaves a window: of a change by where it can be measured from, of all else by
// working it out with ranges instead of numbers.
internal sealed partial class Measure
{
    // Each time it is tried a little wider than what did last time, and halved so often.
    private const int MostHalvings = 5;
    private const double Wider = 4;
    private const double LeastWidth = 1e-4;
    private const int MostInputs = 32;

    private double width = double.NaN;

    /// <summary>True when it looks at nothing but readings of the datastream itself, in windows that only the time of their oldest reading moves.</summary>
    public bool CanBeQuiet => !LooksAtOthers && !HasLimits && windows.Length <= MostInputs && !Array.Exists(plan.Inputs, input => input.Schedule is not null)
        && !Array.Exists(windows, window => window is not (null or SlidingWindow or DeviationWindow or QuantileWindow));

    /// <summary>True when all windows that time moves know when it does so next: not an empty one, for which the next reading sets the time.</summary>
    public bool HasTimers
    {
        get
        {
            foreach (var window in windows)
            {
                if (window is not (null or SlidingWindow { IsOfChange: true }) && window.NextExpiry == long.MaxValue)
                    return false;
            }
            return true;
        }
    }

    /// <summary>Narrows to readings after which the value is still in a range.</summary>
    /// <param name="range">Gets narrower.</param>
    /// <param name="rest">Where the value may be.</param>
    /// <param name="last">The newest value of the datastream.</param>
    /// <returns>False when each reading must be seen.</returns>
    public bool TryNarrow(ref QuietRange range, RestRange rest, double last)
    {
        if (double.IsNaN(rest.Low) || double.IsNaN(last))
            return false;
        if (!IsFormula && windows[0] is SlidingWindow { IsOfChange: true } change)
            return change.TryNarrowChange(ref range, rest);
        double scale = Math.Max(Math.Abs(last), LeastWidth);
        double most = double.IsNaN(width) ? scale * Wider : width * Wider;
        for (int halved = 0; halved <= MostHalvings; halved++)
        {
            width = Math.Max(most, scale * LeastWidth);
            var (low, high) = (last - width, last + width);
            if (StaysIn(rest, low, high))
            {
                range.NarrowTo(low, high);
                return true;
            }
            most /= 2;
        }
        return false;
    }

    private bool StaysIn(RestRange rest, double low, double high)
    {
        Span<double> lows = stackalloc double[windows.Length], highs = stackalloc double[windows.Length];
        for (int i = 0; i < windows.Length; i++)
        {
            (lows[i], highs[i]) = (low, high);
            if (windows[i] is null)
                continue;
            if (windows[i] is not SlidingWindow window || !window.TryFindRange(low, high, out var value))
                return false;
            (lows[i], highs[i]) = value;
        }
        var (from, to) = plan.Value?.Run(lows, highs) ?? (lows[0], highs[0]);
        return from >= rest.Low && to <= rest.High;
    }
}
