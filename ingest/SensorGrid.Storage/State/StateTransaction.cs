using Microsoft.Data.Sqlite;

namespace SensorGrid.Storage.State;

/// <summary>The one writing transaction on <c>state.sqlite</c>. What a follower writes here, its checkpoint included, becomes true
/// together at <see cref="Commit"/>, or not at all. Dispose without commit rolls back.</summary>
public sealed class StateTransaction : IDisposable
{
    // SQLITE_FULL: the commit did not happen.
    private const int DiskFull = 13;

    private readonly StateDatabase database;
    private readonly SqliteConnection connection;
    private readonly SqliteTransaction transaction;
    private bool ended;

    internal StateTransaction(StateDatabase database, SqliteConnection connection, SqliteTransaction transaction)
    {
        this.database = database;
        this.connection = connection;
        this.transaction = transaction;
    }

    /// <summary>A command inside this transaction; dispose it.</summary>
    public SqliteCommand CreateCommand(string sql)
    {
        ObjectDisposedException.ThrowIf(ended, this);
        var command = connection.CreateCommand();
        command.Transaction = transaction;
        // CA2100: the text comes from our own components, values go as parameters.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        return command;
    }

    /// <summary>Runs one statement (or several without parameters).</summary>
    /// <returns>Rows changed.</returns>
    /// <exception cref="StateDatabaseException">The disk is full; dispose the transaction and try all of it again later.</exception>
    public int Execute(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = CreateCommand(sql);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return Run(command);
    }

    /// <summary>Runs one statement, prepared once, for each row of values.</summary>
    /// <param name="sql">The statement.</param>
    /// <param name="names">Its parameters.</param>
    /// <param name="rows">Their values, in the same order.</param>
    /// <exception cref="StateDatabaseException">The disk is full; dispose the transaction and try all of it again later.</exception>
    public void ExecuteForEach(string sql, IReadOnlyList<string> names, IEnumerable<object?[]> rows)
    {
        ArgumentNullException.ThrowIfNull(names);
        ArgumentNullException.ThrowIfNull(rows);
        using var command = CreateCommand(sql);
        foreach (string name in names)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        foreach (object?[] values in rows)
        {
            for (int i = 0; i < values.Length; i++)
                command.Parameters[i].Value = values[i] ?? DBNull.Value;
            Run(command);
        }
    }

    /// <summary>First column of the first row, null when there is none.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<(string Name, object? Value)> parameters)
    {
        using var command = CreateCommand(sql);
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value ?? DBNull.Value);
        return command.ExecuteScalar() is { } result and not DBNull ? result : null;
    }

    /// <summary>A follower's checkpoint as of this transaction; 0 when it has none.</summary>
    public long ReadCheckpoint(string follower) =>
        Scalar("SELECT sequence FROM follower_checkpoints WHERE name = $name", ("$name", follower)) as long? ?? 0;

    /// <summary>Says that everything up to and including a sequence number has its output in the database.</summary>
    /// <exception cref="InvalidOperationException">The checkpoint would go back: two followers use one name.</exception>
    public void SetCheckpoint(string follower, long sequence)
    {
        int changed = Execute(
            "INSERT INTO follower_checkpoints VALUES ($name, $sequence) " +
            "ON CONFLICT (name) DO UPDATE SET sequence = excluded.sequence WHERE excluded.sequence >= sequence",
            ("$name", follower), ("$sequence", sequence));
        if (changed == 0)
        {
            throw new InvalidOperationException(
                $"The checkpoint of follower '{follower}' stands at {ReadCheckpoint(follower)} and cannot go back to {sequence}.");
        }
    }

    /// <summary>Records a catalogue or rule-set version that came into force at a log position. Repeating it changes nothing.</summary>
    public void AddVersion(VersionKind kind, long sequence, string hash, VersionOrigin origin, ReadOnlySpan<byte> bundle)
    {
        ArgumentNullException.ThrowIfNull(origin);
        Execute(
            "INSERT INTO versions (kind, sequence, hash, received_ticks, principal, note, bundle) VALUES ($kind, $sequence, $hash, $received, $principal, $note, $bundle) " +
            "ON CONFLICT (kind, sequence) DO NOTHING",
            ("$kind", StateSchema.NameOf(kind)), ("$sequence", sequence), ("$hash", hash), ("$received", origin.ReceivedAtTicks),
            ("$principal", origin.Principal), ("$note", origin.Note), ("$bundle", bundle.ToArray()));
    }

    /// <summary>Makes everything written here true, on disk, in one step.</summary>
    /// <exception cref="StateDatabaseException">It could not be written. Unless <see cref="StateDatabaseException.IsDiskFull"/>, it is
    /// not known whether it is on disk: end the process.</exception>
    public void Commit()
    {
        ObjectDisposedException.ThrowIf(ended, this);
        try
        {
            transaction.Commit();
        }
        catch (SqliteException e)
        {
            throw Failure(e);
        }
    }

    internal StateDatabaseException Failure(SqliteException e) =>
        new($"{database.FilePath} cannot be written: {e.Message} Check free space and the disk.", e) { IsDiskFull = e.SqliteErrorCode == DiskFull };

    private int Run(SqliteCommand command)
    {
        try
        {
            return command.ExecuteNonQuery();
        }
        catch (SqliteException e) when (e.SqliteErrorCode == DiskFull)
        {
            // A transaction that outgrows the page cache meets the full disk before its commit.
            throw Failure(e);
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (ended)
            return;
        ended = true;
        try
        {
            transaction.Dispose();
        }
        finally
        {
            database.EndTransaction();
        }
    }
}
