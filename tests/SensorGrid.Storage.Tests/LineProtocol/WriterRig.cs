using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Readings.Units;
using SensorGrid.Storage.LineProtocol;
using SensorGrid.Storage.Tests.Support;
using SensorGrid.Testing;
using Some = SensorGrid.Storage.Tests.Support.Some;

namespace SensorGrid.Storage.Tests.LineProtocol;

/// <summary>A writer to a scripted store, with a city of some datastreams, a data folder, and a clock that stands still.</summary>
internal sealed class WriterRig : IDisposable
{
    private const string City = """
        domains: [{ id: water, name: Water }, { id: forest, name: Forest }]
        stations: [{ id: bridge.1, kind: river, name: Bridge, domain: water, location: [110.36, 21.27] }]
        assets: [{ id: patrol-1, kind: patrol, name: Patrol, domain: forest }]
        gateways: [{ id: water-gw-1, domain: water, station: bridge.1 }]
        datastreams:
          - { gateway: water-gw-1, name: stage, station: bridge.1, quantity: level, unit: m, range: [-1, 12], missing: [-9999] }
          - { gateway: water-gw-1, name: turbidity, station: bridge.1, quantity: "turbid, very=\\so", unit: "NT U" }
          - { gateway: water-gw-1, name: where, asset: patrol-1, quantity: position }
        """;

    private readonly DatastreamTable table = new();
    private readonly CatalogueBinding binding;
    private readonly ReadingBatch batch = new();

    public WriterRig(ExternalStoreKind kind = ExternalStoreKind.InfluxDb2, Func<ExternalStoreOptions, ExternalStoreOptions>? change = null, Uri? url = null, TimeProvider? time = null)
    {
        var options = DeliveryRig.Options(kind, url ?? Store.Url);
        Options = change?.Invoke(options) ?? options;
        Assert.Empty(Options.Validate());
        var (catalogue, messages) = CatalogueReader.Read(new([new("city.yaml", City)]));
        Assert.DoesNotContain(messages, message => message.Severity == SensorGrid.Readings.Yaml.MessageSeverity.Error);
        binding = new(catalogue!, table);
        Writer = new(Options, Folder, table, time ?? Clock, new Random(20261124), NullLogger.Instance);
    }

    public string Folder { get; } = Directory.CreateTempSubdirectory("sensorgrid-writer-").FullName;

    public ScriptedStore Store { get; } = new();

    public PauseClock Clock { get; } = new(DeliveryRig.Timeout);

    public ExternalStoreOptions Options { get; }

    public ExternalStoreWriter Writer { get; }

    public string DeadLetterPath => DeadLetterFolder.PathOf(Folder, Options);

    public string[] DeadLetterFiles => Directory.Exists(DeadLetterPath) ? [.. Directory.GetFiles(DeadLetterPath, "*.jsonl").Order(StringComparer.Ordinal)] : [];

    public IEnumerable<DeadLetter> DeadLetters => DeadLetterFiles.SelectMany(DeadLetterFolder.Read);

    public static Sample Stage(double value, int atSeconds = 0, string unit = "m") =>
        Some.Reading(value, atSeconds) with { Unit = UnitRegistry.IdOf(unit) };

    /// <summary>Adds the readings of one record, assessed as the follower does.</summary>
    public void Add(long sequence, params Sample[] samples)
    {
        batch.Clear();
        foreach (var sample in samples)
            batch.Add(sample.ToReading(table.TryIntern(sample.Key, out var index) ? index : throw new InvalidOperationException(), batch));
        var assessed = new Reading[samples.Length];
        ReadingAssessor.Assess(batch.Readings, assessed, binding, Some.Start.UtcTicks + TimeSpan.TicksPerHour);
        Writer.Add(sequence, assessed, batch, binding);
    }

    public async Task<string> SendAsync(params Sample[] samples)
    {
        Add(1, samples);
        await Writer.SendAsync(CancellationToken.None);
        return Store.Requests[^1].Text;
    }

    public Task<ResendResult> ResendAsync() =>
        DeadLetterResend.RunAsync(Options, Folder, Clock, new Random(1), NullLogger.Instance, CancellationToken.None);

    public void Dispose()
    {
        Writer.Dispose();
        Store.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}
