using System.Net;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Puts the embedded broker on a path of a web server, over WebSocket (MQTT 5, 6).</summary>
public static class MqttWebSockets
{
    private const string Protocol = "mqtt";

    /// <summary>Serves MQTT over WebSocket on this path; the application must use WebSockets. Only with the sub-protocol <c>mqtt</c> [MQTT-6.0.0-3], and
    /// never for a page of another origin, which a browser would let connect without asking anybody.</summary>
    public static IEndpointConventionBuilder MapMqttSource(this IEndpointRouteBuilder routes, string path, MqttEndpointSource source)
    {
        ArgumentNullException.ThrowIfNull(routes);
        ArgumentNullException.ThrowIfNull(source);
        return routes.MapGet(path, context => ServeAsync(context, source)).ExcludeFromDescription();
    }

    private static async Task ServeAsync(HttpContext context, MqttEndpointSource source)
    {
        if (!context.WebSockets.IsWebSocketRequest || !context.WebSockets.WebSocketRequestedProtocols.Contains(Protocol))
        {
            context.Response.StatusCode = StatusCodes.Status400BadRequest;
            return;
        }
        if (IsFromElsewhere(context.Request))
        {
            context.Response.StatusCode = StatusCodes.Status403Forbidden;
            return;
        }
        using var socket = await context.WebSockets.AcceptWebSocketAsync(new WebSocketAcceptContext
        {
            SubProtocol = Protocol,
            // MQTT has a keep-alive of its own.
            KeepAliveInterval = Timeout.InfiniteTimeSpan,
        });
        await using var transport = new WebSocketTransport(socket, source.Time, context.RequestAborted);
        await source.RunAsync(new(
            transport, context.Connection.RemoteIpAddress ?? IPAddress.None, context.Connection.ClientCertificate, context.Abort));
    }

    private static bool IsFromElsewhere(HttpRequest request) =>
        request.Headers.Origin.ToString() is { Length: > 0 } origin
        && (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || !string.Equals(uri.Authority, HostOf(request), StringComparison.OrdinalIgnoreCase));

    // As an Origin spells it: without the port when it is the scheme's own.
    private static string HostOf(HttpRequest request) =>
        request.Host.Port == (request.IsHttps ? 443 : 80) ? request.Host.Host : request.Host.Value ?? "";
}
