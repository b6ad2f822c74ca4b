using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Areas;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Windows;

namespace SensorGrid.Rules.Binding;

// Rules whose value is made of those of many points: each point is worked out by itself, by a condition that nobody sees.
internal sealed partial class RuleBinder
{
    private sealed record Point(DatastreamDefinition Datastream, MeasurePlan Measure, AreaLimit? Limit);

    private void BindArea(ThresholdRule rule, AreaValue over, List<DatastreamDefinition> matched)
    {
        string unit = rule.Unit ?? matched[0].UnitName;
        var measures = new MeasureBinder(rule, unit, references ??= new(catalogue, messages), messages);
        var points = new List<Point>();
        string unitOfValue = "";
        foreach (var datastream in matched)
        {
            if (!HasUnit(rule, rule.Unit, unit, matched[0], datastream))
                continue;
            // A point has one value: along the network that needs a choice among several neighbours.
            List<BoundMeasure> bound = [.. measures.Of(datastream)];
            if (bound.Count > 1)
                messages.Add(rule.Position.Warning(
                    $"rule '{rule.Id}' is about an area, and '{datastream.Key}' has {bound.Count} neighbours along the network: take one of them (max, min), else the point does not count"));
            if (bound.Count != 1)
                continue;
            var plan = bound[0].Plan;
            unitOfValue = bound[0].Unit;
            if (over.Function != AreaFunction.Count || over.Limit is not null)
                points.Add(new(datastream, plan, over.Function == AreaFunction.Count ? new(over.Limit, null, default, over.Direction) : null));
            else if (OwnLimit(over, datastream) is { } own)
                points.Add(new(datastream, plan, own));
        }
        measures.SayUnfound();
        var schedule = new LimitSchedule(rule.Limits, rule.DatedLimits);
        bool any = false;
        foreach (var (key, members) in over.Weights == AreaWeights.Thiessen ? ByGround(rule, over, points) : ByGroup(rule, over, points))
        {
            any = true;
            var scope = GroupScope(rule, key, members.Select(member => member.Point.Datastream)) with
            {
                Zone = over.By.Kind == GroupKind.Zone ? key : null,
                Limits = schedule.Standing,
                Direction = rule.Direction,
                Unit = over.Function == AreaFunction.Count || unitOfValue.Length == 0 ? null : unitOfValue,
            };
            take(new(
                [scope], null, scope.Gateway, Schedule: schedule.IsStanding ? null : schedule,
                Area: [.. members.Select(member => Bound(rule, over, key, member.Point, member.Weight))]));
        }
        if (!any && !measures.HasErrors)
            messages.Add(rule.Position.Warning($"rule '{rule.Id}' watches nothing: none of what it matches belongs to a group of its 'by'{(OwnLimitsOnly(over) ? ", with limits of its own" : "")}"));
    }

    private static bool OwnLimitsOnly(AreaValue over) => over.Function == AreaFunction.Count && over.Limit is null;

    // A datastream without a limit for that level or a higher one, at any time of the year, has no say.
    private static AreaLimit? OwnLimit(AreaValue over, DatastreamDefinition datastream)
    {
        var own = new LimitSchedule(datastream.Limits, datastream.DatedLimits);
        bool has = own.All.Any(limits => limits.InOrder().Any(limit => limit.Level >= over.LimitLevel));
        return has ? new(null, own, over.LimitLevel, over.Direction) : null;
    }

    private IEnumerable<(string Key, List<(Point Point, double Weight)> Members)> ByGroup(ThresholdRule rule, AreaValue over, List<Point> points)
    {
        var keys = new GroupKeys(catalogue, over.By, rule.Domain);
        return points.SelectMany(point => keys.Of(point.Datastream).Select(key => (Key: key, Point: point)))
            .GroupBy(pair => pair.Key, pair => (pair.Point, Weight: 1.0))
            .OrderBy(group => group.Key, StringComparer.Ordinal)
            .Select(group => (group.Key, group.ToList()));
    }

    // Who is nearest to a part of the zone counts for it, also from outside of the zone.
    private IEnumerable<(string Key, List<(Point Point, double Weight)> Members)> ByGround(ThresholdRule rule, AreaValue over, List<Point> points)
    {
        var placed = points.Where(point => PlaceOf(point.Datastream) is not null).ToList();
        foreach (var point in points.Except(placed))
            messages.Add(rule.Position.Warning($"rule '{rule.Id}' leaves '{point.Datastream.Id}' out: its station has no location, and Thiessen weights need one"));
        if (placed.Count == 0)
            yield break;
        var places = placed.Select(point => PlaceOf(point.Datastream)!.Value).ToList();
        foreach (var zone in catalogue.Zones.Where(zone => zone.Kind == over.By.Name && zone.Domain == rule.Domain).OrderBy(zone => zone.Id, StringComparer.Ordinal))
        {
            var shares = ThiessenShares.Of(zone.Geometry, places);
            yield return (zone.Id, [.. placed.Zip(shares).Where(pair => pair.Second > 0)]);
        }
    }

    private static GeographicPoint? PlaceOf(DatastreamDefinition datastream) => datastream.Station?.Location ?? datastream.Station?.Site?.Location;

    private BoundPoint Bound(ThresholdRule rule, AreaValue over, string key, Point point, double weight)
    {
        long fresh = over.FreshTicks > 0 ? over.FreshTicks : Math.Max(rule.FreshnessTicks, 2 * (point.Datastream.ExpectedInterval?.Ticks ?? 0));
        return new(Scope(rule, point.Datastream, $"{key}|{point.Datastream.Id}"), point.Measure, weight, fresh, point.Limit);
    }
}
