using System.Text.Json;
using System.Text.Unicode;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>A line that a store will not take, with the reason it gave. On disk one JSON object a line:
/// <code>{"sequence":4711,"reason":"400: …","line":"reading,… value=1 1700000000000000000"}</code>
/// A line that is no UTF-8 stands as Base64 in <c>line64</c> instead.</summary>
/// <param name="Sequence">Log record it came from.</param>
/// <param name="Reason">What the store said.</param>
/// <param name="Line">Its bytes, without the line end.</param>
internal sealed record DeadLetter(long Sequence, string Reason, byte[] Line)
{
    public void WriteTo(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteNumber("sequence"u8, Sequence);
        json.WriteString("reason"u8, Reason);
        if (Utf8.IsValid(Line))
            json.WriteString("line"u8, Line);
        else
            json.WriteBase64String("line64"u8, Line);
        json.WriteEndObject();
    }

    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static DeadLetter Read(ReadOnlyMemory<byte> json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            var root = document.RootElement;
            byte[] line = root.TryGetProperty("line64"u8, out var base64)
                ? base64.GetBytesFromBase64()
                : System.Text.Encoding.UTF8.GetBytes(root.GetProperty("line"u8).GetString()!);
            return new(root.GetProperty("sequence"u8).GetInt64(), root.GetProperty("reason"u8).GetString()!, line);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or ArgumentNullException)
        {
            throw new FormatException(e.Message, e);
        }
    }
}
