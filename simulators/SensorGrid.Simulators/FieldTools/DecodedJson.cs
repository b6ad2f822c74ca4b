using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using SensorGrid.Readings;

namespace SensorGrid.Simulators.FieldTools;

/// <summary>The JSON of the <c>decode</c> command: one object a line.</summary>
internal static class DecodedJson
{
    // For people and pipes, never inside a page: Chinese stays Chinese.
    private static readonly JsonWriterOptions Plain = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static string Object(Action<Utf8JsonWriter> write)
    {
        using var bytes = new MemoryStream();
        using (var json = new Utf8JsonWriter(bytes, Plain))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }
        return Encoding.UTF8.GetString(bytes.GetBuffer(), 0, (int)bytes.Length);
    }

    public static string Error(string code, string message, int offset) => Object(json =>
    {
        json.WriteBoolean("ok", false);
        json.WriteStartObject("error");
        json.WriteString("code", code);
        json.WriteString("message", message);
        json.WriteNumber("offset", offset);
        json.WriteEndObject();
    });

    public static void WriteReading(
        Utf8JsonWriter json, string code, string name, string quantity, string unit, in Reading reading, ReadOnlySpan<byte> text)
    {
        json.WriteStartObject();
        json.WriteString("code", code);
        json.WriteString("name", name);
        json.WriteString("quantity", quantity);
        switch (reading.Kind)
        {
            case ReadingKind.Text:
                json.WriteString("value", text);
                break;
            case ReadingKind.Boolean:
                json.WriteBoolean("value", reading.Value != 0);
                break;
            case ReadingKind.Position:
                json.WriteStartObject("value");
                json.WriteNumber("lon", reading.Value);
                json.WriteNumber("lat", reading.Value2);
                json.WriteEndObject();
                break;
            default:
                if (double.IsFinite(reading.Value))
                    json.WriteNumber("value", reading.Value);
                else
                    json.WriteNull("value");
                break;
        }
        json.WriteString("unit", unit);
        WriteTime(json, "observedAt", reading.ObservedAtTicks);
        json.WriteString("quality", JsonNamingPolicy.CamelCase.ConvertName(reading.Quality.ToString()));
        json.WriteEndObject();
    }

    /// <summary>A time in UTC, or null.</summary>
    public static void WriteTime(Utf8JsonWriter json, string name, long? ticks)
    {
        if (ticks is { } at)
            json.WriteString(name, new DateTime(at, DateTimeKind.Utc).ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture));
        else
            json.WriteNull(name);
    }
}
