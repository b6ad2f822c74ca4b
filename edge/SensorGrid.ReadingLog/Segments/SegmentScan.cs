using SensorGrid.ReadingLog.Files;
using SensorGrid.ReadingLog.Format;

namespace SensorGrid.ReadingLog.Segments;

/// <summary>Bytes that hold no readable record although readable ones follow.</summary>
/// <param name="Offset">Where it starts.</param>
/// <param name="End">Where the next good record starts.</param>
/// <param name="FirstMissing">First sequence that is missing.</param>
/// <param name="LastMissing">Last sequence that is missing.</param>
/// <param name="TicksBefore">Received-at of the record before it.</param>
internal readonly record struct SegmentHole(long Offset, long End, long FirstMissing, long LastMissing, long TicksBefore);

/// <summary>What a scan of a whole segment found.</summary>
internal sealed class SegmentScan
{
    private readonly SegmentWindow window;
    private readonly uint seed;
    private readonly long length;

    private SegmentScan(SegmentWindow window, SegmentHeader header, long length)
    {
        this.window = window;
        this.length = length;
        seed = header.RecordSeed;
        End = SegmentHeader.AreaBytes;
        LastGroup = End;
        NextSequence = header.FirstSequence;
        LastSequence = header.FirstSequence - 1;
        LastTicks = header.NotBeforeTicks;
    }

    /// <summary>End of the last good record.</summary>
    public long End { get; private set; }

    /// <summary>End of the last byte that is not zero; beyond <see cref="End"/> when there is a torn tail.</summary>
    public long DirtyEnd { get; private set; }

    /// <summary>Where the last group starts: only from here on a crash may have torn something.</summary>
    public long LastGroup { get; private set; }

    /// <summary>Sequence that follows the last good record or gap.</summary>
    public long NextSequence { get; private set; }

    /// <summary>Sequence of the last good record that is not a gap; the one before the segment when there is none.</summary>
    public long LastSequence { get; private set; }

    /// <summary>Received-at of the last good record.</summary>
    public long LastTicks { get; private set; }

    /// <summary>Holes before the last group: what stood there had been synced, so it went bad later.</summary>
    public List<SegmentHole> Corrupt { get; } = [];

    /// <summary>Holes in the last group: most likely pages that a crash kept from the disk.</summary>
    public List<SegmentHole> Torn { get; } = [];

    public static SegmentScan Run(IReadingLogFile file, SegmentHeader header)
    {
        // A file may have been cut inside its header.
        long length = Math.Max(file.Length, SegmentHeader.AreaBytes);
        var scan = new SegmentScan(new SegmentWindow(file, length), header, length);
        scan.Run();
        return scan;
    }

    private void Run()
    {
        DirtyEnd = -1;
        while (true)
        {
            if (Check(window, seed, End, length, out var head) == RecordCheck.Whole && Continues(head))
            {
                Take(head);
                continue;
            }
            if (DirtyEnd < 0)
                DirtyEnd = FindDirtyEnd(window, End, length);
            if (DirtyEnd <= End || !TryFindNext(window, seed, End, DirtyEnd, length, NextSequence, out long at, out head))
            {
                DirtyEnd = Math.Max(DirtyEnd, End);
                return;
            }
            Torn.Add(new(End, at, NextSequence, head.Sequence - 1, LastTicks));
            End = at;
            NextSequence = head.Sequence;
        }
    }

    private void Take(in RecordHead head)
    {
        if (head.StartsGroup)
        {
            // A group is written only after the one before was synced.
            Corrupt.AddRange(Torn);
            Torn.Clear();
            LastGroup = End;
        }
        End += head.PaddedLength;
        NextSequence = head.Sequence + 1;
        LastTicks = head.ReceivedAtTicks;
        if (!head.IsGap)
            LastSequence = head.Sequence;
    }

    private bool Continues(in RecordHead head) => head.IsGap ? head.Sequence >= NextSequence : head.Sequence == NextSequence;

    private static RecordCheck Check(SegmentWindow window, uint seed, long offset, long length, out RecordHead head)
    {
        var check = RecordFormat.Check(window.From(offset, RecordFormat.HeadBytes), length - offset, seed, offset, out head);
        return check == RecordCheck.NeedMore
            ? RecordFormat.Check(window.From(offset, head.PaddedLength), length - offset, seed, offset, out head)
            : check;
    }

    /// <summary>Finds the next good record at or behind a place that does not go on with the expected one.</summary>
    public static bool TryFindNext(
        SegmentWindow window, uint seed, long from, long until, long length, long expected, out long at, out RecordHead head)
    {
        for (at = from; at < until; at += RecordFormat.Alignment)
        {
            var bytes = window.From(at, RecordFormat.HeadBytes);
            if (bytes.Length < RecordFormat.HeadBytes)
                break;
            // A record starts with its length, which is never 0, so none starts in zeros: go to where they end.
            int zeros = bytes.IndexOfAnyExcept((byte)0);
            if (zeros is < 0 or >= RecordFormat.Alignment)
            {
                at += ((zeros < 0 ? bytes.Length : zeros) & -RecordFormat.Alignment) - RecordFormat.Alignment;
                continue;
            }
            // The sequence tells most places apart without a checksum: it must lie beyond what is known, by no more than fits in a file.
            long sequence = RecordFormat.SequenceAt(bytes);
            if (sequence > expected && sequence - expected <= int.MaxValue && Check(window, seed, at, length, out head) == RecordCheck.Whole)
                return true;
        }
        head = default;
        return false;
    }

    /// <summary>End of the last byte that is not zero.</summary>
    public static long FindDirtyEnd(SegmentWindow window, long from, long length)
    {
        long dirty = from;
        for (long at = from; at < length;)
        {
            var bytes = window.From(at, (int)Math.Min(64 * 1024, length - at));
            if (bytes.IsEmpty)
                break;
            int last = bytes.LastIndexOfAnyExcept((byte)0);
            if (last >= 0)
                dirty = at + last + 1;
            at += bytes.Length;
        }
        return dirty;
    }
}
