using Microsoft.Data.Sqlite;

namespace SensorGrid.Storage.State;

/// <summary>A file of <c>parquet/</c> as the manifest lists it.</summary>
/// <param name="Name">Name in <c>parquet/</c>.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Sha256">Checksum of its bytes, in lower-case hexadecimal.</param>
public sealed record ListedFile(string Name, long Bytes, string Sha256);

/// <summary>A copy of <c>state.sqlite</c> as of one moment, made while the service may be writing, and what belongs to it.</summary>
/// <param name="Files">Files of <c>parquet/</c> that it lists.</param>
/// <param name="NeededFrom">First log record that a start from the copy needs, whichever of its snapshots can be read.</param>
public sealed record StateCopy(IReadOnlyList<ListedFile> Files, long NeededFrom)
{
    /// <summary>Copies the state of a data folder into a new file. Takes no lock: a running service goes on meanwhile.</summary>
    /// <param name="folder">The data folder.</param>
    /// <param name="target">File to make; replaced when it is there.</param>
    /// <param name="snapshotName">Name of the snapshots that a start goes on from.</param>
    /// <exception cref="StateDatabaseException">There is no state to copy, or it cannot be read or written.</exception>
    public static StateCopy Make(string folder, string target, string snapshotName)
    {
        string path = Path.Combine(folder, StateDatabase.FileName);
        if (!File.Exists(path))
            throw new StateDatabaseException($"There is no {path}. Name the data folder of a service (--data DIR).");
        File.Delete(target);
        try
        {
            using var source = Open(path, SqliteOpenMode.ReadOnly);
            using var copy = Open(target, SqliteOpenMode.ReadWriteCreate);
            source.BackupDatabase(copy);
            // Without this the copy would say that it has a write-ahead log beside it, and make one as soon as it is read.
            Execute(copy, "PRAGMA journal_mode = DELETE");
            return new(ReadFiles(copy), ReadNeededFrom(copy, snapshotName));
        }
        catch (SqliteException e)
        {
            throw new StateDatabaseException($"{path} cannot be copied to {target}: {e.Message} Check free space and the rights of both folders.", e);
        }
    }

    private static SqliteConnection Open(string path, SqliteOpenMode mode)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder { DataSource = path, Mode = mode, Pooling = false, DefaultTimeout = 10 }.ToString());
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own text.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.ExecuteNonQuery();
    }

    private static List<ListedFile> ReadFiles(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT path, bytes, sha256 FROM manifest ORDER BY path";
        using var row = command.ExecuteReader();
        var files = new List<ListedFile>();
        while (row.Read())
            files.Add(new(row.GetString(0), row.GetInt64(1), row.GetString(2)));
        return files;
    }

    // As a start does: the store goes on after its checkpoint, the rules from the newest snapshot, or the one before it, or the beginning.
    private static long ReadNeededFrom(SqliteConnection connection, string snapshotName)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT min(
                coalesce((SELECT sequence FROM follower_checkpoints WHERE name = $store), 0),
                coalesce((SELECT sequence FROM snapshots WHERE name = $snapshot ORDER BY sequence DESC LIMIT 1 OFFSET 1), 0))
            """;
        command.Parameters.AddWithValue("$store", ReadingStore.FollowerName);
        command.Parameters.AddWithValue("$snapshot", snapshotName);
        return (long)command.ExecuteScalar()! + 1;
    }
}
