using Microsoft.Data.Sqlite;
using SensorGrid.Readings;
using SensorGrid.Storage.Parquet;

namespace SensorGrid.Storage.State;

/// <summary>Rows of the tables that the reading store writes with each seal: manifest, datastream keys, latest readings.</summary>
internal static class ManifestTable
{
    /// <summary>Layout of the Parquet files written now; see <c>ingest/docs/store.md</c>.</summary>
    public const int Format = 1;

    public static List<SealedFile> ReadFiles(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT id, path, format, row_count, min_observed_ticks, max_observed_ticks, min_received_ticks, max_received_ticks,
                   min_datastream, max_datastream, first_sequence, last_sequence, bytes, sha256,
                   kind, level, partition_start, partition_end, revision, rolled_up
            FROM manifest ORDER BY first_sequence
            """;
        using var row = command.ExecuteReader();
        var files = new List<SealedFile>();
        while (row.Read())
        {
            if (row.GetInt32(2) != Format)
            {
                throw new ReadingStoreException($"{row.GetString(1)} has format {row.GetInt32(2)}, this program reads format {Format}. " +
                    "Start the program version that wrote it.");
            }
            files.Add(new(row.GetInt64(0), row.GetString(1), row.GetInt64(3), row.GetInt64(4), row.GetInt64(5), row.GetInt64(6), row.GetInt64(7),
                row.GetInt32(8), row.GetInt32(9), row.GetInt64(10), row.GetInt64(11), row.GetInt64(12), row.GetString(13))
            {
                Kind = (FileKind)row.GetInt32(14),
                Level = (FileLevel)row.GetInt32(15),
                Partition = new(row.GetInt64(16), row.GetInt64(17)),
                Revision = row.GetInt64(18),
                RolledUp = (RollupKinds)row.GetInt32(19),
            });
        }
        return files;
    }

    /// <returns>The file with the id it got.</returns>
    public static SealedFile Insert(StateTransaction transaction, SealedFile file)
    {
        object? id = transaction.Scalar(
            """
            INSERT INTO manifest (path, format, row_count, min_observed_ticks, max_observed_ticks, min_received_ticks, max_received_ticks,
                min_datastream, max_datastream, first_sequence, last_sequence, bytes, sha256,
                kind, level, partition_start, partition_end, revision, rolled_up)
            VALUES ($path, $format, $rows, $minObserved, $maxObserved, $minReceived, $maxReceived, $minDatastream, $maxDatastream,
                $first, $last, $bytes, $sha256, $kind, $level, $partitionStart, $partitionEnd, $revision, $rolledUp)
            RETURNING id
            """,
            ("$path", file.Name), ("$format", Format), ("$rows", file.Rows), ("$minObserved", file.MinObservedTicks),
            ("$maxObserved", file.MaxObservedTicks), ("$minReceived", file.MinReceivedTicks), ("$maxReceived", file.MaxReceivedTicks),
            ("$minDatastream", file.MinDatastream), ("$maxDatastream", file.MaxDatastream), ("$first", file.FirstSequence),
            ("$last", file.LastSequence), ("$bytes", file.Bytes), ("$sha256", file.Sha256),
            ("$kind", (int)file.Kind), ("$level", (int)file.Level), ("$partitionStart", file.Partition.StartTicks),
            ("$partitionEnd", file.Partition.EndTicks), ("$revision", file.Revision), ("$rolledUp", (int)file.RolledUp));
        return file with { Id = (long)id! };
    }

    /// <summary>Takes a file off the manifest and notes that it is to be deleted, in case the process dies before it is.</summary>
    public static void Delete(StateTransaction transaction, SealedFile file)
    {
        transaction.Execute("DELETE FROM manifest WHERE id = $id", ("$id", file.Id));
        Doom(transaction, file.Name);
    }

    /// <summary>Notes that a file is to be deleted at the next start if it is still there.</summary>
    public static void Doom(StateTransaction transaction, string name) =>
        transaction.Execute("INSERT OR IGNORE INTO doomed_files VALUES ($path)", ("$path", name));

    /// <summary>A number above that of every merge before, those whose files are gone included.</summary>
    public static long NextRevision(StateTransaction transaction) =>
        (long)transaction.Scalar("SELECT coalesce(max(seq), 0) + 1 FROM sqlite_sequence WHERE name = 'manifest'")!;

    /// <summary>Rollups of a kind no longer hold what is in the files of a stretch of time.</summary>
    public static void ClearRolledUp(StateTransaction transaction, TimePartition partition, RollupKinds kind) => transaction.Execute(
        "UPDATE manifest SET rolled_up = rolled_up & ~$kind WHERE kind = 0 AND partition_start >= $start AND partition_end <= $end",
        ("$kind", (int)kind), ("$start", partition.StartTicks), ("$end", partition.EndTicks));

    public static List<string> ReadDoomed(SqliteConnection connection)
    {
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT path FROM doomed_files";
        using var row = command.ExecuteReader();
        var names = new List<string>();
        while (row.Read())
            names.Add(row.GetString(0));
        return names;
    }

    public static void ForgetDoomed(StateTransaction transaction, string name) =>
        transaction.Execute("DELETE FROM doomed_files WHERE path = $path", ("$path", name));

    public static int CountDatastreams(StateTransaction transaction) => (int)(long)transaction.Scalar("SELECT coalesce(max(id) + 1, 0) FROM datastreams")!;

    /// <summary>Adds datastreams, numbered one after the other.</summary>
    public static void AddDatastreams(StateTransaction transaction, int first, IEnumerable<DatastreamKey> keys) =>
        transaction.ExecuteForEach(
            "INSERT INTO datastreams VALUES ($id, $gateway, $name)", ["$id", "$gateway", "$name"], keys.Select((key, i) => new object?[] { first + i, key.Gateway, key.Name }));

    /// <summary>Puts the stored keys into an empty table, so that every index equals the stored id.</summary>
    public static void RestoreDatastreams(SqliteConnection connection, DatastreamTable into)
    {
        if (into.Count != 0)
        {
            throw new InvalidOperationException(
                $"The datastream table already holds {into.Count} datastreams; the store must be opened before anything else names one.");
        }
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT id, gateway, name FROM datastreams ORDER BY id";
        using var row = command.ExecuteReader();
        while (row.Read())
        {
            var key = new DatastreamKey(row.GetString(1), row.GetString(2));
            if (!into.TryIntern(key, out var index))
            {
                throw new ReadingStoreException(
                    $"The stored datastream {key} (number {row.GetInt32(0)}) does not fit the datastream table: its capacity, or the capacity per " +
                    "gateway, is set lower than when these readings were stored. Raise it again.");
            }
            if (index.Value != row.GetInt32(0))
            {
                throw new ReadingStoreException(
                    $"The stored datastreams have a gap or a double before number {row.GetInt32(0)} ({key}); state.sqlite was edited. Restore it from a backup.");
            }
        }
    }
}
