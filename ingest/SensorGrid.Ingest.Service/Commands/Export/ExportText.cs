using System.Buffers;
using System.Globalization;
using System.Text;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Readings;
using SensorGrid.Storage.LineProtocol;
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

    /// <summary>A point of line protocol, of the shape that external stores get (ingest/docs/external-stores.md), without what only the
    /// catalogue knows.</summary>
    public static string ToLine(ExportedReading reading)
    {
        var bytes = new ArrayBufferWriter<byte>(256);
        var line = new LineProtocolWriter(bytes);
        int slash = reading.Datastream.IndexOf('/', StringComparison.Ordinal);
        line.Measurement("reading");
        line.Tag("datastream", reading.Datastream.AsSpan(slash + 1));
        line.Tag("gateway", reading.Datastream.AsSpan(0, slash));
        line.Tag("unit", reading.Unit);
        if (reading.Value is { } value)
            line.Field("value", value);
        if (reading.Latitude is { } latitude)
            line.Field("lat", latitude);
        if (reading.Longitude is { } longitude)
            line.Field("lon", longitude);
        if (reading.Text is { } text)
            line.TextField("value_text", Encoding.UTF8.GetBytes(text));
        line.Field("quality", (long)Enum.Parse<Quality>(reading.Quality, ignoreCase: true));
        line.EndLine((Int128)(reading.ObservedAt.UtcTicks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick);
        return Encoding.UTF8.GetString(bytes.WrittenSpan);
    }

    private static string? Number(double? value) => value?.ToString("R", CultureInfo.InvariantCulture);

    private static string Quote(string? field) => field is null ? "" : field.AsSpan().ContainsAny("\",\r\n") ? $"\"{field.Replace("\"", "\"\"", StringComparison.Ordinal)}\"" : field;
}
