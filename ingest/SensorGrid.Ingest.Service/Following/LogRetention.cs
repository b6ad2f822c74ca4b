using SensorGrid.Ingest.Service.Hosting;
using SensorGrid.ReadingLog;
using SensorGrid.Storage;

namespace SensorGrid.Ingest.Service.Following;

/// <summary>Which records of the log may go: those that everybody has made something durable of, and that are beyond the size or age that
/// is kept for replay. For external stores records wait up to a size of the log and a rest of disk space.</summary>
internal static class LogRetention
{
    private static readonly TimeSpan Period = TimeSpan.FromMinutes(1);

    /// <summary>Trims the log now and then, until cancelled.</summary>
    public static async Task RunAsync(
        ReadingLogWriter log, RulesFollower rules, ReadingStore store, ExternalStores external, DriveInfo disk, RetentionOptions options, TimeProvider time, ILogger logger, CancellationToken cancellation)
    {
        while (true)
        {
            await Task.Delay(Period, time, cancellation);
            long neededFrom = Math.Min(rules.NeededFrom, store.CoveredSequence + 1);
            long before = TrimBefore(log.Segments, neededFrom, external.NeededFrom, FreeBytes(disk), options, time.GetUtcNow());
            if (before == 0)
                continue;
            try
            {
                await log.TrimAsync(before);
            }
            catch (ReadingLogException e) when (e.Fault == ReadingLogFault.StorageFailed)
            {
                // Appends are not concerned, and the segment goes with the next trim.
                Log.TrimFailed(logger, e.Message);
            }
        }
    }

    private static long FreeBytes(DriveInfo disk)
    {
        try
        {
            return disk.AvailableFreeSpace;
        }
        catch (IOException)
        {
            // A file system that cannot tell: the size of the log alone decides.
            return long.MaxValue;
        }
    }

    /// <summary>The sequence below which the log may be trimmed; 0 when nothing may go.</summary>
    /// <param name="segments">Segments of the log, oldest first.</param>
    /// <param name="neededFrom">First record that some follower would need to start again.</param>
    /// <param name="unsentFrom">First record that some external store lacks.</param>
    /// <param name="freeBytes">Free space on the log's disk.</param>
    /// <param name="options">What is kept beyond that.</param>
    /// <param name="now">Log time now.</param>
    public static long TrimBefore(
        IReadOnlyList<ReadingLogSegment> segments, long neededFrom, long unsentFrom, long freeBytes, RetentionOptions options, DateTimeOffset now)
    {
        long bytes = segments.Sum(segment => segment.Bytes);
        long oldest = now.UtcTicks - options.LogAge.Ticks;
        long before = 0;
        // The last segment is being written and stays.
        for (int i = 0; i + 1 < segments.Count; i++)
        {
            var next = segments[i + 1];
            bool tooMuch = bytes > options.LogBytes;
            bool tooOld = next.NotBeforeTicks < oldest;
            if ((!tooMuch && !tooOld) || next.FirstSequence > neededFrom)
                break;
            bool mayWait = bytes <= options.UnsentLogBytes && freeBytes >= options.UnsentFreeBytes;
            if (next.FirstSequence > unsentFrom && mayWait)
                break;
            freeBytes += segments[i].Bytes;
            before = next.FirstSequence;
            bytes -= segments[i].Bytes;
        }
        return before;
    }
}
