using Microsoft.Extensions.Logging;
using SensorGrid.ReadingLog.Files;
using SensorGrid.ReadingLog.Format;

namespace SensorGrid.ReadingLog.Segments;

/// <summary>Makes the file of the next segment while the current one is written: to allocate and sync tens of megabytes takes the disk some time,
/// which nobody who waits for an acknowledgement should pay for. The file has no records and no number yet, so it waits under
/// <see cref="SegmentName.Prepared"/>; the writer gives it both when it needs it.
/// <code>
/// state     │ Begin          │ the thread ends       │ TryTake
/// idle      │ preparing      │                       │ nothing to take
/// preparing │ do nothing     │ ready, or given up    │ waits for its end: it is nearer to it than whoever starts anew
/// ready     │ do nothing     │                       │ taken, idle
/// given up  │ do nothing     │                       │ nothing to take, idle: the writer makes the file, and meets what stands in the way
/// </code>
/// It never fails the log: whatever goes wrong here concerns a file that nobody needs yet. A full disk above all: what still fits into the current
/// segment is written and acknowledged.</summary>
internal sealed class SegmentPreparation(IReadingLogDirectory directory, long length, ILogger logger, ReadingLogMetrics metrics) : IDisposable
{
    // Of the writer's thread.
    private Thread? thread;

    // Written by the thread that prepares, read after it was joined.
    private IReadingLogFile? prepared;

    /// <summary>Starts to prepare, unless that was done.</summary>
    public void Begin()
    {
        if (thread is not null)
            return;
        // A thread of its own: the writer may wait for it, and the pool's threads may all be busy with those who wait for the writer.
        thread = new(Prepare) { IsBackground = true, Name = "reading log segment" };
        thread.Start();
    }

    /// <summary>The prepared file, synced; null when there is none. It is the caller's from then on.</summary>
    public IReadingLogFile? TryTake()
    {
        thread?.Join();
        thread = null;
        var taken = prepared;
        prepared = null;
        return taken;
    }

    /// <summary>Removes a prepared file, so that a log that was closed is its segments and nothing else.</summary>
    public void Dispose()
    {
        if (TryTake() is not { } unused)
            return;
        unused.Dispose();
        Remove();
    }

    private void Prepare()
    {
        IReadingLogFile? file = null;
        try
        {
            file = directory.OpenWrite(SegmentName.Prepared);
            file.Preallocate(length);
            file.Sync();
            metrics.SegmentPrepared();
            prepared = file;
        }
        catch (IOException e)
        {
            Log.NotPrepared(logger, directory.Path, e.Message);
            file?.Dispose();
            // What was allocated would only keep others from the last bytes.
            Remove();
            metrics.PreparationFailed();
        }
    }

    private void Remove()
    {
        try
        {
            directory.Delete(SegmentName.Prepared);
        }
        catch (IOException e)
        {
            Log.PreparedLeft(logger, directory.Path, SegmentName.Prepared, e.Message);
        }
    }
}
