using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Thresholds;

namespace SensorGrid.Rules.Binding;

// Rules that look at one datastream and whose numbers stand in the rule.
internal sealed partial class RuleBinder
{
    private void BindSingle(Rule rule, string? unitOfRule, List<DatastreamDefinition> matched, Func<ConditionScope, ConditionScope> complete)
    {
        string unit = unitOfRule ?? matched[0].UnitName;
        foreach (var datastream in matched)
        {
            if (!HasUnit(rule, unitOfRule, unit, matched[0], datastream))
                continue;
            var scope = Scope(rule, datastream, datastream.Id) with { Unit = unit.Length == 0 ? null : unit };
            take(new([complete(scope)], datastream.Key, datastream.Key.Gateway));
        }
    }

    private void BindTimeToLimit(TimeToLimitRule rule, List<DatastreamDefinition> matched)
    {
        string unit = rule.Unit ?? matched[0].UnitName;
        bool any = false;
        foreach (var datastream in matched)
        {
            if (!HasUnit(rule, rule.Unit, unit, matched[0], datastream) || (rule.Limit ?? datastream.Limits?.Of((int)rule.LimitLevel)) is not { } limit)
                continue;
            any = true;
            var scope = Scope(rule, datastream, datastream.Id) with { Limits = rule.HorizonHours, Direction = LimitDirection.Below, Unit = "h" };
            take(new([scope], datastream.Key, datastream.Key.Gateway, Target: limit));
        }
        if (!any && rule.Limit is null)
        {
            string level = LevelNames.NameOf(rule.LimitLevel);
            messages.Add(rule.Position.Warning($"rule '{rule.Id}' looks ahead to each datastream's own limit for {level}, but none of those it matches has one"));
        }
    }

    private void BindSilenceAfter(SilenceAfterRule rule, List<DatastreamDefinition> matched)
    {
        string unit = rule.Unit ?? matched[0].UnitName;
        bool any = false;
        foreach (var datastream in matched)
        {
            if (!HasUnit(rule, rule.Unit, unit, matched[0], datastream) || (rule.Limits ?? datastream.Limits) is not { } limits
                || !HasDirection(rule, limits, rule.Direction, datastream))
                continue;
            any = true;
            var scope = LimitedScope(rule, datastream, datastream.Id, limits, rule.Direction, unit);
            take(new([scope], datastream.Key, datastream.Key.Gateway));
        }
        if (!any && rule.Limits is null)
            messages.Add(rule.Position.Warning(
                $"rule '{rule.Id}' takes its levels from the catalogue, but none of the datastreams it matches has 'limits'"));
    }

    private bool HasDirection(ThresholdRule rule, LimitSchedule schedule, DatastreamDefinition datastream) =>
        schedule.IsStanding ? HasDirection(rule, schedule.Standing, rule.Direction, datastream)
            : schedule.All.All(limits => HasDirection(rule, limits, rule.Direction, datastream));

    private bool HasDirection(Rule rule, LevelLimits limits, LimitDirection direction, DatastreamDefinition datastream)
    {
        if (limits.RiseWith(direction))
            return true;
        string side = direction == LimitDirection.Above ? "above" : "below";
        messages.Add(rule.Position.Error(
            $"rule '{rule.Id}' looks for values {side} its limits, but the limits of '{datastream.Id}' run the other way from blue to red"));
        return false;
    }

    private bool HasUnit(Rule rule, string? unitOfRule, string unit, DatastreamDefinition first, DatastreamDefinition datastream)
    {
        if (datastream.UnitName == unit)
            return true;
        messages.Add(rule.Position.Error(unitOfRule is null
            ? $"rule '{rule.Id}' matches '{first.Id}' in '{unit}' and '{datastream.Id}' in '{datastream.UnitName}'; narrow its scope or give 'unit'"
            : $"rule '{rule.Id}' has limits in '{unit}', but '{datastream.Id}' is in '{datastream.UnitName}'; narrow its scope or change 'unit'"));
        return false;
    }
}
