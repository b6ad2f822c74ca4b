using SensorGrid.Rules.Model;
using SensorGrid.Rules.Thresholds;

namespace SensorGrid.Rules.Areas;

/// <summary>Which values of a point count: those beyond one limit, or beyond the point's own limits from a level on.</summary>
/// <param name="Limit">The limit, or null for the point's own.</param>
/// <param name="Own">The point's own limits.</param>
/// <param name="From">From which level on.</param>
/// <param name="Direction">On which side of a limit a value counts.</param>
internal sealed record AreaLimit(double? Limit, LimitSchedule? Own, Level From, LimitDirection Direction)
{
    /// <summary>Event time after this one at which others may be in force.</summary>
    public long NextChange(long now) => Own?.NextChange(now) ?? long.MaxValue;

    /// <summary>1 for a value that counts, 0 for one that does not; NaN while there is no limit to tell.</summary>
    public double Judge(double value, long now)
    {
        if (Limit is { } limit)
            return IsBeyond(value, limit) ? 1 : 0;
        var own = Own!.At(now);
        double judged = double.NaN;
        for (int level = (int)From; level <= (int)Level.Red; level++)
        {
            if (own.Of(level) is not { } mine)
                continue;
            if (IsBeyond(value, mine))
                return 1;
            judged = 0;
        }
        return judged;
    }

    private bool IsBeyond(double value, double limit) => Direction == LimitDirection.Above ? value >= limit : value <= limit;
}
