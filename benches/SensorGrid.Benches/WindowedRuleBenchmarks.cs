using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Rules;
using SensorGrid.Rules.Conditions;
using SensorGrid.Rules.Files;

namespace SensorGrid.Benches;

/// <summary>One windowed rule over 2,000 datastreams, windows full, nothing near a limit: what a reading costs by function and by length of the window. A
/// formula (<c>avg(1h) * 1</c>) is looked at with each reading; the same function alone is given its readings a few at a time.</summary>
[MemoryDiagnoser]
public class WindowedRuleBenchmarks
{
    private const int Datastreams = 2000;
    private const int Batch = 20;
    // 360 and 1,440 readings in a window.
    private const int IntervalSeconds = 10;
    private static readonly long Start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private readonly Reading[] readings = new Reading[Batch];
    private readonly List<ConditionChange> changes = [];
    private RuleEngine engine = null!;
    private long batches;

    /// <summary>What is compared.</summary>
    [Params(
        "last", "avg(1h)", "avg(1h) * 1", "avg(4h) * 1", "max(1h)", "max(1h) * 1", "sum(1h)", "sum(1h) * 1", "quantile(1h, 0.95)", "quantile(1h, 0.95) * 1", "quantile(4h, 0.95) * 1",
        "stddev(1h)", "stddev(4h)", "increase(1h)", "coverage(1h, 10s)", "avg(day)")]
    public string Value { get; set; } = "";

    [GlobalSetup]
    public void Setup()
    {
        var table = new DatastreamTable();
        var city = new StringBuilder("domains: [{ id: water, name: W }]\ngateways: [{ id: g, domain: water }]\ndatastreams:\n");
        for (int number = 0; number < Datastreams; number++)
        {
            city.AppendLine(CultureInfo.InvariantCulture, $"  - {{ gateway: g, name: d{number}, quantity: level }}");
            if (!table.TryIntern(new("g", $"d{number}"), out _))
                throw new InvalidOperationException("the table is full");
        }
        string file = $"rules:\n  - {{ id: r, type: threshold, domain: water, title: T, scope: {{ quantity: level }}, value: '{Value}', levels: {{ red: 1000000000 }} }}";
        var (catalogue, _) = CatalogueReader.Read(new([new("city.yaml", city.ToString())]));
        var (rules, messages) = RuleSetReader.Read(new([new("rules.yaml", file)]), catalogue);
        if (catalogue is null || rules is null)
            throw new InvalidOperationException(string.Join('\n', messages));
        engine = new(table);
        engine.Activate(catalogue, rules);
        // Four hours, and some more.
        for (int warm = 0; warm < 1500 * Datastreams / Batch; warm++)
            Evaluate();
        if (changes.Count > 0)
            throw new InvalidOperationException("the rule was to be quiet");
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int Evaluate()
    {
        long now = 0;
        long first = batches++ * Batch;
        for (int i = 0; i < Batch; i++)
        {
            long round = Math.DivRem(first + i, Datastreams, out long number);
            now = Start + (round * IntervalSeconds * TimeSpan.TicksPerSecond);
            readings[i] = new(new((int)number), now, 1 + ((round * 7919 + number) % 997 * 0.01));
        }
        engine.OnReadings(now, readings, changes);
        return changes.Count;
    }
}
