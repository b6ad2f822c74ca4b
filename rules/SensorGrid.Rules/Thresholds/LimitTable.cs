using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Thresholds;

/// <summary>Limits prepared for comparing: for each level the value that raises it and the value that lets it go.</summary>
/// <remarks>Values below which a level is bad are turned round (negated), so that there is one comparison.</remarks>
internal sealed class LimitTable
{
    private readonly double[] raiseAt = [double.NaN, double.NaN, double.NaN, double.NaN];
    private readonly double[] keepFrom = [double.NaN, double.NaN, double.NaN, double.NaN];
    private readonly double sign;
    private readonly double clearMargin;

    public LimitTable(LevelLimits limits, LimitDirection direction, double clearMargin)
    {
        sign = direction == LimitDirection.Above ? 1 : -1;
        this.clearMargin = clearMargin;
        foreach (var (level, limit) in limits.InOrder())
            Put(level, limit);
    }

    /// <summary>Bit n-1 set for each level n with a limit.</summary>
    public byte Levels { get; private set; }

    /// <summary>Sets the limit of a level. Only for a table that no other condition uses.</summary>
    public void Put(Level level, double limit)
    {
        raiseAt[(int)level - 1] = sign * limit;
        keepFrom[(int)level - 1] = Subtract(sign * limit, clearMargin);
        Levels |= (byte)(1 << ((int)level - 1));
    }

    /// <summary>Highest level whose limit the value reaches; limits are inclusive.</summary>
    public Level RaisedBy(double value) => HighestReached(raiseAt, value);

    /// <summary>Highest level the value does not let go.</summary>
    public Level KeptBy(double value) => HighestReached(keepFrom, value);

    /// <summary>The values that let all levels that are on, and no others, be on.</summary>
    public RestRange RestOf(byte on)
    {
        double from = double.MinValue, below = double.PositiveInfinity;
        for (int level = 0; level < 4; level++)
        {
            if ((on & (1 << level)) != 0)
                from = Math.Max(from, keepFrom[level]);
            else if (!double.IsNaN(raiseAt[level]))
                below = Math.Min(below, raiseAt[level]);
        }
        // Of infinity, the largest number.
        double to = Math.BitDecrement(below);
        return sign > 0 ? new(from, to) : new(-to, -from);
    }

    private Level HighestReached(double[] limits, double value)
    {
        for (int level = 4; level > 0; level--)
        {
            // A level without a limit holds NaN, which no value reaches.
            if (sign * value >= limits[level - 1])
                return (Level)level;
        }
        return Level.None;
    }

    // 0.3 - 0.1 in doubles is 0.19999999999999998, and a reading of 0.2 would keep a level that people expect to go below 0.2.
    internal static double Subtract(double limit, double margin) =>
        Math.Abs(limit) < 1e15 && Math.Abs(margin) < 1e15 ? (double)((decimal)limit - (decimal)margin) : limit - margin;
}
