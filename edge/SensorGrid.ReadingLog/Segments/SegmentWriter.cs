using Microsoft.Extensions.Logging;
using SensorGrid.ReadingLog.Files;
using SensorGrid.ReadingLog.Format;
using SensorGrid.ReadingLog.Queue;
using SensorGrid.Readings.IO;

namespace SensorGrid.ReadingLog.Segments;

/// <summary>Puts batches into segments: one write and one sync for as many records as fit into the segment. Runs on the writer's thread only.
/// A full disk is waited for; any other failure is the caller's to end the log with. The file of the next segment is made beforehand
/// (<see cref="SegmentPreparation"/>), so that to go on to it costs two small syncs.</summary>
internal sealed class SegmentWriter : IDisposable
{
    private readonly IReadingLogDirectory directory;
    private readonly ReadingLogOptions options;
    private readonly ILogger logger;
    private readonly ReadingLogMetrics metrics;
    private readonly SegmentList segments;
    private readonly Guid logId;
    private readonly Func<TimeSpan, bool> pause;
    private readonly SegmentPreparation preparation;
    private readonly TimeProvider time;
    private readonly byte[] area = new byte[SegmentHeader.AreaBytes];

    private IReadingLogFile? file;
    private Segment? segment;
    private long capacity;
    private long lastTicks;
    private string? heldBecause;

    public SegmentWriter(
        IReadingLogDirectory directory, ReadingLogOptions options, RecoveredLog recovered, Func<TimeSpan, bool> pause, TimeProvider time, ILogger logger,
        ReadingLogMetrics metrics)
    {
        this.time = time;
        this.directory = directory;
        this.options = options;
        this.logger = logger;
        this.metrics = metrics;
        this.pause = pause;
        preparation = new(directory, options.SegmentBytes, logger, metrics);
        segments = recovered.Segments;
        logId = recovered.LogId;
        lastTicks = recovered.LastTicks;
        file = recovered.File;
        if (file is not null)
        {
            segment = segments.Snapshot[^1];
            capacity = file.Length;
        }
    }

    /// <summary>Why appends are held; null when they are not.</summary>
    public string? HeldBecause => Volatile.Read(ref heldBecause);

    /// <summary>Whether the last commit waited for room on the disk.</summary>
    public bool WasHeld { get; private set; }

    /// <summary>Where the writer is, for messages.</summary>
    public (string? Segment, long Offset) Place => (segment?.Name, segment?.End ?? 0);

    /// <summary>Makes the records from <paramref name="start"/> on durable, as many as go into one segment.</summary>
    /// <returns>Where the rest of the batch starts.</returns>
    public int Commit(AppendBatch batch, int start, out int records)
    {
        WasHeld = false;
        var first = batch.Content[start..];
        int firstLength = RecordFormat.PaddedLengthAt(first);
        if (segment is null || segment.End + firstLength > capacity)
            Roll(RecordFormat.SequenceAt(first), firstLength);
        int end = batch.EndOfRun(start, capacity - segment!.End, out records);
        var run = batch.Content[start..end];
        long offset = segment.End;
        long lastSequence = 0;
        for (int at = 0; at < run.Length;)
        {
            var record = run.Slice(at, RecordFormat.PaddedLengthAt(run[at..]));
            RecordFormat.Seal(record, startsGroup: at == 0, segment.Seed, offset + at);
            lastSequence = RecordFormat.SequenceAt(record);
            lastTicks = RecordFormat.TicksAt(record);
            at += record.Length;
        }
        Write(offset, run);
        file!.Sync();
        segment.End = offset + run.Length;
        segments.LastDurable = lastSequence;
        // Half of a segment is time enough for the disk, and a log that never gets so far does not take the space of two.
        if (segment.End - SegmentHeader.AreaBytes >= (capacity - SegmentHeader.AreaBytes) / 2)
            preparation.Begin();
        return end;
    }

    public void Dispose()
    {
        file?.Dispose();
        preparation.Dispose();
    }

    // A write that a full disk stopped may have left any part of itself. Nothing of it was synced or answered, and the next try writes the same
    // bytes to the same place; should the process end before that, recovery cuts the part as a torn tail.
    private void Write(long offset, ReadOnlySpan<byte> bytes)
    {
        while (true)
        {
            try
            {
                file!.Write(offset, bytes);
                Resumed();
                return;
            }
            catch (IOException e) when (DurableFile.IsDiskFull(e))
            {
                Hold(e);
            }
        }
    }

    private void Roll(long firstSequence, int firstLength)
    {
        long length = Math.Max(options.SegmentBytes, SegmentHeader.AreaBytes + (long)firstLength);
        if (segment is not null && segment.FirstSequence == firstSequence)
        {
            // Still empty, and too small for its first record (or cut by a crash): grows, because its name is taken.
            Allocate(file!, length);
            file!.Sync();
            capacity = file.Length;
            return;
        }
        long began = time.GetTimestamp();
        var header = new SegmentHeader(firstSequence, lastTicks, logId, segment?.FirstSequence ?? 0);
        var next = new Segment(header, SegmentHeader.AreaBytes);
        file?.Dispose();
        file = null;
        file = PreparedFor(length) ?? Create(length);
        header.WriteArea(area);
        Write(0, area);
        // First the file, then its name: a segment that is found after a crash has its header.
        file.Sync();
        directory.Rename(SegmentName.Prepared, next.Name);
        directory.Sync();
        capacity = file.Length;
        segment = next;
        segments.Add(next);
        metrics.SegmentRolled(time.GetElapsedTime(began));
        Log.SegmentCreated(logger, next.Name, capacity);
    }

    private IReadingLogFile? PreparedFor(long length)
    {
        var prepared = preparation.TryTake();
        if (prepared is null || prepared.Length >= length)
            return prepared;
        // Its first record is larger than a segment. That is rare, and a file of its own is simpler than one that grows.
        prepared.Dispose();
        directory.Delete(SegmentName.Prepared);
        return null;
    }

    private IReadingLogFile Create(long length)
    {
        while (true)
        {
            IReadingLogFile? created = null;
            try
            {
                created = directory.OpenWrite(SegmentName.Prepared);
                created.Preallocate(length);
                Resumed();
                return created;
            }
            catch (IOException e) when (DurableFile.IsDiskFull(e))
            {
                created?.Dispose();
                // The part that was allocated would only keep others from the last bytes.
                directory.Delete(SegmentName.Prepared);
                Hold(e);
            }
        }
    }

    private void Allocate(IReadingLogFile target, long length)
    {
        while (true)
        {
            try
            {
                target.Preallocate(length);
                Resumed();
                return;
            }
            catch (IOException e) when (DurableFile.IsDiskFull(e))
            {
                Hold(e);
            }
        }
    }

    private void Hold(IOException e)
    {
        WasHeld = true;
        if (heldBecause is null)
        {
            metrics.DiskFilled();
            Log.DiskFull(logger, directory.Path, e.Message);
            Volatile.Write(ref heldBecause, e.Message);
        }
        if (!pause(options.DiskFullRetry))
            throw new ReadingLogException(
                ReadingLogFault.Closed, $"The reading log in {directory.Path} was closed while its disk was full; what was waiting was not written.", innerException: e);
    }

    private void Resumed()
    {
        if (heldBecause is null)
            return;
        Volatile.Write(ref heldBecause, null);
        Log.DiskHasRoom(logger, directory.Path);
    }
}
