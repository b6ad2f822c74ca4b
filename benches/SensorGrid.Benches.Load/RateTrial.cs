using System.Diagnostics;
using System.Globalization;

namespace SensorGrid.Benches.Load;

/// <summary>What became of one rate.</summary>
/// <param name="Result">The figures.</param>
/// <param name="Sent">Readings sent in all, the probe's included.</param>
/// <param name="Stored">Readings that reached the store in the end.</param>
/// <param name="Lag">From the last acknowledgement to the last reading's arrival in the store; null: they did not all arrive in the time allowed.</param>
/// <param name="Offered">The generator could send at the rate: the broker did not hold it back.</param>
internal sealed record RateTrialOutcome(LoadResult Result, long Sent, long Stored, TimeSpan? Lag, bool Offered)
{
    public bool IsSustained => Offered && Lag <= RateTrial.LargestLag;
}

/// <summary>Sends at one rate, and counts what reaches the store: a broker that acknowledges at once says nothing of who comes after it.</summary>
internal static class RateTrial
{
    /// <summary>A rate is sustained when the store is seen to have everything this soon after the last acknowledgement: a second for two batches of the
    /// peers and a collection, and one because a store's page of counters may be as old as that.</summary>
    public static readonly TimeSpan LargestLag = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Quiet = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Poll = TimeSpan.FromMilliseconds(20);

    /// <param name="plan">What is sent, at which rate, how long.</param>
    /// <param name="target">Who gets it; has stored everything of an earlier trial.</param>
    /// <param name="untilSettled">Wait for what comes late, to tell late from lost; otherwise give up after <see cref="LargestLag"/>.</param>
    /// <param name="cancellation">Ends the trial.</param>
    public static async Task<RateTrialOutcome> RunAsync(LoadPlan plan, ILoadTarget target, bool untilSettled, CancellationToken cancellation)
    {
        long storedAtFirst = await target.StoredAsync(cancellation);
        await using var alarms = await target.SubscribeAlarmsAsync(cancellation);
        using var probe = new AlarmProbe(target.MqttPort, alarms, plan.ProbePause);
        using var senders = new SenderGroup(plan);
        senders.Connect(target.MqttPort);
        using var sending = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        using var receiving = CancellationTokenSource.CreateLinkedTokenSource(cancellation);
        var probed = probe.RunAsync(sending.Token);
        var received = senders.ReceiveAsync(receiving.Token);
        var paced = senders.PaceAsync(plan.ReadingsPerSecond, sending.Token);

        await Task.Delay(plan.Warming, TimeProvider.System, cancellation);
        senders.Record(true);
        probe.Latencies.Recording = true;
        long sentBefore = senders.Sent, storedBefore = await target.StoredAsync(cancellation);
        var cpuBefore = target.CpuTime();
        var ownBefore = Environment.CpuUsage.TotalTime;
        long started = Stopwatch.GetTimestamp();
        await Task.Delay(plan.Measured, TimeProvider.System, cancellation);
        long messages = senders.Sent - sentBefore, stored = await target.StoredAsync(cancellation) - storedBefore;
        var cpu = target.CpuTime() - cpuBefore;
        var own = Environment.CpuUsage.TotalTime - ownBefore;
        double seconds = Stopwatch.GetElapsedTime(started).TotalSeconds;
        probe.Latencies.Recording = false;
        senders.Record(false);

        await sending.CancelAsync();
        // A broker that stopped reading ends the run with a time-out instead of hanging it.
        await paced.WaitAsync(Patience, TimeProvider.System, cancellation);
        bool acknowledged = await senders.AcknowledgedInAsync(Patience, cancellation);
        await receiving.CancelAsync();
        await received;
        await probed;
        long sent = senders.Sent * plan.Pack + probe.Sent;
        var (arrived, lag) = await ArrivalsAsync(target, storedAtFirst + sent, untilSettled, cancellation);
        arrived -= storedAtFirst;
        // Exact where everything arrived; the counter's age is an error of the difference of two readings of it.
        double readings = arrived == sent ? messages * (double)plan.Pack : stored;
        return new(
            new()
            {
                Name = target.Name,
                How = string.Create(CultureInfo.InvariantCulture, $"{plan.ReadingsPerSecond:N0}/s offered, stored"),
                ReadingsPerSecond = readings / seconds,
                MessagesPerSecond = readings / plan.Pack / seconds,
                CpuSecondsPerMillion = cpu.TotalSeconds / readings * 1e6,
                GeneratorCpuSecondsPerMillion = own.TotalSeconds / readings * 1e6,
                Acknowledgements = senders.Latencies(),
                Alarms = probe.Latencies,
                PeakMemoryMiB = target.PeakMemoryMiB,
                Stored = Verdict(sent, arrived, lag, untilSettled, acknowledged),
            },
            sent,
            arrived,
            lag,
            acknowledged && messages * (double)plan.Pack >= 0.98 * plan.ReadingsPerSecond * seconds);
    }

    private static async Task<(long Stored, TimeSpan? Lag)> ArrivalsAsync(ILoadTarget target, long expected, bool untilSettled, CancellationToken cancellation)
    {
        long started = Stopwatch.GetTimestamp(), changedAt = started, last = -1;
        while (true)
        {
            long stored = await target.StoredAsync(cancellation);
            long now = Stopwatch.GetTimestamp();
            if (stored >= expected)
                return (stored, Stopwatch.GetElapsedTime(started, now));
            if (stored != last)
                (last, changedAt) = (stored, now);
            // A backlog shrinks until it is gone, however long that takes; what stands still is lost.
            if (untilSettled ? Stopwatch.GetElapsedTime(changedAt, now) > Quiet : Stopwatch.GetElapsedTime(started, now) > LargestLag)
                return (stored, null);
            await Task.Delay(Poll, TimeProvider.System, cancellation);
        }
    }

    private static string Verdict(long sent, long stored, TimeSpan? lag, bool settled, bool acknowledged)
    {
        string what = stored switch
        {
            _ when stored == sent => "all",
            _ when stored > sent => string.Create(CultureInfo.InvariantCulture, $"{stored - sent:N0} more than sent"),
            _ when settled => string.Create(CultureInfo.InvariantCulture, $"LOST {sent - stored:N0} of {sent:N0}"),
            _ => string.Create(CultureInfo.InvariantCulture, $"{sent - stored:N0} of {sent:N0} not there in time"),
        };
        string behind = lag is { } late ? string.Create(CultureInfo.InvariantCulture, $", {late.TotalMilliseconds:N0} ms behind") : "";
        return $"{what}{behind}{(acknowledged ? "" : ", not all acknowledged")}";
    }
}
