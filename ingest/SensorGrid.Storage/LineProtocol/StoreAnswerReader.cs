using System.Text.Json;
using System.Text.RegularExpressions;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>An HTTP answer to a write, read: what happens to the lines. Pure.</summary>
/// <remarks>
/// <list type="table">
/// <item><term>204, or another 2xx with nothing in it</term><description>accepted</description></item>
/// <item><term>2xx with a page, 3xx</term><description>misconfigured: that is no write interface</description></item>
/// <item><term>400 that speaks of lines, 422</term><description>lines refused</description></item>
/// <item><term>400 "points beyond retention policy"</term><description>accepted: the store would have deleted them by now</description></item>
/// <item><term>400 of another kind, 401, 403, 404, other 4xx</term><description>misconfigured</description></item>
/// <item><term>413</term><description>too large</description></item>
/// <item><term>429, 503</term><description>busy</description></item>
/// <item><term>408, other 5xx</term><description>unavailable</description></item>
/// </list>
/// </remarks>
internal static partial class StoreAnswerReader
{
    // Longest text of a server's that is shown.
    private const int LongestText = 300;

    // How the servers say that it is the lines: InfluxDB 1.x, 2.x (its code), VictoriaMetrics (both verbs, by version).
    private static readonly string[] SpeaksOfLines =
        ["partial write", "unable to parse", "field type conflict", "time outside range", "cannot parse", "cannot unmarshal"];

    /// <summary>Reads an answer.</summary>
    /// <param name="options">The store that gave it, for words about settings.</param>
    /// <param name="status">HTTP status.</param>
    /// <param name="body">Beginning of the body.</param>
    /// <param name="retryAfter">What <c>Retry-After</c> asks for.</param>
    public static StoreAnswer Read(ExternalStoreOptions options, int status, string body, TimeSpan? retryAfter)
    {
        var (code, message) = ReadError(body);
        string said = $"{status}{(message.Length > 0 ? $": {message}" : "")}";
        return status switch
        {
            204 => new(StoreVerdict.Accepted, said),
            >= 200 and < 300 when body.Length == 0 => new(StoreVerdict.Accepted, said),
            >= 200 and < 300 => new(StoreVerdict.Misconfigured, $"answered {status} with a page, which no write interface does. {Change(status, options)}"),
            400 when message.Contains("points beyond retention policy", StringComparison.Ordinal) && !message.Contains("unable to parse", StringComparison.Ordinal) =>
                new(StoreVerdict.Accepted, said, Expired: Dropped(message)),
            400 when code == "invalid" || Array.Exists(SpeaksOfLines, word => message.Contains(word, StringComparison.Ordinal)) =>
                new(StoreVerdict.LinesRefused, said),
            422 => new(StoreVerdict.LinesRefused, said),
            413 => new(StoreVerdict.TooLarge, said),
            429 or 503 => new(StoreVerdict.Busy, $"is busy, {said}", retryAfter),
            408 or >= 500 => new(StoreVerdict.Unavailable, $"failed, {said}", retryAfter),
            _ => new(StoreVerdict.Misconfigured, $"refuses, {said}. {Change(status, options)}", retryAfter),
        };
    }

    private static string Change(int status, ExternalStoreOptions options) => (status, options.Kind) switch
    {
        (401 or 403, ExternalStoreKind.InfluxDb2) => $"Give a Token or TokenFile that may write to bucket \"{options.Bucket}\" of organisation \"{options.Org}\".",
        (401 or 403, ExternalStoreKind.InfluxDb1) => $"Give User and PasswordFile that may write to database \"{options.Database}\".",
        (401 or 403, _) => "Give what the proxy before it asks for: User and PasswordFile, or Token.",
        (404, ExternalStoreKind.InfluxDb2) => $"Make bucket \"{options.Bucket}\" in organisation \"{options.Org}\", or correct Bucket, Org, Url or Path.",
        (404, ExternalStoreKind.InfluxDb1) => $"Make database \"{options.Database}\", or correct Database, RetentionPolicy, Url or Path.",
        (< 400, _) => "Correct Url or Path: it must lead to the write interface itself.",
        _ => "Correct Url, Path or the settings that name the target.",
    };

    // {"error": text} of 1.x and 3.x, {"code": word, "message": text} of 2.x, else the text itself.
    private static (string Code, string Message) ReadError(string body)
    {
        if (body.StartsWith('{'))
        {
            try
            {
                using var json = JsonDocument.Parse(body);
                return (Text(json.RootElement, "code"), Show(Text(json.RootElement, "message") is { Length: > 0 } message ? message : Text(json.RootElement, "error")));
            }
            catch (JsonException)
            {
                // Cut off, or not JSON after all: shown as it is.
            }
        }
        return ("", Show(body));
    }

    private static string Text(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString()! : "";

    private static string Show(string text)
    {
        // The end says how many were dropped, the beginning why.
        if (text.Length > LongestText)
            text = $"{text[..(LongestText - 60)]} … {text[^50..]}";
        return string.Concat(text.Select(sign => char.IsControl(sign) ? ' ' : sign)).Trim();
    }

    private static long Dropped(string message) =>
        DroppedCount().Match(message) is { Success: true } match && long.TryParse(match.Groups[1].ValueSpan, out long count) ? count : 1;

    [GeneratedRegex("dropped=([0-9]{1,9})")]
    private static partial Regex DroppedCount();
}
