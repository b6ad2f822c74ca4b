using System.Text.Json;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Alarms.Scenarios;

/// <summary>Plays scenario lines through an <see cref="AlarmEvaluation"/> as the log would, one record for each line.</summary>
public sealed class ScenarioPlayer
{
    private DatastreamTable table;
    private readonly IReadOnlyDictionary<string, string> files;
    private readonly List<AlarmTransition> transitions = [];
    private long sequence;

    /// <param name="table">Gives the datastreams their indices.</param>
    /// <param name="files">Rule files and places that lines may name, by their paths.</param>
    public ScenarioPlayer(DatastreamTable table, IReadOnlyDictionary<string, string> files)
    {
        this.table = table;
        this.files = files;
        Evaluation = new(table);
    }

    /// <summary>What is played through.</summary>
    public AlarmEvaluation Evaluation { get; private set; }

    /// <summary>What came of it so far.</summary>
    public IReadOnlyList<AlarmTransition> Transitions => transitions;

    /// <summary>The transitions as text, one a line, as <c>expected.txt</c> has them.</summary>
    public string Text => string.Concat(transitions.Select(transition =>
        transition.ToCanonicalText() + (transition.Retrospective ? " retrospective\n" : "\n")));

    /// <summary>Goes on with an evaluation that was restored from a snapshot of the one before, as after a restart.</summary>
    public void Restart(DatastreamTable restoredTable, AlarmEvaluation restored) => (table, Evaluation) = (restoredTable, restored);

    /// <summary>Puts catalogue and rules into force before the first line.</summary>
    public void Begin(SourceBundle catalogue, SourceBundle rules, long atTicks)
    {
        Command(AlarmCommands.ActivateCatalogue, "", catalogue.ToBytes(), atTicks);
        Command(AlarmCommands.ActivateRules, "", rules.ToBytes(), atTicks);
    }

    /// <summary>Plays one line.</summary>
    /// <exception cref="InvalidOperationException">The line names an alarm or a file that does not exist.</exception>
    public void Play(ScenarioRecord record)
    {
        switch (record.Kind)
        {
            case ScenarioRecordKind.Reading:
                if (!table.TryIntern(record.Datastream, out var index))
                    throw new InvalidOperationException($"line {record.Line}: the table of datastreams is full");
                Evaluation.OnPayload(
                    ++sequence, record.ReceivedAtTicks, record.Datastream.Gateway, [record.Reading with { Datastream = index }], transitions);
                break;
            case ScenarioRecordKind.Tick:
                Evaluation.OnTick(++sequence, record.ReceivedAtTicks, transitions);
                break;
            case ScenarioRecordKind.Started:
                Command(AlarmCommands.ServiceStarted, "", [], record.ReceivedAtTicks);
                break;
            case ScenarioRecordKind.Acknowledge:
                var alarm = Evaluation.Alarms.Alarms.LastOrDefault(alarm => alarm.Rule == record.Rule && alarm.Scope == record.Scope)
                    ?? throw new InvalidOperationException($"line {record.Line}: no alarm of {record.Rule} for {record.Scope} to acknowledge");
                Command(AlarmCommands.AcknowledgeAlarm, record.Operator, AlarmCommands.Acknowledge(alarm.Id, record.Note), record.ReceivedAtTicks);
                break;
            case ScenarioRecordKind.Rules:
                Command(AlarmCommands.ActivateRules, "", new SourceBundle([new(record.File, TextOf(record))]).ToBytes(), record.ReceivedAtTicks);
                break;
            case ScenarioRecordKind.Move:
                Move(record);
                break;
        }
    }

    private void Move(ScenarioRecord record)
    {
        JsonElement? geometry = record.File.Length == 0 ? null : JsonElement.Parse(TextOf(record));
        byte[] payload = ZoneMove.Write(record.Zone, geometry, record.ValidFrom, record.ValidTo);
        if (!ZoneMove.TryRead(payload, out _, out string? problem))
            throw new InvalidOperationException($"line {record.Line}: {problem}");
        Command(AlarmCommands.MoveZone, "", payload, record.ReceivedAtTicks);
    }

    private string TextOf(ScenarioRecord record) => files.TryGetValue(record.File, out string? text)
        ? text
        : throw new InvalidOperationException($"line {record.Line}: the scenario has no file '{record.File}'");

    private void Command(string type, string principal, byte[] payload, long atTicks) =>
        Evaluation.OnCommand(++sequence, atTicks, type, principal, payload, transitions);
}
