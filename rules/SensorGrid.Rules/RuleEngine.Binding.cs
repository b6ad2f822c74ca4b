using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Yaml;
using SensorGrid.Rules.Binding;
using SensorGrid.Rules.Changes;
using SensorGrid.Rules.CheckIns;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.FireWeather;
using SensorGrid.Rules.Geofences;
using SensorGrid.Rules.Model;
using SensorGrid.Rules.Silence;
using SensorGrid.Rules.Thresholds;
using SensorGrid.Rules.Trends;
using SensorGrid.Rules.Votes;

namespace SensorGrid.Rules;

// Which rules concern which datastream: worked out once when rules or catalogue change, so that a reading only follows references.
public sealed partial class RuleEngine
{
    private CityCatalogue catalogueInForce = CityCatalogue.Empty;
    private RuleSet? rulesInForce;

    /// <summary>What did not fit together when rules and catalogue were last put into force, and was left out.</summary>
    public IReadOnlyList<SourceMessage> Messages { get; private set; } = [];

    /// <summary>Puts rules into force. A rule goes on where the rule of the same id and type was: its level stays, its window stays
    /// while the value expression is the same, its delays while nothing about it is changed. Clocks go on in any case. A new rule
    /// judges from the next reading on.</summary>
    /// <param name="catalogue">The catalogue in force.</param>
    /// <param name="rules">The rules.</param>
    public void Activate(CityCatalogue catalogue, RuleSet rules)
    {
        (catalogueInForce, rulesInForce) = (catalogue, rules);
        Bind();
    }

    /// <summary>The level that a rule holds true for one thing, or null when no rule in force watches it.</summary>
    public Level? LevelOf(string ruleId, string scopeKey) => Find(ruleId, scopeKey)?.Level;

    private Condition? Find(string ruleId, string scopeKey)
    {
        int low = 0, high = conditions.Length - 1;
        while (low <= high)
        {
            int middle = (low + high) / 2;
            int order = string.CompareOrdinal(conditions[middle].Scope.Rule.Id, ruleId);
            if (order == 0)
                order = string.CompareOrdinal(conditions[middle].Scope.Key, scopeKey);
            if (order == 0)
                return conditions[middle];
            (low, high) = order < 0 ? (middle + 1, high) : (low, middle - 1);
        }
        return null;
    }

    private void Bind()
    {
        CloseAll();
        var before = EvaluatorsByCondition();
        foreach (var datastream in datastreams)
            datastream?.Forget();
        foreach (var gateway in gateways.Values)
            gateway.Forget();
        groups.Clear();

        var created = new List<Condition>(conditions.Length);
        var messages = new SourceMessages();
        var limits = new LimitTables();
        if (rulesInForce is not null)
        {
            RuleBinder.Bind(catalogueInForce, rulesInForce, messages, rule =>
            {
                if (rule.Area is { } area)
                    CreateArea(rule, area, limits).ForEach(Add);
                else if (rule.Members is { } members)
                    CreateGroup(rule, members, limits).ForEach(Add);
                else if (Create(rule, limits) is { } evaluator)
                    Add(evaluator);
            });
        }
        Messages = messages.ToList();

        ConditionOrder.Sort(created);
        conditions = [.. created];
        for (int i = 0; i < conditions.Length; i++)
            conditions[i].Number = i;
        foreach (var datastream in datastreams)
            datastream?.SetInOrder();
        foreach (var gateway in gateways.Values)
            gateway.SetInOrder();
        BindOrder();
        BindGaps();
        RestartTimers();

        void Add(IEvaluator evaluator)
        {
            if (before.Count > 0)
            {
                foreach (var old in OldEvaluators(evaluator, before))
                    evaluator.Adopt(old);
            }
            (evaluator as DeadmanEvaluator)?.Rearm();
            (evaluator as IGroupEvaluator)?.JudgeAgain();
            (evaluator as CheckInEvaluator)?.Rearm();
            created.AddRange(evaluator.Conditions);
        }
    }

    private void RestartTimers()
    {
        timers = new(conditions.Length);
        foreach (var condition in conditions)
        {
            if (condition.Due != long.MaxValue)
                timers.Set(condition.Number, condition.Clock.LogTimeOf(condition.Due));
        }
    }

    private Dictionary<(string Rule, string Key), IEvaluator> EvaluatorsByCondition()
    {
        var evaluators = new Dictionary<(string, string), IEvaluator>();
        foreach (var condition in conditions)
            evaluators.Add((condition.Scope.Rule.Id, condition.Scope.Key), condition.Evaluator);
        return evaluators;
    }

    // A geofence's conditions all come from one evaluator, unless zones were added: then from the first that knows one of them. The members of
    // a group may come from several.
    private static List<IEvaluator> OldEvaluators(IEvaluator evaluator, Dictionary<(string Rule, string Key), IEvaluator> before)
    {
        var known = new List<IEvaluator>();
        var seen = evaluator is IGroupEvaluator ? new HashSet<IEvaluator>(ReferenceEqualityComparer.Instance) : null;
        foreach (var condition in evaluator.Conditions)
        {
            if (!before.TryGetValue((condition.Scope.Rule.Id, condition.Scope.Key), out var old) || seen?.Add(old) == false)
                continue;
            known.Add(old);
            if (seen is null)
                break;
        }
        return known;
    }

    private IEvaluator? Create(BoundRule rule, LimitTables limits)
    {
        if (rule.Datastream is not { } key)
        {
            var gateway = WatchGateway(rule.Gateway);
            var watch = new DeadmanEvaluator(rule.Scopes[0], gateway.Clock);
            watch.Conditions[0].Slot = Condition.SlotOfGateway(gateway.Number);
            gateway.Evaluators = [.. gateway.Evaluators, watch];
            return watch;
        }
        // The table has a bound. A datastream that it refuses has no readings either, and the refusal is counted where they come in.
        if (!table.TryIntern(key, out var index))
            return null;
        var datastream = Watch(index);
        IEvaluator evaluator = rule.Scopes[0].Rule switch
        {
            ThresholdRule => new ThresholdEvaluator(rule.Scopes[0], limits.Of(rule.Scopes[0]), datastream.Clock, rule.Measure!, rule.Schedule),
            DeadmanRule => new DeadmanEvaluator(rule.Scopes[0], datastream.Clock),
            GeofenceRule geofence => new GeofenceEvaluator(rule.Scopes, rule.Zones!, datastream.Clock, AccuracyOf(rule, geofence, datastream)),
            TimeToLimitRule => new TimeToLimitEvaluator(rule.Scopes[0], rule.Target, datastream.Clock),
            SilenceAfterRule => new SilenceAfterEvaluator(rule.Scopes[0], datastream.Clock),
            RepeatRule => new RepeatEvaluator(rule.Scopes[0], datastream.Clock),
            CheckInRule => new CheckInEvaluator(rule.Scopes[0], datastream.Clock, rule.Place),
            StuckAtRule => new StuckAtEvaluator(rule.Scopes[0], datastream.Clock),
            StepRule => new StepEvaluator(rule.Scopes[0], datastream.Clock),
            SpikeRule => new SpikeEvaluator(rule.Scopes[0], datastream.Clock),
            FireWeatherRule => new FireWeatherEvaluator(rule.Scopes[0], datastream.Clock, rule.Weather!),
            var other => throw new System.Diagnostics.UnreachableException($"no evaluator for {other.GetType().Name}"),
        };
        foreach (var condition in evaluator.Conditions)
            condition.Slot = index.Value;
        datastream.Evaluators = [.. datastream.Evaluators, evaluator];
        if (evaluator is IReferringEvaluator referring)
            Refer(referring, rule);
        return evaluator;
    }

    private FixAccuracy? AccuracyOf(BoundRule rule, GeofenceRule geofence, WatchedDatastream positions)
    {
        if (rule.Errors is not { } key || !table.TryIntern(key, out var index))
            return null;
        positions.LooksAt = [.. positions.LooksAt, index.Value];
        return new(Watch(index), geofence.MostErrorMetres);
    }
}
