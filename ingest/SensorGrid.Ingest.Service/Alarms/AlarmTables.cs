using System.Text.Json;
using Microsoft.Data.Sqlite;
using SensorGrid.Ingest.Service.Api;
using SensorGrid.Storage.State;

namespace SensorGrid.Ingest.Service.Alarms;

/// <summary>Alarms in <c>state.sqlite</c>: <c>alarm_transitions</c> is what happened, append only, and the truth;
/// <c>alarms</c> is each alarm after its newest transition, for lists. Both are written in the transaction that moves the rules
/// follower's checkpoint, so a crash neither loses nor repeats a transition.</summary>
internal sealed class AlarmTables
{
    private const string Component = "alarms";

    // One entry per version, oldest first. Never edit a released one.
    private static readonly string[] Steps =
    [
        """
        CREATE TABLE alarms (
            id           TEXT PRIMARY KEY,
            position     INTEGER NOT NULL,
            active       INTEGER NOT NULL,
            acknowledged INTEGER NOT NULL,
            rank         INTEGER NOT NULL,
            domain       TEXT NOT NULL,
            raised_ticks INTEGER NOT NULL,
            body         TEXT NOT NULL,
            limits       TEXT NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX alarms_by_position ON alarms (position);
        CREATE INDEX alarms_in_order ON alarms (acknowledged, rank DESC, raised_ticks DESC, id);
        CREATE INDEX alarms_open ON alarms (id) WHERE active = 1 OR acknowledged = 0;

        CREATE TABLE alarm_transitions (
            position       INTEGER PRIMARY KEY,
            alarm          TEXT NOT NULL,
            sequence       INTEGER NOT NULL,
            kind           TEXT NOT NULL,
            at_ticks       INTEGER NOT NULL,
            recorded_ticks INTEGER NOT NULL,
            level          TEXT NOT NULL,
            value          REAL,
            operator       TEXT,
            note           TEXT,
            reason         TEXT,
            retrospective  INTEGER NOT NULL,
            canonical      TEXT NOT NULL
        );
        CREATE INDEX transitions_of_alarm ON alarm_transitions (alarm, position);
        """,
    ];

    private readonly StateDatabase state;

    public AlarmTables(StateDatabase state)
    {
        this.state = state;
        state.Migrate(Component, Steps);
    }

    /// <summary>Number of the newest transition; 0 before the first.</summary>
    public long ReadPosition()
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText = "SELECT max(position) FROM alarm_transitions";
        return command.ExecuteScalar() as long? ?? 0;
    }

    public IReadOnlyList<AlarmView> ReadOpen() => Read("SELECT body, position FROM alarms WHERE active = 1 OR acknowledged = 0");

    /// <summary>Alarms whose newest transition lies in (after, upTo], in the order of those.</summary>
    public IReadOnlyList<AlarmView> ReadChanged(long after, long upTo, int limit) => Read(
        "SELECT body, position FROM alarms WHERE position > $after AND position <= $upTo ORDER BY position LIMIT $limit",
        ("$after", after), ("$upTo", upTo), ("$limit", limit));

    public AlarmView? Find(string id) => Read("SELECT body, position FROM alarms WHERE id = $id", ("$id", id)).SingleOrDefault();

    /// <summary>Alarms in list order, closed ones included.</summary>
    public IReadOnlyList<AlarmView> List(AlarmQuery query)
    {
        var conditions = new List<string> { "1 = 1" };
        var parameters = new List<(string, object)> { ("$limit", query.Limit) };
        if (query.Domain is { } domain)
        {
            conditions.Add("domain = $domain");
            parameters.Add(("$domain", domain));
        }
        if (query.Levels.Count > 0)
            conditions.Add($"rank IN ({string.Join(',', query.Levels.Select(AlarmLevels.Rank))})");
        if (query.After is { } after)
        {
            conditions.Add(
                """
                (acknowledged > $acknowledged
                 OR acknowledged = $acknowledged AND (rank < $rank OR rank = $rank AND (raised_ticks < $ticks OR raised_ticks = $ticks AND id > $id)))
                """);
            parameters.AddRange([("$acknowledged", after.Acknowledged ? 1 : 0), ("$rank", after.Rank), ("$ticks", after.RaisedAtTicks), ("$id", after.Id)]);
        }
        return Read(
            $"SELECT body, position FROM alarms WHERE {string.Join(" AND ", conditions)} ORDER BY acknowledged, rank DESC, raised_ticks DESC, id LIMIT $limit",
            [.. parameters]);
    }

    /// <summary>The alarm's limits, as they were when it was raised, and its transitions.</summary>
    public (AlarmLimits Limits, IReadOnlyList<AlarmTransitionView> Transitions) ReadDetail(string id)
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        command.Parameters.AddWithValue("$id", id);
        command.CommandText = "SELECT limits FROM alarms WHERE id = $id";
        var limits = command.ExecuteScalar() is string json ? JsonSerializer.Deserialize<AlarmLimits>(json, ApiJson.Options)! : AlarmLimits.None;
        command.CommandText =
            "SELECT position, kind, at_ticks, recorded_ticks, level, value, operator, note, reason, retrospective FROM alarm_transitions WHERE alarm = $id ORDER BY position";
        using var row = command.ExecuteReader();
        var transitions = new List<AlarmTransitionView>();
        while (row.Read())
            transitions.Add(Transition(row));
        return (limits, transitions);
    }

    /// <summary>The alarm's raise as it was recorded, or null when there is no such alarm.</summary>
    public RecordedRaise? ReadRaise(string id)
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText =
            "SELECT sequence, recorded_ticks, at_ticks, level, value, canonical FROM alarm_transitions WHERE alarm = $id AND kind = 'raised' ORDER BY position LIMIT 1";
        command.Parameters.AddWithValue("$id", id);
        using var row = command.ExecuteReader();
        return row.Read()
            ? new(row.GetInt64(0), row.GetInt64(1), row.GetInt64(2), row.GetString(3), row.IsDBNull(4) ? null : row.GetDouble(4), row.GetString(5))
            : null;
    }

    /// <summary>What happened after a position, in order, each with the alarm as it is now.</summary>
    /// <param name="after">The position.</param>
    /// <param name="limit">Most of them.</param>
    /// <param name="domain">Of this domain only.</param>
    public IReadOnlyList<AlarmEventView> ReadEvents(long after, int limit, string? domain = null)
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        command.CommandText =
            """
            SELECT t.position, t.kind, t.at_ticks, t.recorded_ticks, t.level, t.value, t.operator, t.note, t.reason, t.retrospective, a.body, a.position
            FROM alarm_transitions t JOIN alarms a ON a.id = t.alarm
            WHERE t.position > $after AND ($domain IS NULL OR a.domain = $domain) ORDER BY t.position LIMIT $limit
            """;
        command.Parameters.AddWithValue("$after", after);
        command.Parameters.AddWithValue("$domain", domain ?? (object)DBNull.Value);
        command.Parameters.AddWithValue("$limit", limit);
        using var row = command.ExecuteReader();
        var events = new List<AlarmEventView>();
        while (row.Read())
        {
            var transition = Transition(row);
            events.Add(new(transition.Position, null, transition, Alarm(row.GetString(10), row.GetInt64(11))));
        }
        return events;
    }

    public static void Write(StateTransaction transaction, AlarmView alarm, AlarmLimits limits) => transaction.Execute(
        """
        INSERT INTO alarms (id, position, active, acknowledged, rank, domain, raised_ticks, body, limits)
        VALUES ($id, $position, $active, $acknowledged, $rank, $domain, $raised, $body, $limits)
        ON CONFLICT (id) DO UPDATE SET position = excluded.position, active = excluded.active, acknowledged = excluded.acknowledged,
            rank = excluded.rank, body = excluded.body, limits = excluded.limits
        """,
        ("$id", alarm.Id), ("$position", alarm.Position), ("$active", alarm.Active), ("$acknowledged", alarm.Acknowledged),
        ("$rank", AlarmLevels.Rank(alarm.Level)), ("$domain", alarm.Domain), ("$raised", alarm.RaisedAt.UtcTicks),
        ("$body", JsonSerializer.Serialize(alarm, ApiJson.Options)), ("$limits", JsonSerializer.Serialize(limits, ApiJson.Options)));

    public static void Append(StateTransaction transaction, string alarm, long sequence, AlarmTransitionView transition, string canonical) => transaction.Execute(
        """
        INSERT INTO alarm_transitions (position, alarm, sequence, kind, at_ticks, recorded_ticks, level, value, operator, note, reason, retrospective,
                                       canonical)
        VALUES ($position, $alarm, $sequence, $kind, $at, $recorded, $level, $value, $operator, $note, $reason, $retrospective, $canonical)
        """,
        ("$position", transition.Position), ("$alarm", alarm), ("$sequence", sequence), ("$kind", transition.Kind), ("$at", transition.At.UtcTicks),
        ("$recorded", transition.RecordedAt.UtcTicks), ("$level", transition.Level), ("$value", transition.Value), ("$operator", transition.By),
        ("$note", transition.Note), ("$reason", transition.Reason), ("$retrospective", transition.Retrospective), ("$canonical", canonical));

    private List<AlarmView> Read(string sql, params ReadOnlySpan<(string Name, object Value)> parameters)
    {
        using var connection = state.OpenRead();
        using var command = connection.CreateCommand();
        // CA2100: the text is put together from the constants above; values go as parameters.
#pragma warning disable CA2100
        command.CommandText = sql;
#pragma warning restore CA2100
        foreach (var (name, value) in parameters)
            command.Parameters.AddWithValue(name, value);
        using var row = command.ExecuteReader();
        var alarms = new List<AlarmView>();
        while (row.Read())
            alarms.Add(Alarm(row.GetString(0), row.GetInt64(1)));
        return alarms;
    }

    private static AlarmView Alarm(string body, long position) => JsonSerializer.Deserialize<AlarmView>(body, ApiJson.Options)! with { Position = position };

    private static AlarmTransitionView Transition(SqliteDataReader row) => new(
        row.GetInt64(0), row.GetString(1), Time(row.GetInt64(2)), Time(row.GetInt64(3)), row.GetString(4),
        row.IsDBNull(5) ? null : row.GetDouble(5), TextOrNull(row, 6), TextOrNull(row, 7), TextOrNull(row, 8), row.GetBoolean(9));

    private static string? TextOrNull(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetString(column);

    private static DateTimeOffset Time(long ticks) => new(ticks, TimeSpan.Zero);
}

/// <summary>An alarm's raise as it was recorded.</summary>
/// <param name="Sequence">Log record that raised it.</param>
/// <param name="RecordedTicks">When that was received.</param>
/// <param name="AtTicks">Event time of the raise.</param>
/// <param name="Level">Level.</param>
/// <param name="Value">Value, or null.</param>
/// <param name="Canonical">Its canonical text.</param>
internal sealed record RecordedRaise(long Sequence, long RecordedTicks, long AtTicks, string Level, double? Value, string Canonical);
