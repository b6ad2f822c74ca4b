using Microsoft.Extensions.Logging;
using SensorGrid.ReadingLog.Files;
using SensorGrid.ReadingLog.Format;

namespace SensorGrid.ReadingLog.Segments;

/// <summary>Where a writer goes on.</summary>
/// <param name="Segments">Segments of the log.</param>
/// <param name="File">The last one, open for writing; null when the log has none yet.</param>
/// <param name="LogId">The log's own id.</param>
/// <param name="NextSequence">Sequence of the next record.</param>
/// <param name="LastTicks">Received-at of the last one.</param>
internal sealed record RecoveredLog(SegmentList Segments, IReadingLogFile? File, Guid LogId, long NextSequence, long LastTicks);

/// <summary>Opens the segments of a log for writing and puts right what a crash left: docs/reading-log-format.md, "Recovery".
/// Only the last segment is read and changed; the older ones were complete before it was made, and followers check what they read.</summary>
internal sealed class Recovery(IReadingLogDirectory directory, ILogger logger, ReadingLogMetrics metrics)
{
    private const int CopyBytes = 256 * 1024;

    public RecoveredLog Run(Guid newLogId)
    {
        IReadingLogFile? file = null;
        try
        {
            var found = SegmentSet.Read(directory, logger, metrics);
            // Made beforehand, or on its way to become a segment: nothing in it was acknowledged before it had a segment's name.
            if (directory.List().Contains(SegmentName.Prepared))
                directory.Delete(SegmentName.Prepared);
            if (found.Headers.Count == 0)
                return new(new SegmentList([], 1, 0), null, newLogId, 1, 0);
            file = directory.OpenWrite(SegmentName.Of(found.Headers[^1].FirstSequence));
            return Run(found, file, found.LogId ?? newLogId);
        }
        catch (IOException e)
        {
            file?.Dispose();
            throw new ReadingLogException(
                ReadingLogFault.StorageFailed,
                $"The reading log in {directory.Path} cannot be opened: {e.Message}. Nothing was acknowledged. Check the disk, then start again.",
                innerException: e);
        }
    }

    private RecoveredLog Run(SegmentSet found, IReadingLogFile file, Guid logId)
    {
        var header = found.Headers[^1] with { LogId = logId };
        var scan = SegmentScan.Run(file, header);
        long lastSequence = scan.LastSequence;
        if (lastSequence < header.FirstSequence && found.Headers.Count > 1)
        {
            // Nothing in it yet: its header may never have been written, so the time comes from the segment before.
            using var previousFile = directory.OpenRead(SegmentName.Of(found.Headers[^2].FirstSequence));
            var previous = SegmentScan.Run(previousFile, found.Headers[^2]);
            lastSequence = previous.LastSequence;
            header = header with { NotBeforeTicks = Math.Max(header.NotBeforeTicks, previous.LastTicks) };
        }
        Report(SegmentName.Of(header.FirstSequence), scan);
        var (end, next) = Repair(file, header, scan);
        var segments = found.Headers.SkipLast(1).Select(h => new Segment(h, LengthOf(h))).Append(new Segment(header, end));
        Log.Opened(logger, directory.Path, found.Headers.Count, found.Headers[0].FirstSequence, lastSequence);
        return new(new SegmentList(segments, next, lastSequence), file, logId, next, Math.Max(scan.LastTicks, header.NotBeforeTicks));
    }

    private long LengthOf(SegmentHeader header)
    {
        using var file = directory.OpenRead(SegmentName.Of(header.FirstSequence));
        return file.Length;
    }

    private void Report(string name, SegmentScan scan)
    {
        foreach (var hole in scan.Corrupt)
        {
            Log.RecordsCorrupt(logger, name, hole.Offset, hole.End - hole.Offset, hole.FirstMissing, hole.LastMissing);
            metrics.RecordsCorrupted(hole.LastMissing - hole.FirstMissing + 1);
        }
        foreach (var hole in scan.Torn)
        {
            Log.GroupTorn(logger, name, hole.Offset, hole.End - hole.Offset, hole.FirstMissing, hole.LastMissing);
            metrics.TailCut(hole.End - hole.Offset);
        }
        if (scan.DirtyEnd > scan.End)
        {
            Log.TailCut(logger, name, scan.End, scan.DirtyEnd - scan.End);
            metrics.TailCut(scan.DirtyEnd - scan.End);
        }
    }

    /// <summary>Leaves a last segment that holds good records, gaps and zeros only, all of it synced by this process.</summary>
    private (long End, long NextSequence) Repair(IReadingLogFile file, SegmentHeader header, SegmentScan scan)
    {
        byte[] area = new byte[SegmentHeader.AreaBytes];
        header.WriteArea(area);
        file.Write(0, area);
        foreach (var hole in scan.Torn)
            WriteGap(file, header.RecordSeed, hole.Offset, (int)(hole.End - hole.Offset), hole.LastMissing, hole.TicksBefore);
        // The last group may be in the page cache only: after a failed sync it can be read and yet not be on the disk. Written and synced
        // again it is, before a follower sees it.
        byte[] copy = new byte[Math.Min(CopyBytes, Math.Max(scan.End, scan.DirtyEnd))];
        for (long at = scan.LastGroup; at < scan.End;)
        {
            int n = file.Read(at, copy.AsSpan(0, (int)Math.Min(copy.Length, scan.End - at)));
            file.Write(at, copy.AsSpan(0, n));
            at += n;
        }
        long end = scan.End;
        long next = scan.NextSequence;
        if (scan.DirtyEnd > end)
        {
            // What was cut may have been records that a follower saw (a disk that lied, a bit that flipped), so their numbers are not given again.
            Array.Clear(copy);
            for (long at = end; at < scan.DirtyEnd; at += copy.Length)
                file.Write(at, copy.AsSpan(0, (int)Math.Min(copy.Length, scan.DirtyEnd - at)));
            long cut = (scan.DirtyEnd - end + RecordFormat.HeadBytes - 1) / RecordFormat.HeadBytes;
            WriteGap(file, header.RecordSeed, end, RecordFormat.HeadBytes, next + cut - 1, scan.LastTicks);
            end += RecordFormat.HeadBytes;
            next += cut;
        }
        file.Sync();
        directory.Sync();
        return (end, next);
    }

    private static void WriteGap(IReadingLogFile file, uint seed, long offset, int length, long lastSequence, long ticks)
    {
        byte[] gap = new byte[length];
        RecordFormat.WriteGap(gap, lastSequence, ticks);
        RecordFormat.Seal(gap, startsGroup: false, seed, offset);
        file.Write(offset, gap);
    }
}
