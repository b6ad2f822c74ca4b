using System.Globalization;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>The file <c>mqtt.sqlite</c>: opened for this process alone, checked, brought to the newest version and read. One that cannot be
/// read is put aside, because gateways that must subscribe again are better than a service that does not start; the readings are in the
/// log, not here.</summary>
internal static class SessionFile
{
    public const string FileName = "mqtt.sqlite";

    // Enough to see whether a disk goes on damaging files.
    private const int DamagedFilesKept = 4;

    private const int Corrupt = 11;
    private const int NotADatabase = 26;

    // Another process that holds the file is told of after this; ours waits for nobody.
    private const int BusyTimeoutSeconds = 2;

    public static SqliteConnection Open(
        string folder, TimeProvider time, SessionMetrics metrics, ILogger logger, out StoredState state, out long lastId)
    {
        string path = Path.Combine(Path.GetFullPath(folder), FileName);
        try
        {
            Directory.CreateDirectory(folder);
            try
            {
                return OpenChecked(path, out state, out lastId);
            }
            catch (Exception e) when (IsDamage(e))
            {
                string aside = SetAside(path, time.GetUtcNow());
                metrics.StoreSetAside();
                Log.SessionStoreSetAside(logger, path, aside, e.Message);
                return OpenChecked(path, out state, out lastId);
            }
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            throw new SessionStoreException(
                $"{path} cannot be opened: {e.Message} Check the disk and the rights of the folder, and that no other process uses it.", e);
        }
    }

    private static SqliteConnection OpenChecked(string path, out StoredState state, out long lastId)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Mode = SqliteOpenMode.ReadWriteCreate,
            DefaultTimeout = BusyTimeoutSeconds,
            Pooling = false,
        }.ToString());
        try
        {
            connection.Open();
            using var statements = new SessionStatements(connection);
            // Exclusive: nobody else may write what this process believes it knows. FULL: a commit is on disk when it returns.
            statements.Run("PRAGMA locking_mode = EXCLUSIVE");
            if (statements.Scalar("PRAGMA journal_mode = WAL") is not "wal")
                throw new SessionStoreException($"{path} cannot use a write-ahead log. Put the data folder on a local file system (not NFS or SMB).");
            statements.Run("PRAGMA synchronous = FULL");
            statements.Run("PRAGMA journal_size_limit = 67108864");
            if (statements.Scalar("PRAGMA quick_check(1)") is var check and not "ok")
                throw new InvalidDataException($"{check}");
            Migrate(statements, path);
            var loader = new SessionLoader(statements);
            state = loader.Load();
            lastId = loader.LastId;
            return connection;
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    private static void Migrate(SessionStatements statements, string path)
    {
        long version = (long)statements.Scalar("PRAGMA user_version")!;
        if (version > SessionSchema.Steps.Length)
        {
            throw new SessionStoreException($"{path} holds version {version} of the session tables, this program knows version " +
                $"{SessionSchema.Steps.Length}. Start the newer program, or restore the data folder that belongs to this one.");
        }
        if (version == SessionSchema.Steps.Length)
            return;
        statements.Run("BEGIN IMMEDIATE");
        foreach (string step in SessionSchema.Steps[(int)version..])
            statements.Run(step);
        statements.Run(string.Create(CultureInfo.InvariantCulture, $"PRAGMA user_version = {SessionSchema.Steps.Length}"));
        statements.Run("COMMIT");
    }

    // What the rows cannot mean counts as damage, as much as pages that do not fit together.
    private static bool IsDamage(Exception e) => e switch
    {
        SqliteException sqlite => sqlite.SqliteErrorCode is Corrupt or NotADatabase || IsMissingTable(sqlite),
        InvalidDataException or InvalidCastException or InvalidOperationException or ArgumentException => true,
        _ => false,
    };

    // A version number without its tables.
    private static bool IsMissingTable(SqliteException e) => e.SqliteErrorCode == 1 && e.Message.Contains("no such", StringComparison.Ordinal);

    private static string SetAside(string path, DateTimeOffset now)
    {
        string prefix = path + ".damaged-";
        string aside = prefix + now.UtcDateTime.ToString("yyyyMMdd'T'HHmmssfff'Z'", CultureInfo.InvariantCulture);
        File.Move(path, aside, overwrite: true);
        if (File.Exists(path + "-wal"))
            File.Move(path + "-wal", aside + "-wal", overwrite: true);
        var older = Directory.EnumerateFiles(Path.GetDirectoryName(path)!, Path.GetFileName(prefix) + "*")
            .Where(file => !file.EndsWith("-wal", StringComparison.Ordinal))
            .OrderDescending(StringComparer.Ordinal)
            .Skip(DamagedFilesKept);
        foreach (string file in older.ToList())
        {
            File.Delete(file);
            File.Delete(file + "-wal");
        }
        return aside;
    }
}
