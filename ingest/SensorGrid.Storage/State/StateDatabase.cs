using System.Security.Cryptography;
using Microsoft.Data.Sqlite;

namespace SensorGrid.Storage.State;

/// <summary><c>state.sqlite</c> in the data folder: manifest of the Parquet files, checkpoints of the followers, datastream keys,
/// versions of catalogue and rules, rule-state snapshots, and the tables other components bring by <see cref="Migrate"/>.
/// One writer at a time: a follower opens a <see cref="StateTransaction"/>, writes its output and its checkpoint, and commits both
/// or neither. Readers use their own connections and never wait for the writer (WAL).</summary>
public sealed class StateDatabase : IDisposable
{
    /// <summary>Name of the file inside the data folder.</summary>
    public const string FileName = "state.sqlite";

    private const string LockName = "state.lock";

    // A person with the sqlite3 shell may hold the write lock for a moment; a follower waits this long before it calls it broken.
    private const int BusyTimeoutSeconds = 10;

    private readonly SqliteConnection writer;
    private readonly SemaphoreSlim writing = new(1, 1);
    private readonly FileStream ownership;
    private readonly string readConnectionString;
    private bool disposed;

    private StateDatabase(string folder, string path, FileStream ownership, SqliteConnection writer)
    {
        Folder = folder;
        FilePath = path;
        this.ownership = ownership;
        this.writer = writer;
        readConnectionString = new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadOnly,
            DefaultTimeout = BusyTimeoutSeconds,
        }.ToString();
    }

    /// <summary>The data folder.</summary>
    public string Folder { get; }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>Whether a process holds the folder now.</summary>
    public static bool IsInUse(string folder)
    {
        string path = Path.Combine(folder, LockName);
        if (!File.Exists(path))
            return false;
        try
        {
            using var probe = new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None);
            return false;
        }
        catch (IOException)
        {
            return true;
        }
    }

    /// <summary>Opens or creates the database and brings its own tables up to date.</summary>
    /// <exception cref="StateDatabaseException">The folder is in use by another process, or the file cannot be opened or is newer
    /// than this program.</exception>
    public static StateDatabase Open(string folder)
    {
        folder = Path.GetFullPath(folder);
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, FileName);
        var ownership = TakeOwnership(folder);
        SqliteConnection? writer = null;
        try
        {
            writer = new(new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = SqliteOpenMode.ReadWriteCreate,
                DefaultTimeout = BusyTimeoutSeconds,
                ForeignKeys = true,
                Pooling = false,
            }.ToString());
            writer.Open();
            Configure(writer, path);
            var database = new StateDatabase(folder, path, ownership, writer);
            database.Migrate(StateSchema.Component, StateSchema.Steps);
            return database;
        }
        catch (SqliteException e)
        {
            writer?.Dispose();
            ownership.Dispose();
            throw new StateDatabaseException(
                $"{path} cannot be opened: {e.Message} Check the disk and the rights of the folder; if the file is damaged, restore it from a backup.", e);
        }
        catch
        {
            writer?.Dispose();
            ownership.Dispose();
            throw;
        }
    }

    /// <summary>Brings a component's tables up to date. Step i makes version i + 1 from version i; steps are never edited once
    /// released, only added. All missing steps are applied in one transaction.</summary>
    /// <param name="component">Name of the component that owns the tables; prefix them with it.</param>
    /// <param name="steps">SQL of each version, oldest first.</param>
    /// <exception cref="StateDatabaseException">The file holds a later version than this program knows.</exception>
    public void Migrate(string component, params ReadOnlySpan<string> steps)
    {
        using var transaction = Begin();
        transaction.Execute("CREATE TABLE IF NOT EXISTS schema_versions (component TEXT PRIMARY KEY, version INTEGER NOT NULL) WITHOUT ROWID");
        long version = transaction.Scalar("SELECT version FROM schema_versions WHERE component = $component", ("$component", component)) as long? ?? 0;
        if (version > steps.Length)
        {
            throw new StateDatabaseException($"{FilePath} holds version {version} of the tables of '{component}', this program knows version " +
                $"{steps.Length}. Start the newer program, or restore the data folder that belongs to this one.");
        }
        if (version == steps.Length)
            return;
        foreach (string step in steps[(int)version..])
            transaction.Execute(step);
        transaction.Execute(
            "INSERT INTO schema_versions VALUES ($component, $version) ON CONFLICT (component) DO UPDATE SET version = excluded.version",
            ("$component", component), ("$version", (long)steps.Length));
        transaction.Commit();
    }

    /// <summary>Starts the one writing transaction, waiting for the one before it. Not to be nested: the inner one would wait for the outer.</summary>
    public StateTransaction Begin()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        writing.Wait();
        return BeginOwned();
    }

    /// <summary>Starts the one writing transaction, waiting for the one before it.</summary>
    public async ValueTask<StateTransaction> BeginAsync(CancellationToken cancellationToken)
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        await writing.WaitAsync(cancellationToken);
        return BeginOwned();
    }

    /// <summary>A connection for reading, from a pool; dispose it soon. It cannot write.</summary>
    public SqliteConnection OpenRead()
    {
        ObjectDisposedException.ThrowIf(disposed, this);
        var connection = new SqliteConnection(readConnectionString);
        connection.Open();
        return connection;
    }

    /// <summary>Sequence number up to which a follower's output is stored; 0 before its first commit.</summary>
    public long ReadCheckpoint(string follower)
    {
        using var connection = OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sequence FROM follower_checkpoints WHERE name = $name";
        command.Parameters.AddWithValue("$name", follower);
        return command.ExecuteScalar() as long? ?? 0;
    }

    /// <summary>The newest version of a kind at or before a log position.</summary>
    /// <param name="kind">Which kind.</param>
    /// <param name="atSequence">The log position.</param>
    /// <param name="principal">When given, only versions that this one put into force.</param>
    public StoredVersion? ReadVersion(VersionKind kind, long atSequence = long.MaxValue, string? principal = null) => ReadVersions(
        kind, "sequence <= $at AND ($principal IS NULL OR principal = $principal)", "bundle", 1, ("$at", atSequence), ("$principal", principal)).SingleOrDefault();

    /// <summary>The newest version of a kind whose hash begins with these digits.</summary>
    public StoredVersion? FindVersion(VersionKind kind, string hashStart) =>
        ReadVersions(kind, "substr(hash, 1, length($start)) = $start", "bundle", 1, ("$start", hashStart)).SingleOrDefault();

    /// <summary>The versions of a kind before a log position, newest first, without their files.</summary>
    public IReadOnlyList<StoredVersion> ReadHistory(VersionKind kind, long beforeSequence, int limit) =>
        ReadVersions(kind, "sequence < $before", "x''", limit, ("$before", beforeSequence));

    /// <summary>Keeps a snapshot of a follower's memory as of a sequence number, and moves its checkpoint there when that lies before; the two newest of each name stay. Written in short
    /// transactions, between which others write theirs: what is kept is whole at any time, and the new one counts from the last of them.</summary>
    /// <param name="name">Whose it is; one at a time for each.</param>
    /// <param name="sequence">Everything up to and including this log record is in it.</param>
    /// <param name="parts">The snapshot, in parts of any length (some 64 KiB are well).</param>
    /// <param name="cancellationToken">Gives up; what was written is no snapshot then, and goes with the next.</param>
    /// <exception cref="StateDatabaseException">It could not be written. If the disk is full, the snapshots of before stay.</exception>
    public Task SaveSnapshotAsync(string name, long sequence, IEnumerable<ReadOnlyMemory<byte>> parts, CancellationToken cancellationToken)
    {
        ArgumentNullException.ThrowIfNull(parts);
        return new SnapshotSaving(this, name, sequence).SaveAsync(parts, cancellationToken);
    }

    /// <summary>The kept snapshots of a name, newest first. One whose bytes do not match their checksum is left out: a follower
    /// then starts from the older one, or from the log.</summary>
    /// <remarks>Read one after the other as they are asked for, so that only one need be in memory.</remarks>
    public IEnumerable<StoredSnapshot> ReadSnapshots(string name)
    {
        using var connection = OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT sequence, sha256, (SELECT coalesce(sum(length(bytes)), 0) FROM snapshot_parts AS part WHERE part.name = snapshots.name AND part.sequence = snapshots.sequence) " +
            "FROM snapshots WHERE name = $name ORDER BY sequence DESC";
        command.Parameters.AddWithValue("$name", name);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            byte[] bytes = ReadParts(connection, name, row.GetInt64(0), row.GetInt64(2));
            if (StateSchema.Sha256Of(bytes) == row.GetString(1))
                yield return new(name, row.GetInt64(0), bytes);
        }
    }

    /// <summary>Sequence number of the newest snapshot of a name before another, among those whose bytes match their checksum; null without.</summary>
    /// <remarks>None of it is kept in memory.</remarks>
    public long? FindSnapshot(string name, long before)
    {
        using var connection = OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT sequence, sha256 FROM snapshots WHERE name = $name AND sequence < $before ORDER BY sequence DESC";
        command.Parameters.AddWithValue("$name", name);
        command.Parameters.AddWithValue("$before", before);
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            using var sha256 = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
            foreach (byte[] part in Parts(connection, name, row.GetInt64(0)))
                sha256.AppendData(part);
            if (Convert.ToHexStringLower(sha256.GetHashAndReset()) == row.GetString(1))
                return row.GetInt64(0);
        }
        return null;
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (disposed)
            return;
        disposed = true;
        // A transaction under way is waited for: its follower believes it will commit.
        writing.Wait();
        using (var pooled = new SqliteConnection(readConnectionString))
            SqliteConnection.ClearPool(pooled);
        writer.Dispose();
        ownership.Dispose();
    }

    private static IEnumerable<byte[]> Parts(SqliteConnection connection, string name, long sequence)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT bytes FROM snapshot_parts WHERE name = $name AND sequence = $sequence ORDER BY part";
        command.Parameters.AddWithValue("$name", name);
        command.Parameters.AddWithValue("$sequence", sequence);
        using var row = command.ExecuteReader();
        while (row.Read())
            yield return row.GetFieldValue<byte[]>(0);
    }

    private static byte[] ReadParts(SqliteConnection connection, string name, long sequence, long length)
    {
        byte[] bytes = new byte[length];
        int at = 0;
        foreach (byte[] part in Parts(connection, name, sequence))
        {
            part.CopyTo(bytes, at);
            at += part.Length;
        }
        return bytes;
    }

    private List<StoredVersion> ReadVersions(
        VersionKind kind, string condition, string bundle, int limit, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var connection = OpenRead();
        using var command = connection.CreateCommand();
        // CA2100: the text comes from the methods above, values go as parameters.
#pragma warning disable CA2100
        command.CommandText = $"SELECT sequence, hash, received_ticks, principal, note, {bundle} FROM versions WHERE kind = $kind AND {condition} ORDER BY sequence DESC LIMIT $limit";
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$kind", StateSchema.NameOf(kind));
        command.Parameters.AddWithValue("$limit", limit);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        using var row = command.ExecuteReader();
        var versions = new List<StoredVersion>();
        while (row.Read())
        {
            var origin = new VersionOrigin(row.GetInt64(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetString(4));
            versions.Add(new(kind, row.GetInt64(0), row.GetString(1), origin, row.GetFieldValue<byte[]>(5)));
        }
        return versions;
    }

    internal void EndTransaction() => writing.Release();

    private StateTransaction BeginOwned()
    {
        try
        {
            return new(this, writer, writer.BeginTransaction(deferred: false));
        }
        catch (SqliteException e)
        {
            writing.Release();
            throw new StateDatabaseException($"{FilePath} cannot be written: {e.Message} Is another program holding it open for writing?", e);
        }
        catch
        {
            writing.Release();
            throw;
        }
    }

    // Two services on one folder would each believe the checkpoints are theirs. The lock ends with the process, however it ends.
    private static FileStream TakeOwnership(string folder)
    {
        string path = Path.Combine(folder, LockName);
        try
        {
            return new(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException e)
        {
            throw new StateDatabaseException(
                $"The data folder {folder} is in use by another SensorGrid process ({path}: {e.Message}). Stop that process or choose another --data folder.", e);
        }
    }

    private static void Configure(SqliteConnection connection, string path)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "PRAGMA journal_mode = WAL";
        if (command.ExecuteScalar() is not "wal")
            throw new StateDatabaseException($"{path} cannot use a write-ahead log. Put the data folder on a local file system (not NFS or SMB).");
        // FULL: the commit is on disk when it returns. NORMAL could lose the last commits at a power cut, and a follower's output with them.
        command.CommandText = $"PRAGMA synchronous = FULL; PRAGMA busy_timeout = {BusyTimeoutSeconds * 1000}; PRAGMA journal_size_limit = 67108864";
        command.ExecuteNonQuery();
    }
}
