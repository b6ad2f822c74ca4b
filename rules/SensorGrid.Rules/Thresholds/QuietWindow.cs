using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Thresholds;

/// <summary>When neither further readings nor those that leave its window can bring a windowed rule's value out of the range at which it rests:
/// <code>
/// avg min max quantile │ all values in the window and the new ones are in that range: what is made of them is between them
/// sum                  │ none of them is negative and no level is on: leaving lowers it, and a few small ones cannot reach the limit
/// count                │ no level is on: the same
/// </code>
/// Other functions are looked at with every reading.</summary>
internal struct QuietWindow(ValueExpression call)
{
    /// <summary>First version of snapshots that has the state of this.</summary>
    public const ushort StateVersion = 4;

    // An average is rounded twice, so it can lie a few units in the last place outside of its values.
    private const double Rounding = 1e-15;

    private readonly long length = call.WindowTicks;
    private readonly ValueFunction function = call.Function;
    private double low = double.NaN;
    private double high = double.NaN;
    // Time of the newest reading that was outside, or of the newest one when the range was last another.
    private long outsideAt = long.MinValue;

    public static bool CanBe(ValueExpression call) => call.Window == WindowKind.Sliding && call.Function is
        ValueFunction.Average or ValueFunction.Minimum or ValueFunction.Maximum or ValueFunction.Quantile or ValueFunction.Sum or ValueFunction.Count;

    private readonly bool IsBetween => function is not (ValueFunction.Sum or ValueFunction.Count);

    /// <summary>Nothing is known of the readings up to a time.</summary>
    public void Forget(long newest) => outsideAt = newest;

    /// <summary>A reading has come.</summary>
    public void Take(long time, double value)
    {
        if (IsBetween ? !(value >= low && value <= high) : function == ValueFunction.Sum && value < 0)
            outsideAt = time;
    }

    /// <summary>The range at which the rule rests has been found anew.</summary>
    public void RestIn(RestRange rest, long newest)
    {
        if (!IsBetween || double.IsNaN(rest.Low))
            return;
        double from = rest.Low == double.MinValue ? rest.Low : rest.Low + (Math.Abs(rest.Low) * Rounding);
        double to = rest.High == double.MaxValue ? rest.High : rest.High - (Math.Abs(rest.High) * Rounding);
        if (from == low && to == high)
            return;
        (low, high, outsideAt) = (from, to, newest);
    }

    /// <summary>Writes what it knows: an engine that forgot it would look at times when the other does not.</summary>
    public readonly void WriteTo(SnapshotWriter writer)
    {
        writer.Double(low);
        writer.Double(high);
        writer.Int64(outsideAt);
    }

    public void ReadFrom(ref SnapshotReader reader) => (low, high, outsideAt) = (reader.Double(), reader.Double(), reader.Int64());

    /// <summary>True when what leaves the window from now on changes nothing, while the rule rests.</summary>
    public readonly bool IsIndifferentToTime(RestRange rest, long now) =>
        !double.IsNaN(rest.Low) && (IsBetween || rest.Low == double.MinValue) && (outsideAt == long.MinValue || now - length >= outsideAt);

    /// <summary>Narrows what need not be seen at once, when the window is indifferent to time.</summary>
    /// <param name="range">Gets narrower.</param>
    /// <param name="rest">The range at which the rule rests.</param>
    /// <param name="value">The function's value.</param>
    /// <returns>False when each reading must be seen.</returns>
    public readonly bool TryNarrow(ref QuietRange range, RestRange rest, double value)
    {
        if (IsBetween)
        {
            range.NarrowTo(low, high);
            return low <= high;
        }
        if (function == ValueFunction.Count)
            return value + PendingReadings.Capacity <= rest.High;
        range.NarrowTo(0, (rest.High - value) / (PendingReadings.Capacity + 1));
        return rest.High > value;
    }
}
