using System.Buffers;
using System.Globalization;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Files;
using SensorGrid.Rules.Gaps;
using SensorGrid.Rules.Model;
using SensorGrid.Testing;

namespace SensorGrid.Rules.Tests.Support;

/// <summary>A rule engine with a small catalogue, fed by seconds after <see cref="Some.Instant"/>, that tells its changes as text.</summary>
internal sealed class Rig
{
    public const string Catalogue = """
        domains: [{ id: water, name: Water }]
        stations:
          - { id: st1, kind: river, name: One, domain: water, location: [110.3, 21.2] }
          - { id: st2, kind: river, name: Two, domain: water, tags: { side: left } }
        assets: [{ id: patrol-1, kind: patrol, name: Patrol, domain: water }]
        gateways: [{ id: gw, domain: water, station: st1 }, { id: gw2, domain: water }]
        datastreams:
          - { gateway: gw, name: stage, station: st1, quantity: level, unit: m, limits: { yellow: 3, orange: 4, red: 5 } }
          - { gateway: gw, name: rain, station: st1, quantity: rain, unit: mm }
          - { gateway: gw2, name: stage, station: st2, quantity: level, unit: m }
          - { gateway: gw2, name: position, asset: patrol-1, quantity: position }
        zones:
          - { id: z1, kind: area, name: One, domain: water, geometry: { type: Polygon, coordinates: [[[110, 21], [110.1, 21], [110.1, 21.1], [110, 21.1], [110, 21]]] } }
          - { id: z2, kind: area, name: Two, domain: water, geometry: { type: Polygon, coordinates: [[[110.05, 21], [110.2, 21], [110.2, 21.1], [110.05, 21.1], [110.05, 21]]] } }
        """;

    private readonly List<ConditionChange> output = [];
    private readonly CityCatalogue catalogue;

    private readonly GapBounds bounds;

    public Rig(string rules, string? catalogue = null, DatastreamTable? table = null, GapBounds? bounds = null)
    {
        Table = table ?? new();
        this.bounds = bounds ?? new();
        Engine = new(Table, RuleEngine.MostHeld, this.bounds);
        this.catalogue = ReadCatalogue(catalogue ?? Catalogue);
        Activate(rules);
    }

    public DatastreamTable Table { get; }

    public RuleEngine Engine { get; private set; }

    public IReadOnlyList<ConditionChange> Changes => output;

    /// <summary>Changes as <c>second rule scope from>to onset=second</c>, with <c>retro</c> behind those found too late, <c>past</c> behind those that late readings brought to light.</summary>
    public IReadOnlyList<string> Lines => [.. output.Select(Line)];

    public static string Threshold(string id, string keys, string scope = "{ datastreams: [gw/stage] }") =>
        $"{{ id: {id}, type: threshold, domain: water, title: T, scope: {scope}, {keys} }}";

    public static string Rules(params string[] rules) => "rules:\n" + string.Concat(rules.Select(rule => $"  - {rule}\n"));

    public static CityCatalogue ReadCatalogue(string yaml)
    {
        var (catalogue, messages) = CatalogueReader.Read(new([new("catalogue.yaml", yaml)]));
        return catalogue ?? throw new ArgumentException(string.Join('\n', messages));
    }

    public static RuleSet ReadRules(string yaml)
    {
        var (rules, messages) = RuleSetReader.Read(new([new("rules.yaml", yaml)]));
        return rules ?? throw new ArgumentException(string.Join('\n', messages));
    }

    public Rig Activate(string rules, string? catalogue = null)
    {
        Engine.Activate(catalogue is null ? this.catalogue : ReadCatalogue(catalogue), ReadRules(rules));
        return this;
    }

    /// <summary>A reading, received when observed unless said otherwise.</summary>
    public Rig Read(
        string datastream, double at, double value, double? received = null, Quality quality = Quality.Good, ReadingFlags flags = ReadingFlags.None)
    {
        Engine.OnReadings(Some.TicksAfter(received ?? at), [Reading(datastream, at, value, quality, flags)], output);
        return this;
    }

    /// <summary>The readings of one record.</summary>
    public Rig Read(double received, params ReadOnlySpan<Reading> readings)
    {
        Engine.OnReadings(Some.TicksAfter(received), readings, output);
        return this;
    }

    public Rig Fix(double at, double longitude, double latitude, double? received = null)
    {
        var reading = Reading("gw2/position", at, longitude, Quality.Good, ReadingFlags.None);
        Engine.OnReadings(Some.TicksAfter(received ?? at), [reading with { Kind = ReadingKind.Position, Value2 = latitude }], output);
        return this;
    }

    /// <summary>A zone is elsewhere from then on.</summary>
    public Rig MoveZone(double at, Zone zone)
    {
        Tick(at);
        Engine.MoveZone(zone, output);
        return this;
    }

    public Rig Tick(double at)
    {
        Engine.OnTick(Some.TicksAfter(at), output);
        return this;
    }

    public Reading Reading(string datastream, double at, double value, Quality quality, ReadingFlags flags)
    {
        string[] key = datastream.Split('/');
        Assert.True(Table.TryIntern(new(key[0], key[1]), out var index));
        return Some.Reading(index.Value, value, at, quality: quality, flags: flags);
    }

    /// <summary>The service is back; since the record before it was down.</summary>
    public Rig Start(double at)
    {
        Engine.OnStart(Some.TicksAfter(at));
        return this;
    }

    /// <summary>The machine's clock was set, and the log goes on at a later time.</summary>
    public Rig Step(double at, double ahead)
    {
        Engine.OnClockStep(Some.TicksAfter(at), TimeSpan.FromSeconds(ahead).Ticks);
        return this;
    }

    public void Restart(RuleEngine engine) => Engine = engine;

    /// <summary>Goes on with an engine that was restored from a snapshot of the one before.</summary>
    public Rig Restart(string rules, string? catalogue = null)
    {
        var written = new ArrayBufferWriter<byte>();
        Engine.WriteSnapshot(written);
        Engine = new(Table, RuleEngine.MostHeld, bounds);
        Activate(rules, catalogue);
        Assert.True(Engine.TryRestore(written.WrittenSpan));
        return this;
    }

    private static string Line(ConditionChange change) => string.Create(
        CultureInfo.InvariantCulture,
        $"{Second(change.AtTicks)} {change.Scope.Rule.Id} {change.Scope.Key} {LevelNames.NameOf(change.From)}>{LevelNames.NameOf(change.To)} onset={Second(change.OnsetTicks)}{(change.IsPast ? " past" : change.IsRetrospective ? " retro" : "")}");

    private static double Second(long ticks) => (double)(ticks - Some.Ticks) / TimeSpan.TicksPerSecond;
}
