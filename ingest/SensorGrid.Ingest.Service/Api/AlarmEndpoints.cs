using System.Globalization;
using System.Net.ServerSentEvents;
using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Warnings;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/alarms</c>: list, detail, acknowledge, live stream.</summary>
internal sealed class AlarmEndpoints(
    AlarmBoard board, WarningBoard warnings, AlarmTables tables, AlarmActions actions, HttpOptions options, TimeProvider time, CancellationToken stopping)
{
    private const int DefaultLimit = 1000;

    public void Map(IEndpointRouteBuilder routes)
    {
        var alarms = routes.MapGroup("/api/v1/alarms").WithTags("alarms");
        alarms.MapGet("", List).WithName("listAlarms").WithSummary("Alarms, unacknowledged first, then by level, then newest first.")
            .WithProblems(400);
        alarms.MapGet("/stream", Stream).WithName("streamAlarms").WithSummary("Live changes as server-sent events: alarm, warnings, heartbeat, resync.")
            .Produces(StatusCodes.Status200OK, contentType: "text/event-stream").WithProblems(400, 503);
        alarms.MapGet("/events", Events).WithName("listAlarmEvents").WithSummary("What happened after a position, oldest first.").WithProblems(400);
        alarms.MapGet("/{id}", Detail).WithName("getAlarm").WithSummary("One alarm with its limits and everything that happened to it.")
            .WithProblems(404);
        alarms.MapPost("/{id}/acknowledge", AcknowledgeAsync).WithName("acknowledgeAlarm")
            .WithSummary("Says that a person has seen it. On disk before the answer; the first one to acknowledge stays.")
            .WithProblems(400, 403, 404, 409, 413, 415, 503);
    }

    private Results<Ok<AlarmList>, ProblemHttpResult> List(string? state = null, string? domain = null, string? level = null, int? limit = null, string? after = null)
    {
        if (!TryReadState(state, out var filter))
            return Problems.BadRequest("bad_state", $"state is \"{state}\"; it may be open, active, unacknowledged or all.");
        string[] levels = level?.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries) ?? [];
        if (Array.Find(levels, name => AlarmLevels.Rank(name) < 0) is { } unknown)
            return Problems.BadRequest("bad_level", $"level has \"{unknown}\"; it may be none, blue, yellow, orange and red, with commas between.");
        int most = limit ?? Math.Min(DefaultLimit, options.MaxAlarms);
        if (most < 1 || most > options.MaxAlarms)
            return Problems.BadRequest("bad_limit", $"limit is {most}; it may be 1 to {options.MaxAlarms}.");
        AlarmCursor? cursor = null;
        if (after is not null)
        {
            if (!AlarmCursor.TryParse(after, out var parsed))
                return Problems.BadRequest("bad_cursor", "after is not a value that this list gave as next.");
            cursor = parsed;
        }
        return TypedResults.Ok(Page(new(filter, domain, levels, most, cursor)));
    }

    private AlarmList Page(AlarmQuery query)
    {
        var (position, open) = board.Snapshot();
        // One more than the page holds tells whether there is another one.
        IReadOnlyList<AlarmView> found = query.State == AlarmStateFilter.All
            ? tables.List(query with { Limit = query.Limit + 1 })
            : [.. open.Where(query.Matches).Select(alarm => (alarm, place: AlarmCursor.Of(alarm)))
                .Where(pair => query.After is not { } after || pair.place.CompareTo(after) > 0)
                .OrderBy(pair => pair.place).Take(query.Limit + 1).Select(pair => pair.alarm)];
        bool isLast = found.Count <= query.Limit;
        IReadOnlyList<AlarmView> page = isLast ? found : [.. found.Take(query.Limit)];
        return new(position, AlarmCounts.Of(open), page, isLast ? null : AlarmCursor.Of(page[^1]).ToString());
    }

    private Results<Ok<AlarmEventList>, ProblemHttpResult> Events(long? after = null, string? domain = null, int? limit = null)
    {
        int most = limit ?? Math.Min(DefaultLimit, options.MaxAlarms);
        if (most < 1 || most > options.MaxAlarms)
            return Problems.BadRequest("bad_limit", $"limit is {most}; it may be 1 to {options.MaxAlarms}.");
        if (after < 0)
            return Problems.BadRequest("bad_position", $"after is {after}; a position is 0 or more.");
        // Asked for before: what comes in between is on the next page.
        long position = board.Position;
        var found = tables.ReadEvents(after ?? 0, most + 1, domain);
        bool isLast = found.Count <= most;
        IReadOnlyList<AlarmEventView> page = isLast ? found : [.. found.Take(most)];
        return TypedResults.Ok(new AlarmEventList(position, page, isLast ? null : page[^1].Position));
    }

    private Results<Ok<AlarmDetail>, ProblemHttpResult> Detail(string id)
    {
        if ((board.Find(id) ?? tables.Find(id)) is not { } alarm)
            return NoSuchAlarm();
        var (limits, transitions) = tables.ReadDetail(id);
        return TypedResults.Ok(new AlarmDetail(alarm, limits, transitions));
    }

    private async Task<Results<Ok<AlarmView>, ProblemHttpResult>> AcknowledgeAsync(string id, AcknowledgeRequest request, CancellationToken cancellation)
    {
        if (OperatorWords.ProblemOf(request.Operator, request.Note) is { } problem)
            return Problems.BadRequest("bad_acknowledgement", problem);
        if ((board.Find(id) ?? tables.Find(id)) is not { } alarm)
            return NoSuchAlarm();
        if (alarm.Acknowledged)
            return TypedResults.Ok(alarm);
        switch (await actions.AcknowledgeAsync(id, request.Operator.Trim(), request.Note, cancellation))
        {
            case CommandOutcome.NotDurable:
                return Problems.Unavailable("log_failed", "The log cannot be written, so the acknowledgement is not kept. The service restarts; try again.");
            case CommandOutcome.NotAppliedYet:
                return Problems.Unavailable("not_applied_yet", "The acknowledgement is on disk and will be applied, but the rules are behind. Look again in a moment.");
            default:
                var after = (board.Find(id) ?? tables.Find(id))!;
                // It may have reached red in the moment since, which asks once more: then something has happened to it. Nothing happens to an alarm
                // that is not held: the register lets the oldest ended ones go when there are tens of thousands of them.
                return after.Acknowledged || after.Revision > alarm.Revision ? TypedResults.Ok(after) : Problems.Conflict("alarm_not_held", "The alarm ended so long ago that it is not held any more; it stays as it was.");
        }
    }

    private Results<ServerSentEventsResult<byte[]>, ProblemHttpResult> Stream(HttpContext context, long? after = null)
    {
        // A browser that reconnects repeats the old address, so what it says in the header is newer.
        if (long.TryParse(context.Request.Headers["Last-Event-ID"], NumberStyles.None, CultureInfo.InvariantCulture, out long last))
            after = last;
        if (board.TrySubscribe(after, options.StreamReplay, tables.ReadChanged) is not { } subscription)
            return Problems.Unavailable("too_many_streams", $"All {options.MaxStreams} live streams are taken (Http:MaxStreams). Close other pages of the console.");
        // Proxies would hold events back.
        context.Response.Headers["X-Accel-Buffering"] = "no";
        var ended = CancellationTokenSource.CreateLinkedTokenSource(context.RequestAborted, stopping);
        context.Response.RegisterForDispose(ended);
        context.Response.RegisterForDispose(subscription);
        IAsyncEnumerable<SseItem<byte[]>> events = AlarmStream.RunAsync(subscription, () => warnings.Revision, options.Heartbeat, time, ended.Token);
        return TypedResults.ServerSentEvents(events);
    }

    public static ProblemHttpResult NoSuchAlarm() => Problems.NotFound("no_such_alarm", "There is no alarm of this id.");

    private static bool TryReadState(string? text, out AlarmStateFilter filter)
    {
        (bool known, filter) = text switch
        {
            null or "open" => (true, AlarmStateFilter.Open),
            "active" => (true, AlarmStateFilter.Active),
            "unacknowledged" => (true, AlarmStateFilter.Unacknowledged),
            "all" => (true, AlarmStateFilter.All),
            _ => (false, default),
        };
        return known;
    }
}

/// <summary>A page of alarms.</summary>
/// <param name="Position">Number of the newest transition in it: begin the live stream after this.</param>
/// <param name="Counts">Of all open alarms, whatever was asked for.</param>
/// <param name="Alarms">The page.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null when there is none.</param>
internal sealed record AlarmList(long Position, AlarmCounts Counts, IReadOnlyList<AlarmView> Alarms, string? Next);

/// <summary>A page of what happened.</summary>
/// <param name="Position">Number of the newest transition when it was asked for.</param>
/// <param name="Events">The page.</param>
/// <param name="Next">Give it as <c>after</c> for the next page; null when there is none.</param>
internal sealed record AlarmEventList(long Position, IReadOnlyList<AlarmEventView> Events, long? Next);

/// <summary>Active alarms by level; all open ones; those nobody has acknowledged, ended ones included.</summary>
internal sealed record AlarmCounts(int Red, int Orange, int Yellow, int Blue, int Open, int Unacknowledged)
{
    public static AlarmCounts Of(IReadOnlyList<AlarmView> open)
    {
        Span<int> ranks = stackalloc int[5];
        int unacknowledged = 0;
        foreach (var alarm in open)
        {
            ranks[AlarmLevels.Rank(alarm.Level)] += alarm.Active ? 1 : 0;
            unacknowledged += alarm.Acknowledged ? 0 : 1;
        }
        return new(ranks[4], ranks[3], ranks[2], ranks[1], open.Count, unacknowledged);
    }
}

/// <summary>Who acknowledges, and what they have to say.</summary>
internal sealed record AcknowledgeRequest(string Operator, string? Note = null);
