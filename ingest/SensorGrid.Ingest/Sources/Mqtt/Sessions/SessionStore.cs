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

    private readonly MqttSessionOptions options;
    private readonly TimeProvider time;
    private readonly SessionMetrics metrics;
    private readonly ILogger logger;
    private readonly string path;
    private readonly ChangeQueue queue;
    private long lastId;

    // The writer's.
    private readonly SqliteConnection connection;
    private readonly SessionTables tables;
    private readonly Thread writer;
    private readonly RateLimitedLine diskFullLine;
    private readonly TaskCompletionSource<SessionStoreException> failed = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private readonly TaskCompletionSource ended = new(TaskCreationOptions.RunContinuationsAsynchronously);

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
        queue = new(options.MaxPendingChanges, options.MaxPendingBytes);
        diskFullLine = new(time, TimeSpan.FromMinutes(1));
        tables = new(connection);
        writer = new(Write) { Name = "mqtt-session-store", IsBackground = true };
    }

    /// <summary>Completes when the store cannot be written any more, with the reason; never otherwise.</summary>
    public Task<SessionStoreException> Failed => failed.Task;

    /// <summary>False once a write has failed.</summary>
    public bool IsAvailable => queue.IsOpen;

    /// <summary>Changes that wait for the writer.</summary>
    public int PendingChanges => queue.Count;

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
    public ValueTask WhenDurableAsync(long change) => queue.WhenDurableAsync(change);

    /// <summary>Completes when another change may be made.</summary>
    /// <exception cref="SessionStoreException">No change will be written any more.</exception>
    public ValueTask WaitForRoomAsync(CancellationToken cancellationToken) => queue.WaitForRoomAsync(cancellationToken);

    /// <summary>Writes what was made and closes the file. Changes made later are lost.</summary>
    public async ValueTask DisposeAsync()
    {
        queue.BeginEnd();
        await ended.Task;
        tables.Dispose();
        await connection.DisposeAsync();
    }

    private long Make(StoreChange change) => queue.Make(change, ref lastId);

    private void Write()
    {
        while (queue.TryTake(out var batch))
        {
            if (TryCommit(batch) is { } reason)
            {
                Log.SessionStoreFailed(logger, reason.Message);
                queue.Close(reason);
                failed.SetResult(reason);
                break;
            }
            metrics.Committed(batch.Count);
            queue.Committed();
        }
        // Whoever still waits made its change after the end was asked for.
        queue.Close(new($"{path} is closed."));
        ended.SetResult();
    }

    /// <returns>Why it failed for good; null when it is on disk.</returns>
    private SessionStoreException? TryCommit(List<StoreChange> batch)
    {
        while (true)
        {
            try
            {
                tables.Commit(batch);
                return null;
            }
            catch (SqliteException e) when (e.SqliteErrorCode == DiskFull)
            {
                if (diskFullLine.Allows(out _))
                    Log.SessionStoreDiskFull(logger, path, batch.Count);
                if (!queue.Pause(time, options.DiskFullPause))
                    return new($"{path}: the disk is full, and {batch.Count} changes of sessions were not written before the service stopped.", e);
            }
            catch (SqliteException e)
            {
                return new($"{path} cannot be written: {e.Message} Check the disk; on start the service reads what is in the file.", e);
            }
        }
    }
}
