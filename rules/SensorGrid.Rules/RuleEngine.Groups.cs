using SensorGrid.Rules.Binding;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Silence;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Time;
using SensorGrid.Rules.Votes;

namespace SensorGrid.Rules;

// Groups hear of the conditions of their members and of nothing else.
public sealed partial class RuleEngine
{
    private readonly List<IGroupEvaluator> groups = [];

    /// <summary>Whom a rule over many looks at for one condition, and what each has to say: in an area as it was when the level last changed. Empty for other rules.</summary>
    public IReadOnlyList<GroupPoint> PointsOf(string ruleId, string scopeKey) => Find(ruleId, scopeKey)?.Evaluator is IGroupEvaluator group ? group.Points() : [];

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
        IGroupEvaluator group = rule.Scopes[0].Rule is DeadmanRule ? CreateRollUp(rule, listened) : new VoteEvaluator(rule.Scopes[0], new(log), [.. listened]);
        groups.Add(group);
        evaluators.Add(group);
        return evaluators;
    }

    // Two silences of each member, the shorter one first.
    private RollUpEvaluator CreateRollUp(BoundRule rule, List<(Condition Evidence, Level At, int Voter)> listened)
    {
        var members = listened.GroupBy(listener => listener.Voter).ToList();
        return new(
            [rule.Scopes[0], .. members.Select(member => rule.Scopes[member.Key + 1])],
            new GroupClock(log),
            [.. members.Select(member => new RollUpEvaluator.Member(member.First().Evidence, member.Last().Evidence))]);
    }
}
