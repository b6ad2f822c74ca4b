namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>The tables of <c>mqtt.sqlite</c>; described for people in <c>ingest/docs/mqtt-sessions.md</c>.</summary>
internal static class SessionSchema
{
    /// <summary>One entry per version (<c>PRAGMA user_version</c>), oldest first. Never edit a released one.</summary>
    public static readonly string[] Steps =
    [
        """
        CREATE TABLE sessions (
            id                 INTEGER PRIMARY KEY,
            client_id          TEXT NOT NULL UNIQUE,
            protocol_version   INTEGER NOT NULL,
            expiry_seconds     INTEGER NOT NULL,
            disconnected_ticks INTEGER
        );

        CREATE TABLE subscriptions (
            session             INTEGER NOT NULL,
            filter              TEXT NOT NULL,
            qos                 INTEGER NOT NULL,
            no_local            INTEGER NOT NULL,
            retain_as_published INTEGER NOT NULL,
            retain_handling     INTEGER NOT NULL,
            identifier          INTEGER NOT NULL,
            PRIMARY KEY (session, filter)
        ) WITHOUT ROWID;

        CREATE TABLE messages (
            id              INTEGER PRIMARY KEY,
            topic           TEXT NOT NULL,
            payload         BLOB NOT NULL,
            qos             INTEGER NOT NULL,
            retain          INTEGER NOT NULL,
            payload_is_text INTEGER,
            content_type    TEXT,
            response_topic  TEXT,
            correlation     BLOB,
            user_properties BLOB,
            expires_ticks   INTEGER
        );

        CREATE TABLE outgoing (
            session     INTEGER NOT NULL,
            position    INTEGER NOT NULL,
            message     INTEGER NOT NULL,
            qos         INTEGER NOT NULL,
            retain      INTEGER NOT NULL,
            identifiers BLOB,
            state       INTEGER NOT NULL,
            packet_id   INTEGER NOT NULL,
            turn        INTEGER NOT NULL,
            PRIMARY KEY (session, position)
        ) WITHOUT ROWID;
        CREATE INDEX outgoing_message ON outgoing (message);

        CREATE TABLE incoming (
            session   INTEGER NOT NULL,
            packet_id INTEGER NOT NULL,
            PRIMARY KEY (session, packet_id)
        ) WITHOUT ROWID;

        CREATE TABLE retained (
            topic   TEXT PRIMARY KEY,
            message INTEGER NOT NULL
        ) WITHOUT ROWID;
        CREATE INDEX retained_message ON retained (message);

        CREATE TABLE wills (
            id            INTEGER PRIMARY KEY,
            client_id     TEXT NOT NULL,
            message       INTEGER NOT NULL,
            delay_seconds INTEGER NOT NULL,
            lost_ticks    INTEGER
        );
        CREATE INDEX wills_message ON wills (message);
        """,
    ];
}
