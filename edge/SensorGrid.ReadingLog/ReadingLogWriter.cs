using Microsoft.Extensions.Logging;
using SensorGrid.ReadingLog.Files;
using SensorGrid.ReadingLog.Queue;
using SensorGrid.ReadingLog.Segments;

namespace SensorGrid.ReadingLog;

/// <summary>The durable log of readings: everything a source received, every tick and every command, in one order, on the disk before it is
/// acknowledged. Many callers append; one thread writes all that is queued with one write and one sync, then answers them in order.
/// The first failed sync is final: nothing is acknowledged after it, and <see cref="Failed"/> completes.</summary>
public sealed class ReadingLogWriter : IAsyncDisposable
{
    private readonly IReadingLogDirectory directory;
    private readonly TimeProvider time;
    private readonly ILogger logger;
    private readonly ReadingLogMetrics metrics;
    private readonly IDisposable folderLock;
    private readonly SegmentList segments;
    private readonly SegmentWriter writer;
    private readonly AppendQueue queue;
    private readonly CommitWatch watch;
    private readonly FollowerSignal signal = new();
    private readonly Lock trimGate = new();
    private readonly Lock listenersGate = new();

    // Replaced as a whole: the writer's thread reads it without the lock.
    private IReadingLogListener[] listeners = [];
    private readonly TaskCompletionSource<ReadingLogException> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    private ReadingLogWriter(
        IReadingLogDirectory directory, ReadingLogOptions options, TimeProvider time, ILogger logger, ReadingLogMetrics metrics, IDisposable folderLock, Guid newLogId)
    {
        this.directory = directory;
        this.time = time;
        this.logger = logger;
        this.metrics = metrics;
        this.folderLock = folderLock;
        var recovered = new Recovery(directory, logger, metrics).Run(newLogId);
        segments = recovered.Segments;
        queue = new(options, time, metrics, recovered.NextSequence, recovered.LastTicks);
        writer = new(directory, options, recovered, queue.Pause, time, logger, metrics);
        watch = new(options.SlowCommit, time, directory.Path, logger, metrics);
        new Thread(Run) { IsBackground = true, Name = $"reading log {options.Name}" }.Start();
    }

    /// <summary>Completes with the reason when the storage failed. Then nothing is acknowledged any more; end the process and start it again.</summary>
    public Task<ReadingLogException> Failed => failed.Task;

    /// <summary>Why appends are held (the disk is full), for health pages; null when they are not.</summary>
    public string? HeldBecause => writer.HeldBecause;

    /// <summary>What is slow about the disk, for health pages; null when nothing is, nor was in the last minute.</summary>
    public string? SlowBecause => HeldBecause is null ? watch.SlowBecause : null;

    /// <summary>Smallest sequence that can be read.</summary>
    public long FirstSequence => segments.FirstSequence;

    /// <summary>Sequence of the last record that is durable; 0 when there is none.</summary>
    public long LastDurableSequence => segments.LastDurable;

    /// <summary>Sequence that the next record will get.</summary>
    public long NextSequence => queue.NextSequence;

    /// <summary>Received-at of the last record taken in (UTC ticks); 0 when there is none. The log's time does not fall below it.</summary>
    public long LastReceivedAtTicks => queue.LastTicks;

    /// <summary>The segments now, oldest first: what retention decides by before it calls <see cref="TrimAsync"/>.</summary>
    public IReadOnlyList<ReadingLogSegment> Segments =>
        Array.ConvertAll(segments.Snapshot, segment => new ReadingLogSegment(segment.FirstSequence, segment.Header.NotBeforeTicks, segment.End));

    /// <summary>Opens the log in a folder, makes it when there is none, and puts right what a crash left.</summary>
    /// <exception cref="ReadingLogException">The folder is in use, cannot be read as one log, or the disk refused.</exception>
    public static ReadingLogWriter Open(ReadingLogOptions options, TimeProvider time, ILogger logger, ReadingLogMetrics? metrics = null)
    {
        var directory = new DiskDirectory(options.Folder);
        try
        {
            directory.Create();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new ReadingLogException(
                ReadingLogFault.StorageFailed, $"The reading log cannot make its folder {options.Folder}: {e.Message}. Give it a folder it may write to.", innerException: e);
        }
        return Open(directory, options, time, logger, metrics);
    }

    /// <summary>Opens the log in a folder of any kind; <see cref="ReadingLogOptions.Folder"/> is not looked at.</summary>
    public static ReadingLogWriter Open(
        IReadingLogDirectory directory, ReadingLogOptions options, TimeProvider time, ILogger logger, ReadingLogMetrics? metrics = null) =>
        Open(directory, options, time, logger, metrics, Guid.NewGuid());

    internal static ReadingLogWriter Open(
        IReadingLogDirectory directory, ReadingLogOptions options, TimeProvider time, ILogger logger, ReadingLogMetrics? metrics, Guid newLogId)
    {
        if (options.Validate() is { Count: > 0 } errors)
            throw new ArgumentException("The reading log's options are not valid: " + string.Join(" ", errors), nameof(options));
        var folderLock = directory.Lock();
        try
        {
            return new(directory, options, time, logger, (metrics ?? ReadingLogMetrics.Default).For(options.Name), folderLock, newLogId);
        }
        catch
        {
            folderLock.Dispose();
            throw;
        }
    }

    /// <summary>Appends an entry; completes when it is durable. Waits when the queue is full.</summary>
    /// <param name="entry">The entry; copied before this method returns.</param>
    /// <param name="cancellation">Honoured while the entry waits for room in the queue. Once it has its number it will be written.</param>
    /// <returns>Its sequence.</returns>
    /// <exception cref="ReadingLogException">It was not made durable, or is not known to be.</exception>
    public ValueTask<long> AppendAsync(in ReadingLogEntry entry, CancellationToken cancellation = default)
    {
        try
        {
            queue.Append(entry, untilDurable: true, cancellation, out var stamp, out var pending);
            return pending is null ? new(stamp.Sequence) : new(pending, pending.Version);
        }
        catch (Exception e) when (e is ReadingLogException or OperationCanceledException)
        {
            return ValueTask.FromException<long>(e);
        }
    }

    /// <summary><see cref="AppendAsync"/> that also tells the received-at that was written.</summary>
    public ValueTask<ReadingLogStamp> AppendStampedAsync(in ReadingLogEntry entry, CancellationToken cancellation = default) =>
        Append(entry, untilDurable: true, cancellation);

    /// <summary>Appends an entry; completes when it has its place in the queue, before it is durable: for what nobody waits for (QoS 0, ticks).
    /// Waits when the queue is full, like <see cref="AppendAsync"/>, and in the same order.</summary>
    public ValueTask<ReadingLogStamp> EnqueueAsync(in ReadingLogEntry entry, CancellationToken cancellation = default) =>
        Append(entry, untilDurable: false, cancellation);

    /// <summary>Appends an entry when there is room for it now: never waits. It is durable once <see cref="LastDurableSequence"/> has reached its
    /// sequence (<see cref="Listen"/>).</summary>
    /// <param name="entry">The entry; copied before this method returns.</param>
    /// <param name="stamp">Its place.</param>
    /// <returns>False when the queue is full: try again after <see cref="RoomAsync"/>.</returns>
    /// <exception cref="ReadingLogException">The log failed or is closed, or the entry is too large.</exception>
    public bool TryAppend(in ReadingLogEntry entry, out ReadingLogStamp stamp) => queue.TryAppend(entry, out stamp);

    /// <summary>Completes when <see cref="TryAppend"/> is worth trying again, or the log takes no more.</summary>
    public Task RoomAsync() => queue.RoomAsync();

    /// <summary>Names one more who is told of each commit, for as long as the log is open.</summary>
    public void Listen(IReadingLogListener listener)
    {
        lock (listenersGate)
            Volatile.Write(ref listeners, [.. listeners, listener]);
    }

    /// <summary>A follower that starts at a sequence, which may be the next one to be written.</summary>
    /// <exception cref="ReadingLogException">The sequence lies beyond that.</exception>
    public ReadingLogFollower CreateFollower(long fromSequence)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(fromSequence, 1);
        if (fromSequence > NextSequence)
            throw new ReadingLogException(
                ReadingLogFault.BeyondEnd,
                $"A follower asks for record {fromSequence} of the reading log in {directory.Path}, which ends at {LastDurableSequence}: its checkpoint is of another log, "
                + "or the log lost its end. Restore the log, or rebuild the follower's store.");
        return new(segments, new LogCursor(directory, segments, fromSequence, logger, metrics), signal);
    }

    /// <summary>Deletes the segments all of whose records lie below a sequence. What is in the same segment with later records stays.</summary>
    /// <exception cref="ReadingLogException">A file could not be deleted; appends are not concerned.</exception>
    public Task TrimAsync(long beforeSequence) => Task.Run(() => Trim(beforeSequence));

    /// <summary>Writes what is queued and closes.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.Close();
        await ended.Task;
    }

    private ValueTask<ReadingLogStamp> Append(in ReadingLogEntry entry, bool untilDurable, CancellationToken cancellation)
    {
        try
        {
            queue.Append(entry, untilDurable, cancellation, out var stamp, out var pending);
            return pending is null ? new(stamp) : new(pending, pending.Version);
        }
        catch (Exception e) when (e is ReadingLogException or OperationCanceledException)
        {
            return ValueTask.FromException<ReadingLogStamp>(e);
        }
    }

    private void Trim(long beforeSequence)
    {
        lock (trimGate)
        {
            int trimmed = 0;
            // Never beyond what is durable, whatever is asked for. Oldest first and each made durable, so that a crash leaves no hole.
            while (segments.RemoveFirst(Math.Min(beforeSequence, LastDurableSequence + 1)) is { } segment)
            {
                try
                {
                    directory.Delete(segment.Name);
                    directory.Sync();
                }
                catch (IOException e)
                {
                    throw new ReadingLogException(
                        ReadingLogFault.StorageFailed,
                        $"The reading log in {directory.Path} could not delete segment {segment.Name}: {e.Message}. It is deleted when trimmed after the next start.",
                        segment.Name,
                        innerException: e);
                }
                metrics.SegmentTrimmed();
                trimmed++;
            }
            if (trimmed > 0)
                Log.Trimmed(logger, directory.Path, trimmed, beforeSequence);
        }
    }

    // The writer's thread. A thread of its own, because it sits in the disk's sync most of the time and the pool's few threads serve the callers.
    private void Run()
    {
        AppendBatch? batch = null;
        int answered = 0;
        try
        {
            while (queue.Take(out batch))
            {
                answered = 0;
                for (int start = 0; start < batch.Bytes;)
                {
                    long began = watch.Begin();
                    int end = writer.Commit(batch, start, out int records);
                    var took = watch.End(began, writer.WasHeld);
                    signal.Pulse();
                    answered = Answer(batch, answered);
                    foreach (var listener in Volatile.Read(ref listeners))
                        listener.Committed(segments.LastDurable);
                    metrics.GroupCommitted(records, end - start, took);
                    start = end;
                }
                queue.Release(batch);
            }
        }
        catch (Exception e)
        {
            // Whatever it was, these records are not known to be on the disk, and no later one may be acknowledged over them.
            Fail(e, batch!, answered);
        }
        writer.Dispose();
        var closed = new ReadingLogException(ReadingLogFault.Closed, $"The reading log in {directory.Path} is closed.");
        queue.Fail(closed);
        TellFailed(closed);
        signal.Close();
        queue.Dispose();
        folderLock.Dispose();
        ended.SetResult();
    }

    private void TellFailed(ReadingLogException reason)
    {
        foreach (var listener in Volatile.Read(ref listeners))
            listener.Failed(reason);
    }

    private int Answer(AppendBatch batch, int from)
    {
        var pending = batch.Pending;
        while (from < pending.Length && pending[from].Stamp.Sequence <= segments.LastDurable)
            pending[from++].Complete();
        return from;
    }

    private void Fail(Exception e, AppendBatch batch, int answered)
    {
        var (segment, offset) = writer.Place;
        var exception = e as ReadingLogException ?? new ReadingLogException(
            ReadingLogFault.StorageFailed,
            $"The reading log in {directory.Path} failed at offset {offset} of segment {segment ?? "(none yet)"}: {e.Message}. Nothing is acknowledged any more. "
            + "Check the disk, then start the process again: it recovers from what is on the disk.",
            segment,
            offset,
            e);
        if (exception.Fault != ReadingLogFault.Closed)
        {
            metrics.StorageFailed();
            Log.Failed(logger, e, directory.Path, exception.Message);
        }
        queue.Fail(exception);
        foreach (var append in batch.Pending[answered..])
            append.Fail(exception);
        signal.Fail(exception);
        TellFailed(exception);
        if (exception.Fault != ReadingLogFault.Closed)
            failed.SetResult(exception);
    }
}
