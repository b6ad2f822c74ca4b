using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Thresholds;

/// <summary>Limit tables while rules are bound, one for all conditions with the same limits: a rule mostly has its own for everything it watches.</summary>
internal sealed class LimitTables
{
    private readonly Dictionary<(LevelLimits Limits, LimitDirection Direction, double ClearMargin), LimitTable> tables = [];

    /// <summary>The table of a threshold rule's scope.</summary>
    public LimitTable Of(ConditionScope scope)
    {
        var rule = (ThresholdRule)scope.Rule;
        var key = (scope.Limits, rule.Direction, rule.ClearMargin);
        if (!tables.TryGetValue(key, out var table))
            tables.Add(key, table = new(scope.Limits, rule.Direction, rule.ClearMargin));
        return table;
    }
}
