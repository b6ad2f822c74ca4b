using System.Globalization;
using System.Text.Json;
using SensorGrid.Readings;
using SensorGrid.Simulators.FieldTools.Encoders;

namespace SensorGrid.Simulators.FieldTools.Desk;

/// <summary>A report as it is typed: <c>39=28.961 26=311.3</c>, a function before it when it is not the usual one, <c>33 39=28.961</c>; a name before the code where
/// it says which part is meant, <c>part/1/1/30/0a000200:3.3=21.5</c>; or an object as <c>encode</c> reads it.</summary>
/// <param name="Function">Function or command; null for the usual one.</param>
/// <param name="Values">What is reported.</param>
public sealed record ReportLine(string? Function, IReadOnlyList<FrameValue> Values)
{
    /// <summary>Reads a line.</summary>
    /// <param name="line">The line.</param>
    /// <param name="protocol">Word of the protocol, for objects.</param>
    /// <exception cref="FrameEncodeException">It is none.</exception>
    public static ReportLine Parse(string line, string protocol)
    {
        line = line.Trim();
        if (line.StartsWith('{'))
        {
            try
            {
                using var document = JsonDocument.Parse(line);
                var said = FrameObject.Read(document.RootElement, protocol);
                return new(said.Function, said.Readings);
            }
            catch (JsonException e)
            {
                throw new FrameEncodeException("$", $"not JSON at byte {e.BytePositionInLine}.", e);
            }
        }
        string[] words = line.Split(' ', StringSplitOptions.RemoveEmptyEntries);
        int first = words.Length > 0 && !words[0].Contains('=') ? 1 : 0;
        if (words.Length == first)
            throw new FrameEncodeException("report", "values are needed: CODE=VALUE, such as 39=28.961.");
        return new(first == 1 ? words[0] : null, [.. words[first..].Select(ValueOf)]);
    }

    private static FrameValue ValueOf(string word, int index)
    {
        int equals = word.IndexOf('=');
        if (equals <= 0)
            throw new FrameEncodeException($"readings[{index}]", $"'{word}' is not CODE=VALUE, such as 39=28.961.");
        string head = word[..equals];
        string value = word[(equals + 1)..];
        int colon = head.LastIndexOf(':');
        using var json = JsonDocument.Parse(JsonOf(value));
        return new(index, head[(colon + 1)..], colon > 0 ? head[..colon] : null, json.RootElement.Clone(), null, null, value is "-" or "" ? Quality.Missing : Quality.Good);
    }

    // "-" is a value that is missing.
    private static string JsonOf(string value) => value switch
    {
        "-" or "" => "null",
        "true" or "false" => value,
        _ when decimal.TryParse(value, NumberStyles.Float, CultureInfo.InvariantCulture, out decimal number) => number.ToString(CultureInfo.InvariantCulture),
        _ => JsonSerializer.Serialize(value),
    };
}
