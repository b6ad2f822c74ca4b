using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Gaps;

/// <summary>From when until when in a gap a condition is said to have held already, and how high at most: what comes late raises no second alarm there unless it is higher.</summary>
/// <param name="High">Highest level.</param>
/// <param name="From">Event time at which that began.</param>
/// <param name="Until">Event time at which that ended.</param>
internal readonly record struct LiveSpan(Level High, long From, long Until)
{
    public LiveSpan With(LiveSpan other) =>
        new(High > other.High ? High : other.High, Math.Min(From, other.From), Math.Max(Until, other.Until));

    /// <summary>The level said for some of the time between two instants.</summary>
    public Level Between(long from, long until) => From < until && Until > from ? High : Level.None;
}
