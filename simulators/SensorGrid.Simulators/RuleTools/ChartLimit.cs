using SensorGrid.Rules.Model;

namespace SensorGrid.Simulators.RuleTools;

/// <summary>A limit to be drawn beside the readings of a datastream.</summary>
/// <param name="Level">Its level.</param>
/// <param name="Value">The limit.</param>
/// <param name="Rules">The rules that have it.</param>
internal sealed record ChartLimit(Level Level, double Value, string Rules)
{
    /// <summary>The limits that were in force over a datastream's alarms. Only of rules that compare each reading by itself: beside readings the
    /// limits of a sum or a rate would mislead.</summary>
    public static IReadOnlyList<ChartLimit> Of(BacktestRun run, string datastream)
    {
        string single = ValueExpression.Last.ToString();
        var limits =
            from transition in run.Transitions
            let alarm = transition.Alarm
            where alarm.Datastream == datastream && alarm.Measure == single
            from level in LevelNames.Raised
            let value = alarm.Limits.Of((int)level)
            where value is not null
            select (Level: level, Value: value.Value, alarm.Rule);
        return
        [
            .. limits.Distinct().GroupBy(limit => (limit.Level, limit.Value))
                .Select(same => new ChartLimit(same.Key.Level, same.Key.Value, string.Join(", ", same.Select(limit => limit.Rule))))
                .OrderBy(limit => limit.Level).ThenBy(limit => limit.Value),
        ];
    }
}
