using System.Text.Json;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.StationCommands;
using SensorGrid.Ingest.Sources.FieldProtocols;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>A command to a station.</summary>
/// <param name="Operator">Who gives it.</param>
/// <param name="Command">One of the protocol's commands.</param>
/// <param name="Arguments">Its arguments by name: texts, whole numbers, true or false, and lists of these.</param>
internal sealed record StationCommandBody(string Operator, string Command, IReadOnlyDictionary<string, JsonElement>? Arguments = null);

/// <summary>How a command ended.</summary>
/// <param name="Sequence">Log record of its giving: its number in <c>/api/v1/stations/commands</c>.</param>
/// <param name="Outcome">answered, no_data, on_duty, nobody_on_duty; taken for one whose answers come in pieces.</param>
/// <param name="Detail">What there is to say besides, or null.</param>
/// <param name="Answers">What the station sent from the command to its end.</param>
/// <param name="Truncated">More came than is shown here; it is stored all the same.</param>
internal sealed record StationCommandView(long Sequence, string Outcome, string? Detail, IReadOnlyList<StationAnswerView> Answers, bool Truncated)
{
    public static StationCommandView Of(long given, StationCommandResult result) => new(
        given, result.Outcome, result.Detail,
        [
            .. result.Answers.Select(answer => new StationAnswerView(answer.Function, [.. answer.Readings.Select(reading => new StationAnswerReadingView(
                reading.Name, reading.Value, reading.Text, reading.Unit.Length == 0 ? null : reading.Unit, new(reading.ObservedAtTicks, TimeSpan.Zero),
                reading.Quality.ToString().ToLowerInvariant()))])),
        ],
        result.IsTruncated);
}

/// <param name="Function">Function or command code, as the standard writes it.</param>
/// <param name="Readings">What the frame says.</param>
internal sealed record StationAnswerView(string Function, IReadOnlyList<StationAnswerReadingView> Readings);

/// <param name="Name">Name of the datastream at the station.</param>
/// <param name="Value">A number, a boolean as 0 or 1; null when it is missing or a text.</param>
/// <param name="Text">A text, or null.</param>
/// <param name="Unit">SenML unit, or null.</param>
/// <param name="At">When it was true.</param>
/// <param name="Quality">good, suspect, estimated, missing or bad.</param>
internal sealed record StationAnswerReadingView(string Name, double? Value, string? Text, string? Unit, DateTimeOffset At, string Quality);

/// <summary>A page of connected stations.</summary>
/// <param name="Protocols">Protocols that are listened to, with their commands.</param>
/// <param name="Stations">The page, by protocol and address.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null when there is none.</param>
internal sealed record ConnectedStationList(IReadOnlyList<StationProtocolView> Protocols, IReadOnlyList<ConnectedStationView> Stations, string? Next);

/// <param name="Protocol">Its word.</param>
/// <param name="Commands">What its stations can be told.</param>
internal sealed record StationProtocolView(string Protocol, IReadOnlyList<StationVerbView> Commands)
{
    public static StationProtocolView Of(FieldProtocol protocol) => new(
        protocol.ToWord(),
        [
            .. FieldCentre.VerbsOf(protocol).Select(verb => new StationVerbView(
                verb.Name, verb.Does, [.. verb.Parameters.Select(parameter => new StationParameterView(parameter.Name, parameter.IsOptional, parameter.IsList))])),
        ]);
}

/// <param name="Command">Its word.</param>
/// <param name="Does">What it does.</param>
/// <param name="Arguments">In their order.</param>
internal sealed record StationVerbView(string Command, string Does, IReadOnlyList<StationParameterView> Arguments);

/// <param name="Name">Its name.</param>
/// <param name="Optional">May be left out, then with all behind it.</param>
/// <param name="List">One or more.</param>
internal sealed record StationParameterView(string Name, bool Optional, bool List);

/// <param name="Protocol">Its protocol.</param>
/// <param name="Station">Its address.</param>
/// <param name="CommandsUnderWay">Commands that have not ended.</param>
/// <param name="Connections">On which it is heard, the newest first: that one gets commands. More than one at once is a fault, or a broken line that stands open yet.</param>
internal sealed record ConnectedStationView(string Protocol, string Station, int CommandsUnderWay, IReadOnlyList<StationConnectionView> Connections)
{
    public static ConnectedStationView Of(string protocol, ConnectedStation station) => new(
        protocol, station.Station, station.CommandsUnderWay,
        [.. station.Lines.Select(line => new StationConnectionView(line.Peer, line.Transport, new(line.OpenedAtTicks, TimeSpan.Zero), new(line.HeardAtTicks, TimeSpan.Zero)))]);
}

/// <param name="Peer">Address and port at its other end.</param>
/// <param name="Transport">tcp or udp.</param>
/// <param name="Since">Since when it is open.</param>
/// <param name="HeardAt">When something came on it last.</param>
internal sealed record StationConnectionView(string Peer, string Transport, DateTimeOffset Since, DateTimeOffset HeardAt);

/// <summary>A page of commands that were given to stations.</summary>
/// <param name="Commands">The page, newest first.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null when there is none.</param>
internal sealed record StationCommandList(IReadOnlyList<GivenStationCommandView> Commands, string? Next);

/// <param name="Sequence">Log record of its giving.</param>
/// <param name="Protocol">The station's protocol.</param>
/// <param name="Station">Its address.</param>
/// <param name="Command">Which.</param>
/// <param name="Arguments">One behind the other, as the command takes them.</param>
/// <param name="Operator">Who gave it.</param>
/// <param name="GivenAt">When.</param>
/// <param name="EndedAt">When it ended; null before that, and when nobody knows.</param>
/// <param name="Outcome">under_way; unknown when the service ended before the command did; otherwise how it ended.</param>
/// <param name="Text">The outcome for people.</param>
/// <param name="Detail">What there is to say besides, or null.</param>
/// <param name="Answer">What the station sent, in short, or null.</param>
/// <param name="Readings">How many readings that were.</param>
internal sealed record GivenStationCommandView(
    long Sequence, string Protocol, string Station, string Command, IReadOnlyList<string> Arguments, string Operator, DateTimeOffset GivenAt, DateTimeOffset? EndedAt, string Outcome,
    LocalText Text, string? Detail, string? Answer, int Readings)
{
    public static GivenStationCommandView Of(StationCommandEntry entry) => new(
        entry.Sequence, entry.Protocol, entry.Station, entry.Command, entry.Arguments, entry.Operator, new(entry.GivenAtTicks, TimeSpan.Zero),
        entry.EndedAtTicks is { } ended ? new DateTimeOffset(ended, TimeSpan.Zero) : null, entry.Outcome ?? StationOutcomeTexts.UnderWay,
        StationOutcomeTexts.Of(entry.Outcome ?? StationOutcomeTexts.UnderWay), entry.Detail, entry.Answer, entry.Readings);
}
