using Microsoft.AspNetCore.Http.HttpResults;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>Errors of the API as Problem Details (RFC 9457). <c>code</c> is stable and for programs, <c>detail</c> says to a
/// person what is wrong and what to do.</summary>
internal static class Problems
{
    /// <inheritdoc cref="Unavailable"/>
    public static ProblemHttpResult BadRequest(string code, string detail, params ReadOnlySpan<(string Name, object Value)> more) =>
        Problem(StatusCodes.Status400BadRequest, code, detail, more);

    public static ProblemHttpResult Forbidden(string code, string detail) => Problem(StatusCodes.Status403Forbidden, code, detail);

    public static ProblemHttpResult NotFound(string code, string detail) => Problem(StatusCodes.Status404NotFound, code, detail);

    public static ProblemHttpResult Conflict(string code, string detail) => Problem(StatusCodes.Status409Conflict, code, detail);

    /// <summary>Another party that has to answer did not in time.</summary>
    public static ProblemHttpResult NotInTime(string code, string detail) => Problem(StatusCodes.Status504GatewayTimeout, code, detail);

    public static ProblemHttpResult UnsupportedMediaType(string code, string detail) => Problem(StatusCodes.Status415UnsupportedMediaType, code, detail);

    /// <param name="code">Stable word for programs.</param>
    /// <param name="detail">Sentence for people.</param>
    /// <param name="more">Further members of the answer.</param>
    public static ProblemHttpResult Unavailable(string code, string detail, params ReadOnlySpan<(string Name, object Value)> more) =>
        Problem(StatusCodes.Status503ServiceUnavailable, code, detail, more);

    private static ProblemHttpResult Problem(int status, string code, string detail, params ReadOnlySpan<(string Name, object Value)> more)
    {
        var members = new Dictionary<string, object?> { ["code"] = code };
        foreach (var (name, value) in more)
            members[name] = value;
        return TypedResults.Problem(detail, statusCode: status, extensions: members);
    }
}
