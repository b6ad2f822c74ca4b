using System.Globalization;
using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Alarms;
using SensorGrid.FieldProtocols;
using SensorGrid.FieldProtocols.Sessions;
using SensorGrid.Ingest.Appending;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.StationCommands;
using SensorGrid.Ingest.Sources.FieldProtocols;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/stations/connected</c> and commands to stations of field protocols. Who gave a command is in the log before it goes out.</summary>
internal sealed class StationCommandEndpoints(Stations stations, LogCommands log, StationCommandTable table, HttpOptions options)
{
    private const int DefaultCommands = 100;
    private const int MostCommands = 1000;

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/api/v1/stations").WithTags("stations");
        group.MapGet("/connected", List).WithName("listConnectedStations").WithSummary("Stations of field protocols that are heard now, and what they can be told.").WithProblems(400);
        group.MapGet("/commands", Commands).WithName("listStationCommands").WithSummary("Commands given to stations, newest first, with who gave them and how they ended.").WithProblems(400);
        group.MapPost("/{protocol}/{station}/commands", CommandAsync).WithName("commandStation")
            .WithSummary("Gives a command to a station that is connected, and waits for its answer. On disk who gave it before it goes out.")
            .WithProblems(400, 403, 404, 409, 413, 415, 503, 504);
    }

    private Results<Ok<ConnectedStationList>, ProblemHttpResult> List(string? protocol = null, int? limit = null, string? after = null)
    {
        if (ListPages.Read(limit, after, options, out var page) is { } problem)
            return problem;
        var listeners = stations.ListenersOf(protocol);
        if (protocol is not null && listeners.Count == 0)
            return StationProblems.BadProtocol(protocol, stations.Protocols);
        var all = new List<(string Protocol, ConnectedStation Station, string Place)>();
        foreach (var (_, word, listener) in listeners)
            all.AddRange(listener.ReadConnected().Select(station => (word, station, $"{word}/{station.Station}")));
        var (views, next) = page.Take(ListPages.After(all, ListPlace.KnownAfter(page.After), one => one.Place)
            .Select(one => (ConnectedStationView.Of(one.Protocol, one.Station), new ListPlace(true, one.Place))));
        return TypedResults.Ok(new ConnectedStationList([.. listeners.Select(listener => StationProtocolView.Of(listener.Protocol))], views, next));
    }

    private Results<Ok<StationCommandList>, ProblemHttpResult> Commands(string? station = null, string? protocol = null, int? limit = null, string? after = null)
    {
        int most = limit ?? DefaultCommands;
        if (most is < 1 or > MostCommands)
            return ListPages.BadLimit(most, MostCommands);
        // What is not listened to now may have been once.
        var words = Enum.GetValues<FieldProtocol>().Where(each => each != FieldProtocol.Modbus).Select(each => each.ToWord()).ToList();
        if (protocol is not null && !words.Contains(protocol))
            return StationProblems.BadProtocol(protocol, words);
        long before = long.MaxValue;
        if (after is not null && !long.TryParse(after, NumberStyles.None, CultureInfo.InvariantCulture, out before))
            return ListPages.BadCursor();
        var found = table.Read(before, most + 1, protocol, station);
        var page = found.Take(most).Select(GivenStationCommandView.Of).ToList();
        return TypedResults.Ok(new StationCommandList(page, found.Count > most ? page[^1].Sequence.ToString(CultureInfo.InvariantCulture) : null));
    }

    private async Task<Results<Ok<StationCommandView>, ProblemHttpResult>> CommandAsync(
        string protocol, string station, StationCommandBody request, CancellationToken cancellation)
    {
        if (OperatorWords.ProblemOf(request.Operator, note: null) is { } wrong)
            return StationProblems.BadOperator(wrong);
        if (stations.ListenersOf(protocol) is not [var (_, _, listener)])
            return StationProblems.NoSuchProtocol(protocol, stations.Protocols);
        var kind = listener.Kit.Format.Protocol;
        var verbs = FieldCentre.VerbsOf(kind);
        if (verbs.FirstOrDefault(each => each.Name == request.Command) is not { } verb)
            return StationProblems.UnknownCommand(protocol, request.Command, [.. verbs.Select(each => each.Name)]);
        if (!StationCommandArguments.TryRead(verb, request.Arguments, out var arguments, out var bad))
            return bad;
        // A centre that hears nobody judges the words, so that nothing goes into the log that cannot be given.
        if (FieldCentre.New(kind).Commands.Give(station, verb.Name, arguments) is { Reason: "bad_arguments" } judged)
            return StationProblems.BadArgument(judged.Argument?.ToLowerInvariant() ?? "", verb.Name, NamesOf(verb), judged.Message ?? "An argument is wrong.");
        if (!listener.IsConnected(station))
            return StationProblems.NotConnected(station);
        long given;
        try
        {
            given = (await log.AppendAsync(AlarmCommands.CommandStation, request.Operator.Trim(), new GivenCommandRecord(protocol, station, verb.Name, arguments).ToBytes())).Sequence;
        }
        catch (ReadingLogException)
        {
            return StationProblems.LogFailed();
        }
        return AnswerOf(station, given, verb, await listener.CommandAsync(given, station, verb.Name, arguments, cancellation));
    }

    private static Results<Ok<StationCommandView>, ProblemHttpResult> AnswerOf(string station, long given, StationCommandVerb verb, StationCommandResult result) => result.Outcome switch
    {
        "answered" or "no_data" or "on_duty" or "nobody_on_duty" or "taken" => TypedResults.Ok(StationCommandView.Of(given, result)),
        _ => StationProblems.Of(station, verb.Name, NamesOf(verb), given, result),
    };

    private static List<string> NamesOf(StationCommandVerb verb) => [.. verb.Parameters.Select(parameter => parameter.Name)];

}
