using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Benches;

/// <summary>A body of line protocol as Telegraf publishes it, lines of three tags and ten fields, to readings with names resolved to datastream indices. Beside it the
/// lines taken apart with string.Split, the framework's parsers and a dictionary look-up of each name; it knows no escapes.</summary>
[MemoryDiagnoser]
public class LineDecodeBenchmarks
{
    private const int FieldsOfLine = 10;

    private static readonly long ReceivedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private readonly PayloadDecoder decoder = new();
    private readonly ReadingBatch batch = new();
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private readonly List<(int, DateTimeOffset, double)> rows = [];
    private GatewayDatastreams gateway = null!;
    private TelemetryTopic topic;
    private byte[] body = [];

    [Params(2, 20)]
    public int Lines { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        gateway = new DatastreamTable().ForGateway("water-gw-1");
        if (!TelemetryTopic.TryParse("sensorgrid/v1/water/water-gw-1/lines", out topic))
            throw new InvalidOperationException("the topic is not read");
        var text = new StringBuilder();
        for (int line = 0; line < Lines; line++)
        {
            text.Append(CultureInfo.InvariantCulture, $"pump,area=north,host=gw-{line},site=station-7 ");
            for (int field = 0; field < FieldsOfLine; field++)
                text.Append(CultureInfo.InvariantCulture, $"{(field == 0 ? "" : ",")}channel_{field}={1.25 + line + field / 8.0}");
            text.Append(CultureInfo.InvariantCulture, $" {1_767_225_600_000_000_000 + line}\n");
        }
        body = Encoding.UTF8.GetBytes(text.ToString());
        if (Decode() != Lines * FieldsOfLine || Split() != Lines * FieldsOfLine)
            throw new InvalidOperationException("the two decoders disagree");
    }

    [Benchmark]
    public int Decode()
    {
        var outcome = decoder.Decode(topic, body, ReceivedAt, gateway, batch);
        return outcome.IsRead ? batch.Count : -1;
    }

    [Benchmark(Baseline = true)]
    public int Split()
    {
        rows.Clear();
        foreach (string line in Encoding.UTF8.GetString(body).Split('\n', StringSplitOptions.RemoveEmptyEntries))
        {
            string[] parts = line.Split(' ');
            var at = DateTimeOffset.UnixEpoch.AddTicks(long.Parse(parts[2], CultureInfo.InvariantCulture) / 100);
            string series = parts[0].Replace(',', '/').Replace('=', ':');
            foreach (string field in parts[1].Split(','))
            {
                string[] sides = field.Split('=');
                string name = series + "/" + sides[0];
                if (!names.TryGetValue(name, out int index))
                    names.Add(name, index = names.Count);
                rows.Add((index, at, double.Parse(sides[1], CultureInfo.InvariantCulture)));
            }
        }
        return rows.Count;
    }
}
