using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Alarms.Replays;
using SensorGrid.Readings.Wire;
using SensorGrid.Ingest.Service.Alarms;
using SensorGrid.Ingest.Service.Definitions;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.ReadingLog;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/api/v1/alarms/{id}/explanation</c>: what led to an alarm, evaluated again from the log.</summary>
internal sealed class AlarmExplanationEndpoint(AlarmTables tables, AlarmBoard board, ServiceLog log, RulesOptions options, PayloadFormats formats)
{
    private int running;

    public void Map(IEndpointRouteBuilder routes) => routes.MapGet("/api/v1/alarms/{id}/explanation", ExplainAsync).WithTags("alarms").WithName("explainAlarm")
        .WithSummary("What led to the alarm: readings, limits, versions; the log evaluated again, and whether the same came out.").WithProblems(404, 503);

    private async Task<Results<Ok<AlarmExplanation>, ProblemHttpResult>> ExplainAsync(string id, HttpContext context, CancellationToken cancellation)
    {
        if ((board.Find(id) ?? tables.Find(id)) is not { } alarm || tables.ReadRaise(id) is not { } raise)
            return AlarmEndpoints.NoSuchAlarm();
        if (raise.Sequence < log.FirstSequence)
            return Problems.NotFound("log_trimmed", $"Log record {raise.Sequence}, which raised it, is not kept any more (Retention:LogBytes); the log begins at {log.FirstSequence}.");
        // One at a time: each takes a processor for as long as a back-test does.
        if (Interlocked.Exchange(ref running, 1) == 1)
        {
            context.Response.Headers.RetryAfter = "2";
            return Problems.Unavailable("explaining_busy", "Another alarm is being explained just now, and that is done one at a time. Try again in some seconds.");
        }
        try
        {
            var raised = new RaisedAlarm(
                id, alarm.Rule, alarm.Scope, alarm.Datastream, alarm.Gateway ?? "", raise.Level, raise.Value, alarm.OnsetAt.UtcTicks, raise.AtTicks, raise.RecordedTicks,
                raise.Sequence, raise.Canonical);
            return TypedResults.Ok(await Task.Run(() => new AlarmExplainer(log, options.BacktestRecords) { Formats = formats }.Explain(raised, cancellation), cancellation));
        }
        catch (ReadingLogException e)
        {
            return Problems.Unavailable("log_failed", $"The log could not be read: {e.Message} Try again.");
        }
        finally
        {
            Volatile.Write(ref running, 0);
        }
    }
}
