using Microsoft.Data.Sqlite;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Statements on one connection, prepared once each, with their parameters by position ($1, $2 …).</summary>
internal sealed class SessionStatements(SqliteConnection connection) : IDisposable
{
    private readonly Dictionary<string, SqliteCommand> prepared = new(StringComparer.Ordinal);

    /// <summary>Runs a statement.</summary>
    /// <returns>Rows changed.</returns>
    public int Run(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    /// <summary>First column of the first row; null when there is none.</summary>
    public object? Scalar(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteScalar() is { } value and not DBNull ? value : null;

    /// <summary>First column of all rows.</summary>
    public List<long> Numbers(string sql, params ReadOnlySpan<object?> values)
    {
        using var row = Bind(sql, values).ExecuteReader();
        var numbers = new List<long>();
        while (row.Read())
            numbers.Add(row.GetInt64(0));
        return numbers;
    }

    /// <summary>All rows.</summary>
    public IEnumerable<SqliteDataReader> Rows(string sql)
    {
        using var row = Bind(sql, []).ExecuteReader();
        while (row.Read())
            yield return row;
    }

    public void Dispose()
    {
        foreach (var command in prepared.Values)
            command.Dispose();
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!prepared.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            // CA2100: the text is a constant of this library, values go as parameters.
#pragma warning disable CA2100
            command.CommandText = sql;
#pragma warning restore CA2100
            for (int i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = $"${i}" });
            prepared.Add(sql, command);
        }
        for (int i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
