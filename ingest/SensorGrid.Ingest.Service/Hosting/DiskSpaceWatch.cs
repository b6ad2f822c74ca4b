using System.Diagnostics.Metrics;

namespace SensorGrid.Ingest.Service.Hosting;

/// <summary>Warns before the disk of the data folder is full. When it is, nothing is taken and nothing is lost (see the log); this is to have
/// somebody come before that.</summary>
internal sealed class DiskSpaceWatch : IDisposable
{
    private static readonly TimeSpan Period = TimeSpan.FromSeconds(5);

    private readonly Func<(long Used, long Total)> measure;
    private readonly string folder;
    private readonly DataOptions options;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly Meter meter = new("SensorGrid.Ingest.Service.Disk");
    private int reached;
    private int percent;

    /// <param name="measure">Bytes in use and bytes there are; 0 of 0 when the file system cannot tell.</param>
    /// <param name="folder">The data folder, for messages.</param>
    /// <param name="options">From where on to warn.</param>
    /// <param name="time">Says when to look again.</param>
    /// <param name="logger">Told when a limit is passed, either way.</param>
    public DiskSpaceWatch(Func<(long Used, long Total)> measure, string folder, DataOptions options, TimeProvider time, ILogger logger)
    {
        (this.measure, this.folder, this.options, this.time, this.logger) = (measure, folder, options, time, logger);
        meter.CreateObservableGauge("sensorgrid.data.disk.used", () => Look() / 100.0, "1", "Used part of the data folder's disk.");
    }

    /// <summary>What is wrong and what would change it, or null.</summary>
    public string? Problem => Volatile.Read(ref reached) is > 0 and var limit
        ? $"The disk of {folder} is {Volatile.Read(ref percent)} % full{(limit >= options.DiskAlarmPercent ? ": soon nothing can be taken any more" : "")}. Make room, or let "
            + "Retention:LogBytes and Storage:KeepBytes keep less."
        : null;

    /// <summary>What a drive says; 0 of 0 when it cannot tell.</summary>
    public static (long Used, long Total) Of(DriveInfo disk)
    {
        try
        {
            // What only root may fill is no room of ours.
            long used = disk.TotalSize - disk.TotalFreeSpace;
            return (used, used + disk.AvailableFreeSpace);
        }
        catch (IOException)
        {
            return default;
        }
    }

    /// <summary>Looks now and then, until cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            Look();
            await Task.Delay(Period, time, cancellation);
        }
    }

    public void Dispose() => meter.Dispose();

    /// <summary>Looks once.</summary>
    /// <returns>Percent in use, rounded down.</returns>
    internal int Look()
    {
        var (used, total) = measure();
        int now = total > 0 ? (int)(used * 100.0 / total) : 0;
        int limit = now >= options.DiskAlarmPercent ? options.DiskAlarmPercent : now >= options.DiskWarnPercent ? options.DiskWarnPercent : 0;
        Volatile.Write(ref percent, now);
        int before = Interlocked.Exchange(ref reached, limit);
        if (limit > before)
            Log.DiskFills(logger, folder, now, limit);
        else if (limit < before && limit == 0)
            Log.DiskHasRoomAgain(logger, folder, now);
        return now;
    }
}
