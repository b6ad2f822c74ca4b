namespace SensorGrid.Ingest.Appending;

/// <summary>Lets log time go on while nothing is received: appends a tick whenever nothing was appended for
/// <see cref="IngestOptions.TickInterval"/>. Rules that wait (on-delay, deadman, dwell) are driven by these records, not by the machine's clock.</summary>
public sealed class ClockTicker
{
    /// <summary>Source on the records.</summary>
    public const string Source = "clock";

    private readonly LogAppender appender;
    private readonly TimeSpan interval;
    private readonly TimeProvider time;
    private readonly IngestMetrics metrics;

    /// <param name="appender">Where ticks go.</param>
    /// <param name="options">Says how long "nothing" lasts.</param>
    /// <param name="metrics">Counts ticks.</param>
    /// <param name="time">The clock.</param>
    public ClockTicker(LogAppender appender, IngestOptions options, IngestMetrics metrics, TimeProvider time)
    {
        ArgumentNullException.ThrowIfNull(options);
        this.appender = appender;
        this.metrics = metrics;
        this.time = time;
        interval = options.TickInterval;
    }

    /// <summary>Runs until cancelled.</summary>
    /// <exception cref="ReadingLog.ReadingLogException">The log failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            // Rounded up to what a timer can tell, so that a fraction of a millisecond left is not spun away.
            var left = interval - appender.Idle;
            if (left > TimeSpan.Zero)
            {
                try
                {
                    await Task.Delay(TimeSpan.FromMilliseconds(Math.Ceiling(left.TotalMilliseconds)), time, cancellationToken);
                }
                catch (OperationCanceledException)
                {
                    return;
                }
            }
            if (cancellationToken.IsCancellationRequested)
                return;
            if (appender.Idle < interval)
                continue;
            await appender.AppendTickAsync(Source);
            metrics.TickAppended();
        }
    }
}
