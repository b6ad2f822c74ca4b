extern alias cli;

using System.Diagnostics;
using SensorGrid.Alarms.Replays;
using SensorGrid.Readings;
using SensorGrid.Readings.Catalogue;
using SensorGrid.Simulators.Recordings;
using SensorGrid.Simulators.RuleTools;
using SensorGrid.Simulators.Tests.Recordings;

namespace SensorGrid.Benches.Backtests;

/// <summary>Back-tests of a city's recording by the packs: the reader alone, beside the slow and obvious one, and whole runs.</summary>
internal static class BacktestBench
{
    public static async Task<int> RunAsync(string[] args)
    {
        if (BacktestPlan.Parse(args, Console.Error) is not { } plan)
            return 2;
        await BacktestData.BuildAsync(plan);
        var plain = BacktestData.Recordings(plan, isGzip: false);
        var gzip = BacktestData.Recordings(plan, isGzip: true);
        var rules = RuleSources.Check(plan.Rules);
        var catalogue = RuleSources.LoadCatalogue(BacktestData.Catalogue(plan));
        if (rules.Rules is null || catalogue.Catalogue is null)
            throw new InvalidOperationException(string.Join('\n', rules.Messages.Concat(catalogue.Messages)));
        Console.WriteLine($"{plan.Sites * BacktestDomain.All.Sum(domain => domain.Columns.Count):N0} datastreams, {(await Task.Run(() => cli::SensorGrid.Simulators.Cli.Rules.CopiedLog.Open(BacktestData.Log(plan)))).LastSequence:N0} log records, {rules.Rules.Rules.Length} rules, in {plan.Folder}");
        Console.WriteLine("| | readings | M readings/s: median (of all rounds) | CPU-s per M readings | B allocated a reading | transitions |");
        Console.WriteLine("|---|---|---|---|---|---|");
        Time(plan, "reader alone, the previous one", () => (PlainRecordingReader.Read(plain).LongCount(reading => reading.IsSent), 0));
        Time(plan, "reader alone", () => (ReadAll(plain), 0));
        Time(plan, "reader alone, gzip", () => (ReadAll(gzip), 0));
        Time(plan, "back-test, the previous reader", () => Sum(Backtest.Run(catalogue.Bundle, rules.Bundle, PlainRecordingReader.Read(plain))));
        Time(plan, "back-test", () => Play(catalogue.Bundle, rules.Bundle, plain));
        Time(plan, "back-test, gzip", () => Play(catalogue.Bundle, rules.Bundle, gzip));
        Time(plan, "back-test of the log", () => Sum(LogBacktest.Run(
            cli::SensorGrid.Simulators.Cli.Rules.CopiedLog.Open(BacktestData.Log(plan)), catalogue.Bundle, rules.Bundle)));
        Time(plan, "log through two rule sets on one thread, as the service compares them", () => Compare(plan, catalogue.Bundle, rules.Bundle));
        return 0;
    }

    private static (long Readings, int Transitions) Compare(BacktestPlan plan, SourceBundle catalogue, SourceBundle rules)
    {
        var log = cli::SensorGrid.Simulators.Cli.Rules.CopiedLog.Open(BacktestData.Log(plan));
        var table = new DatastreamTable();
        ReplayedAlarms[] sets = [new(table), new(table)];
        var replay = new LogReplay(table, _ => false, sets);
        foreach (var set in sets)
            set.Activate(catalogue, rules, BacktestPlan.Start.Ticks);
        log.Play(0, log.FirstSequence, log.LastSequence, (kind, sequence, receivedAtTicks, topic, principal, payload) =>
        {
            replay.Take(kind, sequence, receivedAtTicks, topic, principal, payload);
            return true;
        });
        return (replay.Readings, sets[0].Transitions.Count);
    }

    private static long ReadAll(RecordingDescription[] recordings)
    {
        using var stream = new RecordingStream(recordings);
        var readings = new RecordedReading[4096];
        long sent = 0;
        for (int read; (read = stream.Read(readings)) > 0;)
        {
            foreach (ref readonly var reading in readings.AsSpan(0, read))
                sent += reading.IsSent ? 1 : 0;
        }
        return sent;
    }

    private static (long Readings, int Transitions) Play(SourceBundle catalogue, SourceBundle rules, RecordingDescription[] recordings)
    {
        using var stream = new RecordingStream(recordings);
        return Sum(Backtest.Run(catalogue, rules, stream));
    }

    private static (long Readings, int Transitions) Sum(BacktestRun run) => (run.Readings, run.Transitions.Count);

    private static void Time(BacktestPlan plan, string what, Func<(long Readings, int Transitions)> play)
    {
        if (!what.Contains(plan.Only, StringComparison.Ordinal))
            return;
        var rates = new List<double>();
        var costs = new List<double>();
        (long Readings, int Transitions) last = default;
        long allocated = 0;
        for (int round = 0; round < plan.Rounds; round++)
        {
            long before = GC.GetTotalAllocatedBytes(precise: true);
            var processor = Environment.CpuUsage.TotalTime;
            long started = Stopwatch.GetTimestamp();
            last = play();
            rates.Add(last.Readings / Stopwatch.GetElapsedTime(started).TotalSeconds / 1e6);
            costs.Add((Environment.CpuUsage.TotalTime - processor).TotalSeconds / last.Readings * 1e6);
            allocated = GC.GetTotalAllocatedBytes(precise: true) - before;
        }
        Console.WriteLine(
            $"| {what} | {last.Readings:N0} | {rates.Order().ElementAt(rates.Count / 2):N2} ({string.Join(", ", rates.Select(rate => $"{rate:N2}"))}) | {costs.Order().ElementAt(costs.Count / 2):N2} | {(double)allocated / last.Readings:N1} | {last.Transitions:N0} |");
    }
}
