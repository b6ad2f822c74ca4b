using System.Formats.Cbor;
using BenchmarkDotNet.Attributes;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Benches;

/// <summary>One SenML pack in CBOR to readings, names resolved to datastream indices. Beside it the framework's CBOR reader and a dictionary look-up of each name, as
/// a plain service would; it also writes the pack.</summary>
[MemoryDiagnoser]
public class SenMlCborDecodeBenchmarks
{
    private const int BaseName = -2, BaseTime = -3, Name = 0, Unit = 1, Value = 2, Time = 6;

    private static readonly long ReceivedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private readonly PayloadDecoder decoder = new();
    private readonly ReadingBatch batch = new();
    private readonly Dictionary<string, int> names = new(StringComparer.Ordinal);
    private readonly List<(int, DateTimeOffset, double)> rows = [];
    private GatewayDatastreams gateway = null!;
    private TelemetryTopic topic;
    private byte[] payload = [];

    [Params(20, 200)]
    public int Readings { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        gateway = new DatastreamTable().ForGateway("water-gw-1");
        if (!TelemetryTopic.TryParse("sensorgrid/v1/water/water-gw-1/readings", out topic))
            throw new InvalidOperationException("the topic is not read");
        var writer = new CborWriter();
        writer.WriteStartArray(Readings);
        for (int i = 0; i < Readings; i++)
        {
            writer.WriteStartMap(i == 0 ? 6 : 4);
            if (i == 0)
            {
                writer.WriteInt32(BaseName);
                writer.WriteTextString("station-7:");
                writer.WriteInt32(BaseTime);
                writer.WriteDouble(1767225600.25);
            }
            writer.WriteInt32(Name);
            writer.WriteTextString($"d{i}");
            writer.WriteInt32(Unit);
            writer.WriteTextString("m");
            writer.WriteInt32(Time);
            writer.WriteInt32(i);
            writer.WriteInt32(Value);
            writer.WriteDouble(1.234 + i);
            writer.WriteEndMap();
            names[$"station-7:d{i}"] = i;
        }
        writer.WriteEndArray();
        payload = writer.Encode();
        if (Decode() != Readings || CborReader() != Readings)
            throw new InvalidOperationException("the two decoders disagree");
    }

    [Benchmark]
    public int Decode()
    {
        var outcome = decoder.Decode(topic, payload, ReceivedAt, gateway, batch);
        return outcome.IsRead ? batch.Count : -1;
    }

    [Benchmark(Baseline = true)]
    public int CborReader()
    {
        rows.Clear();
        var reader = new CborReader(payload);
        string baseName = "";
        double baseTime = 0;
        int? records = reader.ReadStartArray();
        for (int i = 0; i < records; i++)
        {
            string name = "";
            double time = 0, value = double.NaN;
            int? fields = reader.ReadStartMap();
            for (int j = 0; j < fields; j++)
            {
                switch (reader.ReadInt32())
                {
                    case BaseName:
                        baseName = reader.ReadTextString();
                        break;
                    case BaseTime:
                        baseTime = Number(reader);
                        break;
                    case Name:
                        name = reader.ReadTextString();
                        break;
                    case Time:
                        time = Number(reader);
                        break;
                    case Value:
                        value = Number(reader);
                        break;
                    default:
                        reader.SkipValue();
                        break;
                }
            }
            reader.ReadEndMap();
            rows.Add((names[baseName + name], DateTimeOffset.UnixEpoch.AddSeconds(baseTime + time), value));
        }
        reader.ReadEndArray();
        return rows.Count;
    }

    private static double Number(CborReader reader) =>
        reader.PeekState() is CborReaderState.UnsignedInteger or CborReaderState.NegativeInteger ? reader.ReadInt64() : reader.ReadDouble();
}
