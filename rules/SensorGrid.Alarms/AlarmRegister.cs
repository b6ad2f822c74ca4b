using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Model;

namespace SensorGrid.Alarms;

/// <summary>
/// The alarms a person may still have to do something about: active, or not acknowledged. Pure; not thread-safe.
/// <code>
/// alarm of (rule, scope)          | condition goes to | transition
/// none                            | a level           | raised
/// none                            | normal            | –
/// active, not latched             | another level     | level-changed; at red, seen below red only: not acknowledged any more
/// active, not latched             | normal            | cleared
/// latched (red, unacknowledged)   | a lower level     | –  (remembered)
/// latched                         | normal            | returned
/// latched, returned               | a level           | continued
///
/// any, change of the past         | a level           | raised, besides: the alarm that stands is another one
///                                 | another level     | level-changed
///                                 | normal            | cleared, also at red: nothing holds that could be latched
///
/// alarm                           | acknowledge
/// latched, condition still red    | acknowledged
/// latched, condition lower        | acknowledged, level-changed
/// latched, returned               | acknowledged, cleared; leaves the register
/// active, not acknowledged        | acknowledged
/// ended, not acknowledged         | acknowledged; leaves the register
/// acknowledged or unknown         | –  (counted)
/// </code>
/// </summary>
public sealed partial class AlarmRegister
{
    /// <summary>Most ended alarms kept for somebody to acknowledge (a day's worst flood is some thousands). The oldest makes
    /// room and is counted; what was written about it stays where transitions are kept.</summary>
    public const int MaxEndedUnacknowledged = 50_000;

    private readonly Dictionary<(string Rule, string Scope), Entry> active = [];
    private readonly Dictionary<string, Entry> byId = new(StringComparer.Ordinal);
    private readonly LinkedList<Entry> ended = new();
    private readonly int maxEnded;
    // One that late readings brought to light, while its changes come.
    private Entry? past;

    /// <param name="maxEndedUnacknowledged">See <see cref="MaxEndedUnacknowledged"/>.</param>
    public AlarmRegister(int maxEndedUnacknowledged = MaxEndedUnacknowledged) => maxEnded = maxEndedUnacknowledged;

    /// <summary>What changed nothing, and what was let go of.</summary>
    public AlarmRegisterCounters Counters { get; } = new();

    /// <summary>Number of alarms held.</summary>
    public int Count => byId.Count;

    /// <summary>The alarms held, in order of onset, rule and scope.</summary>
    public IReadOnlyList<Alarm> Alarms =>
    [
        .. byId.Values.Select(entry => entry.Alarm)
            .OrderBy(alarm => alarm.OnsetAtTicks)
            .ThenBy(alarm => alarm.Rule, StringComparer.Ordinal)
            .ThenBy(alarm => alarm.Scope, StringComparer.Ordinal),
    ];

    /// <summary>An alarm that is held, or null.</summary>
    public Alarm? Find(string id) => byId.TryGetValue(id, out var entry) ? entry.Alarm : null;

    /// <summary>Takes a change of a condition.</summary>
    public void Apply(in ConditionChange change, long sequence, List<AlarmTransition> output)
    {
        var step = new Step(change.AtTicks, sequence, change.LogTimeTicks, output) { Retrospective = change.IsRetrospective };
        if (change.IsPast)
        {
            ApplyPast(change, step);
            return;
        }
        if (!active.TryGetValue((change.Scope.Rule.Id, change.Scope.Key), out var entry))
        {
            if (change.To != Level.None)
                Raise(change, step);
            return;
        }

        var before = entry.Condition;
        entry.Condition = change.To;
        var alarm = WithEvidence(entry.Alarm, change);
        if (entry.Alarm.IsLatched)
        {
            if (change.To == Level.None)
                step.Write(AlarmTransitionKind.Returned, entry, alarm with { ReturnedAtTicks = change.AtTicks });
            else if (before == Level.None)
                step.Write(AlarmTransitionKind.Continued, entry, alarm with { ReturnedAtTicks = null });
        }
        else if (change.To == Level.None)
        {
            Clear(entry, alarm with { ReturnedAtTicks = change.AtTicks }, step);
        }
        else if (change.To != entry.Alarm.Level)
        {
            ChangeLevel(entry, alarm, step);
        }
    }

    /// <summary>A person has seen an alarm, at the level it has. The first one stays, and doing it again changes nothing, until the alarm
    /// reaches red and nobody has seen it there: red asks once more.</summary>
    /// <param name="id">Alarm id.</param>
    /// <param name="by">Who.</param>
    /// <param name="note">What that person wrote, or null.</param>
    /// <param name="atTicks">Log time of the command.</param>
    /// <param name="sequence">Sequence of the command.</param>
    /// <param name="output">Gets the transitions.</param>
    public void Acknowledge(string id, string by, string? note, long atTicks, long sequence, List<AlarmTransition> output)
    {
        if (!byId.TryGetValue(id, out var entry))
        {
            Counters.AcknowledgedUnknown++;
            return;
        }
        if (entry.Alarm.Acknowledged)
        {
            Counters.AcknowledgedAgain++;
            return;
        }

        bool wasLatched = entry.Alarm.IsLatched;
        var step = new Step(atTicks, sequence, atTicks, output);
        step.Write(
            AlarmTransitionKind.Acknowledged,
            entry,
            entry.Alarm.SeenBy(by, note, atTicks),
            by: by,
            note: note);
        if (!entry.Alarm.Active)
            Leave(entry);
        else if (wasLatched && entry.Condition == Level.None)
            Clear(entry, entry.Alarm, step);
        else if (wasLatched && entry.Condition != entry.Alarm.Level)
            ChangeLevel(entry, entry.Alarm, step);
    }

    /// <summary>Ends alarms that no rule stands behind any more. Call after rules or catalogue have changed.</summary>
    /// <param name="levelNow">Level that the rules hold true for (rule, scope), or null when none watches it.</param>
    /// <param name="atTicks">Log time of the command.</param>
    /// <param name="sequence">Sequence of the command.</param>
    /// <param name="output">Gets the transitions.</param>
    public void EndUnwatched(Func<string, string, Level?> levelNow, long atTicks, long sequence, List<AlarmTransition> output)
    {
        var step = new Step(atTicks, sequence, atTicks, output);
        foreach (var entry in active.Values.OrderBy(entry => entry.Alarm.Rule, StringComparer.Ordinal)
            .ThenBy(entry => entry.Alarm.Scope, StringComparer.Ordinal).ToList())
        {
            var level = levelNow(entry.Alarm.Rule, entry.Alarm.Scope);
            if (level is null)
                Clear(entry, entry.Alarm, step, "rule removed");
            else if (level == Level.None && entry.Condition != Level.None)
                Clear(entry, entry.Alarm, step, "rule changed");
        }
    }

    // Its changes come one after the other, up to its end, so that it never stands: what holds now is another alarm's, if any's.
    private void ApplyPast(in ConditionChange change, Step step)
    {
        if (change.From == Level.None)
        {
            past = null;
            var alarm = NewAlarm(change);
            if (byId.ContainsKey(alarm.Id))
                Counters.PastKnown++;
            else
                Begin(past = byId[alarm.Id] = new(alarm) { Condition = change.To }, step);
            return;
        }
        if (past is not { } entry)
            return;
        entry.Condition = change.To;
        var now = WithEvidence(entry.Alarm, change);
        if (change.To != Level.None)
        {
            ChangeLevel(entry, now, step);
            return;
        }
        Clear(entry, now with { ReturnedAtTicks = change.AtTicks }, step);
        past = null;
    }

    private void Raise(in ConditionChange change, Step step)
    {
        var alarm = NewAlarm(change);
        // The same onset again, after rules were taken out and put back: the same alarm, which goes on counting its transitions.
        if (byId.TryGetValue(alarm.Id, out var earlier))
        {
            alarm = alarm with { Revision = earlier.Alarm.Revision };
            Leave(earlier);
        }
        Begin(active[(alarm.Rule, alarm.Scope)] = byId[alarm.Id] = new(alarm) { Condition = change.To }, step);
    }

    private static void Begin(Entry entry, Step step) =>
        step.Write(AlarmTransitionKind.Raised, entry, entry.Alarm with { Limit = entry.Alarm.Limits.Of((int)entry.Alarm.Level) });

    private static Alarm NewAlarm(in ConditionChange change)
    {
        var (scope, rule) = (change.Scope, change.Scope.Rule);
        return WithEvidence(
            new Alarm
            {
                Id = AlarmId.Of(rule.Id, scope.Key, change.OnsetTicks),
                Rule = rule.Id,
                RuleVersion = scope.RulesVersion,
                Title = rule.Title,
                Domain = rule.Domain,
                Scope = scope.Key,
                Station = scope.Station,
                Asset = scope.Asset,
                Zone = scope.Zone,
                Datastream = scope.Datastream?.ToString(),
                Gateway = scope.Gateway,
                Level = change.To,
                PeakLevel = change.To,
                Active = true,
                OnsetAtTicks = change.OnsetTicks,
                RaisedAtTicks = change.AtTicks,
                UpdatedAtTicks = change.AtTicks,
                Limits = change.LimitsInForce ?? scope.Limits,
                Retrospective = change.IsRetrospective,
                Revision = 0,
                ReceivedAtTicks = change.LogTimeTicks,
            },
            change);
    }

    private static void ChangeLevel(Entry entry, Alarm alarm, Step step)
    {
        var level = entry.Condition;
        if (level == Level.Red && alarm.Acknowledged && alarm.AcknowledgedLevel != Level.Red)
            alarm = alarm.Unseen();
        step.Write(AlarmTransitionKind.LevelChanged, entry, alarm with
        {
            Level = level,
            PeakLevel = level > alarm.PeakLevel ? level : alarm.PeakLevel,
            Limit = alarm.Limits.Of((int)level),
        });
    }

    private void Clear(Entry entry, Alarm alarm, Step step, string? reason = null)
    {
        entry.Condition = Level.None;
        if (entry != past)
            active.Remove((alarm.Rule, alarm.Scope));
        step.Write(
            AlarmTransitionKind.Cleared,
            entry,
            alarm with { Active = false, ReturnedAtTicks = alarm.ReturnedAtTicks ?? step.At, ClearedAtTicks = step.At },
            reason: reason);
        if (alarm.Acknowledged)
        {
            byId.Remove(alarm.Id);
            return;
        }
        entry.Place = ended.AddLast(entry);
        if (ended.Count > maxEnded)
        {
            Leave(ended.First!.Value);
            Counters.DroppedUnacknowledged++;
        }
    }

    private void Leave(Entry entry)
    {
        byId.Remove(entry.Alarm.Id);
        ended.Remove(entry.Place!);
    }

    // What the person sees is what was in force when the level changed.
    private static Alarm WithEvidence(Alarm alarm, in ConditionChange change)
    {
        var (scope, rule) = (change.Scope, change.Scope.Rule);
        return alarm with
        {
            RuleVersion = scope.RulesVersion,
            Title = rule.Title,
            Plan = rule.Plan,
            LatchesRed = rule.LatchesRed,
            Limits = change.LimitsInForce ?? scope.Limits,
            Direction = scope.Direction,
            Measure = (rule as ThresholdRule)?.Measure,
            Unit = scope.Unit,
            Value = double.IsNaN(change.Value) ? null : change.Value,
            Evidence = change.Evidence,
            Longitude = double.IsNaN(change.Longitude) ? scope.Longitude : change.Longitude,
            Latitude = double.IsNaN(change.Latitude) ? scope.Latitude : change.Latitude,
        };
    }

    private sealed class Entry(Alarm alarm)
    {
        public Alarm Alarm { get; set; } = alarm;

        /// <summary>What the rule holds true, which a latched alarm does not show.</summary>
        public Level Condition { get; set; }

        public LinkedListNode<Entry>? Place { get; set; }
    }

    private readonly record struct Step(long At, long Sequence, long LogTime, List<AlarmTransition> Output)
    {
        public bool Retrospective { get; init; }

        public void Write(AlarmTransitionKind kind, Entry entry, Alarm alarm, string? by = null, string? note = null, string? reason = null)
        {
            entry.Alarm = alarm with { Revision = alarm.Revision + 1, UpdatedAtTicks = At };
            Output.Add(new()
            {
                Kind = kind,
                AtTicks = At,
                Alarm = entry.Alarm,
                By = by,
                Note = note,
                Reason = reason,
                Retrospective = Retrospective,
                Sequence = Sequence,
                LogTimeTicks = LogTime,
            });
        }
    }
}
