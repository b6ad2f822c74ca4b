using Spectre.Console;

namespace SensorGrid.Simulators.Cli.Replay;

/// <summary>What a replay shows on the terminal: a progress bar for people, a line every few seconds where there is no terminal.</summary>
internal static class ReplayDisplay
{
    private static readonly TimeSpan BarRefresh = TimeSpan.FromMilliseconds(200);
    private static readonly TimeSpan LineEvery = TimeSpan.FromSeconds(5);

    public static void Introduce(IAnsiConsole console, ReplayRunner runner, ReplayOptions options)
    {
        foreach (var recording in runner.Recordings)
            console.WriteLine($"recording: {recording.Title} ({recording.Licence})");
        var span = runner.Span;
        string pace = options.Speed is { } speed ? $"speed {speed:0.###}" : "as fast as acknowledged";
        console.WriteLine(
            $"{span.Sent} readings of {span.Series.Count} datastreams, {At(span.FirstTicks)} to {At(span.LastTicks)}, {pace}, to {options.Broker}"
            + (span.NotSent > 0 ? $"; {span.NotSent} missing values stay unsent" : ""));
    }

    public static async Task<ReplayEnding> ShowAsync(IAnsiConsole console, ReplayRunner runner, TimeProvider clock, Task<ReplayEnding> replay)
    {
        if (!console.Profile.Capabilities.Interactive)
            return await ShowLinesAsync(console, runner, clock, replay);
        await console.Progress()
            .AutoRefresh(true)
            .Columns(new TaskDescriptionColumn { Alignment = Justify.Left }, new ProgressBarColumn(), new PercentageColumn(), new RemainingTimeColumn())
            .StartAsync(async context =>
            {
                var sent = context.AddTask("sent", maxValue: runner.Span.Sent);
                var acknowledged = context.AddTask("acknowledged", maxValue: runner.Span.Sent);
                var rate = new RateMeter(clock);
                while (!replay.IsCompleted)
                {
                    var now = runner.Progress;
                    sent.Value = now.Kept;
                    sent.Description = $"sent {now.Kept}, recorded {now.RecordedAt:yyyy-MM-dd HH:mm}Z";
                    acknowledged.Value = now.Acknowledged + now.SetAside;
                    acknowledged.Description = now.Trouble.Length > 0
                        ? Markup.Escape($"acknowledged {now.Acknowledged}, waiting: {now.Trouble}")
                        : $"acknowledged {now.Acknowledged}, {rate.Of(now.Acknowledged):0}/s";
                    await Task.WhenAny(replay, Task.Delay(BarRefresh, clock));
                }
                var last = runner.Progress;
                sent.Value = last.Kept;
                acknowledged.Value = last.Acknowledged + last.SetAside;
            });
        return await replay;
    }

    public static void Summarize(IAnsiConsole console, ReplayRunner runner, ReplayEnding ending)
    {
        var now = runner.Progress;
        string done = $"replayed {now.Acknowledged} readings in {now.Messages} messages";
        console.WriteLine(ending switch
        {
            ReplayEnding.AllAcknowledged => $"{done}, all acknowledged",
            ReplayEnding.SomeSetAside => $"{done}; {now.SetAside} readings were refused and lie in dead-letters.jsonl below {runner.OutboxFolder}",
            ReplayEnding.NotAcknowledged =>
                $"{done}; gave up waiting for {now.Kept - now.Acknowledged - now.SetAside} more ({now.Trouble}). They stay in {runner.OutboxFolder}: replay again with --outbox to send them",
            _ => $"{done}; interrupted, {now.Kept - now.Acknowledged - now.SetAside} sent but not acknowledged stay in {runner.OutboxFolder}",
        });
    }

    private static async Task<ReplayEnding> ShowLinesAsync(IAnsiConsole console, ReplayRunner runner, TimeProvider clock, Task<ReplayEnding> replay)
    {
        var rate = new RateMeter(clock);
        while (await Task.WhenAny(replay, Task.Delay(LineEvery, clock)) != replay)
        {
            var now = runner.Progress;
            string trouble = now.Trouble.Length > 0 ? $", waiting: {now.Trouble}" : "";
            console.WriteLine(
                $"sent {now.Kept} of {now.Total}, acknowledged {now.Acknowledged}, recorded {now.RecordedAt:yyyy-MM-dd HH:mm}Z, {rate.Of(now.Acknowledged):0}/s{trouble}");
        }
        return await replay;
    }

    private static string At(long ticks) => $"{new DateTime(ticks):yyyy-MM-dd HH:mm}Z";

    /// <summary>Readings a second between two looks.</summary>
    private sealed class RateMeter(TimeProvider clock)
    {
        private long before;
        private long beforeAt = clock.GetTimestamp();

        public double Of(long count)
        {
            double seconds = clock.GetElapsedTime(beforeAt).TotalSeconds;
            double rate = seconds > 0 ? (count - before) / seconds : 0;
            (before, beforeAt) = (count, clock.GetTimestamp());
            return rate;
        }
    }
}
