using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Binding;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Geofences;

namespace SensorGrid.Rules;

// A fence that moves over what stands still.
public sealed partial class RuleEngine
{
    /// <summary>Puts a zone elsewhere. Assets are judged at once by their newest fix, each at the time its clock shows; the rules go on as they are.</summary>
    /// <param name="zone">The zone as it is from now on.</param>
    /// <param name="output">Gets the changes, in order of rule id and scope.</param>
    public void MoveZone(Zone zone, List<ConditionChange> output)
    {
        ArgumentNullException.ThrowIfNull(zone);
        sink.Output = output;
        var moved = MovedIndices(new(zone.Id, zone.Geometry, FenceValidity.Of(zone)));
        if (moved.Count == 0)
            return;
        bound = [.. bound.Select(rule => rule.Zones is { } zones && moved.TryGetValue(zones, out var now) ? rule with { Zones = now } : rule)];
        foreach (var condition in conditions)
        {
            if (condition.Scope.Zone != zone.Id || condition.Evaluator is not GeofenceEvaluator fences)
                continue;
            sink.FoundByTimer(log.Time, condition.Clock.MissedSince + log.Ahead);
            if (fences.MoveFence(moved, zone.Id, sink) && condition.Due != long.MaxValue)
                timers.SetNoLaterThan(condition.Number, condition.Clock.LogTimeOf(condition.Due));
        }
    }

    private Dictionary<ZoneIndex, ZoneIndex> MovedIndices(PreparedZone zone)
    {
        var moved = new Dictionary<ZoneIndex, ZoneIndex>();
        foreach (BoundRule rule in bound)
        {
            if (rule.Zones is { } zones && !moved.ContainsKey(zones) && zones.PlaceOf(zone.Id) >= 0)
                moved.Add(zones, zones.With(zone));
        }
        return moved;
    }
}
