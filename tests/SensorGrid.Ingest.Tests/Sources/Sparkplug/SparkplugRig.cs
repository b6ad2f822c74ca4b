using System.Globalization;
using System.Text;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Sources;
using SensorGrid.Ingest.Sources.Sparkplug;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Readings;
using SensorGrid.Readings.Wire;
using SensorGrid.Readings.Wire.SparkplugB;

namespace SensorGrid.Ingest.Tests.Sources.Sparkplug;

/// <summary>A metric to send: its name, its alias, or both.</summary>
internal readonly record struct Metric(string? Name, ulong? Alias, double Value, SparkplugDatatype? Datatype = SparkplugDatatype.Double);

/// <summary>A Sparkplug host over a real log, a clock that stands still, and a publisher that remembers. Readings are shown as the log alone gives them:
/// decoded by a decoder that knows no session.</summary>
internal sealed class SparkplugRig : IAsyncDisposable
{
    public const string Group = "drainage";
    public const string Edge = "gw01";

    public SparkplugRig(SparkplugOptions? options = null, IngestOptions? ingest = null)
    {
        Options = options ?? new SparkplugOptions { Enabled = true };
        Ingest = new(ingest, time: Time);
        Host = new(Ingest.Admission, Options, Ingest.Options, Ingest.Metrics, Time);
        Loop = new(Host, Options, Publisher, announces: true, Ingest.Metrics, Time, NullLogger<SparkplugHostLoop>.Instance);
    }

    public FakeTimeProvider Time { get; } = new(new DateTimeOffset(2026, 1, 1, 0, 0, 0, TimeSpan.Zero));

    public SparkplugOptions Options { get; }

    public IngestRig Ingest { get; }

    public SparkplugHost Host { get; }

    public SparkplugHostLoop Loop { get; }

    public RememberingPublisher Publisher { get; } = new();

    /// <summary>Rebirth requests so far, by topic.</summary>
    public IEnumerable<string> Asked => Publisher.Messages.Where(message => message.Topic.Contains("/NCMD/", StringComparison.Ordinal)).Select(message => message.Topic);

    public static byte[] Payload(int? seq, ulong? bdSeq, params Metric[] metrics)
    {
        var writer = new SparkplugWriter();
        writer.Timestamp(1_767_225_600_000);
        if (bdSeq is { } connection)
        {
            writer.BeginMetric("bdSeq"u8);
            writer.Datatype(SparkplugDatatype.Int64);
            writer.Integer(SparkplugDatatype.Int64, (long)connection);
            writer.EndMetric();
        }
        foreach (var metric in metrics)
        {
            if (metric.Name is { } name)
                writer.BeginMetric(Encoding.UTF8.GetBytes(name));
            else
                writer.BeginMetric();
            if (metric.Alias is { } alias)
                writer.Alias(alias);
            if (metric.Datatype is { } datatype)
                writer.Datatype(datatype);
            writer.Double(metric.Value);
            writer.EndMetric();
        }
        if (seq is { } number)
            writer.Seq((byte)number);
        return writer.Written.ToArray();
    }

    public AdmissionTicket Send(SparkplugMessageType type, byte[] payload, string? device = null, string? gateway = Edge, string edge = Edge, string group = Group) =>
        Host.Admit(Messages.Incoming(payload, SparkplugTopic.Format(group, type, edge, device), gateway));

    public AdmissionTicketKind NodeBirth(int seq, ulong bdSeq, params Metric[] metrics) => Send(SparkplugMessageType.NodeBirth, Payload(seq, bdSeq, metrics)).Kind;

    public AdmissionTicketKind NodeData(int seq, params Metric[] metrics) => Send(SparkplugMessageType.NodeData, Payload(seq, null, metrics)).Kind;

    public AdmissionTicketKind NodeDeath(ulong bdSeq) => Send(SparkplugMessageType.NodeDeath, Payload(null, bdSeq)).Kind;

    public AdmissionTicketKind DeviceBirth(string device, int seq, params Metric[] metrics) =>
        Send(SparkplugMessageType.DeviceBirth, Payload(seq, null, metrics), device).Kind;

    public AdmissionTicketKind DeviceData(string device, int seq, params Metric[] metrics) =>
        Send(SparkplugMessageType.DeviceData, Payload(seq, null, metrics), device).Kind;

    public AdmissionTicketKind DeviceDeath(string device, int seq) => Send(SparkplugMessageType.DeviceDeath, Payload(seq, null), device).Kind;

    public async Task PassAsync(double seconds)
    {
        Time.Advance(TimeSpan.FromSeconds(seconds));
        await Loop.LookAsync(CancellationToken.None);
    }

    /// <summary>All readings of the log, in its order: <c>gateway/name=value</c>, of missing ones <c>gateway/name=missing</c>.</summary>
    public List<string> Readings()
    {
        var table = new DatastreamTable();
        var decoder = new PayloadDecoder();
        var batch = new ReadingBatch();
        var readings = new List<string>();
        foreach (var record in Ingest.LogRecords())
        {
            Assert.True(TelemetryTopic.TryParse(record.Topic, out var topic));
            decoder.Decode(topic, record.Payload.Span, record.ReceivedAtTicks, table.ForGateway(topic.Gateway.ToString()), batch);
            foreach (var reading in batch.Readings)
            {
                var key = table.KeyOf(reading.Datastream);
                readings.Add(reading.Quality == Quality.Missing
                    ? $"{key.Gateway}/{key.Name}=missing"
                    : string.Create(CultureInfo.InvariantCulture, $"{key.Gateway}/{key.Name}={reading.Value}"));
            }
        }
        return readings;
    }

    public async ValueTask DisposeAsync() => await Ingest.DisposeAsync();
}

/// <summary>A way to subscribers that only remembers.</summary>
internal sealed class RememberingPublisher : IMessagePublisher
{
    public List<PublishedMessage> Messages { get; } = [];

    public PublishOutcome Outcome { get; set; } = PublishOutcome.Published;

    public string? Trouble => null;

    public int RetainedEpoch => 1;

    public IReadOnlyList<string> RetainedTopics(string filter) => [];

    public Task<PublishOutcome> PublishAsync(IReadOnlyList<PublishedMessage> messages, CancellationToken cancellationToken)
    {
        Messages.AddRange(messages);
        return Task.FromResult(Outcome);
    }
}
