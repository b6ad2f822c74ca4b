using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Model;

namespace SensorGrid.Rules.Binding;

/// <summary>Which rules watch other datastreams when a zone is put elsewhere. A geofence is not one of them: it watches the same, and looks at another fence.</summary>
internal static class ZoneUse
{
    /// <summary>True when what a rule watches, or which of it belong together, depends on where the zone is.</summary>
    public static bool ChoosesBy(Rule rule, Zone zone) =>
        ChoosesBy(rule.Scope, zone) || rule switch
        {
            VoteRule vote => GroupsBy(vote.By, rule, zone) || vote.Detectors.Any(detector => ChoosesBy(detector.Scope, zone)),
            DeadmanRule { RollUp: { } rollUp } => GroupsBy(rollUp.By, rule, zone),
            ThresholdRule { Over: { } over } => GroupsBy(over.By, rule, zone),
            _ => false,
        };

    private static bool ChoosesBy(RuleScope scope, Zone zone) => scope.ZoneKind == zone.Kind || scope.Zones?.Contains(zone.Id) == true;

    private static bool GroupsBy(Grouping by, Rule rule, Zone zone) => by.Kind == GroupKind.Zone && by.Name == zone.Kind && rule.Domain == zone.Domain;
}
