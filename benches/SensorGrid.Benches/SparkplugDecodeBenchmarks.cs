using System.Text;
using BenchmarkDotNet.Attributes;
using SensorGrid.Ingest.Sources.Sparkplug;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SparkplugB;
using PeerPayload = Sensorgrid.SparkplugB.Payload;

namespace SensorGrid.Benches;

/// <summary>One DDATA of Sparkplug B whose metrics have aliases and times and nothing else: taken apart; resolved by the session of its edge node into a record of the log;
/// and that record read into readings, as the service does one after the other. Beside it the reader that protoc generates, and a dictionary of aliases.</summary>
[MemoryDiagnoser]
public class SparkplugDecodeBenchmarks
{
    private const string Device = "manhole-7";
    private const ulong At = 1_767_225_600_000;

    private static readonly byte[] Device8 = Encoding.UTF8.GetBytes(Device);
    private static readonly long ReceivedAt = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private readonly SparkplugReader reader = new();
    private readonly SparkplugNode node = new(new() { Enabled = true });
    private readonly SparkplugWriter writer = new();
    private readonly PayloadDecoder decoder = new();
    private readonly ReadingBatch batch = new();
    private readonly Dictionary<ulong, int> aliases = [];
    private readonly List<(int, DateTimeOffset, double)> rows = [];
    private GatewayDatastreams gateway = null!;
    private TelemetryTopic topic;
    private byte[] payload = [];
    private byte[] record = [];

    [Params(20, 200)]
    public int Metrics { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        gateway = new DatastreamTable().ForGateway("gw01");
        if (!TelemetryTopic.TryParse("sensorgrid/v1/drainage/gw01/sparkplug", out topic))
            throw new InvalidOperationException("the topic is not read");
        Apply(SparkplugMessageType.NodeBirth, "", Birth(0, metrics: 0));
        Apply(SparkplugMessageType.DeviceBirth, Device, Birth(1, Metrics));
        payload = Data(2);
        for (int i = 0; i < Metrics; i++)
            aliases[AliasOf(i)] = i;
        Resolve();
        record = writer.Written.ToArray();
        if (Read() != Metrics || ReadRecord() != Metrics || All() != Metrics || Generated() != Metrics)
            throw new InvalidOperationException("the two readers disagree");
    }

    /// <summary>Metrics of the payload, as sent.</summary>
    [Benchmark]
    public int Read() => reader.Read(payload) == SparkplugError.None ? reader.Metrics.Length : -1;

    /// <summary>A record of the log to readings.</summary>
    [Benchmark]
    public int ReadRecord() => decoder.Decode(topic, record, ReceivedAt, gateway, batch).IsRead ? batch.Count : -1;

    /// <summary>All of it: taken apart, judged, resolved into a record; the record to readings.</summary>
    [Benchmark]
    public int All()
    {
        Resolve();
        return decoder.Decode(topic, writer.Written, ReceivedAt, gateway, batch).IsRead ? batch.Count : -1;
    }

    [Benchmark(Baseline = true)]
    public int Generated()
    {
        rows.Clear();
        var read = PeerPayload.Parser.ParseFrom(payload);
        foreach (var metric in read.Metrics)
        {
            ulong milliseconds = metric.HasTimestamp ? metric.Timestamp : read.Timestamp;
            rows.Add((aliases[metric.Alias], DateTimeOffset.FromUnixTimeMilliseconds((long)milliseconds), metric.DoubleValue));
        }
        return rows.Count;
    }

    private static ulong AliasOf(int metric) => 100 + (ulong)metric;

    private void Resolve()
    {
        if (reader.Read(payload) != SparkplugError.None || node.Judge(SparkplugMessageType.DeviceData, Device, reader, payload) != SparkplugVerdict.Take)
            throw new InvalidOperationException("the payload does not count");
        node.Resolve(SparkplugMessageType.DeviceData, Device, Device8, reader, payload, writer);
    }

    private void Apply(SparkplugMessageType type, string device, byte[] birth)
    {
        if (reader.Read(birth) != SparkplugError.None)
            throw new InvalidOperationException("the birth is not read");
        node.Apply(type, device, reader, birth);
    }

    private static byte[] Birth(byte seq, int metrics)
    {
        var birth = new SparkplugWriter();
        birth.Timestamp(At);
        for (int i = 0; i < metrics; i++)
        {
            birth.BeginMetric(Encoding.UTF8.GetBytes($"channel-{i}/level"));
            birth.Alias(AliasOf(i));
            birth.Datatype(SparkplugDatatype.Double);
            birth.Double(i);
            birth.EndMetric();
        }
        birth.Seq(seq);
        return birth.Written.ToArray();
    }

    private byte[] Data(byte seq)
    {
        var data = new SparkplugWriter();
        data.Timestamp(At);
        for (int i = 0; i < Metrics; i++)
        {
            data.BeginMetric();
            data.Alias(AliasOf(i));
            data.MetricTimestamp(At + (ulong)i);
            data.Double(1.234 + i);
            data.EndMetric();
        }
        data.Seq(seq);
        return data.Written.ToArray();
    }
}
