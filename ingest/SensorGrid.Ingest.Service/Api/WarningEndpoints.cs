using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Metrics;
using SensorGrid.Ingest.Service.Warnings;
using SensorGrid.Ingest.Service.Warnings.Cap;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/warnings</c>: official warnings as they were issued, handed over in CAP 1.2.</summary>
internal sealed class WarningEndpoints(WarningBoard board, WarningTables tables, WarningActions actions, ServiceMetrics metrics)
{
    public const string Path = "/api/v1/warnings";
    private const string CapType = "application/cap+xml";
    private const int DefaultLimit = 100;

    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup(Path).WithTags("warnings");
        group.MapGet("", List).WithName("listWarnings").WithSummary("Official warnings, newest first: those in force, or all that are kept.").WithProblems(400);
        group.MapGet("/{id}", Find).WithName("getWarning").WithSummary("One official warning.").WithProblems(404);
        group.MapGet("/{id}/cap", FindMessage).WithName("getWarningMessage").WithSummary("The message as it came.")
            .Produces(StatusCodes.Status200OK, contentType: CapType).WithProblems(404);
        group.MapPost("", ReceiveAsync).WithName("receiveWarning")
            .WithSummary("Takes one CAP 1.2 message. On disk before the answer; the same message again changes nothing.")
            .Accepts<string>(CapType, "application/xml", "text/xml")
            .WithMetadata(new BodyLimit(CapXml.MaxBytes)).WithProblems(400, 403, 409, 413, 415, 503);
    }

    /// <summary>Whether a body of this type may be a message.</summary>
    public static bool IsXml(string mediaType) => mediaType.Equals(CapType, StringComparison.OrdinalIgnoreCase)
        || mediaType.Equals("application/xml", StringComparison.OrdinalIgnoreCase) || mediaType.Equals("text/xml", StringComparison.OrdinalIgnoreCase);

    private Results<Ok<OfficialWarningList>, ProblemHttpResult> List(string? state = null, int? limit = null)
    {
        if (state is not (null or "in-force" or "all"))
            return Problems.BadRequest("bad_state", $"state is \"{state}\"; it may be in-force or all.");
        int most = limit ?? DefaultLimit;
        if (most is < 1 or > WarningRegister.MaxKept)
            return Problems.BadRequest("bad_limit", $"limit is {most}; it may be 1 to {WarningRegister.MaxKept}.");
        var (revision, warnings) = board.Snapshot();
        var found = state == "all" ? warnings : [.. warnings.Where(warning => warning.State == WarningState.InForce)];
        return TypedResults.Ok(new OfficialWarningList(revision, found.Count, [.. found.Take(most)]));
    }

    private Results<Ok<OfficialWarning>, ProblemHttpResult> Find(string id) => board.Find(id) is { } warning ? TypedResults.Ok(warning) : NoSuchWarning();

    private Results<FileContentHttpResult, ProblemHttpResult> FindMessage(string id) =>
        tables.ReadMessage(id) is { } message ? TypedResults.Bytes(message, CapType) : NoSuchWarning();

    private async Task<Results<Ok<WarningReceipt>, Created<WarningReceipt>, ProblemHttpResult>> ReceiveAsync(
        HttpRequest request, CancellationToken cancellation, [FromQuery(Name = "operator")] string @operator = "")
    {
        if (OperatorWords.ProblemOf(@operator, note: null) is { } problem)
            return Refused("bad_operator", Problems.BadRequest("bad_operator", problem));
        byte[] message;
        try
        {
            using var body = new MemoryStream();
            await request.Body.CopyToAsync(body, cancellation);
            message = body.ToArray();
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            return Refused("body_too_large", Problems.TooLarge("body_too_large", $"A message has at most {CapXml.MaxBytes} bytes."));
        }
        var (alert, mistakes) = CapReader.Read(message);
        if (alert is null)
            return Refused("bad_cap", BadCap(mistakes));
        if (WarningFactory.NotRelayedBecause(alert) is { } reason)
            return Refused("not_relayed", Problems.Conflict("not_relayed", reason));
        string id = WarningId.Of(alert.Sender, alert.Identifier, alert.Sent);
        if (board.Find(id) is { } known)
        {
            metrics.WarningMessage("repeated");
            return TypedResults.Ok(new WarningReceipt(true, known));
        }
        switch (await actions.ReceiveAsync(@operator.Trim(), message, cancellation))
        {
            case CommandOutcome.NotDurable:
                return Problems.Unavailable("log_failed", "The log cannot be written, so the message is not kept. The service restarts; send it again.");
            case CommandOutcome.NotAppliedYet:
                return Problems.Unavailable("not_applied_yet", "The message is on disk and will be shown, but the rules are behind. Look again in a moment; sending it again does no harm.");
            default:
                return board.Find(id) is { } taken
                    ? TypedResults.Created($"{Path}/{id}", new WarningReceipt(false, taken))
                    : Problems.Conflict("register_full", $"{WarningRegister.MaxKept} official warnings are in force, and as many are kept. Cancel those that are over.");
        }
    }

    private ProblemHttpResult Refused(string code, ProblemHttpResult answer)
    {
        metrics.WarningMessage(code);
        return answer;
    }

    private static ProblemHttpResult BadCap(IReadOnlyList<CapMistake> mistakes)
    {
        var first = mistakes[0];
        string more = mistakes.Count == 1 ? "" : $" ({mistakes.Count - 1} more in errors)";
        return Problems.BadRequest(
            "bad_cap", $"{first}.{more}", ("element", first.Element), ("problem", first.Problem), ("expected", first.Expected), ("errors", mistakes));
    }

    private static ProblemHttpResult NoSuchWarning() => Problems.NotFound("no_such_warning", "There is no official warning of this id; the oldest ended ones are let go.");
}

/// <summary>Official warnings.</summary>
/// <param name="Revision">Grows with every change: the live stream tells it.</param>
/// <param name="Count">How many there are of the state asked for.</param>
/// <param name="Warnings">The newest of them.</param>
internal sealed record OfficialWarningList(long Revision, int Count, IReadOnlyList<OfficialWarning> Warnings);

/// <summary>What became of a message that was handed over.</summary>
/// <param name="Repeated">It was here already, and nothing changed.</param>
/// <param name="Warning">The warning as it stands.</param>
internal sealed record WarningReceipt(bool Repeated, OfficialWarning Warning);
