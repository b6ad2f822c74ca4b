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
        group.MapGet("/ready", Ready).WithName("ready").WithSummary("Readings are taken, kept and evaluated; 503 with the reason when not; degraded when an external store, the disk or the clock wants attention.")
            .WithProblems(503);
    }

    private Results<Ok<HealthReport>, ProblemHttpResult> Ready(HttpResponse response) => health.NotReady is null
        ? TypedResults.Ok(health.Degraded is { } less ? new HealthReport("degraded", less) : new HealthReport("ok", null))
        : ApiGate.Refuse(health, response);
}

/// <param name="Status"><c>ok</c>, or <c>degraded</c> when it works, and an external store, the disk or the clock wants somebody's attention.</param>
/// <param name="Reason">What does not, and what would change it.</param>
internal sealed record HealthReport(string Status, string? Reason);
