using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Hosting;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>The API's door: shut while the service starts, open for good after that. Whoever comes too early is told how far the start is
/// (503 <c>recovering</c>), and when to come again. Health, metrics and the console's files are beside it and always there.</summary>
internal sealed class ApiGate(ServiceHealth health)
{
    // When a client should ask again. A start takes seconds to minutes; asked each two seconds, its end is seen soon enough.
    private const string RetryAfterSeconds = "2";

    /// <summary>Where MQTT over WebSocket is.</summary>
    public const string MqttPath = "/mqtt";

    private static readonly PathString[] Behind = ["/api", "/openapi", MqttPath];

    private volatile RequestDelegate? open;

    /// <summary>Puts the gate into the pipeline. Before routing: what is behind it is nothing the application's own table knows.</summary>
    public void Use(WebApplication app) => app.Use(InvokeAsync);

    /// <summary>Opens it: from now on these endpoints answer.</summary>
    public void Open(WebApplication app, Action<IEndpointRouteBuilder> map)
    {
        // A branch with a routing table of its own: that of the application cannot grow while it runs.
        IApplicationBuilder branch = ((IApplicationBuilder)app).New();
        branch.UseRouting();
        branch.UseEndpoints(routes => map(routes.MapGroup("").ProducesProblem(StatusCodes.Status503ServiceUnavailable)));
        open = branch.Build();
    }

    /// <summary>503 with the reason: how far the start is and when to ask again, or what is wrong.</summary>
    public static ProblemHttpResult Refuse(ServiceHealth health, HttpResponse response)
    {
        if (!health.IsStarting)
            return Problems.Unavailable("not_ready", health.NotReady ?? "It has become ready just now; ask again.");
        response.Headers.RetryAfter = RetryAfterSeconds;
        return Problems.Unavailable("recovering", health.NotReady ?? health.Start.Describe(), ("recovery", health.Start.Read()));
    }

    private Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (!Array.Exists(Behind, path => context.Request.Path.StartsWithSegments(path)))
            return next(context);
        return open is { } api ? api(context) : Refuse(health, context.Response).ExecuteAsync(context);
    }
}
