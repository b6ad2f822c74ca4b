using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Api;

/// <summary><c>/healthz/live</c>: the process answers. <c>/healthz/ready</c>: it takes readings, keeps them and evaluates them; while it
/// starts, how far it is.</summary>
internal sealed class HealthEndpoints(ServiceHealth health)
{
    public void Map(IEndpointRouteBuilder routes)
    {
        var group = routes.MapGroup("/healthz").WithTags("health");
        group.MapGet("/live", () => TypedResults.Ok(new HealthReport("ok", null))).WithName("live").WithSummary("The process answers.");
        group.MapGet("/ready", Ready).WithName("ready").WithSummary("Readings are taken, kept and evaluated; 503 with the reason when not. Degraded, with the reason, while a disk that is slow or nearly full, a clock that was set, a file of secrets (where one is used) that everybody on the machine can read or write, an external store or the publication of alarms wants attention.")
            .WithProblems(503);
    }

    private Results<Ok<HealthReport>, ProblemHttpResult> Ready(HttpResponse response) => health.NotReady is null
        ? TypedResults.Ok(health.Degraded is { } less ? new HealthReport("degraded", less) : new HealthReport("ok", null))
        : ApiGate.Refuse(health, response);
}

/// <param name="Status"><c>ok</c>; of <c>/healthz/ready</c> also <c>degraded</c>: it works, and something wants somebody's attention.</param>
/// <param name="Reason">What that is, and what would change it; null when it is <c>ok</c>.</param>
internal sealed record HealthReport(string Status, string? Reason);
