using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Rules.Model;

/// <summary>What rules ask of limits.</summary>
internal static class LevelLimitsInOrder
{
    public static LevelLimits None { get; } = new(null, null, null, null);

    /// <summary>The limits that are set, lowest level first.</summary>
    public static IEnumerable<(Level Level, double Limit)> InOrder(this LevelLimits limits)
    {
        foreach (var level in LevelNames.Raised)
        {
            if (limits.Of((int)level) is { } limit)
                yield return (level, limit);
        }
    }

    /// <summary>True when a higher level always has the stricter limit. Only then is "the highest level that holds" one level.</summary>
    public static bool RiseWith(this LevelLimits limits, LimitDirection direction)
    {
        double? before = null;
        foreach (var (_, limit) in limits.InOrder())
        {
            if (before is { } lower && !(direction == LimitDirection.Above ? limit > lower : limit < lower))
                return false;
            before = limit;
        }
        return true;
    }
}
