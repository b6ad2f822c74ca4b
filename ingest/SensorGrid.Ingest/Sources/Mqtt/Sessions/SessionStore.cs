using System.Diagnostics.CodeAnalysis;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Keeps sessions over a restart, in <c>mqtt.sqlite</c>. Changes are queued in the order they are made (a session makes them under its
/// lock) and written by one thread; all that wait become one transaction. Each verb gives the number of its change, and
/// <see cref="WhenDurableAsync"/> tells when it is on disk.
/// <para>Bounded by waiting before, not after: whoever is about to change something calls <see cref="WaitForRoomAsync"/> first and keeps its
/// peer waiting meanwhile. A change that was made is always taken, so the order stays that of the sessions.</para>
/// <para>A full disk is waited out. Any other failed write is the end: nothing is durable any more, and a restart reads what is on disk.</para></summary>
internal sealed class SessionStore : IAsyncDisposable
{
    private const int DiskFull = 13;

    // A queued change without a message: the record and its place in the list.
    private const int ChangeCost = 96;

    private readonly MqttSessionOptions options;
    private readonly TimeProvider time;
    private readonly SessionMetrics metrics;
    private readonly ILogger logger;
    private readonly string path;
    private readonly RateLimitedLine diskFullLine;

    // The writer's.
    private readonly SqliteConnection connection;
    private readonly SessionTables tables;
    private readonly Thread writer;
    private readonly AutoResetEvent work = new(false);
    private readonly TaskCompletionSource<SessionStoreException> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

    // Everybody's, under the gate.
    private readonly Lock gate = new();
    private List<StoreChange> pending = [];
    private long pendingBytes;
    private long made;
    private long beingWritten;
    private long durable;
    private TaskCompletionSource written = NewSignal();
    private TaskCompletionSource writtenNext = NewSignal();
    private TaskCompletionSource room = NewSignal();
    private SessionStoreException? failure;
    private bool stopping;
    private long lastId;

    private SessionStore(
        string path, SqliteConnection connection, long lastId, MqttSessionOptions options, TimeProvider time, SessionMetrics metrics, ILogger logger)
    {
        this.path = path;
        this.connection = connection;
        this.lastId = lastId;
        this.options = options;
        this.time = time;
        this.metrics = metrics;
        this.logger = logger;
        diskFullLine = new(time, TimeSpan.FromMinutes(1));
        tables = new(connection);
        writer = new(Write) { Name = "mqtt-session-store", IsBackground = true };
    }

    /// <summary>Completes when the store cannot be written any more, with the reason; never otherwise.</summary>
    public Task<SessionStoreException> Failed => failed.Task;

    /// <summary>False once a write has failed.</summary>
    public bool IsAvailable => Volatile.Read(ref failure) is null;

    /// <summary>Changes that wait for the writer.</summary>
    public int PendingChanges { get { lock (gate) return pending.Count; } }

    /// <summary>Opens or creates the file and reads it.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="options">Bounds.</param>
    /// <param name="time">Clock of the pause at a full disk.</param>
    /// <param name="metrics">Counts.</param>
    /// <param name="logger">Diagnostics.</param>
    /// <param name="state">What it held.</param>
    /// <param name="configure">For tests: limits of the database.</param>
    /// <exception cref="SessionStoreException">It cannot be opened, is in use, or is of a newer program. A damaged file is no such case.</exception>
    public static SessionStore Open(
        string folder, MqttSessionOptions options, TimeProvider time, SessionMetrics metrics, ILogger logger, out StoredState state,
        Action<SqliteConnection>? configure = null)
    {
        var connection = SessionFile.Open(folder, time, metrics, logger, out state, out long lastId);
        configure?.Invoke(connection);
        var store = new SessionStore(Path.Combine(folder, SessionFile.FileName), connection, lastId, options, time, metrics, logger);
        store.writer.Start();
        return store;
    }

    /// <summary>A number that nothing in the store has: for a session or a will.</summary>
    public long NewId() => Interlocked.Increment(ref lastId);

    public long PutSession(long session, string clientId, SessionTerms terms, long? disconnectedAtTicks) =>
        Make(new StoreChange.PutSession(session, clientId, terms, disconnectedAtTicks));

    /// <summary>Removes a session and all that belongs to it, its will excepted.</summary>
    public long RemoveSession(long session) => Make(new StoreChange.RemoveSession(session));

    public long PutSubscription(long session, Subscription subscription) => Make(new StoreChange.PutSubscription(session, subscription));

    public long RemoveSubscription(long session, TopicFilter filter) => Make(new StoreChange.RemoveSubscription(session, filter.Text));

    public long PutOutgoing(long session, OutgoingEntry entry) =>
        Make(new StoreChange.PutOutgoing(session, entry.Position, entry.Message, entry.Qos, entry.Retain, entry.Identifiers));

    public long MarkSent(long session, OutgoingEntry entry) => Make(new StoreChange.MarkSent(session, entry.Position, entry.PacketId));

    public long MarkReleased(long session, OutgoingEntry entry) => Make(new StoreChange.MarkReleased(session, entry.Position, entry.Turn));

    public long RemoveOutgoing(long session, OutgoingEntry entry) => Make(new StoreChange.RemoveOutgoing(session, entry.Position));

    public long PutIncoming(long session, ushort packetId) => Make(new StoreChange.PutIncoming(session, packetId));

    public long RemoveIncoming(long session, ushort packetId) => Make(new StoreChange.RemoveIncoming(session, packetId));

    public long PutRetained(MqttMessage message) => Make(new StoreChange.PutRetained(message));

    public long RemoveRetained(string topic) => Make(new StoreChange.RemoveRetained(topic));

    public long PutWill(PendingWill will) => Make(new StoreChange.PutWill(will));

    public long RemoveWill(long will) => Make(new StoreChange.RemoveWill(will));

    /// <summary>Completes when a change is on disk; at once for 0.</summary>
    /// <exception cref="SessionStoreException">It never will be.</exception>
    public ValueTask WhenDurableAsync(long change)
    {
        if (change <= Volatile.Read(ref durable))
            return default;
        lock (gate)
        {
            if (change <= durable)
                return default;
            if (failure is not null)
                return ValueTask.FromException(failure);
            return new((change <= beingWritten ? written : writtenNext).Task);
        }
    }

    /// <summary>Completes when another change may be made.</summary>
    /// <exception cref="SessionStoreException">No change will be written any more.</exception>
    public async ValueTask WaitForRoomAsync(CancellationToken cancellationToken)
    {
        while (true)
        {
            Task wait;
            lock (gate)
            {
                if (failure is not null)
                    throw failure;
                if (pending.Count < options.MaxPendingChanges && pendingBytes < options.MaxPendingBytes)
                    return;
                wait = room.Task;
            }
            await wait.WaitAsync(cancellationToken);
        }
    }

    /// <summary>Writes what was made and closes the file. Changes made later are lost.</summary>
    public async ValueTask DisposeAsync()
    {
        lock (gate)
            stopping = true;
        work.Set();
        await ended.Task;
        tables.Dispose();
        await connection.DisposeAsync();
        work.Dispose();
    }

    private long Make(StoreChange change)
    {
        lock (gate)
        {
            long number = ++made;
            if (failure is not null || stopping)
                return number;
            // Numbered here: the writer reads it only after it has taken the change from the queue.
            change.Carried?.TakeStoreId(ref lastId);
            pending.Add(change);
            pendingBytes += ChangeCost + (change.Carried?.Size ?? 0);
            if (pending.Count == 1)
                work.Set();
            return number;
        }
    }

    private void Write()
    {
        while (TryTakeBatch(out var batch))
        {
            if (!TryCommit(batch))
            {
                ended.SetResult();
                return;
            }
            Committed(batch.Count);
        }
        // Whoever still waits made its change after the end was asked for.
        Close(new($"{path} is closed."));
        ended.SetResult();
    }

    private bool TryTakeBatch([NotNullWhen(true)] out List<StoreChange>? batch)
    {
        while (true)
        {
            TaskCompletionSource opened;
            lock (gate)
            {
                batch = pending;
                if (batch.Count == 0 && stopping)
                    return false;
                if (batch.Count == 0)
                {
                    opened = room;
                }
                else
                {
                    pending = [];
                    pendingBytes = 0;
                    beingWritten = made;
                    (written, writtenNext) = (writtenNext, NewSignal());
                    (opened, room) = (room, NewSignal());
                }
            }
            if (batch.Count > 0)
            {
                opened.SetResult();
                return true;
            }
            work.WaitOne();
        }
    }

    private bool TryCommit(List<StoreChange> batch)
    {
        while (true)
        {
            try
            {
                tables.Commit(batch);
                return true;
            }
            catch (SqliteException e) when (e.SqliteErrorCode == DiskFull)
            {
                if (diskFullLine.Allows(out _))
                    Log.SessionStoreDiskFull(logger, path, batch.Count);
                if (!PauseUnlessStopping())
                {
                    Fail(new($"{path}: the disk is full, and {batch.Count} changes of sessions were not written before the service stopped.", e));
                    return false;
                }
            }
            catch (SqliteException e)
            {
                Fail(new($"{path} cannot be written: {e.Message} Check the disk; on start the service reads what is in the file.", e));
                return false;
            }
        }
    }

    private void Committed(int changes)
    {
        TaskCompletionSource done;
        lock (gate)
        {
            durable = beingWritten;
            done = written;
        }
        metrics.Committed(changes);
        done.SetResult();
    }

    private bool PauseUnlessStopping()
    {
        using var over = time.CreateTimer(static work => ((AutoResetEvent)work!).Set(), work, options.DiskFullPause, Timeout.InfiniteTimeSpan);
        long began = time.GetTimestamp();
        do
        {
            lock (gate)
            {
                if (stopping)
                    return false;
            }
            // Also set by new changes, which do not make the disk any emptier.
            work.WaitOne();
        }
        while (time.GetElapsedTime(began) < options.DiskFullPause);
        return true;
    }

    private void Fail(SessionStoreException reason)
    {
        Log.SessionStoreFailed(logger, reason.Message);
        Close(reason);
        failed.SetResult(reason);
    }

    private void Close(SessionStoreException reason)
    {
        TaskCompletionSource[] waiting;
        lock (gate)
        {
            failure = reason;
            pending.Clear();
            waiting = [written, writtenNext, room];
        }
        foreach (var signal in waiting)
        {
            signal.TrySetException(reason);
            // Seen here: nobody need have waited.
            _ = signal.Task.Exception;
        }
    }

    private static TaskCompletionSource NewSignal() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
