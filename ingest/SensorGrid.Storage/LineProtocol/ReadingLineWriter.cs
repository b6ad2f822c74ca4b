using System.Buffers;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;

namespace SensorGrid.Storage.LineProtocol;

/// <summary>One assessed reading to one line. The same reading at the same place of the log always gives the same line, so that a line
/// sent twice is one point. Described for people in <c>ingest/docs/external-stores.md</c>.
/// <code>
/// measurement ,datastream=,gateway=,domain=,quantity=,station=,asset=,unit=   value= | value_text= | lat=,lon=   ,quality=Ni   ns
/// </code></summary>
/// <param name="measurement">Name of every line's measurement.</param>
/// <param name="kind">Who is to read them. VictoriaMetrics has no texts (it would make a text 0), so it gets only the quality of a text reading.</param>
internal sealed class ReadingLineWriter(string measurement, ExternalStoreKind kind)
{
    // 64-bit nanoseconds, of which line protocol keeps the two lowest and the highest for itself.
    private static readonly long EarliestTicks = DateTime.UnixEpoch.Ticks + (long.MinValue + 2) / TimeSpan.NanosecondsPerTick;
    private static readonly long LatestTicks = DateTime.UnixEpoch.Ticks + (long.MaxValue - 1) / TimeSpan.NanosecondsPerTick;

    // VictoriaMetrics says yes to a time before 1970 and keeps nothing.
    private readonly long earliestTicks = kind == ExternalStoreKind.VictoriaMetrics ? DateTime.UnixEpoch.Ticks : EarliestTicks;

    /// <summary>Times that the store can keep, in words.</summary>
    public string Times => kind == ExternalStoreKind.VictoriaMetrics ? "1970 to 2262" : "1677 to 2262";

    /// <summary>Whether the store can keep a time.</summary>
    public bool IsTime(long observedAtTicks) => observedAtTicks >= earliestTicks && observedAtTicks <= LatestTicks;

    /// <summary>Appends the line, its line end included.</summary>
    /// <param name="into">Gets it.</param>
    /// <param name="reading">Assessed by the catalogue version in force at its place in the log.</param>
    /// <param name="text">UTF-8 of a text reading.</param>
    /// <param name="key">The reading's datastream.</param>
    /// <param name="definition">What the catalogue knows of it; null for one that is not assigned.</param>
    public LineRemarks Write(
        IBufferWriter<byte> into, in Reading reading, ReadOnlySpan<byte> text, DatastreamKey key, DatastreamDefinition? definition)
    {
        var line = new LineProtocolWriter(into);
        line.Measurement(measurement);
        WriteTags(line, reading, key, definition);
        var remarks = WriteValue(ref line, reading, text);
        line.Field("quality", (long)reading.Quality);
        line.EndLine((Int128)(reading.ObservedAtTicks - DateTime.UnixEpoch.Ticks) * TimeSpan.NanosecondsPerTick);
        return remarks;
    }

    private static void WriteTags(LineProtocolWriter line, in Reading reading, DatastreamKey key, DatastreamDefinition? definition)
    {
        // In the order of their keys, which is how stores keep them and so costs them no sort.
        line.Tag("asset", definition?.Asset?.Id);
        line.Tag("datastream", key.Name);
        line.Tag("domain", definition?.Domain);
        line.Tag("gateway", key.Gateway);
        line.Tag("quantity", definition?.Quantity);
        line.Tag("station", definition?.Station?.Id);
        line.Tag("unit", UnitOf(reading, definition));
    }

    // As assessed: a value whose unit did not convert keeps the unit sent, and so is another series than those that did.
    private static string? UnitOf(in Reading reading, DatastreamDefinition? definition) => reading.Unit switch
    {
        UnitRegistry.None => definition?.UnitName,
        UnitRegistry.Unknown => "?",
        _ => UnitRegistry.NameOf(reading.Unit),
    };

    private LineRemarks WriteValue(ref LineProtocolWriter line, in Reading reading, ReadOnlySpan<byte> text)
    {
        // What must not enter any arithmetic has a field of its own, so that nobody's average holds a sentinel.
        bool usable = reading.Quality is not (Quality.Missing or Quality.Bad);
        switch (reading.Kind)
        {
            case ReadingKind.Text when kind == ExternalStoreKind.VictoriaMetrics:
                return LineRemarks.TextLeftOut;
            case ReadingKind.Text:
                line.TextField("value_text", text);
                return LineRemarks.None;
            case ReadingKind.Position when double.IsFinite(reading.Value) && double.IsFinite(reading.Value2):
                line.Field(usable ? "lat" : "lat_raw", reading.Value2);
                line.Field(usable ? "lon" : "lon_raw", reading.Value);
                return LineRemarks.None;
            case ReadingKind.Number or ReadingKind.Boolean when double.IsFinite(reading.Value):
                line.Field(usable ? "value" : "value_raw", reading.Value);
                return LineRemarks.None;
            default:
                return LineRemarks.ValueLeftOut;
        }
    }
}

/// <summary>What a line could not say.</summary>
internal enum LineRemarks
{
    /// <summary>It says everything.</summary>
    None = 0,

    /// <summary>The text is not in it: the store keeps numbers only.</summary>
    TextLeftOut,

    /// <summary>The value is not in it: it is not a finite number.</summary>
    ValueLeftOut,
}
