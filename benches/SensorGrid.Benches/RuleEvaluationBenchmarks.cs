using System.Globalization;
using System.Text;
using BenchmarkDotNet.Attributes;
using SensorGrid.Alarms;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;

namespace SensorGrid.Benches;

/// <summary>Readings through the rules, windows full: our evaluation (assess, thresholds, sliding windows, timers) against a plain
/// service's way, a queue of the window's readings for each rule and datastream, looked up by name and summed anew for each reading.
/// The peer has no delays, no hysteresis and no event clock, so it does less.</summary>
[MemoryDiagnoser]
public class RuleEvaluationBenchmarks
{
    private const int Datastreams = 500;
    private const int Batch = 20;
    private static readonly long Start = new DateTime(2026, 1, 1, 0, 0, 0, DateTimeKind.Utc).Ticks;
    private readonly List<AlarmTransition> transitions = [];
    private readonly Reading[] readings = new Reading[Batch];
    private readonly Dictionary<(string Rule, string Datastream), Queue<(long At, double Value)>> peer = [];
    private readonly string[] names = [.. Enumerable.Range(0, Datastreams).Select(number => $"load/d{number}")];
    private AlarmEvaluation evaluation = null!;
    private long sequence;
    private long peerMinute;

    /// <summary>Rules that concern each reading; half of them are windows of one hour (60 readings).</summary>
    [Params(2, 8)]
    public int Rules { get; set; }

    [GlobalSetup]
    public void Setup()
    {
        var table = new DatastreamTable();
        evaluation = new AlarmEvaluation(table);
        Command("catalogue.activate", Catalogue());
        Command("rules.activate", RuleFile());
        for (int number = 0; number < Datastreams; number++)
        {
            if (!table.TryIntern(new("load", $"d{number}"), out _))
                throw new InvalidOperationException("the table is full");
        }
        for (int warm = 0; warm < 90 * Datastreams / Batch; warm++)
        {
            Evaluate();
            QueuesAndDictionary();
        }
        if (transitions.Count > 0 || evaluation.Rules is null)
            throw new InvalidOperationException("the rules were to be active and quiet");
    }

    [Benchmark(OperationsPerInvoke = Batch)]
    public int Evaluate()
    {
        long now = Fill(ref sequence);
        evaluation.OnPayload(sequence + 10, now, "load", readings, transitions);
        return transitions.Count;
    }

    [Benchmark(Baseline = true, OperationsPerInvoke = Batch)]
    public int QueuesAndDictionary()
    {
        Fill(ref peerMinute);
        int raised = 0;
        foreach (var reading in readings)
        {
            string datastream = names[reading.Datastream.Value];
            for (int rule = 0; rule < Rules; rule++)
            {
                double value = reading.Value;
                if (rule % 2 == 1)
                {
                    var key = ($"r{rule}", datastream);
                    if (!peer.TryGetValue(key, out var window))
                        peer[key] = window = new();
                    window.Enqueue((reading.ObservedAtTicks, reading.Value));
                    while (window.Peek().At <= reading.ObservedAtTicks - TimeSpan.TicksPerHour)
                        window.Dequeue();
                    value = window.Average(entry => entry.Value);
                }
                if (value > 1e9)
                    raised++;
            }
        }
        return raised;
    }

    // Datastreams in turn, one reading a minute each.
    private long Fill(ref long batches)
    {
        long now = 0;
        for (int i = 0; i < Batch; i++)
        {
            long number = (batches * Batch) + i;
            now = Start + (number / Datastreams * TimeSpan.TicksPerMinute);
            readings[i] = new(new((int)(number % Datastreams)), now, number % 97);
        }
        batches++;
        return now;
    }

    private void Command(string type, string text)
    {
        byte[] bundle = new SourceBundle([new SourceFile("bench.yaml", text)]).ToBytes();
        evaluation.OnCommand(++sequence, Start, type, "bench", bundle, transitions);
        sequence = 0;
    }

    private static string Catalogue()
    {
        var text = new StringBuilder("""
            domains: [{ id: water, name: { zh: 水利, en: Water } }]
            sites: [{ id: s, name: { zh: 站, en: Site }, domain: water, location: [110.36, 21.27] }]
            stations: [{ id: st, site: s, kind: river, domain: water, name: { zh: 站, en: Station }, location: [110.36, 21.27] }]
            gateways: [{ id: load, domain: water, station: st }]
            datastreams:

            """);
        for (int number = 0; number < Datastreams; number++)
            text.AppendLine(CultureInfo.InvariantCulture, $"  - {{ gateway: load, name: d{number}, station: st, quantity: level, unit: m }}");
        return text.ToString();
    }

    private string RuleFile()
    {
        var text = new StringBuilder("rules:\n");
        for (int rule = 0; rule < Rules; rule++)
            text.AppendLine(CultureInfo.InvariantCulture, $"  - {{ id: bench.r{rule}, type: threshold, domain: water, title: {{ zh: 规则, en: Rule }}, scope: {{ quantity: level }}, value: {(rule % 2 == 1 ? "avg(1h)" : "last")}, levels: {{ red: 1000000000 }} }}");
        return text.ToString();
    }
}
