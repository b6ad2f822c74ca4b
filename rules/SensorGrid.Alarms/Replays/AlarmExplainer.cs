using System.Text.RegularExpressions;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Time;
using SensorGrid.Rules;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;

namespace SensorGrid.Alarms.Replays;

/// <summary>Why an alarm was raised: plays the log from before its window to the record that raised it, under what was in force then, and
/// says whether the same comes out. Where it does not, it begins further back, until the log or what may be played ends.</summary>
public sealed partial class AlarmExplainer
{
    /// <summary>Most readings of one explanation; the newest.</summary>
    public const int MostReadings = 500;

    // What a rule without a window needs to be told apart from one that was true before.
    private static readonly TimeSpan ShortestLead = TimeSpan.FromMinutes(30);

    private readonly IReplayedLog log;
    private readonly long mostRecords;

    /// <param name="log">The log.</param>
    /// <param name="mostRecords">Most records played in one go.</param>
    public AlarmExplainer(IReplayedLog log, long mostRecords = long.MaxValue) => (this.log, this.mostRecords) = (log, mostRecords);

    /// <summary>What messages are read besides packs; none unless given.</summary>
    public PayloadFormats Formats { get; init; } = PayloadFormats.PacksOnly;

    /// <summary>Explains one alarm.</summary>
    /// <param name="raised">What is known of its raise.</param>
    /// <param name="cancellation">Ends it.</param>
    public AlarmExplanation Explain(RaisedAlarm raised, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(raised);
        var definitions = log.DefinitionsBefore(raised.Sequence);
        var rules = RuleSetReader.Read(definitions.Rules).Rules;
        var rule = rules?.Rules.FirstOrDefault(rule => rule.Id == raised.Rule);
        var others = rule is ThresholdRule ? OthersOf(raised, rules! with { Rules = [rule] }, definitions) : [];
        long measured = rule is null ? 0 : WindowOf(rule, raised.OnsetTicks);
        long window = measured + (rule?.OnDelayTicks ?? 0);
        int before = rule is null ? 0 : CountedBefore(rule, raised.OnsetTicks, measured);
        // What counts from before the window is looked for a while.
        long lead = before > 0 ? window + ShortestLead.Ticks : Math.Max(window, ShortestLead.Ticks);
        while (true)
        {
            var run = new Run(log, Formats, raised, others, window, before, mostRecords, cancellation);
            run.Play(Math.Max(0, Math.Min(raised.OnsetTicks, raised.ReceivedTicks) - lead));
            if (run.Again == raised.Recorded || run.IsAtBegin || run.IsLimited)
                return Explanation(raised, run, definitions, rule, window);
            lead = lead > TimeSpan.FromDays(3660).Ticks ? long.MaxValue / 2 : lead * 8;
        }
    }

    // What the value is made of beside the datastream that is watched.
    private static HashSet<string> OthersOf(RaisedAlarm raised, RuleSet rule, ReplayedDefinitions definitions)
    {
        if (CatalogueReader.Read(definitions.Catalogue).Catalogue is not { } catalogue)
            return [];
        var engine = new RuleEngine(new());
        engine.Activate(catalogue, rule);
        return [.. engine.ReferredBy(raised.Rule, raised.Scope).Select(other => other.ToString())];
    }

    private static AlarmExplanation Explanation(RaisedAlarm raised, Run run, ReplayedDefinitions definitions, Rule? rule, long window)
    {
        var alarm = run.Alarm;
        var threshold = rule as ThresholdRule;
        return new()
        {
            Alarm = raised.Id,
            Rule = raised.Rule,
            Scope = raised.Scope,
            Level = raised.Level,
            OnsetAt = Time(raised.OnsetTicks),
            RaisedAt = Time(raised.RaisedTicks),
            ReceivedAt = Time(raised.ReceivedTicks),
            Sequence = raised.Sequence,
            Measure = alarm?.Measure ?? threshold?.Measure,
            Value = raised.Value,
            Unit = alarm?.Unit ?? threshold?.Unit,
            Direction = threshold is null ? null : threshold.Direction.ToString().ToLowerInvariant(),
            Limits = LimitsOf(alarm),
            RuleText = rule is null ? [] : TextOf(rule, definitions),
            RulePlace = rule is null ? null : $"{rule.Position.File}:{rule.Position.Line}",
            RuleVersion = definitions.Rules.Files.Count == 0 ? null : definitions.Rules.ShortHash,
            RulesBy = definitions.RulesBy,
            RulesAt = definitions.RulesAtTicks == 0 ? null : Time(definitions.RulesAtTicks),
            CatalogueVersion = definitions.Catalogue.Files.Count == 0 ? null : definitions.Catalogue.ShortHash,
            WindowFrom = Time(Math.Max(0, raised.OnsetTicks - window)),
            Points = run.Points,
            Readings = [.. run.Readings],
            ReadingsInWindow = run.ReadingsInWindow,
            RecordsPlayed = run.Records,
            Recorded = raised.Recorded,
            Again = run.Again,
            BeginIsMissing = run.IsLimited || (run.IsAtBegin && run.FirstSequence > 1),
        };
    }

    private static IReadOnlyList<ExplainedLimit> LimitsOf(Alarm? alarm) => alarm is null
        ? []
        : [.. LevelNames.Raised.Where(level => alarm.Limits.Of((int)level) is not null).Select(level => new ExplainedLimit(LevelNames.NameOf(level), alarm.Limits.Of((int)level)!.Value))];

    // The longest time before the onset that the rule's value or its silence speaks of. Hours and days begin where the clock has them.
    private static long WindowOf(Rule rule, long onsetTicks)
    {
        long longest = rule switch
        {
            DeadmanRule deadman => deadman.SilenceTicks + (deadman.RollUp?.WaitTicks ?? 0),
            ThresholdRule { Over: { } over } => over.FreshTicks,
            FireWeatherRule => TimeSpan.TicksPerDay,
            JumpRule jump => jump.WithinTicks,
            TimeToLimitRule trend => trend.WindowTicks,
            // A yes that is over counts as long, and each is as old as its own window and delay.
            VoteRule vote => vote.WithinTicks + vote.Detectors.Max(detector => WindowOf(detector.Watch, onsetTicks) + detector.Watch.OnDelayTicks),
            _ => 0,
        };
        string measure = (rule as ThresholdRule)?.Measure ?? "";
        foreach (Match match in Durations().Matches(measure))
        {
            if (DurationText.TryParse(match.Value, out var span))
                longest = Math.Max(longest, span.Ticks);
        }
        foreach (Match match in Periods().Matches(measure))
        {
            // Any function over it will do: which it is does not matter for where it begins.
            if (ValueExpression.TryParse($"count({match.Value})", out var period))
                longest = Math.Max(longest, onsetTicks - period.WindowStartTicks(onsetTicks));
        }
        return longest;
    }

    // How many readings from before the window have a say: a change is measured from the newest of them, and of the last few no time is known.
    // An onset with which hours begin is that of no reading: then the newest from before them counts, unless a window says which do.
    private static int CountedBefore(Rule rule, long onsetTicks, long window)
    {
        bool isBeginOfHours = rule is not CheckInRule && rule.Hours?.LastBoundary(onsetTicks) == onsetTicks;
        return rule switch
        {
            RepeatRule repeat => isBeginOfHours ? repeat.OfLast : repeat.OfLast - 1,
            ThresholdRule { Over: null, LooksBefore: true } or CheckInRule { IsOfZones: false } => 1,
            ThresholdRule when window > 0 => 0,
            _ => isBeginOfHours ? 1 : 0,
        };
    }

    // From the rule's first line to where something begins that is not inside of it.
    private static List<string> TextOf(Rule rule, ReplayedDefinitions definitions)
    {
        const int MostLines = 60;
        string[] lines = definitions.Rules.Find(rule.Position.File)?.Text.Split('\n') ?? [];
        var text = new List<string>();
        int inside = 0;
        for (int i = rule.Position.Line - 1; i < lines.Length && text.Count < MostLines; i++)
        {
            string line = lines[i].TrimEnd();
            int indent = line.Length - line.TrimStart().Length;
            if (text.Count == 0)
                inside = line.AsSpan(indent).StartsWith("-") ? indent + 1 : indent;
            else if (line.Length > 0 && indent < inside)
                break;
            text.Add(line);
        }
        while (text.Count > 0 && text[^1].Length == 0)
            text.RemoveAt(text.Count - 1);
        return text;
    }

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);

    [GeneratedRegex(@"\b[0-9]+(\.[0-9]+)?[a-z]+\b", RegexOptions.CultureInvariant)]
    private static partial Regex Durations();

    [GeneratedRegex(@"\b(previous )?(hour|((hydrological |meteorological )?day))\b", RegexOptions.CultureInvariant)]
    private static partial Regex Periods();

    /// <summary>One go from a place before the window to the raise.</summary>
    private sealed class Run(
        IReplayedLog log, PayloadFormats formats, RaisedAlarm raised, HashSet<string> others, long window, int counted, long mostRecords, CancellationToken cancellation)
    {
        private readonly DatastreamTable table = new();
        private readonly Queue<ExplainedReading> readings = [];
        private HashSet<string> members = [];
        private RuleSet? membersOf;
        private CityCatalogue? membersIn;
        private object? zonesThen;

        // Before the window: of each other datastream the newest, which is what is known of it until the next, and of the one that is watched those that count.
        private readonly SortedDictionary<string, Queue<ExplainedReading>> before = new(StringComparer.Ordinal);

        public long Records { get; private set; }

        public long ReadingsInWindow { get; private set; }

        public long FirstSequence { get; private set; }

        public bool IsAtBegin => Records == 0 || FirstSequence <= log.FirstSequence;

        public bool IsLimited { get; private set; }

        public string? Again { get; private set; }

        public Alarm? Alarm { get; private set; }

        public IReadOnlyList<ExplainedPoint> Points { get; private set; } = [];

        public IEnumerable<ExplainedReading> Readings => before.Values.SelectMany(some => some).Concat(readings);

        public void Play(long notBeforeTicks)
        {
            var alarms = new ReplayedAlarms(table);
            var replay = new LogReplay(table, _ => true, alarms) { Formats = formats };
            long from = Math.Max(log.FirstSequence, raised.Sequence - Math.Min(mostRecords, raised.Sequence) + 1);
            log.Play(notBeforeTicks, from, raised.Sequence, (kind, sequence, receivedAtTicks, topic, principal, payload) =>
            {
                cancellation.ThrowIfCancellationRequested();
                if (Records++ == 0)
                {
                    FirstSequence = sequence;
                    IsLimited = sequence == from && from > log.FirstSequence;
                    var definitions = log.DefinitionsBefore(sequence);
                    alarms.Activate(definitions.Catalogue, definitions.Rules, receivedAtTicks);
                }
                var decoded = replay.Take(kind, sequence, receivedAtTicks, topic, principal, payload);
                LookUpMembers(alarms.Evaluation);
                Collect(decoded, sequence, receivedAtTicks);
                return true;
            });
            Points =
            [
                .. alarms.Evaluation.PointsOf(raised.Rule, raised.Scope).Select(point => new ExplainedPoint(
                    point.Name, point.Weight, double.IsNaN(point.Value) ? null : point.Value, point.AtTicks < 0 ? null : Time(point.AtTicks))),
            ];
            var again = alarms.Transitions.LastOrDefault(transition => transition.Alarm.Id == raised.Id && transition.Kind == AlarmTransitionKind.Raised);
            (Again, Alarm) = (again?.ToCanonicalText(), again?.Alarm);
        }

        private void LookUpMembers(AlarmEvaluation evaluation)
        {
            if (ReferenceEquals(evaluation.Rules, membersOf) && ReferenceEquals(evaluation.Catalogue, membersIn) && ReferenceEquals(evaluation.MovedZones, zonesThen))
                return;
            (membersOf, membersIn, zonesThen) = (evaluation.Rules, evaluation.Catalogue, evaluation.MovedZones);
            members = [.. evaluation.PointsOf(raised.Rule, raised.Scope).Select(point => point.Name)];
        }

        private bool Concerns(DatastreamKey key)
        {
            if (members.Count > 0)
                return members.Contains(key.ToString()) || members.Contains(key.Gateway);
            return raised.Datastream is { } datastream ? key.ToString() == datastream : key.Gateway == raised.Gateway;
        }

        private void Collect(ReadOnlySpan<Reading> decoded, long sequence, long receivedAtTicks)
        {
            foreach (ref readonly var reading in decoded)
            {
                if (reading.ObservedAtTicks > raised.RaisedTicks)
                    continue;
                var key = table.KeyOf(reading.Datastream);
                string name = key.ToString();
                bool isOther = others.Contains(name);
                if (!isOther && !Concerns(key))
                    continue;
                bool isBefore = reading.ObservedAtTicks < raised.OnsetTicks - window;
                if (isBefore)
                {
                    KeepBefore(isOther ? 1 : Math.Min(counted, MostReadings), name, reading, sequence, receivedAtTicks);
                    continue;
                }
                ReadingsInWindow++;
                if (readings.Count == MostReadings)
                    readings.Dequeue();
                readings.Enqueue(Explained(name, reading, sequence, receivedAtTicks));
            }
        }

        private void KeepBefore(int most, string name, in Reading reading, long sequence, long receivedAtTicks)
        {
            if (most == 0)
                return;
            if (!before.TryGetValue(name, out var kept))
                before.Add(name, kept = []);
            // One that came late was passed over by the rules, too.
            if (kept.Count > 0 && kept.Last().ObservedAt.UtcTicks >= reading.ObservedAtTicks)
                return;
            if (kept.Count == most)
                kept.Dequeue();
            kept.Enqueue(Explained(name, reading, sequence, receivedAtTicks));
        }

        private static ExplainedReading Explained(string datastream, in Reading reading, long sequence, long receivedAtTicks)
        {
            bool isNumber = reading.Kind is ReadingKind.Number or ReadingKind.Boolean && double.IsFinite(reading.Value);
            return new(datastream, Time(reading.ObservedAtTicks), Time(receivedAtTicks), sequence, isNumber ? reading.Value : null, reading.Quality.ToString().ToLowerInvariant());
        }
    }
}

/// <summary>What is known of an alarm's raise.</summary>
/// <param name="Id">Id of the alarm.</param>
/// <param name="Rule">Rule id.</param>
/// <param name="Scope">What is watched.</param>
/// <param name="Datastream"><c>gateway/name</c>, or null.</param>
/// <param name="Gateway">Gateway id.</param>
/// <param name="Level">The word of the level at which it was raised.</param>
/// <param name="Value">Value at the raise, or null.</param>
/// <param name="OnsetTicks">When the condition first held.</param>
/// <param name="RaisedTicks">When it was raised.</param>
/// <param name="ReceivedTicks">When the record that raised it was received.</param>
/// <param name="Sequence">Number of that record.</param>
/// <param name="Recorded">The transition, in its canonical text.</param>
public sealed record RaisedAlarm(
    string Id, string Rule, string Scope, string? Datastream, string Gateway, string Level, double? Value, long OnsetTicks, long RaisedTicks, long ReceivedTicks,
    long Sequence, string Recorded)
{
    /// <summary>The alarm that a transition raised.</summary>
    public static RaisedAlarm Of(AlarmTransition transition)
    {
        ArgumentNullException.ThrowIfNull(transition);
        var alarm = transition.Alarm;
        return new(alarm.Id, alarm.Rule, alarm.Scope, alarm.Datastream, alarm.Gateway, LevelNames.NameOf(alarm.Level), alarm.Value, alarm.OnsetAtTicks, transition.AtTicks,
            transition.LogTimeTicks, transition.Sequence, transition.ToCanonicalText());
    }
}
