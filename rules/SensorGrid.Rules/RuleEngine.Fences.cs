using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Binding;
using SensorGrid.Rules.CheckIns;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Geofences;

namespace SensorGrid.Rules;

// A fence that moves over what stands still.
public sealed partial class RuleEngine
{
    /// <summary>Puts a zone elsewhere. Assets are judged at once by their newest fix, each at the time its clock shows; the rules go on as they are. Where it
    /// decides what a rule watches, the rules are bound anew, as by <see cref="Activate"/>.</summary>
    /// <param name="zone">The zone as it is from now on.</param>
    /// <param name="output">Gets the changes, in order of rule id and scope.</param>
    public void MoveZone(Zone zone, List<ConditionChange> output)
    {
        ArgumentNullException.ThrowIfNull(zone);
        sink.Output = output;
        catalogueInForce = catalogueInForce.WithZones(new Dictionary<string, Zone> { [zone.Id] = zone });
        var fence = new PreparedZone(zone.Id, zone.Geometry, FenceValidity.Of(zone));
        // The assets of a rule share its fences.
        var moved = new Dictionary<ZoneIndex, ZoneIndex>();
        foreach (var condition in conditions)
        {
            if (condition.Scope.Zone == zone.Id && condition.Evaluator is CheckInEvaluator checkIn)
                checkIn.Place = fence;
            if (condition.Scope.Zone != zone.Id || condition.Evaluator is not GeofenceEvaluator fences)
                continue;
            SettleWhatItIsAbout(condition);
            CloseWhatItIsAbout(condition);
            if (!moved.TryGetValue(fences.Fences, out var now))
                moved.Add(fences.Fences, now = fences.Fences.With(fence));
            sink.FoundByTimer(log.Time, condition.Clock.MissedSince + log.Ahead);
            fences.MoveFence(now, zone.Id, sink);
            if (condition.Due != long.MaxValue)
                timers.SetNoLaterThan(condition.Number, condition.Clock.LogTimeOf(condition.Due));
        }
        if (rulesInForce is not null && rulesInForce.Rules.Any(rule => ZoneUse.ChoosesBy(rule, zone)))
            Bind();
    }
}
