using System.Globalization;
using System.Text;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Ingest.Service.Commands.Export;

/// <summary>A reading as a line of text.</summary>
internal static class ExportText
{
    public const string CsvHeader = "datastream,observed_at,value,longitude,latitude,text,quality,unit\r\n";

    /// <summary>A record by RFC 4180: fields that hold a quote, a comma or a line end are quoted, quotes doubled, CRLF at the end.</summary>
    public static string ToCsv(ExportedReading reading)
    {
        string?[] fields =
        [
            reading.Datastream, ApiJson.Format(reading.ObservedAt), Number(reading.Value), Number(reading.Longitude), Number(reading.Latitude),
            reading.Text, reading.Quality, reading.Unit,
        ];
        return string.Join(',', fields.Select(Quote)) + "\r\n";
    }

    /// <summary>A point of line protocol: measurement <c>reading</c>, tags datastream, gateway and unit, time in nanoseconds since 1970.</summary>
    public static string ToLine(ExportedReading reading)
    {
        var line = new StringBuilder("reading,datastream=").Append(Tag(reading.Datastream))
            .Append(",gateway=").Append(Tag(reading.Datastream[..reading.Datastream.IndexOf('/', StringComparison.Ordinal)]));
        if (reading.Unit is not null)
            line.Append(",unit=").Append(Tag(reading.Unit));
        line.Append(" quality=").Append(Text(reading.Quality));
        foreach (var (name, value) in new[] { ("value", reading.Value), ("longitude", reading.Longitude), ("latitude", reading.Latitude) })
        {
            if (value is not null)
                line.Append(',').Append(name).Append('=').Append(Number(value));
        }
        if (reading.Text is not null)
            line.Append(",text=").Append(Text(reading.Text));
        // A decimal: nanoseconds of the year 9999 do not fit in 64 bits.
        decimal nanoseconds = (decimal)(reading.ObservedAt.UtcTicks - DateTime.UnixEpoch.Ticks) * 100;
        return line.Append(' ').Append(nanoseconds.ToString("F0", CultureInfo.InvariantCulture)).Append('\n').ToString();
    }

    private static string? Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);

    private static string Quote(string? field) => field is null ? "" : field.AsSpan().ContainsAny("\",\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;

    // A line end cannot be escaped in a tag.
    private static string Tag(string text)
    {
        var escaped = new StringBuilder(text.Length);
        foreach (char c in text)
        {
            if (c is ',' or '=' or ' ' or '\\')
                escaped.Append('\\');
            escaped.Append(char.IsControl(c) ? '_' : c);
        }
        return escaped.ToString();
    }

    private static string Text(string text) => $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";
}
