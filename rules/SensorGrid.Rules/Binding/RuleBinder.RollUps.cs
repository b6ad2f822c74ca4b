using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

// Silences that are told together when there are many.
internal sealed partial class RuleBinder
{
    private void BindRollUp(DeadmanRule rule, RollUp rollUp, List<DatastreamDefinition> matched)
    {
        var plain = rule with { RollUp = null };
        var keys = new GroupKeys(catalogue, rollUp.By, rule.Domain);
        // A member is told of once, so it has one group; a gateway that is watched as a whole the first of its datastreams'.
        var ofGateways = rule.OfGateway ? matched.GroupBy(datastream => datastream.Key.Gateway).ToDictionary(gateway => gateway.Key, FirstKey) : [];
        bool any = false;
        foreach (var group in matched.GroupBy(datastream => rule.OfGateway ? ofGateways[datastream.Key.Gateway] : FirstKey([datastream])).OrderBy(group => group.Key, StringComparer.Ordinal))
        {
            var (silent, unheard) = (new List<BoundRule>(), new List<BoundRule>());
            Capture(silent, plain, [.. group]);
            Capture(unheard, plain with { OnDelayTicks = rule.SilenceTicks + rollUp.WaitTicks }, [.. group]);
            // What has no group, or one too small to be told together, need not wait for it.
            if (group.Key is null || silent.Count < rollUp.Least)
            {
                silent.ForEach(take);
                continue;
            }
            any = true;
            var scope = GroupScope(
                rule with { OnDelayTicks = 0, OffDelayTicks = rollUp.WaitTicks, Title = rollUp.Title ?? rule.Title }, $"{group.Key}/*", group) with
            {
                Zone = rollUp.By.Kind == GroupKind.Zone ? group.Key : null,
            };
            var told = rule with { OnDelayTicks = 0 };
            take(new(
                [scope, .. silent.Select(member => member.Scopes[0] with { Rule = told })],
                null,
                scope.Gateway,
                Members: [.. silent.Zip(unheard).SelectMany((member, number) => new BoundMember[]
                {
                    new(Hidden(member.First, "silent"), rule.Level, number),
                    new(Hidden(member.Second, "unheard"), rule.Level, number),
                })]));
        }
        if (!any)
            messages.Add(rule.Position.Warning($"rule '{rule.Id}' rolls nothing up: no group has the {rollUp.Least} members it takes"));

        string? FirstKey(IEnumerable<DatastreamDefinition> member) => member.SelectMany(keys.Of).Order(StringComparer.Ordinal).FirstOrDefault();
    }

    private void Capture(List<BoundRule> into, Rule rule, List<DatastreamDefinition> datastreams)
    {
        var outside = take;
        take = into.Add;
        BindSpecific(rule, datastreams);
        take = outside;
    }

    private static BoundRule Hidden(BoundRule rule, string what) => rule with { Scopes = [rule.Scopes[0] with { Key = $"{rule.Scopes[0].Key}|{what}" }] };
}
