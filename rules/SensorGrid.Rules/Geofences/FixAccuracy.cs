namespace SensorGrid.Rules.Geofences;

/// <summary>Which fixes are too inexact to cross a boundary: those beside which the receiver said an error greater than the limit. What it says is a
/// datastream of its own; its newest reading counts, in the order of the log.</summary>
internal sealed class FixAccuracy(WatchedDatastream errors, double limitMetres)
{
    // A receiver tells its error with each fix or when it changes. One that stopped telling must not keep its asset from crossing for ever.
    private const long Counts = 5 * TimeSpan.TicksPerMinute;

    /// <summary>True when a fix is not to be believed that much.</summary>
    public bool Refuses(long observedAt) =>
        errors.Clock.HasStarted && Math.Abs(errors.Clock.LastObserved - observedAt) <= Counts && errors.LastValue > limitMetres;
}
