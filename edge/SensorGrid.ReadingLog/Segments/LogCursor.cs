using Microsoft.Extensions.Logging;
using SensorGrid.ReadingLog.Files;
using SensorGrid.ReadingLog.Format;

namespace SensorGrid.ReadingLog.Segments;

/// <summary>A place in the log that moves forward: reads records through segments, checks each, and steps over what cannot be read.
/// For one reader; never waits.</summary>
internal sealed class LogCursor(IReadingLogDirectory directory, SegmentList segments, long next, ILogger logger, ReadingLogMetrics metrics) : IDisposable
{
    private readonly Utf8StringCache strings = new();
    private Segment? segment;
    private IReadingLogFile? file;
    private long offset;

    // Sequence of the record at the offset. Behind the wanted one only while the cursor looks for its place in a segment.
    private long expected;

    /// <summary>Sequence of the next record to be read.</summary>
    public long Next { get; private set; } = next;

    /// <summary>Reads what is there, up to a sequence and to the buffer's capacity.</summary>
    /// <returns>Number of records; 0 when there is none up to <paramref name="upTo"/>.</returns>
    public int Read(ReadingLogRecordBuffer into, long upTo)
    {
        into.Clear();
        try
        {
            while (Next <= upTo && into.Count == 0)
            {
                if (Next < segments.FirstSequence)
                    throw Trimmed();
                if (segment is null)
                    Open(segments.Snapshot);
                if (!ReadHere(into, upTo) && !MoveOn())
                    break;
            }
            return into.Count;
        }
        catch (IOException e)
        {
            into.Clear();
            throw new ReadingLogException(
                ReadingLogFault.StorageFailed,
                $"Record {Next} of the reading log in {directory.Path} cannot be read, at offset {offset} of segment {segment?.Name ?? "(none)"}: {e.Message}. Check the disk.",
                segment?.Name,
                offset,
                e);
        }
    }

    public void Dispose() => file?.Dispose();

    private void Open(Segment[] snapshot)
    {
        int index = SegmentList.IndexOf(snapshot, Next);
        if (index < 0)
            throw Trimmed();
        Open(snapshot[index]);
    }

    private void Open(Segment next)
    {
        IReadingLogFile opened;
        try
        {
            opened = directory.OpenRead(next.Name);
        }
        catch (FileNotFoundException) when (next.FirstSequence < segments.FirstSequence)
        {
            throw Trimmed();
        }
        file?.Dispose();
        file = opened;
        segment = next;
        offset = SegmentHeader.AreaBytes;
        expected = next.FirstSequence;
    }

    /// <summary>Reads on in the open segment.</summary>
    /// <returns>False when it holds nothing more for now.</returns>
    private bool ReadHere(ReadingLogRecordBuffer into, long upTo)
    {
        // The writer moves the end before it moves the last durable sequence, so what was asked for lies before it.
        long end = Math.Min(segment!.End, file!.Length);
        if (offset >= end)
            return false;
        byte[] buffer = into.Bytes;
        int count = file.Read(offset, buffer.AsSpan(0, (int)Math.Min(buffer.Length, end - offset)));
        int at = 0;
        while (into.HasRoom && Next <= upTo)
        {
            var check = RecordFormat.Check(buffer.AsSpan(at, count - at), end - offset, segment.Seed, offset, out var head);
            if (check == RecordCheck.Whole && (head.IsGap ? head.Sequence >= expected : head.Sequence == expected))
            {
                Take(into, head, at);
                at += head.PaddedLength;
            }
            else if (check == RecordCheck.NeedMore)
            {
                // Cut by the end of the buffer: the next read starts with it. Alone and larger than the buffer: that one grows.
                if (at == 0)
                    into.Grow(head.PaddedLength);
                return true;
            }
            else
            {
                // What was read stays in the buffer, so the search waits for the next call.
                return into.Count > 0 || StepOver(end);
            }
        }
        return true;
    }

    private void Take(ReadingLogRecordBuffer into, in RecordHead head, int at)
    {
        if (!head.IsGap && head.Sequence >= Next)
        {
            var bytes = into.Bytes.AsMemory(at, head.Length);
            var names = bytes.Span[RecordFormat.HeadBytes..head.PayloadOffset];
            into.Add(new(
                head.Sequence,
                (ReadingLogKind)head.Kind,
                head.ReceivedAtTicks,
                strings.Get(names[..head.SourceBytes]),
                strings.Get(names.Slice(head.SourceBytes, head.PrincipalBytes)),
                strings.Get(names[(head.SourceBytes + head.PrincipalBytes)..]),
                bytes[head.PayloadOffset..]));
        }
        offset += head.PaddedLength;
        expected = head.Sequence + 1;
        Next = Math.Max(Next, expected);
    }

    /// <summary>Goes from a bad place to the next good record of the segment.</summary>
    /// <returns>False when there is none.</returns>
    private bool StepOver(long end)
    {
        var window = new SegmentWindow(file!, end);
        long dirtyEnd = SegmentScan.FindDirtyEnd(window, offset, end);
        if (dirtyEnd <= offset)
            return false;
        bool found = SegmentScan.TryFindNext(window, segment!.Seed, offset, dirtyEnd, end, expected, out long at, out var head);
        if (found)
            Missing(segment.Name, offset, at - offset, head.IsGap ? expected : head.Sequence - 1);
        if (found)
            expected = head.Sequence;
        offset = found ? at : end;
        return found;
    }

    /// <summary>Goes to the next segment.</summary>
    /// <returns>False when this is the last.</returns>
    private bool MoveOn()
    {
        var snapshot = segments.Snapshot;
        int index = Array.IndexOf(snapshot, segment);
        if (index < 0)
        {
            // Trimmed while it was read to its end; what follows is still there.
            Open(snapshot);
            return true;
        }
        if (index == snapshot.Length - 1)
            return false;
        var following = snapshot[index + 1];
        if (following.FirstSequence > expected)
            Missing(segment!.Name, offset, 0, following.FirstSequence - 1);
        Open(following);
        return true;
    }

    private void Missing(string name, long at, long bytes, long last)
    {
        if (last >= Next)
        {
            Log.RecordsCorrupt(logger, name, at, bytes, Math.Max(expected, Next), last);
            metrics.RecordsCorrupted(last - Math.Max(expected, Next) + 1);
        }
        Next = Math.Max(Next, last + 1);
    }

    private ReadingLogException Trimmed() => new(
        ReadingLogFault.Trimmed,
        $"Record {Next} of the reading log in {directory.Path} was trimmed away; the log begins at {segments.FirstSequence}. "
        + "Rebuild this follower from what it stored, or start it there.");
}
