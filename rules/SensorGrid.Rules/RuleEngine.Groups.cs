using SensorGrid.Rules.Binding;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;
using SensorGrid.Rules.Votes;

namespace SensorGrid.Rules;

// Groups hear of the conditions of their members and of nothing else.
public sealed partial class RuleEngine
{
    // The members before the group, which goes on from what they are. A datastream that the table refuses has no readings, and no say.
    private List<IEvaluator> CreateGroup(BoundRule rule, IReadOnlyList<BoundMember> members, LimitTables limits)
    {
        var evaluators = new List<IEvaluator>();
        var listened = new List<(Condition Evidence, Level At, int Voter)>();
        foreach (var member in members)
        {
            if (Create(member.Rule, limits) is not { } evaluator)
                continue;
            evaluators.Add(evaluator);
            listened.Add((evaluator.Conditions[0], member.At, member.Voter));
        }
        // Its members tell it the time; that nothing of it is missed is their clocks' care.
        evaluators.Add(new VoteEvaluator(rule.Scopes[0], new EventClock(log, new GatewayWatch(log)), [.. listened]));
        return evaluators;
    }
}
