using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Thresholds;

/// <summary>The limits of one condition as time goes on: of the season, and with those that are worked out from readings. Conditions whose limits never
/// change do without.</summary>
internal sealed class LimitsInForce
{
    private readonly ThresholdRule rule;
    private readonly LimitSchedule schedule;
    private readonly Measure? measure;
    private LevelLimits standing;
    private LimitTable table;

    public LimitsInForce(ThresholdRule rule, LimitSchedule schedule, Measure? measure)
    {
        (this.rule, this.schedule, standing) = (rule, schedule, schedule.Standing);
        this.measure = measure is { HasLimits: true } ? measure : null;
        table = TableOf(standing);
    }

    /// <summary>The limits by days, before what is worked out.</summary>
    public LimitSchedule Schedule => schedule;

    /// <summary>The limits to compare with.</summary>
    public LimitTable Table => table;

    /// <summary>Bit n-1 set for each level n that has a limit at some time.</summary>
    public byte Levels
    {
        get
        {
            byte levels = 0;
            foreach (var limits in schedule.All)
                levels |= TableOf(limits).Levels;
            for (int level = 1; level <= 4; level++)
                levels |= (byte)(measure?.LimitOf(level) is null ? 0 : 1 << (level - 1));
            return levels;
        }
    }

    /// <summary>The first event time after this one at which other limits may be in force.</summary>
    public long NextChange(long now) => schedule.NextChange(now);

    /// <summary>Finds the limits in force. Call after the measure has looked at its inputs.</summary>
    /// <returns>False when one of them is not known.</returns>
    public bool MoveTo(long now)
    {
        var limits = schedule.At(now);
        if (!ReferenceEquals(limits, standing))
        {
            standing = limits;
            table = TableOf(limits);
        }
        for (int level = 1; measure is not null && level <= 4; level++)
        {
            if (measure.LimitOf(level) is not { } limit)
                continue;
            if (double.IsNaN(limit))
                return false;
            table.Put((Level)level, limit);
        }
        return true;
    }

    /// <summary>The limits as people see them.</summary>
    public LevelLimits Say() => measure is null ? standing : new(Said(1), Said(2), Said(3), Said(4));

    public bool SaysSameAs(LimitsInForce other) => schedule.SaysSameAs(other.schedule);

    private double? Said(int level)
    {
        double? limit = measure!.LimitOf(level) ?? standing.Of(level);
        return limit is { } number && double.IsNaN(number) ? null : limit;
    }

    // Not one of the shared tables: limits that are worked out are put into it.
    private LimitTable TableOf(LevelLimits limits) => new(limits, rule.Direction, rule.ClearMargin);
}
