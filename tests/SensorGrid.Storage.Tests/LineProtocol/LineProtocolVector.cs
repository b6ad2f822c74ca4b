using System.Text;
using System.Text.Json;
using SensorGrid.Testing;

namespace SensorGrid.Storage.Tests.LineProtocol;

/// <summary>A published sample of line protocol; tests/vectors/README.md says what the fields mean.</summary>
public sealed record LineProtocolVector(string Name, string Dialect, string Precision, byte[] Input, JsonElement Expect)
{
    /// <summary>Samples of lines; those of <c>kind</c> http are exchanges with a server.</summary>
    public static IReadOnlyList<LineProtocolVector> Lines { get; } = Load();

    /// <summary>The points it stands for; null when it is an error.</summary>
    internal IReadOnlyList<OraclePoint>? Points => Expect.TryGetProperty("points", out var points) ? [.. points.EnumerateArray().Select(ReadPoint)] : null;

    private OraclePoint ReadPoint(JsonElement point) => new(
        point.GetProperty("name").GetString()!,
        [.. point.GetProperty("tags").EnumerateArray().Select(tag => (tag.GetProperty("key").GetString()!, tag.GetProperty("value").GetString()!))],
        [.. point.GetProperty("fields").EnumerateArray().Select(field => (field.GetProperty("key").GetString()!, ReadValue(field.GetProperty("value").EnumerateObject().Single())))],
        point.TryGetProperty("time", out var time) && time.ValueKind == JsonValueKind.Number ? time.GetInt64() : null);

    private static object ReadValue(JsonProperty value) => value.Name switch
    {
        "float" => value.Value.GetDouble(),
        "int" => value.Value.GetInt64(),
        "uint" => value.Value.GetUInt64(),
        "bool" => value.Value.GetBoolean(),
        "string" => value.Value.GetString()!,
        _ => throw new InvalidDataException(value.Name),
    };

    private static List<LineProtocolVector> Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", "line-protocol.json")));
        return [.. document.RootElement.EnumerateArray().Where(vector => !vector.TryGetProperty("kind", out _)).Select(vector => new LineProtocolVector(
            vector.GetProperty("name").GetString()!,
            vector.TryGetProperty("dialect", out var dialect) ? dialect.GetString()! : "strict",
            vector.TryGetProperty("precision", out var precision) ? precision.GetString()! : "ns",
            vector.GetProperty("encoding").GetString() == "hex"
                ? Convert.FromHexString(vector.GetProperty("input").GetString()!)
                : Encoding.UTF8.GetBytes(vector.GetProperty("input").GetString()!),
            vector.GetProperty("expect").Clone()))];
    }
}
