using System.Text.Json;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Warnings;

/// <summary>Official warnings in <c>state.sqlite</c>, each with the message as it came. Written in the transaction that moves the rules follower's
/// checkpoint, so a crash neither loses nor repeats one.</summary>
internal sealed class WarningTables
{
    private const string Component = "official_warnings";

    // One entry per version, oldest first. Never edit a released one. "changed" is the log record that changed the row last.
    private static readonly string[] Steps =
        ["CREATE TABLE official_warnings (id TEXT PRIMARY KEY, changed INTEGER NOT NULL, body TEXT NOT NULL, message BLOB NOT NULL);"];

    private readonly StateDatabase state;

    public WarningTables(StateDatabase state)
    {
        this.state = state;
        state.Migrate(Component, Steps);
    }

    /// <summary>Everything that is kept, and the log record that changed something last; 0 when nothing did.</summary>
    public (IReadOnlyList<OfficialWarning> Warnings, long Revision) Read()
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT body, changed FROM official_warnings";
        using var row = command.ExecuteReader();
        var warnings = new List<OfficialWarning>();
        long revision = 0;
        while (row.Read())
        {
            warnings.Add(JsonSerializer.Deserialize<OfficialWarning>(row.GetString(0), ApiJson.Options)!);
            revision = Math.Max(revision, row.GetInt64(1));
        }
        return (warnings, revision);
    }

    /// <summary>The message as it came, or null.</summary>
    public byte[]? ReadMessage(string id)
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT message FROM official_warnings WHERE id = $id";
        command.Parameters.AddWithValue("$id", id);
        return command.ExecuteScalar() as byte[];
    }

    /// <summary>Writes one that came or changed.</summary>
    /// <param name="transaction">Where.</param>
    /// <param name="warning">The warning.</param>
    /// <param name="revision">Log record that changed it.</param>
    /// <param name="message">The message, when it has just come; null leaves the one that is there.</param>
    public static void Write(StateTransaction transaction, OfficialWarning warning, long revision, byte[]? message)
    {
        string body = JsonSerializer.Serialize(warning, ApiJson.Options);
        if (message is null)
            transaction.Execute("UPDATE official_warnings SET changed = $changed, body = $body WHERE id = $id", ("$id", warning.Id), ("$changed", revision), ("$body", body));
        else
        {
            transaction.Execute(
                "INSERT INTO official_warnings (id, changed, body, message) VALUES ($id, $changed, $body, $message)",
                ("$id", warning.Id), ("$changed", revision), ("$body", body), ("$message", message));
        }
    }

    public static void Delete(StateTransaction transaction, string id) => transaction.Execute("DELETE FROM official_warnings WHERE id = $id", ("$id", id));
}
