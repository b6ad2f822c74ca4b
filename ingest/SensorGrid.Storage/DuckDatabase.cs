using System.Globalization;
using DuckDB.NET.Data;
using SensorGrid.Readings.Units;
using SensorGrid.Storage.Duck;

namespace SensorGrid.Storage;

/// <summary>An in-memory DuckDB: one writes sealed files and answers queries, another, with limits of its own, merges files. Never a DuckDB file: that is locked against other
/// programs, one flipped byte of its log stops it opening, and it never shrinks (see <c>ingest/docs/decisions/0001</c>).</summary>
internal sealed class DuckDatabase : IDisposable
{
    // Keeps the database alive: it lives as long as its last connection.
    private readonly DuckDBConnection root;

    public DuckDatabase(string parquetFolder, string spillFolder, int memoryMiB, int spillMiB, int threads)
    {
        root = new("DataSource=:memory:");
        root.Open();
        string[] settings =
        [
            $"SET memory_limit = '{memoryMiB.ToString(CultureInfo.InvariantCulture)}MiB'",
            $"SET threads = {threads.ToString(CultureInfo.InvariantCulture)}",
            $"SET temp_directory = {Quote(spillFolder)}",
            $"SET max_temp_directory_size = '{spillMiB.ToString(CultureInfo.InvariantCulture)}MiB'",
            // Sealed files never change, so their footers may be kept.
            "SET parquet_metadata_cache = true",
            // Nothing is fetched from anywhere, and no file outside the store is touched, whatever a query says.
            "SET autoinstall_known_extensions = false",
            "SET autoload_known_extensions = false",
            $"SET allowed_directories = [{Quote(parquetFolder + "/")}, {Quote(spillFolder + "/")}]",
            "SET enable_external_access = false",
            "SET lock_configuration = true",
        ];
        foreach (string setting in settings)
            Execute(root, setting);
        Execute(root, "CREATE TABLE units (id UTINYINT, name VARCHAR)");
        AddUnits();
    }

    /// <summary>A further connection to the same tables, for one thread at a time.</summary>
    public DuckDBConnection Connect()
    {
        var connection = root.Duplicate();
        connection.Open();
        return connection;
    }

    /// <summary>Lets every connection read rows out of our memory.</summary>
    public void Register(DuckTableFunction function) => function.Register(root);

    public void Dispose() => root.Dispose();

    /// <summary>Runs one statement, letting a cancelled token interrupt it.</summary>
    public static int Execute(DuckDBConnection connection, string sql, CancellationToken cancellationToken = default)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // Our own text; values that come from outside are numbers or quoted by Quote.
        command.CommandText = sql;
#pragma warning restore CA2100
        using var interrupt = cancellationToken.Register(command.Cancel);
        cancellationToken.ThrowIfCancellationRequested();
        return command.ExecuteNonQuery();
    }

    /// <summary>Runs a query and reads all of its rows.</summary>
    public static List<T> ReadAll<T>(DuckDBConnection connection, string sql, Func<DuckDBDataReader, T> read, CancellationToken cancellationToken = default) =>
        [.. Stream(connection, sql, read, cancellationToken)];

    /// <summary>Runs a query and gives its rows as DuckDB makes them, without holding the whole answer.</summary>
    public static IEnumerable<T> Stream<T>(DuckDBConnection connection, string sql, Func<DuckDBDataReader, T> read, CancellationToken cancellationToken)
    {
        using var command = connection.CreateCommand();
#pragma warning disable CA2100 // As above.
        command.CommandText = sql;
#pragma warning restore CA2100
        command.UseStreamingMode = true;
        using var interrupt = cancellationToken.Register(command.Cancel);
        cancellationToken.ThrowIfCancellationRequested();
        using var row = command.ExecuteReader();
        while (row.Read())
            yield return read(row);
    }

    /// <summary>A text as an SQL literal.</summary>
    public static string Quote(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>Key-value pairs for <c>KV_METADATA</c>.</summary>
    public static string KeyValues(params ReadOnlySpan<(string Key, string Value)> pairs)
    {
        var text = new System.Text.StringBuilder("{");
        foreach (var (key, value) in pairs)
            text.Append(text.Length == 1 ? "" : ", ").Append(key).Append(": ").Append(Quote(value));
        return text.Append('}').ToString();
    }

    private void AddUnits()
    {
        using var appender = root.CreateAppender("units");
        foreach (string name in UnitRegistry.Names)
            appender.AppendRow((Id: UnitRegistry.IdOf(name), Name: name), static (row, unit) => row.AppendValue(unit.Id).AppendValue(unit.Name));
        appender.AppendRow((Id: UnitRegistry.Unknown, Name: Parquet.ParquetSchema.UnknownUnit), static (row, unit) => row.AppendValue(unit.Id).AppendValue(unit.Name));
    }
}
