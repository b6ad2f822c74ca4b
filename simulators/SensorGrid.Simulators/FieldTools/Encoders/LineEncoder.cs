using System.Globalization;
using System.Text;
using System.Text.Json;

namespace SensorGrid.Simulators.FieldTools.Encoders;

/// <summary>Objects to line protocol, a line for each stretch of readings of one measurement, one set of tags and one time. The parts stand in the name:
/// <c>measurement/tag:value/field</c>.</summary>
internal sealed class LineEncoder(long nowTicks) : IFrameEncoder
{
    /// <inheritdoc/>
    public byte[] Encode(FrameObject said)
    {
        var text = new StringBuilder();
        string? series = null;
        long at = 0;
        foreach (var reading in said.Readings)
        {
            var (of, field) = Split(reading);
            long time = reading.ObservedAtTicks ?? nowTicks;
            if (of == series && time == at)
            {
                text.Append(',');
            }
            else
            {
                if (series is not null)
                    EndLine(text, at).Append('\n');
                text.Append(of).Append(' ');
                (series, at) = (of, time);
            }
            text.Append(Escaped(field, isMeasurement: false)).Append('=').Append(ValueOf(reading));
        }
        if (series is null)
            throw new FrameEncodeException("readings", "a line has at least one field.");
        return Encoding.UTF8.GetBytes(EndLine(text, at).ToString());
    }

    private static StringBuilder EndLine(StringBuilder text, long ticks) =>
        text.Append(' ').Append(((Int128)(ticks - DateTime.UnixEpoch.Ticks) * 100).ToString(CultureInfo.InvariantCulture));

    private static (string Series, string Field) Split(FrameValue reading)
    {
        string[] parts = (reading.Name ?? reading.Code).Split('/');
        if (parts.Length < 2)
            throw reading.Refuse("name", "measurement and field stand in the name, and tags between: measurement/tag:value/field.");
        int tags = Array.FindIndex(parts, 1, part => part.IndexOf(':') > 0);
        if (tags < 0 || tags == parts.Length - 1)
            tags = parts.Length - 1;
        var series = new StringBuilder(Escaped(string.Join('/', parts[..tags]), isMeasurement: true));
        foreach (string tag in parts[tags..^1])
        {
            int colon = tag.IndexOf(':');
            if (colon <= 0 || colon == tag.Length - 1)
                throw reading.Refuse("name", $"'{tag}' is no tag with its value: tag:value.");
            series.Append(',').Append(Escaped(tag[..colon], isMeasurement: false)).Append('=').Append(Escaped(tag[(colon + 1)..], isMeasurement: false));
        }
        return (series.ToString(), parts[^1]);
    }

    private static string ValueOf(FrameValue reading) => reading.Value.ValueKind switch
    {
        JsonValueKind.Number => reading.Value.GetRawText(),
        JsonValueKind.True => "true",
        JsonValueKind.False => "false",
        JsonValueKind.String => "\"" + reading.Text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("\n", "\\n").Replace("\r", "\\r").Replace("\t", "\\t") + "\"",
        _ => throw reading.Refuse("value", "a number, a boolean or a text is needed."),
    };

    private static string Escaped(string name, bool isMeasurement)
    {
        name = name.Replace(",", "\\,").Replace(" ", "\\ ");
        return isMeasurement ? name : name.Replace("=", "\\=");
    }
}
