using System.Net;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Net.Http.Headers;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>Refuses what a page of somebody else could make a dispatcher's browser send. Reads: a host name that is not ours
/// (DNS rebinding). Writes: another origin, and every body that a plain form could send.</summary>
internal sealed class RequestGuard(IEnumerable<string> allowedHosts)
{
    private readonly HashSet<string> hosts = new(allowedHosts, StringComparer.OrdinalIgnoreCase) { "localhost" };

    public async Task InvokeAsync(HttpContext context, RequestDelegate next)
    {
        if (Refuse(context.Request) is { } problem)
            await problem.ExecuteAsync(context);
        else
            await next(context);
    }

    private ProblemHttpResult? Refuse(HttpRequest request)
    {
        if (!IsOurHost(request.Host.Host))
        {
            return Problems.Forbidden("host_not_allowed", "This service does not answer to the host name it was asked by. "
                + "Use its IP address or localhost, or add the name to Http:AllowedHosts.");
        }
        if (HttpMethods.IsGet(request.Method) || HttpMethods.IsHead(request.Method))
            return null;
        if (IsFromElsewhere(request))
            return Problems.Forbidden("cross_origin", "A page of another origin sent this request; changes are taken from the console's own pages and from programs only.");
        if (request.Path.Equals(WarningEndpoints.Path))
            return IsXml(request.ContentType) ? null : Problems.UnsupportedMediaType("not_cap", "Send one CAP 1.2 message as application/cap+xml, application/xml or text/xml.");
        if (!IsJson(request.ContentType))
            return Problems.UnsupportedMediaType("not_json", "Send the body as application/json.");
        return null;
    }

    // An address cannot be rebound: the browser asked for exactly this machine.
    private bool IsOurHost(string host) => hosts.Contains(host) || IPAddress.TryParse(host.Trim('[', ']'), out _);

    private static bool IsFromElsewhere(HttpRequest request)
    {
        // Every browser of today sends Sec-Fetch-Site; programs send neither header.
        string? site = request.Headers["Sec-Fetch-Site"];
        if (site is not null and not "same-origin" and not "none")
            return true;
        string? origin = request.Headers.Origin;
        return origin is not null
            && (!Uri.TryCreate(origin, UriKind.Absolute, out var uri) || !string.Equals(uri.Authority, WithoutDefaultPort(request), StringComparison.OrdinalIgnoreCase));
    }

    private static string WithoutDefaultPort(HttpRequest request) =>
        request.Host.Port == (request.IsHttps ? 443 : 80) ? request.Host.Host : request.Host.Value ?? "";

    // No form can send these types either.
    private static bool IsXml(string? contentType) => MediaTypeHeaderValue.TryParse(contentType, out var type) && WarningEndpoints.IsXml(type.MediaType.ToString());

    private static bool IsJson(string? contentType) =>
        MediaTypeHeaderValue.TryParse(contentType, out var type) && type.MediaType.Equals("application/json", StringComparison.OrdinalIgnoreCase);
}
