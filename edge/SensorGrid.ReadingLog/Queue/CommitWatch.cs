using Microsoft.Extensions.Logging;

namespace SensorGrid.ReadingLog.Queue;

/// <summary>Tells when the disk is slow: everybody who waits for an acknowledgement waits for its sync. Written by the writer's thread, read by any.</summary>
internal sealed class CommitWatch(TimeSpan slow, TimeProvider time, string folder, ILogger logger, ReadingLogMetrics metrics)
{
    // A disk that was slow a moment ago is not called well yet, and one line in the diagnostics tells of all that time.
    private static readonly TimeSpan Memory = TimeSpan.FromMinutes(1);
    private const long None = long.MinValue;

    private long running = None;
    private long slowAt = None;
    private long slowTicks;

    /// <summary>A commit begins.</summary>
    /// <returns>What <see cref="End"/> needs.</returns>
    public long Begin()
    {
        long began = time.GetTimestamp();
        Volatile.Write(ref running, began);
        return began;
    }

    /// <summary>A commit is done.</summary>
    /// <param name="began">When.</param>
    /// <param name="wasHeld">It waited for room on a full disk, which is told of elsewhere.</param>
    /// <returns>How long it took.</returns>
    public TimeSpan End(long began, bool wasHeld)
    {
        var took = time.GetElapsedTime(began);
        Volatile.Write(ref running, None);
        if (took < slow || wasHeld)
            return took;
        metrics.CommitSlow();
        if (!IsRemembered())
            Log.StorageSlow(logger, folder, took);
        Volatile.Write(ref slowTicks, took.Ticks);
        Volatile.Write(ref slowAt, time.GetTimestamp());
        return took;
    }

    /// <summary>What is slow and since when; null when nothing is.</summary>
    public string? SlowBecause
    {
        get
        {
            if (Volatile.Read(ref running) is > None and var began && time.GetElapsedTime(began) is var sofar && sofar >= slow)
                return $"Storage is slow: a sync of the reading log has been running for {sofar.TotalSeconds:0.0} s, and acknowledgements wait for it. Check the disk under {folder}.";
            return IsRemembered()
                ? $"Storage is slow: a sync of the reading log took {TimeSpan.FromTicks(Volatile.Read(ref slowTicks)).TotalSeconds:0.0} s within the last minute, and acknowledgements waited for it. Check the disk under {folder}."
                : null;
        }
    }

    private bool IsRemembered() => Volatile.Read(ref slowAt) is > None and var at && time.GetElapsedTime(at) < Memory;
}
