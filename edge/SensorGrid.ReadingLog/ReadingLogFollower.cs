using System.Runtime.CompilerServices;
using SensorGrid.ReadingLog.Queue;
using SensorGrid.ReadingLog.Segments;

namespace SensorGrid.ReadingLog;

/// <summary>Reads a log that is being written, from a sequence on, durable records only. Any number of followers read one log, each at its own
/// pace; one follower serves one reader. It keeps no checkpoint: its user does, in the same transaction as what it made of the records.</summary>
public sealed class ReadingLogFollower : IDisposable
{
    private readonly SegmentList segments;
    private readonly LogCursor cursor;
    private readonly FollowerSignal.Waiter waiter;
    private long seen;

    internal ReadingLogFollower(SegmentList segments, LogCursor cursor, FollowerSignal signal)
    {
        this.segments = segments;
        this.cursor = cursor;
        waiter = new(signal);
    }

    /// <summary>Sequence of the next record it will read, or of a later one when that cannot be read.</summary>
    public long NextSequence => cursor.Next;

    /// <summary>Reads the next records; waits until there is at least one. Records that went bad on the disk are stepped over: logged,
    /// counted, and to be seen as numbers that are left out.</summary>
    /// <returns>Number of records in the buffer; 0 when the log was closed and everything was read.</returns>
    /// <exception cref="ReadingLogException">The next record was trimmed away, or the log failed and everything durable was read.</exception>
    [AsyncMethodBuilder(typeof(PoolingAsyncValueTaskMethodBuilder<>))]
    public async ValueTask<int> ReadAsync(ReadingLogRecordBuffer into, CancellationToken cancellation = default)
    {
        while (true)
        {
            int count = TryRead(into);
            if (count > 0)
                return count;
            if (!await waiter.WaitAsync(this, static follower => follower.segments.LastDurable > follower.seen, cancellation))
                return 0;
        }
    }

    /// <summary>Reads the next records if there are any.</summary>
    /// <returns>Number of records in the buffer.</returns>
    public int TryRead(ReadingLogRecordBuffer into)
    {
        // What was durable before the read and yet not found is unreadable; only more of it is worth another look.
        seen = segments.LastDurable;
        return cursor.Read(into, seen);
    }

    /// <inheritdoc/>
    public void Dispose() => cursor.Dispose();
}
