using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Thresholds;

/// <summary>Which limits are in force when: those of the day's period, else the standing ones. Remembers the answer until the next boundary, because most
/// questions are about now.</summary>
internal sealed class LimitSchedule(LevelLimits? standing, IReadOnlyList<DatedLimits> dated)
{
    private LevelLimits current = LevelLimitsInOrder.None;
    // Nothing is known of any time yet.
    private long validFrom = long.MaxValue;
    private long validTo = long.MinValue;

    /// <summary>The limits of the other days; none when there are only dated ones.</summary>
    public LevelLimits Standing { get; } = standing ?? LevelLimitsInOrder.None;

    /// <summary>True when they are the same all the year.</summary>
    public bool IsStanding => dated.Count == 0;

    /// <summary>All sets that are in force at some time.</summary>
    public IEnumerable<LevelLimits> All => dated.Select(period => period.Limits).Prepend(Standing);

    /// <summary>The limits in force at an instant.</summary>
    public LevelLimits At(long utcTicks)
    {
        if (IsStanding)
            return Standing;
        if (utcTicks < validFrom || utcTicks >= validTo)
            LookUp(utcTicks);
        return current;
    }

    /// <summary>The first instant after this one at which others may be in force; <see cref="long.MaxValue"/> for never.</summary>
    public long NextChange(long utcTicks)
    {
        if (IsStanding)
            return long.MaxValue;
        At(utcTicks);
        return validTo;
    }

    /// <summary>True when both say the same at every time.</summary>
    public bool SaysSameAs(LimitSchedule other) => Standing == other.Standing && PeriodsOf(this).SequenceEqual(PeriodsOf(other));

    private static IEnumerable<(YearlyPeriod, LevelLimits)> PeriodsOf(LimitSchedule schedule) => schedule.Dated.Select(period => (period.Period, period.Limits));

    private IReadOnlyList<DatedLimits> Dated => dated;

    private void LookUp(long utcTicks)
    {
        current = Standing;
        (validFrom, validTo) = (utcTicks, long.MaxValue);
        foreach (var period in dated)
        {
            validTo = Math.Min(validTo, period.Period.NextBoundary(utcTicks));
            if (period.Period.Contains(utcTicks))
                current = period.Limits;
        }
    }
}
