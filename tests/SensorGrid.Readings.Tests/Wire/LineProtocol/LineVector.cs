using System.Globalization;
using System.Text;
using System.Text.Json;
using SensorGrid.Readings.Wire.LineProtocol;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.LineProtocol;

/// <summary>A published sample of line protocol, and points as one text each, from the sample and from the scanner.</summary>
internal sealed record LineVector(string Name, long NanosecondsPerUnit, byte[] Input, string Expected)
{
    public static IReadOnlyList<LineVector> All { get; } = Load();

    /// <summary>What the scanner makes of a body.</summary>
    public static string Scan(byte[] body, long nanosecondsPerUnit)
    {
        if (!System.Text.Unicode.Utf8.IsValid(body))
            return "error";
        var scanner = new LineScanner(body, nanosecondsPerUnit);
        var point = new LinePoint();
        var points = new List<string>();
        bool isBroken;
        while (scanner.TryNext(point, out isBroken))
            points.Add(Show(body, point));
        Assert.InRange(scanner.At, 0, body.Length);
        return isBroken ? "error" : string.Join('\n', points);
    }

    private static string Show(byte[] body, LinePoint point)
    {
        var tags = point.Tags.ToArray().Select(tag => $"{NameOf(body, tag.Key, false)}={NameOf(body, tag.Value, false)}").Order(StringComparer.Ordinal);
        var fields = point.Fields.ToArray().Select(field => $"{NameOf(body, field.Key, false)}={ValueOf(body, field)}");
        return $"{NameOf(body, point.Measurement, true)}|{string.Join(',', tags)}|{string.Join(',', fields)}|{point.Nanoseconds}";
    }

    private static string NameOf(byte[] body, LineToken token, bool isMeasurement)
    {
        byte[] into = new byte[token.Length];
        return Encoding.UTF8.GetString(into, 0, LineText.UnescapeName(token.In(body), isMeasurement, into));
    }

    private static string ValueOf(byte[] body, LineField field)
    {
        byte[] into = new byte[field.Text.Length];
        return field.Kind switch
        {
            LineValueKind.Float => "float " + BitConverter.Int64BitsToDouble(field.Bits).ToString("R", CultureInfo.InvariantCulture),
            LineValueKind.Integer => FormattableString.Invariant($"int {field.Bits}"),
            LineValueKind.Unsigned => FormattableString.Invariant($"uint {(ulong)field.Bits}"),
            LineValueKind.Boolean => $"bool {field.Bits == 1}",
            _ => "string " + Encoding.UTF8.GetString(into, 0, LineText.UnescapeText(field.Text.In(body), into)),
        };
    }

    private static List<LineVector> Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", "line-protocol.json")));
        // What only VictoriaMetrics reads, and exchanges with servers, are not for this reader.
        return [.. document.RootElement.EnumerateArray()
            .Where(vector => !vector.TryGetProperty("kind", out _) && !vector.TryGetProperty("dialect", out _))
            .Select(vector => new LineVector(
                vector.GetProperty("name").GetString()!,
                (vector.TryGetProperty("precision", out var precision) ? precision.GetString() : "ns") switch { "us" => 1_000, "ms" => 1_000_000, "s" => 1_000_000_000, _ => 1 },
                vector.GetProperty("encoding").GetString() == "hex"
                    ? Convert.FromHexString(vector.GetProperty("input").GetString()!)
                    : Encoding.UTF8.GetBytes(vector.GetProperty("input").GetString()!),
                Expect(vector.GetProperty("expect"))))];
    }

    private static string Expect(JsonElement expect) => expect.TryGetProperty("points", out var points)
        ? string.Join('\n', points.EnumerateArray().Select(point =>
            $"{point.GetProperty("name").GetString()}|"
            + $"{string.Join(',', point.GetProperty("tags").EnumerateArray().Select(tag => $"{tag.GetProperty("key").GetString()}={tag.GetProperty("value").GetString()}").Order(StringComparer.Ordinal))}|"
            + $"{string.Join(',', point.GetProperty("fields").EnumerateArray().Select(field => $"{field.GetProperty("key").GetString()}={Value(field.GetProperty("value").EnumerateObject().Single())}"))}|"
            + (point.TryGetProperty("time", out var time) && time.ValueKind == JsonValueKind.Number ? time.GetRawText() : "")))
        : "error";

    private static string Value(JsonProperty value) => value.Name switch
    {
        "float" => "float " + value.Value.GetDouble().ToString("R", CultureInfo.InvariantCulture),
        "bool" => $"bool {value.Value.GetBoolean()}",
        "string" => "string " + value.Value.GetString(),
        _ => $"{value.Name} {value.Value.GetRawText()}",
    };
}
