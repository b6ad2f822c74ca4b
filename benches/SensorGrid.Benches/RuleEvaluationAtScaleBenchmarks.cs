using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Files;

namespace SensorGrid.Benches;

/// <summary>A city's worth of thresholds: up to 1,000,000 datastreams of 500 gateways and 1,000 rules, two of which concern each datastream, so one reading is
/// two evaluations. Datastreams come in turn, so what a reading touches has left the nearer caches since that datastream's last one.</summary>
[MemoryDiagnoser]
public class RuleEvaluationAtScaleBenchmarks
{
    private const int Gateways = 500;
    // A file of a catalogue has a bound.
    private const int PerFile = 25_000;
    private const int Batch = 20;
    private static readonly long Start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private readonly Reading[] readings = new Reading[Batch];
    private readonly List<ConditionChange> changes = [];
    private RuleEngine engine = null!;
    private long batches;

    /// <summary>Datastreams in all.</summary>
    [Params(1_000, 100_000, 1_000_000)]
    public int Datastreams { get; set; }

    /// <summary>Rules more, which concern other datastreams.</summary>
    [Params(0, 10_000)]
    public int OtherRules { get; set; }

    /// <summary>Of a thousand readings, how many go over a limit; as many come back under it.</summary>
    [Params(0, 10)]
    public int CrossingsPerMille { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var table = new DatastreamTable(Datastreams + 1);
        for (int number = 0; number < Datastreams; number++)
        {
            if (!table.TryIntern(KeyOf(number), out _))
                throw new InvalidOperationException("the table is full");
        }
        var (catalogue, inCatalogue) = CatalogueReader.Read(new([new("city.yaml", City()), .. Enumerable.Range(0, (Datastreams + PerFile - 1) / PerFile).Select(part => new SourceFile($"part{part}.yaml", Part(part)))]));
        var (rules, inRules) = RuleSetReader.Read(new([new("rules.yaml", RuleFile())]));
        if (catalogue is null || rules is null)
            throw new InvalidOperationException(string.Join('\n', inCatalogue.Concat(inRules)));
        engine = new(table);
        engine.Activate(catalogue, rules);
        if (engine.Messages.Count > 0)
            throw new InvalidOperationException(string.Join('\n', engine.Messages));
        int changed = 0;
        for (int warm = 0; warm < 4 * Datastreams / Batch; warm++)
            changed += Evaluate();
        if ((changed > 0) != (CrossingsPerMille > 0))
            throw new InvalidOperationException($"{changed} changes");
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int Evaluate()
    {
        long now = 0;
        long first = batches++ * Batch;
        for (int i = 0; i < Batch; i++)
        {
            long round = Math.DivRem(first + i, Datastreams, out long number);
            now = Start + (round * TimeSpan.TicksPerMinute);
            bool crosses = (round & 1) == 1 && number * 7919 % 500 < CrossingsPerMille;
            readings[i] = new(new((int)number), now, crosses ? 3.5 : 1 + (number % 97 * 0.01));
        }
        changes.Clear();
        engine.OnReadings(now, readings, changes);
        return changes.Count;
    }

    private int PerGateway => Datastreams / Gateways;

    private DatastreamKey KeyOf(int number) => new($"g{number / PerGateway}", $"d{number % PerGateway}");

    private static string City()
    {
        var text = new StringBuilder("""
            domains: [{ id: water, name: { zh: 水利, en: Water } }]
            stations: [{ id: st, kind: river, domain: water, name: { zh: 站, en: Station }, location: [110.36, 21.27] }]
            gateways:
              - { id: other, domain: water, station: st }

            """);
        for (int gateway = 0; gateway < Gateways; gateway++)
            text.AppendLine(CultureInfo.InvariantCulture, $"  - {{ id: g{gateway}, domain: water, station: st }}");
        text.AppendLine("datastreams:");
        text.AppendLine("  - { gateway: other, name: rain, station: st, quantity: rain, unit: mm }");
        return text.ToString();
    }

    private string Part(int part)
    {
        var text = new StringBuilder("datastreams:\n");
        for (int number = part * PerFile; number < Math.Min((part + 1) * PerFile, Datastreams); number++)
            text.AppendLine(CultureInfo.InvariantCulture, $"  - {{ gateway: g{number / PerGateway}, name: d{number % PerGateway}, station: st, quantity: level, unit: m }}");
        return text.ToString();
    }

    private string RuleFile()
    {
        var text = new StringBuilder("rules:\n");
        for (int rule = 0; rule < 2 * Gateways; rule++)
            Append($"r{rule}", $"{{ quantity: level, gateways: [g{rule / 2}] }}", rule % 2 == 0 ? "{ yellow: 3, red: 5 }" : "{ blue: 100 }");
        for (int rule = 0; rule < OtherRules; rule++)
            Append($"o{rule}", "{ quantity: rain }", "{ yellow: 30 }");
        return text.ToString();

        void Append(string id, string scope, string levels) => text.AppendLine(
            CultureInfo.InvariantCulture,
            $"  - {{ id: bench.{id}, type: threshold, domain: water, title: {{ zh: 规则, en: Rule }}, scope: {scope}, levels: {levels}, clear-margin: 0.1 }}");
    }
}
