using System.Diagnostics;

namespace SensorGrid.Benches.Load;

/// <summary>One measured run by acknowledgements: what a PUBACK means is the target's business. Closed loop, or open loop at the plan's rate.</summary>
internal static class LoadRun
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    /// <param name="plan">What is sent.</param>
    /// <param name="target">Who gets it.</param>
    /// <param name="name">Who, for the reader, with what its PUBACK means.</param>
    /// <param name="alarms">Where the probe sees its alarm; null for a target without rules.</param>
    /// <param name="cancellation">Ends the run.</param>
    public static async Task<LoadResult> ByAcknowledgementsAsync(LoadPlan plan, ILoadTarget target, string name, IAlarmSource? alarms, CancellationToken cancellation)
    {
        using var probe = alarms is null ? null : new AlarmProbe(target.MqttPort, alarms, plan.ProbePause);
        using var probing = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var probed = probe?.RunAsync(probing.Token) ?? Task.CompletedTask;
        using var senders = new SenderGroup(plan);
        senders.Connect(target.MqttPort);
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var running = plan.ReadingsPerSecond > 0
            ? Task.WhenAll(senders.ReceiveAsync(end.Token), senders.PaceAsync(plan.ReadingsPerSecond, end.Token))
            : senders.RunAsync(end.Token);
        await Task.Delay(plan.Warming, TimeProvider.System, cancellation);
        senders.Record(true);
        probe?.Latencies.Recording = true;
        long before = senders.Acknowledged;
        var cpuBefore = target.CpuTime();
        var ownBefore = Environment.CpuUsage.TotalTime;
        long started = Stopwatch.GetTimestamp();
        await Task.Delay(plan.Measured, TimeProvider.System, cancellation);
        long messages = senders.Acknowledged - before;
        var cpu = target.CpuTime() - cpuBefore;
        var own = Environment.CpuUsage.TotalTime - ownBefore;
        var elapsed = Stopwatch.GetElapsedTime(started);
        probe?.Latencies.Recording = false;
        senders.Record(false);
        await end.CancelAsync();
        await running.WaitAsync(Patience, TimeProvider.System, cancellation);
        await probing.CancelAsync();
        await probed;
        double readings = messages * (double)plan.Pack;
        return new()
        {
            Name = name,
            How = plan.ReadingsPerSecond > 0 ? "open loop, acknowledged" : "closed loop, acknowledged",
            ReadingsPerSecond = readings / elapsed.TotalSeconds,
            MessagesPerSecond = messages / elapsed.TotalSeconds,
            CpuSecondsPerMillion = cpu.TotalSeconds / readings * 1e6,
            GeneratorCpuSecondsPerMillion = own.TotalSeconds / readings * 1e6,
            Acknowledgements = senders.Latencies(),
            Alarms = probe?.Latencies ?? new(),
            PeakMemoryMiB = target.PeakMemoryMiB,
            Stored = "not asked",
        };
    }
}
