using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization;
using BenchmarkDotNet.Attributes;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Benches;

/// <summary>One SenML pack to readings: our streaming decoder, with names resolved to datastream indices, against the JSON serializer
/// filling record objects and a dictionary look-up of each name, as a plain service would.</summary>
[MemoryDiagnoser]
public class DecodeBenchmarks
{
    private static readonly long ReceivedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private readonly PayloadDecoder decoder = new();
    private readonly ReadingBatch batch = new();
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private readonly List<(int, DateTimeOffset, double)> rows = [];
    private GatewayDatastreams gateway = null!;
    private TelemetryTopic topic;
    private byte[] payload = [];

    [Params(1, 20, 200)]
    public int Readings { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        gateway = new DatastreamTable().ForGateway("water-gw-1");
        if (!TelemetryTopic.TryParse("sensorgrid/v1/water/water-gw-1/readings", out topic))
            throw new InvalidOperationException("the topic is not read");
        var text = new StringBuilder("[{\"bn\":\"station-7:\",\"bt\":1767225600.25");
        for (int i = 0; i < Readings; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $"{(i == 0 ? "," : ",{")}\"n\":\"d{i}\",\"u\":\"m\",\"t\":{i},\"v\":{1.234 + i}}}");
            names[$"station-7:d{i}"] = i;
        }
        payload = Encoding.UTF8.GetBytes(text.Append(']').ToString());
        if (Decode() != Readings || Serializer() != Readings)
            throw new InvalidOperationException("the two decoders disagree");
    }

    [Benchmark]
    public int Decode()
    {
        var outcome = decoder.Decode(topic, payload, ReceivedAt, gateway, batch);
        return outcome.IsRead ? batch.Count : -1;
    }

    [Benchmark(Baseline = true)]
    public int Serializer()
    {
        rows.Clear();
        string baseName = "";
        double baseTime = 0;
        foreach (var record in JsonSerializer.Deserialize(payload, SenMlContext.Default.SenMlPlainRecordArray)!)
        {
            baseName = record.Bn ?? baseName;
            baseTime = record.Bt ?? baseTime;
            rows.Add((names[baseName + record.N], DateTimeOffset.UnixEpoch.AddSeconds(baseTime + (record.T ?? 0)), record.V ?? double.NaN));
        }
        return rows.Count;
    }
}

internal sealed record SenMlPlainRecord(string? Bn, double? Bt, string? N, string? U, double? T, double? V);

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase)]
[JsonSerializable(typeof(SenMlPlainRecord[]))]
internal sealed partial class SenMlContext : JsonSerializerContext;
