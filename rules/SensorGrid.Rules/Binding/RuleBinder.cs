using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Geofences;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Thresholds;

namespace SensorGrid.Rules.Binding;

/// <summary>Joins rules and catalogue: which rule watches which datastream, with which limits. What does not fit together is said
/// and left out; the rest is bound, because a catalogue that changes must not silence rules that still fit.</summary>
internal sealed partial class RuleBinder
{
    private readonly CityCatalogue catalogue;
    private readonly RuleSet rules;
    private readonly SourceMessages messages;
    private readonly ScopeIndex datastreams;
    private readonly Dictionary<string, PreparedZone> zones = new(StringComparer.Ordinal);
    private readonly Dictionary<DatastreamDefinition, ConditionSubject> subjects = new(ReferenceEqualityComparer.Instance);
    private Action<BoundRule> take;
    private ReferenceFinder? references;

    private RuleBinder(CityCatalogue catalogue, RuleSet rules, SourceMessages messages, Action<BoundRule> take)
    {
        (this.catalogue, this.rules, this.messages, this.take) = (catalogue, rules, messages, take);
        datastreams = new(catalogue);
    }

    /// <summary>Binds rules in their order. What is bound is handed over one by one: for a large city the list of it would take more memory than the
    /// conditions made from it.</summary>
    /// <param name="catalogue">The catalogue in force.</param>
    /// <param name="rules">The rules.</param>
    /// <param name="messages">Gets what does not fit together.</param>
    /// <param name="take">Gets each rule with each thing it watches.</param>
    public static void Bind(CityCatalogue catalogue, RuleSet rules, SourceMessages messages, Action<BoundRule> take)
    {
        var binder = new RuleBinder(catalogue, rules, messages, take);
        foreach (var rule in rules.Rules)
            binder.Bind(rule);
    }

    private void Bind(Rule rule)
    {
        ScopeCheck.NamesExist(rule, catalogue, messages);
        var matched = datastreams.Matching(rule.Scope);
        if (matched.Count == 0)
        {
            messages.Add(rule.Position.Warning($"rule '{rule.Id}' watches nothing: no datastream of the catalogue matches its scope"));
            return;
        }
        BindSpecific(rule, matched);
    }

    private void BindSpecific(Rule rule, List<DatastreamDefinition> matched)
    {
        switch (rule)
        {
            case ThresholdRule { Over: { } over } area:
                BindArea(area, over, matched);
                break;
            case ThresholdRule threshold:
                BindThreshold(threshold, matched);
                break;
            case DeadmanRule { RollUp: { } rollUp } deadman:
                BindRollUp(deadman, rollUp, matched);
                break;
            case DeadmanRule { OfGateway: true }:
                BindGateways(rule, matched);
                break;
            case DeadmanRule:
                foreach (var datastream in matched)
                    take(new([Scope(rule, datastream, datastream.Id)], datastream.Key, datastream.Key.Gateway));
                break;
            case GeofenceRule geofence:
                BindGeofence(geofence, matched);
                break;
            case VoteRule vote:
                BindVote(vote, matched);
                break;
            case RepeatRule repeat:
                BindSingle(rule, repeat.Unit, matched, scope => scope with { Limits = repeat.Counts, Unit = null });
                break;
            case TimeToLimitRule trend:
                BindTimeToLimit(trend, matched);
                break;
            case SilenceAfterRule silence:
                BindSilenceAfter(silence, matched);
                break;
            case CheckInRule checkIn:
                BindCheckIn(checkIn, matched);
                break;
            case FireWeatherRule weather:
                BindFireWeather(weather, matched);
                break;
            case StuckAtRule stuck:
                BindSingle(rule, stuck.Unit, matched, scope => scope);
                break;
            case JumpRule jump:
                BindSingle(rule, jump.Unit, matched, scope => scope with { Limits = jump.Limits });
                break;
        }
    }

    private void BindThreshold(ThresholdRule rule, List<DatastreamDefinition> matched)
    {
        string unit = rule.Unit ?? matched[0].UnitName;
        var measures = new MeasureBinder(rule, unit, references ??= new(catalogue, messages), messages);
        var own = rule.Limits is null ? null : new LimitSchedule(rule.Limits, rule.DatedLimits);
        bool any = false, bound = false;
        foreach (var datastream in matched)
        {
            if (!HasUnit(rule, rule.Unit, unit, matched[0], datastream))
                continue;
            if (ScheduleOf(own, datastream) is not { } schedule)
                continue;
            if (!HasDirection(rule, schedule, datastream))
                continue;
            any = true;
            foreach (var measure in measures.Of(datastream))
            {
                bound = true;
                // Mostly there are no partners, and then it is the datastream's own text.
                string key = measure.Partners.Count == 0 ? datastream.Id : string.Join('|', measure.Partners.Select(partner => partner.Id).Prepend(datastream.Id));
                var scope = LimitedScope(rule, datastream, key, schedule.Standing, rule.Direction, measure.Unit);
                take(new([scope], datastream.Key, datastream.Key.Gateway, Measure: measure.Plan, Schedule: schedule.IsStanding ? null : schedule));
            }
        }
        if (any)
            measures.SayUnfound();
        if (any && !bound && !measures.HasErrors)
            messages.Add(rule.Position.Error($"rule '{rule.Id}' watches nothing: for each datastream it matches something is missing; see the warnings"));
        if (!any && rule.Limits is null)
            messages.Add(rule.Position.Warning(
                $"rule '{rule.Id}' takes its levels from the catalogue, but none of the datastreams it matches has 'limits'"));
    }

    private static LimitSchedule? ScheduleOf(LimitSchedule? ofRule, DatastreamDefinition datastream) =>
        ofRule ?? (datastream.Limits is null && datastream.DatedLimits.Count == 0 ? null : new(datastream.Limits, datastream.DatedLimits));

    private void BindGateways(Rule rule, List<DatastreamDefinition> matched)
    {
        foreach (var ofGateway in matched.GroupBy(datastream => datastream.Gateway))
        {
            var gateway = ofGateway.Key;
            var stations = ofGateway.Select(datastream => datastream.Station).Distinct().ToList();
            var station = gateway.Station ?? (stations.Count == 1 ? stations[0] : null);
            take(new([Scope(rule, gateway.Id, Subject(gateway.Id, station))], null, gateway.Id));
        }
    }

    private void BindGeofence(GeofenceRule rule, List<DatastreamDefinition> matched)
    {
        double? near = rule.On == FenceTrigger.Approach ? rule.DistanceMetres + rule.HysteresisMetres : null;
        var index = new ZoneIndex(ZonesOf(rule, rule.Zones, rule.ZoneKind), near);
        if (index.Zones.Length == 0)
            return;
        matched = PositionsOf(rule, matched);
        foreach (var datastream in matched)
        {
            string thing = ThingOf(datastream, matched);
            // One for each thing and fence: none is made twice.
            var subject = SubjectOf(datastream);
            var scopes = new ConditionScope[index.Zones.Length];
            for (int zone = 0; zone < scopes.Length; zone++)
            {
                string id = index.Zones[zone].Id;
                scopes[zone] = new()
                {
                    Rule = rule,
                    Key = $"{thing}|{id}",
                    RulesVersion = rules.Version,
                    Subject = subject,
                    Zone = id,
                    Unit = rule.On == FenceTrigger.Approach ? "m" : null,
                };
            }
            take(new(scopes, datastream.Key, datastream.Key.Gateway, index, Errors: ErrorsOf(rule, datastream)));
        }
    }

    private DatastreamKey? ErrorsOf(GeofenceRule rule, DatastreamDefinition position)
    {
        if (rule.ErrorDatastream is not { } name)
            return null;
        var key = new DatastreamKey(position.Key.Gateway, name);
        if (catalogue.Find(key) is not { } errors)
        {
            messages.Add(rule.Position.Warning(
                $"rule '{rule.Id}' takes the error of '{position.Id}' from '{key.Gateway}/{name}', which the catalogue does not have; its fixes are taken as exact"));
            return null;
        }
        if (errors.UnitName is "m")
            return key;
        messages.Add(rule.Position.Error($"rule '{rule.Id}' takes an error in metres from '{errors.Id}', which is in '{errors.UnitName}'; its 'unit' must be m"));
        return null;
    }

    private PreparedZone? Prepare(string id)
    {
        if (!zones.TryGetValue(id, out var prepared) && catalogue.Zones.Find(id) is { } zone)
            zones.Add(id, prepared = new(id, zone.Geometry, FenceValidity.Of(zone)));
        return prepared;
    }

    private ConditionScope Scope(Rule rule, DatastreamDefinition datastream, string key) => Scope(rule, key, SubjectOf(datastream));

    // Of these there are millions: none is made to be copied.
    private ConditionScope LimitedScope(Rule rule, DatastreamDefinition datastream, string key, LevelLimits limits, LimitDirection direction, string unit) => new()
    {
        Rule = rule, Key = key, RulesVersion = rules.Version, Subject = SubjectOf(datastream), Limits = limits, Direction = direction, Unit = unit.Length == 0 ? null : unit,
    };

    private ConditionSubject SubjectOf(DatastreamDefinition datastream)
    {
        if (!subjects.TryGetValue(datastream, out var subject))
            subjects.Add(datastream, subject = Subject(datastream.Key.Gateway, datastream.Station, datastream.Key, datastream.Asset?.Id));
        return subject;
    }

    private ConditionScope Scope(Rule rule, string key, ConditionSubject subject) =>
        new() { Rule = rule, Key = key, RulesVersion = rules.Version, Subject = subject };

    private static ConditionSubject Subject(string gateway, Station? station, DatastreamKey? datastream = null, string? asset = null)
    {
        var location = station?.Location ?? station?.Site?.Location;
        return new(gateway, datastream, station?.Id, asset, location?.Longitude, location?.Latitude);
    }
}
