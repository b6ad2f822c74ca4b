using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Model;

namespace SensorGrid.Alarms;

/// <summary>
/// Log records in, alarm transitions out: the one function used live, after a restart, in replays and in back-tests. Pure.
/// <code>
/// payload ─► assess ─► RuleEngine ─► AlarmRegister ─► transitions
/// tick    ───────────► RuleEngine ─► AlarmRegister ─► transitions
/// command ─► catalogue.activate, rules.activate ─► RuleEngine; alarms no rule stands behind any more end
///            zone.move ─────────────────────────► RuleEngine ─► AlarmRegister
///            alarm.acknowledge ─────────────────► AlarmRegister
///            service.started ───────────────────► RuleEngine: nobody watched since the record before
///            warning.receive ───────────────────► nothing: an official warning is no alarm
///            clock.stepped ─────────────────────► RuleEngine: no time passed since the record before
/// </code>
/// Records are given in the order of the log. Nothing in the log can make it throw: what cannot be read is counted.
/// </summary>
public sealed partial class AlarmEvaluation
{
    private readonly DatastreamTable table;
    private readonly List<ConditionChange> changes = [];
    private RuleEngine engine;
    private Reading[] assessed = new Reading[64];
    private CatalogueBinding binding;
    // As they stood in the log, for snapshots: packed, the files of a large city are some thirtieth of their size.
    private byte[] catalogueBytes = [];
    private byte[] rulesBytes = [];
    private long logTime;

    /// <param name="table">Gave the readings their indices.</param>
    public AlarmEvaluation(DatastreamTable table)
    {
        this.table = table;
        engine = new(table);
        binding = new(CityCatalogue.Empty, table);
    }

    /// <summary>The catalogue in force at this place of the log.</summary>
    public CityCatalogue Catalogue => binding.Catalogue;

    /// <summary>The rules in force at this place of the log, or null before the first.</summary>
    public RuleSet? Rules { get; private set; }

    /// <summary>The alarms.</summary>
    public AlarmRegister Alarms { get; } = new();

    /// <summary>What became of the readings.</summary>
    public RuleCounters Readings => engine.Counters;

    /// <summary>Commands that could not be read.</summary>
    public CommandCounters Commands { get; } = new();

    /// <summary>What in the rules does not fit the catalogue and was left out.</summary>
    public IReadOnlyList<SensorGrid.Readings.Yaml.SourceMessage> RuleMessages => engine.Messages;

    /// <summary>Whom a rule over many looks at for one thing it watches, and what each has to say; empty for other rules.</summary>
    /// <param name="ruleId">Rule id.</param>
    /// <param name="scope">What is watched.</param>
    public IReadOnlyList<GroupPoint> PointsOf(string ruleId, string scope) => engine.PointsOf(ruleId, scope);

    /// <summary>Takes the readings of a payload record.</summary>
    /// <param name="sequence">Sequence of the record.</param>
    /// <param name="receivedAtTicks">When it was received.</param>
    /// <param name="gateway">Who sent it.</param>
    /// <param name="decoded">Its readings as decoded; not changed.</param>
    /// <param name="output">Gets the transitions, in order.</param>
    public void OnPayload(long sequence, long receivedAtTicks, string gateway, ReadOnlySpan<Reading> decoded, List<AlarmTransition> output)
    {
        logTime = Math.Max(logTime, receivedAtTicks);
        if (decoded.Length > assessed.Length)
            assessed = new Reading[Math.Max(decoded.Length, assessed.Length * 2)];
        var readings = assessed.AsSpan(0, decoded.Length);
        ReadingAssessor.Assess(decoded, readings, binding, receivedAtTicks);
        engine.OnReadings(receivedAtTicks, readings, changes);
        ApplyChanges(sequence, output);
    }

    /// <summary>Takes a clock tick record.</summary>
    public void OnTick(long sequence, long receivedAtTicks, List<AlarmTransition> output)
    {
        logTime = Math.Max(logTime, receivedAtTicks);
        engine.OnTick(receivedAtTicks, changes);
        ApplyChanges(sequence, output);
    }

    /// <summary>Takes a command record.</summary>
    /// <param name="sequence">Sequence of the record.</param>
    /// <param name="receivedAtTicks">When it was received.</param>
    /// <param name="type">What is to be done: see <see cref="AlarmCommands"/>.</param>
    /// <param name="principal">Who wants it.</param>
    /// <param name="payload">With what.</param>
    /// <param name="output">Gets the transitions, in order.</param>
    public void OnCommand(
        long sequence, long receivedAtTicks, string type, string principal, ReadOnlySpan<byte> payload, List<AlarmTransition> output)
    {
        if (type == AlarmCommands.ServiceStarted)
        {
            logTime = Math.Max(logTime, receivedAtTicks);
            engine.OnStart(receivedAtTicks);
            return;
        }
        if (type == AlarmCommands.ClockStepped && AlarmCommands.TryReadClockStep(payload, out var ahead))
        {
            logTime = Math.Max(logTime, receivedAtTicks);
            engine.OnClockStep(receivedAtTicks, ahead.Ticks);
            return;
        }
        // What was due before the command happened before it.
        OnTick(sequence, receivedAtTicks, output);
        switch (type)
        {
            case AlarmCommands.ActivateCatalogue:
                ActivateCatalogue(sequence, payload, output);
                break;
            case AlarmCommands.ActivateRules:
                ActivateRules(sequence, payload, output);
                break;
            case AlarmCommands.MoveZone:
                MoveZone(sequence, payload, output);
                break;
            case AlarmCommands.AcknowledgeAlarm:
                if (principal.Length > 0 && AlarmCommands.TryReadAcknowledge(payload, out string? alarm, out string? note))
                    Alarms.Acknowledge(alarm, principal, note, logTime, sequence, output);
                else
                    Commands.Invalid++;
                break;
            case AlarmCommands.ClockStepped:
                Commands.Invalid++;
                break;
            case AlarmCommands.CommandStation or AlarmCommands.StationCommandEnded:
                // What the station answers comes as its reports.
                break;
            case AlarmCommands.ReceiveWarning:
                // What an authority says is no condition that a rule watches, and no alarm.
                break;
            default:
                Commands.Unknown++;
                break;
        }
    }

    private void ApplyChanges(long sequence, List<AlarmTransition> output)
    {
        foreach (var change in changes)
            Alarms.Apply(change, sequence, output);
        changes.Clear();
    }

    private void ActivateCatalogue(long sequence, ReadOnlySpan<byte> payload, List<AlarmTransition> output)
    {
        if (CatalogueReader.Read(payload, out _) is not { } catalogue)
        {
            Commands.Invalid++;
            return;
        }
        catalogueBytes = payload.ToArray();
        KeepMovesOfUnchangedZones(Catalogue, catalogue);
        binding = new(catalogue, table);
        Bind(sequence, output);
    }

    private void ActivateRules(long sequence, ReadOnlySpan<byte> payload, List<AlarmTransition> output)
    {
        // Rules that do not fit the catalogue are left out one by one when they are bound; here the files only must be readable.
        if (!SourceBundle.TryFromBytes(payload, out var bundle, out _) || RuleSetReader.Read(bundle).Rules is not { } rules)
        {
            Commands.Invalid++;
            return;
        }
        rulesBytes = payload.ToArray();
        Rules = rules;
        Bind(sequence, output);
    }

    private void Bind(long sequence, List<AlarmTransition> output)
    {
        if (Rules is null)
            return;
        engine.Activate(Catalogue.WithZones(MovedZones), Rules);
        Alarms.EndUnwatched(engine.LevelOf, logTime, sequence, output);
    }
}
