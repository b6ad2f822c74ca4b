using Microsoft.AspNetCore.Http.HttpResults;
using SensorGrid.Ingest.Service.Alarms;

namespace SensorGrid.Ingest.Service.Api;

/// <summary>Errors of the API as Problem Details (RFC 9457). <c>code</c> is stable and for programs, <c>detail</c> says to a
/// person what is wrong and what to do; <c>text</c>, where there is one, says it in both languages.</summary>
internal static class Problems
{
    /// <inheritdoc cref="Unavailable(string, string, ReadOnlySpan{ValueTuple{string, object}})"/>
    public static ProblemHttpResult BadRequest(string code, string detail, params ReadOnlySpan<(string Name, object Value)> more) =>
        Problem(StatusCodes.Status400BadRequest, code, detail, more);

    /// <summary>One that says it in both languages.</summary>
    /// <param name="status">Its status.</param>
    /// <param name="code">Stable word for programs.</param>
    /// <param name="text">For people; <c>detail</c> is the English one.</param>
    /// <param name="more">Further members of the answer.</param>
    public static ProblemHttpResult Of(int status, string code, LocalText text, params ReadOnlySpan<(string Name, object Value)> more) =>
        Problem(status, code, text.En, [("text", text), .. more]);

    public static ProblemHttpResult Forbidden(string code, string detail) => Problem(StatusCodes.Status403Forbidden, code, detail);

    public static ProblemHttpResult NotFound(string code, string detail) => Problem(StatusCodes.Status404NotFound, code, detail);

    public static ProblemHttpResult Conflict(string code, string detail) => Problem(StatusCodes.Status409Conflict, code, detail);

    public static ProblemHttpResult TooLarge(string code, string detail) => Problem(StatusCodes.Status413PayloadTooLarge, code, detail);

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
