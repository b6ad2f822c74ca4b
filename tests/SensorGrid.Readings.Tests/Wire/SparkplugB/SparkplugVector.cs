using System.Globalization;
using System.Text;
using System.Text.Json;
using SensorGrid.Readings.Wire.SparkplugB;
using SensorGrid.Testing;

namespace SensorGrid.Readings.Tests.Wire.SparkplugB;

/// <summary>A sample of tests/vectors/sparkplug-b.json, and payloads as one text each, from the sample and from the reader.</summary>
internal sealed record SparkplugVector(string Name, string Kind, JsonElement Element)
{
    public static IReadOnlyList<SparkplugVector> All { get; } = Load();

    public static IEnumerable<SparkplugVector> Payloads => All.Where(vector => vector.Kind == "payload");

    public byte[] Input => Convert.FromHexString(Element.GetProperty("input").GetString()!);

    public JsonElement Expect => Element.GetProperty("expect");

    public string? ExpectedError => Expect.TryGetProperty("error", out var error) ? error.GetString() : null;

    /// <summary>The expected payload as <see cref="Show"/> says it; of a compressed one the inner.</summary>
    public string ExpectedPayload()
    {
        var payload = Expect.TryGetProperty("decompressed", out var inner) ? inner : Expect;
        return Join(NumberOf(payload, "timestamp"), NumberOf(payload, "seq"), payload.GetProperty("metrics").EnumerateArray().Select(Line));
    }

    /// <summary>What the reader holds.</summary>
    public static string Show(SparkplugReader reader, byte[] payload)
    {
        var body = reader.Body(payload);
        var lines = new List<string>();
        foreach (var metric in reader.Metrics)
            lines.Add(Line(metric, body));
        return Join(reader.Timestamp?.ToString(CultureInfo.InvariantCulture), reader.Seq?.ToString(CultureInfo.InvariantCulture), lines);
    }

    private static string Join(string? timestamp, string? seq, IEnumerable<string> metrics) =>
        string.Join('\n', metrics.Prepend($"timestamp {timestamp} seq {seq}"));

    private static string Line(SparkplugMetric metric, ReadOnlySpan<byte> body)
    {
        string? alias = metric.HasAlias ? metric.Alias.ToString(CultureInfo.InvariantCulture) : null;
        string? timestamp = metric.HasTimestamp ? metric.Timestamp.ToString(CultureInfo.InvariantCulture) : null;
        string? quality = metric.HasQuality ? metric.Quality.ToString(CultureInfo.InvariantCulture) : null;
        string value = metric.Field switch
        {
            SparkplugField.Int or SparkplugField.Long => "int " + (metric.Datatype is SparkplugDatatype.UInt64 or SparkplugDatatype.Unknown
                ? ((ulong)metric.IntegerAs(metric.Datatype)).ToString(CultureInfo.InvariantCulture)
                : metric.IntegerAs(metric.Datatype).ToString(CultureInfo.InvariantCulture)),
            SparkplugField.Float or SparkplugField.Double => "float " + metric.NumberAs(metric.Datatype).ToString("R", CultureInfo.InvariantCulture),
            SparkplugField.Boolean => $"bool {metric.NumberAs(metric.Datatype) == 1}",
            SparkplugField.String => "text " + Encoding.UTF8.GetString(metric.BytesIn(body)),
            SparkplugField.Bytes => "bytes " + Convert.ToHexStringLower(metric.BytesIn(body)),
            _ => metric.Field.ToString(),
        };
        return $"{(metric.HasName ? Encoding.UTF8.GetString(metric.NameIn(body)) : null)}|{alias}|{timestamp}|{(int)metric.Datatype}|{metric.IsHistorical}|{metric.IsTransient}|{metric.IsNull}|{quality}|{value}";
    }

    private static string Line(JsonElement metric)
    {
        bool has(string key) => metric.TryGetProperty(key, out _);
        string value = has("dataset") ? "DataSet" : has("template") ? "Template" : !has("field") ? "None" : metric.GetProperty("field").GetString() switch
        {
            "int_value" or "long_value" => "int " + metric.GetProperty("value").GetRawText(),
            "float_value" or "double_value" => "float " + metric.GetProperty("value").GetDouble().ToString("R", CultureInfo.InvariantCulture),
            "boolean_value" => $"bool {metric.GetProperty("value").GetBoolean()}",
            "string_value" => "text " + metric.GetProperty("value").GetString(),
            _ => "bytes " + metric.GetProperty("valueHex").GetString(),
        };
        string? quality = metric.TryGetProperty("properties", out var properties) && properties.TryGetProperty("Quality", out var found)
            ? found.GetProperty("value").GetRawText() : null;
        string? name = metric.TryGetProperty("name", out var named) ? named.GetString() : null;
        return $"{name}|{NumberOf(metric, "alias")}|{NumberOf(metric, "timestamp")}|{NumberOf(metric, "datatype") ?? "0"}|{has("isHistorical")}|{has("isTransient")}|{has("isNull")}|{quality}|{value}";
    }

    private static string? NumberOf(JsonElement element, string key) => element.TryGetProperty(key, out var number) ? number.GetRawText() : null;

    private static List<SparkplugVector> Load()
    {
        using var document = JsonDocument.Parse(File.ReadAllBytes(RepositoryRoot.Combine("tests", "vectors", "sparkplug-b.json")));
        return [.. document.RootElement.EnumerateArray().Select(vector => new SparkplugVector(
            vector.GetProperty("name").GetString()!,
            vector.TryGetProperty("kind", out var kind) ? kind.GetString()! : "payload",
            vector.Clone()))];
    }
}
