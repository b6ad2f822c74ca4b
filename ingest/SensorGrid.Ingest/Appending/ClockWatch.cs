using Microsoft.Extensions.Logging;
using SensorGrid.Readings.Time;

namespace SensorGrid.Ingest.Appending;

/// <summary>Keeps the log's time steady when somebody sets the machine's clock. The log's time goes by the monotonic clock
/// (<see cref="SteadyTimeProvider"/>), and a step enters the log as a command before any record is stamped by it.
/// <code>
/// machine's clock      │ the log's time               │ in the log
/// runs a little off    │ follows, 5 ms a second       │ nothing
/// was set forward      │ steps after it               │ the command, stamped with the new time: the time between was nobody's
/// was set back         │ goes on, 5 ms a second less  │ the command: by how much the log's time is ahead, now and then again
/// </code>
/// With each command goes by how much the log's time may be ahead of the gateways', so that live readings do not look old because of a step:
/// of the machine's clock and the clock that was never set, the one that shows less is believed.</summary>
public sealed class ClockWatch
{
    /// <summary>A clock that is off by more was set. 1 s: time daemons slew what is less.</summary>
    public static readonly TimeSpan StepLimit = TimeSpan.FromSeconds(1);

    /// <summary>A step forward by more is believed: a machine that starts without a clock, and learns the time later.</summary>
    public static readonly TimeSpan LargestDoubt = TimeSpan.FromDays(2);

    private static readonly TimeSpan Period = TimeSpan.FromSeconds(1);

    // A change of "ahead" by less than this tells no rule anything: their freshness counts in minutes.
    private static readonly TimeSpan Worth = TimeSpan.FromSeconds(30);

    private readonly SteadyTimeProvider steady;
    private readonly TimeProvider time;
    private readonly double speed;
    private readonly Func<DateTimeOffset, TimeSpan, ValueTask> append;
    private readonly IngestMetrics metrics;
    private readonly ILogger logger;
    private TimeSpan told;

    // The clock that was never set: where it began, in both clocks.
    private DateTimeOffset unsetOrigin;
    private long unsetTimestamp;
    private volatile string? problem;

    /// <param name="steady">The clock that is kept steady.</param>
    /// <param name="time">The clock of the log: the steady one, or a simulated one over it.</param>
    /// <param name="speed">Seconds of that one in a second of the steady one.</param>
    /// <param name="append">Appends the command: stamped with this time, and saying by how much the log's time is ahead. It has its place in the log when it returns.</param>
    /// <param name="metrics">Counts steps.</param>
    /// <param name="logger">Told of steps.</param>
    public ClockWatch(
        SteadyTimeProvider steady, TimeProvider time, double speed, Func<DateTimeOffset, TimeSpan, ValueTask> append, IngestMetrics metrics, ILogger logger)
    {
        this.steady = steady;
        this.time = time;
        this.speed = speed;
        this.append = append;
        this.metrics = metrics;
        this.logger = logger;
        BelieveClock();
    }

    /// <summary>What is wrong with the machine's clock and what to do about it, for health pages; null when nothing is.</summary>
    public string? Problem => problem;

    /// <summary>Begins where the log ended, if that lies in the future of the machine's clock.</summary>
    /// <param name="lastTicks">Time of the log's last record.</param>
    public void BeginAfter(long lastTicks)
    {
        double ahead = (lastTicks - time.GetUtcNow().UtcTicks) / speed;
        if (ahead > 0)
            steady.Advance(TimeSpan.FromTicks((long)ahead));
        BelieveClock();
    }

    /// <summary>Looks once.</summary>
    /// <exception cref="ReadingLog.ReadingLogException">The log failed.</exception>
    public async ValueTask CheckAsync()
    {
        var deviation = steady.Deviation;
        if (deviation >= StepLimit)
            await StepForwardAsync(deviation);
        else
            await FollowAsync(deviation);
        problem = told == TimeSpan.Zero
            ? null
            : $"The machine's clock was set while the service ran, or before: what is received may be dated up to {told:d\\.hh\\:mm\\:ss} late. No alarm is lost by it. "
                + "Check the machine's time synchronization (chrony, NTP); when the clock is right, a restart makes the log's time right too.";
    }

    /// <summary>Looks each second until cancelled.</summary>
    /// <exception cref="ReadingLog.ReadingLogException">The log failed.</exception>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            await Task.Delay(Period, time, cancellationToken);
            await CheckAsync();
        }
    }

    private async ValueTask StepForwardAsync(TimeSpan by)
    {
        bool doubted = by <= LargestDoubt;
        var appending = TellAsync(by, doubted ? Stepped + by : TimeSpan.Zero);
        // Only now: what is appended from here on stands behind the command.
        steady.Step();
        if (!doubted)
            BelieveClock();
        metrics.ClockStepped();
        Log.ClockSteppedForward(logger, by);
        await appending;
    }

    private async ValueTask FollowAsync(TimeSpan deviation)
    {
        steady.Follow();
        var behind = -deviation;
        if (behind >= StepLimit && told < behind - Worth)
        {
            metrics.ClockStepped();
            Log.ClockSteppedBack(logger, behind);
        }
        var ahead = behind > Stepped ? behind : Stepped;
        if (ahead < StepLimit)
            ahead = TimeSpan.Zero;
        if ((ahead - told).Duration() >= Worth || (ahead == TimeSpan.Zero) != (told == TimeSpan.Zero))
            await TellAsync(TimeSpan.Zero, ahead);
    }

    private ValueTask TellAsync(TimeSpan by, TimeSpan ahead)
    {
        told = ahead;
        long now = time.GetUtcNow().UtcTicks;
        // A simulated clock may run away from the calendar.
        long at = (long)Math.Min(now + by.Ticks * speed, DateTimeOffset.MaxValue.UtcTicks);
        return append(new(by == TimeSpan.Zero ? now : at, TimeSpan.Zero), TimeSpan.FromTicks((long)Math.Min(ahead.Ticks * speed, long.MaxValue / 2)));
    }

    private TimeSpan Stepped => steady.GetUtcNow() - unsetOrigin - steady.GetElapsedTime(unsetTimestamp);

    private void BelieveClock() => (unsetOrigin, unsetTimestamp) = (steady.GetUtcNow(), steady.GetTimestamp());
}
