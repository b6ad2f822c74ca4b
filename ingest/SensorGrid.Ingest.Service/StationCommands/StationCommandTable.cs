using System.Text.Json;
using Microsoft.Data.Sqlite;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.StationCommands;

/// <summary>Commands given to stations, in <c>state.sqlite</c>: made of the log's records by the rules follower, in the transaction that moves its checkpoint. Applying a
/// record again changes nothing.</summary>
internal sealed class StationCommandTable
{
    /// <summary>Outcome of a command whose end is on no record: the service ended first.</summary>
    public const string Unknown = "unknown";

    private const string Component = "station_commands";

    // One entry per version, oldest first. Never edit a released one.
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE station_commands (
            sequence    INTEGER PRIMARY KEY,
            protocol    TEXT NOT NULL,
            station     TEXT NOT NULL,
            command     TEXT NOT NULL,
            arguments   TEXT NOT NULL,
            operator    TEXT NOT NULL,
            given_ticks INTEGER NOT NULL,
            ended_ticks INTEGER,
            outcome     TEXT,
            detail      TEXT,
            answer      TEXT,
            readings    INTEGER NOT NULL DEFAULT 0
        );
        CREATE INDEX station_commands_of ON station_commands (station, sequence);
        CREATE INDEX station_commands_under_way ON station_commands (sequence) WHERE outcome IS NULL;
        """,
    ];

    private readonly StateDatabase state;
    private readonly int most;

    /// <param name="state">The database.</param>
    /// <param name="most">Commands kept; of more the oldest go.</param>
    public StationCommandTable(StateDatabase state, int most)
    {
        (this.state, this.most) = (state, most);
        state.Migrate(Component, Steps);
    }

    /// <summary>The newest first.</summary>
    /// <param name="before">Only those given before this sequence.</param>
    /// <param name="limit">Most of them.</param>
    /// <param name="protocol">Of this protocol only, or null.</param>
    /// <param name="station">To this station only, or null.</param>
    public IReadOnlyList<StationCommandEntry> Read(long before, int limit, string? protocol, string? station)
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        // CA2100: put together from the constants here; values go as parameters.
#pragma warning disable CA2100
        command.CommandText =
            "SELECT sequence, protocol, station, command, arguments, operator, given_ticks, ended_ticks, outcome, detail, answer, readings FROM station_commands WHERE sequence < $before"
            + (station is null ? "" : " AND station = $station") + (protocol is null ? "" : " AND protocol = $protocol") + " ORDER BY sequence DESC LIMIT $limit";
#pragma warning restore CA2100
        command.Parameters.AddWithValue("$before", before);
        command.Parameters.AddWithValue("$limit", limit);
        if (station is not null)
            command.Parameters.AddWithValue("$station", station);
        if (protocol is not null)
            command.Parameters.AddWithValue("$protocol", protocol);
        using var row = command.ExecuteReader();
        var found = new List<StationCommandEntry>();
        while (row.Read())
        {
            found.Add(new(
                row.GetInt64(0), row.GetString(1), row.GetString(2), row.GetString(3), JsonSerializer.Deserialize<string[]>(row.GetString(4))!, row.GetString(5), row.GetInt64(6),
                row.IsDBNull(7) ? null : row.GetInt64(7), TextOrNull(row, 8), TextOrNull(row, 9), TextOrNull(row, 10), row.GetInt32(11)));
        }
        return found;
    }

    /// <summary>A command was given.</summary>
    public void Give(StateTransaction transaction, long sequence, long atTicks, string by, GivenCommandRecord given)
    {
        transaction.Execute(
            "INSERT INTO station_commands (sequence, protocol, station, command, arguments, operator, given_ticks) " +
            "VALUES ($sequence, $protocol, $station, $command, $arguments, $operator, $given) ON CONFLICT (sequence) DO NOTHING",
            ("$sequence", sequence), ("$protocol", given.Protocol), ("$station", given.Station), ("$command", given.Command),
            ("$arguments", JsonSerializer.Serialize(given.Arguments)), ("$operator", by), ("$given", atTicks));
        transaction.Execute(
            "DELETE FROM station_commands WHERE sequence <= (SELECT sequence FROM station_commands ORDER BY sequence DESC LIMIT 1 OFFSET $most)", ("$most", most));
    }

    /// <summary>A command ended.</summary>
    public static void End(StateTransaction transaction, long atTicks, EndedCommandRecord ended) => transaction.Execute(
        "UPDATE station_commands SET ended_ticks = $at, outcome = $outcome, detail = $detail, answer = $answer, readings = $readings WHERE sequence = $given AND outcome IS NULL",
        ("$at", atTicks), ("$outcome", ended.Outcome), ("$detail", ended.Detail), ("$answer", ended.Answer), ("$readings", ended.Readings), ("$given", ended.Given));

    /// <summary>The service started: of what was given before and has no end on record nobody will know it.</summary>
    public static void Restart(StateTransaction transaction, long sequence) => transaction.Execute(
        "UPDATE station_commands SET outcome = $unknown WHERE outcome IS NULL AND sequence < $sequence", ("$unknown", Unknown), ("$sequence", sequence));

    private static string? TextOrNull(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);
}
