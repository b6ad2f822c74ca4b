using System.Text.Json;
using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Alarms;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Sources.FieldProtocols;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/stations/connected</c> and commands to stations of field protocols. Who gave a command is in the log before it goes out.</summary>
internal sealed class StationCommandEndpoints(Stations stations, LogCommands log, HttpOptions options)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/stations").WithTags("stations");
        group.MapGet("/connected", List).WithName("listConnectedStations").WithSummary("Stations of field protocols that are heard now, and what they can be told.").WithProblems(400);
        group.MapPost("/{protocol}/{station}/commands", CommandAsync).WithName("commandStation")
            .WithSummary("Gives a command to a station that is connected, and waits for its answer. On disk who gave it before it goes out.")
            .WithProblems(400, 403, 404, 409, 413, 415, 503, 504);
    }

    private Results<Ok<ConnectedStationList>, ProblemHttpResult> List(string? protocol = null, int? limit = null, string? after = null)
    {
        if (ListPages.Read(limit, after, options, out var page) is { } problem)
            return problem;
        var listeners = stations.Listeners.Where(listener => protocol is null || listener.Key.ToWord() == protocol).OrderBy(listener => listener.Key.ToWord(), StringComparer.Ordinal).ToList();
        if (protocol is not null && listeners.Count == 0)
            return Problems.BadRequest("bad_protocol", $"protocol is \"{protocol}\"; {Known()}");
        var all = new List<(string Protocol, ConnectedStation Station, string Place)>();
        foreach (var (key, listener) in listeners)
            all.AddRange(listener.ReadConnected().Select(station => (key.ToWord(), station, $"{key.ToWord()}/{station.Station}")));
        var (views, next) = page.Take(ListPages.After(all, ListPlace.KnownAfter(page.After), one => one.Place)
            .Select(one => (ConnectedStationView.Of(one.Protocol, one.Station), new ListPlace(true, one.Place))));
        return TypedResults.Ok(new ConnectedStationList([.. listeners.Select(listener => StationProtocolView.Of(listener.Key))], views, next));
    }

    private async Task<Results<Ok<StationCommandView>, ProblemHttpResult>> CommandAsync(
        string protocol, string station, StationCommandBody request, CancellationToken cancellation)
    {
        if (OperatorWords.ProblemOf(request.Operator, note: null) is { } wrong)
            return Problems.BadRequest("bad_command", wrong);
        if (stations.Listeners.Where(one => one.Key.ToWord() == protocol).Select(one => one.Value).FirstOrDefault() is not { } listener)
            return Problems.NotFound("no_such_protocol", $"No stations of \"{protocol}\" are listened to; {Known()}");
        var kind = listener.Kit.Format.Protocol;
        var verbs = FieldCentre.VerbsOf(kind);
        if (verbs.FirstOrDefault(each => each.Name == request.Command) is not { } verb)
        {
            return Problems.BadRequest(
                "unknown_command", $"{protocol} has no command \"{request.Command}\"; it may be {string.Join(", ", verbs.Select(each => each.Name))}.",
                ("commands", verbs.Select(each => each.Name)));
        }
        if (!StationCommandArguments.TryRead(verb, request.Arguments, out var arguments, out var bad))
            return bad;
        // A centre that hears nobody judges the words, so that nothing goes into the log that cannot be given.
        if (FieldCentre.New(kind).Commands.Give(station, verb.Name, arguments) is { Reason: "bad_arguments" } judged)
            return BadArgument(judged.Message, judged.Argument);
        if (!listener.IsConnected(station))
            return NotConnected(station);
        try
        {
            await log.AppendAsync(AlarmCommands.CommandStation, request.Operator.Trim(), JsonSerializer.SerializeToUtf8Bytes(new { protocol, station, command = verb.Name, arguments }, ApiJson.Options));
        }
        catch (ReadingLogException)
        {
            return Problems.Unavailable("log_failed", "The log cannot be written, so the command is not given. The service restarts; try again.");
        }
        return AnswerOf(station, await listener.CommandAsync(station, verb.Name, arguments, cancellation));
    }

    private static Results<Ok<StationCommandView>, ProblemHttpResult> AnswerOf(string station, StationCommandResult result) => result.Outcome switch
    {
        "answered" or "no_data" or "on_duty" or "nobody_on_duty" or "taken" => TypedResults.Ok(StationCommandView.Of(result)),
        "denied" or "failed" => Problems.Conflict("station_refused", $"Station {station} refused ({result.Outcome}){(result.Detail is null ? "" : $": {result.Detail}")}."),
        "timed_out" => Problems.NotInTime("station_timed_out", $"Station {station} did not answer, however often it was asked{(result.Detail is null ? "" : $": {result.Detail}")}."),
        "under_way" => Problems.NotInTime("still_under_way", result.Detail!),
        "bad_arguments" => BadArgument(result.Detail, result.Argument),
        "not_connected" => NotConnected(station),
        "too_many" => Problems.Unavailable("too_many_commands", result.Detail!),
        "disconnected" => Problems.Unavailable("station_gone", result.Detail!),
        _ => Problems.Conflict("command_not_taken", result.Detail ?? result.Outcome),
    };

    private static ProblemHttpResult BadArgument(string? detail, string? argument) =>
        Problems.BadRequest("bad_argument", detail ?? "An argument is wrong.", ("argument", argument?.ToLowerInvariant() ?? ""));

    private static ProblemHttpResult NotConnected(string station) =>
        Problems.Conflict("not_connected", $"Station {station} is not heard on any connection now; /api/v1/stations/connected lists those that are.");

    private string Known() => stations.Listeners.Count == 0
        ? "none is on (FieldProtocols:…:Listen)."
        : $"it may be {string.Join(", ", stations.Listeners.Keys.Select(key => key.ToWord()).Order(StringComparer.Ordinal))}.";
}
