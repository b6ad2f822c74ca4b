using SensorGrid.Rules.Areas;
using SensorGrid.Rules.Binding;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Thresholds;

namespace SensorGrid.Rules;

// Areas hear of the values of their points, each of which goes by its own datastream's clock.
public sealed partial class RuleEngine
{
    // The points before the area, which goes on from what they are. A datastream that the table refuses has no readings, and no say.
    private List<IEvaluator> CreateArea(BoundRule rule, IReadOnlyList<BoundPoint> bound, LimitTables limits)
    {
        var (points, weights) = (new List<AreaPointEvaluator>(), new List<double>());
        foreach (var point in bound)
        {
            if (!table.TryIntern(point.Scope.Datastream!.Value, out var index))
                continue;
            var datastream = Watch(index);
            var evaluator = new AreaPointEvaluator(point.Scope, datastream.Clock, point.Measure, point.FreshTicks, point.Limit);
            evaluator.Conditions[0].Slot = index.Value;
            datastream.Evaluators = [.. datastream.Evaluators, evaluator];
            points.Add(evaluator);
            weights.Add(point.Weight);
        }
        var area = new AreaEvaluator(rule.Scopes[0], limits.Of(rule.Scopes[0]), rule.Schedule, new(log), [.. points], [.. weights]);
        groups.Add(area);
        return [.. points, area];
    }
}
