using System.Text;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Json;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using SensorGrid.FieldProtocols;
using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.Ingest.Service.Metrics;
using SensorGrid.Ingest.Sources.FieldProtocols;
using SensorGrid.Ingest.Sources.Mqtt.Endpoint;
using ProblemDetails = Microsoft.AspNetCore.Mvc.ProblemDetails;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>The web server: what stands before every endpoint, in order. Built from an empty builder, so that no setting other than
/// ours (<c>ASPNETCORE_URLS</c>, a <c>Kestrel</c> section) can open another address.</summary>
internal static class WebServer
{
    public static WebApplicationBuilder CreateBuilder(HttpOptions options, ILoggerFactory loggers)
    {
        var builder = CreateEmptyBuilder(loggers);
        builder.WebHost.UseStaticWebAssets().ConfigureKestrel(kestrel => Configure(kestrel, options));
        builder.Services.AddRouting();
        builder.Services.AddOpenApi("v1", OpenApiDocument.Configure);
        builder.Services.AddProblemDetails(problems => problems.CustomizeProblemDetails = context => Complete(context.ProblemDetails));
        builder.Services.Configure<JsonOptions>(json => ApiJson.Configure(json.SerializerOptions));
        return builder;
    }

    /// <summary>A server of its own for gateways, because it opens later than the API: on addresses that were taken before.</summary>
    public static WebApplication CreateGatewayServer(GatewayDoors doors, MqttEndpointSource source, ILoggerFactory loggers)
    {
        var builder = CreateEmptyBuilder(loggers);
        doors.Serve(builder, source);
        return builder.Build();
    }

    /// <summary>The same for stations of field protocols.</summary>
    public static WebApplication CreateStationServer(StationDoors doors, IReadOnlyDictionary<FieldProtocol, FieldListener> listeners, ILoggerFactory loggers)
    {
        var builder = CreateEmptyBuilder(loggers);
        doors.Serve(builder, listeners);
        return builder.Build();
    }

    /// <summary>Lets what is being answered end, and lets go of the server; of one that never started, too.</summary>
    public static async Task EndAsync(WebApplication server)
    {
        await server.StopAsync();
        await server.DisposeAsync();
    }

    /// <summary>What every request passes before its endpoint.</summary>
    public static void UseGuards(WebApplication app, HttpOptions options)
    {
        app.Use((context, next) => SecurityHeaders.InvokeAsync(context, next));
        app.UseExceptionHandler();
        app.UseStatusCodePages();
        var guard = new RequestGuard(options.AllowedHosts);
        app.Use((context, next) => guard.InvokeAsync(context, next));
    }

    public static void MapMetrics(IEndpointRouteBuilder routes, MeterCollector collector) => routes.MapGet("/metrics", () =>
    {
        var text = new StringBuilder(16 * 1024);
        var (families, refused) = collector.Collect();
        PrometheusText.Write(text, families);
        PrometheusText.WriteCounter(text, "sensorgrid_metrics_measurements_refused_total", "Measurements left out because their instrument has too many label values.", refused);
        return TypedResults.Text(text.ToString(), PrometheusText.ContentType);
    }).ExcludeFromDescription();

    /// <summary>Opens an address; what is served there is the caller's.</summary>
    /// <returns>The port; the one really taken once the server runs.</returns>
    public static Func<int> Listen(WebApplicationBuilder builder, ListenAddress address, Action<ListenOptions> serve)
    {
        ListenOptions? endpoint = null;
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            void Open(ListenOptions listen)
            {
                endpoint = listen;
                serve(listen);
            }
            if (address.IsAny)
                kestrel.ListenAnyIP(address.Port, Open);
            else
                kestrel.Listen(address.Address, address.Port, Open);
        });
        return () => endpoint?.IPEndPoint?.Port ?? 0;
    }

    /// <summary>HTTP on an endpoint, with a bound on its own connections; Kestrel's own limit would count those of gateways too.</summary>
    public static void ServeHttp(ListenOptions listen, int maxConnections)
    {
        listen.Protocols = HttpProtocols.Http1;
        Bound(listen, maxConnections, "Http:MaxConnections");
    }

    /// <summary>Turns connections away beyond a number, before anything is done for them.</summary>
    public static void Bound(ListenOptions listen, int maxConnections, string setting)
    {
        int open = 0;
        listen.Use(next => async connection =>
        {
            try
            {
                if (Interlocked.Increment(ref open) > maxConnections)
                    connection.Abort(new ConnectionAbortedException($"More than {maxConnections} connections ({setting})."));
                else
                    await next(connection);
            }
            finally
            {
                Interlocked.Decrement(ref open);
            }
        });
    }

    private static WebApplicationBuilder CreateEmptyBuilder(ILoggerFactory loggers)
    {
        var builder = WebApplication.CreateEmptyBuilder(new() { ApplicationName = typeof(WebServer).Assembly.GetName().Name, ContentRootPath = AppContext.BaseDirectory });
        builder.Services.AddLogging();
        builder.Services.AddSingleton(loggers);
        builder.WebHost.UseKestrelCore();
        // Long enough for a stream to end and an acknowledgement to be answered; whatever is left is cut.
        builder.Services.Configure<HostOptions>(host => host.ShutdownTimeout = TimeSpan.FromSeconds(5));
        return builder;
    }

    private static void Configure(KestrelServerOptions kestrel, HttpOptions options)
    {
        kestrel.AddServerHeader = false;
        kestrel.Limits.MaxRequestBodySize = options.MaxRequestBodyBytes;
        kestrel.Limits.MaxRequestHeadersTotalSize = 16 * 1024;
        kestrel.Limits.RequestHeadersTimeout = TimeSpan.FromSeconds(10);
    }

    // Answers that the framework makes by itself say no more than a status.
    private static void Complete(ProblemDetails problem)
    {
        (string code, string? detail) = problem.Status switch
        {
            StatusCodes.Status400BadRequest => ("bad_request", "The body or a parameter is not of the form that /openapi/v1.json describes."),
            StatusCodes.Status404NotFound => ("not_found", "There is nothing at this address; /openapi/v1.json lists what there is."),
            StatusCodes.Status405MethodNotAllowed => ("method_not_allowed", "This address does not take this method; see /openapi/v1.json."),
            StatusCodes.Status413PayloadTooLarge => ("body_too_large", "The body is larger than Http:MaxRequestBodyBytes; of rules, than Rules:MaxBodyBytes; of an official warning, than 256 KiB."),
            StatusCodes.Status415UnsupportedMediaType => ("not_json", "Send the body as application/json."),
            >= 500 => ("internal_error", "The service made a mistake; its log says more."),
            _ => ("refused", null),
        };
        problem.Extensions.TryAdd("code", code);
        problem.Detail ??= detail;
    }
}
