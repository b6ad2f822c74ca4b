using System.Diagnostics;
using System.Security.Cryptography;

namespace SensorGrid.Storage.State;

/// <summary>The tables this library owns in <c>state.sqlite</c>; described for people in <c>ingest/docs/store.md</c>.</summary>
internal static class StateSchema
{
    public const string Component = "storage";

    /// <summary>One entry per version, oldest first. Never edit a released one. Values of the latest readings are kept as the bits of
    /// the double, because SQLite turns NaN into NULL.</summary>
    public static readonly string[] Steps =
    [
        """
        CREATE TABLE follower_checkpoints (
            name     TEXT PRIMARY KEY,
            sequence INTEGER NOT NULL
        ) WITHOUT ROWID;

        CREATE TABLE datastreams (
            id      INTEGER PRIMARY KEY,
            gateway TEXT NOT NULL,
            name    TEXT NOT NULL,
            UNIQUE (gateway, name)
        );

        CREATE TABLE manifest (
            id                 INTEGER PRIMARY KEY AUTOINCREMENT,
            path               TEXT NOT NULL UNIQUE,
            format             INTEGER NOT NULL,
            row_count          INTEGER NOT NULL,
            min_observed_ticks INTEGER NOT NULL,
            max_observed_ticks INTEGER NOT NULL,
            min_received_ticks INTEGER NOT NULL,
            max_received_ticks INTEGER NOT NULL,
            min_datastream     INTEGER NOT NULL,
            max_datastream     INTEGER NOT NULL,
            first_sequence     INTEGER NOT NULL,
            last_sequence      INTEGER NOT NULL,
            bytes              INTEGER NOT NULL,
            sha256             TEXT NOT NULL
        );

        CREATE TABLE doomed_files (
            path TEXT PRIMARY KEY
        ) WITHOUT ROWID;

        CREATE TABLE latest_readings (
            datastream     INTEGER PRIMARY KEY,
            observed_ticks INTEGER NOT NULL,
            received_ticks INTEGER NOT NULL,
            sequence       INTEGER NOT NULL,
            value_bits     INTEGER NOT NULL,
            value2_bits    INTEGER NOT NULL,
            text           TEXT,
            kind           INTEGER NOT NULL,
            quality        INTEGER NOT NULL,
            unit           INTEGER NOT NULL,
            flags          INTEGER NOT NULL
        );

        CREATE TABLE versions (
            kind     TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            hash     TEXT NOT NULL,
            bundle   BLOB NOT NULL,
            PRIMARY KEY (kind, sequence)
        ) WITHOUT ROWID;

        CREATE TABLE snapshots (
            name     TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            sha256   TEXT NOT NULL,
            bytes    BLOB NOT NULL,
            PRIMARY KEY (name, sequence)
        );
        """,
        // Kinds, levels and rolled_up are the numbers of FileKind, FileLevel and RollupKinds. The defaults describe a sealed file.
        """
        ALTER TABLE manifest ADD COLUMN kind            INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE manifest ADD COLUMN level           INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE manifest ADD COLUMN partition_start INTEGER NOT NULL DEFAULT (-9223372036854775807 - 1);
        ALTER TABLE manifest ADD COLUMN partition_end   INTEGER NOT NULL DEFAULT 9223372036854775807;
        ALTER TABLE manifest ADD COLUMN revision        INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE manifest ADD COLUMN rolled_up       INTEGER NOT NULL DEFAULT 0;

        CREATE TABLE closed_days (
            start_ticks INTEGER PRIMARY KEY,
            rollups     INTEGER NOT NULL
        );
        """,
        // Versions of before came from folders only, which the service put into force by itself; when, nobody kept.
        """
        ALTER TABLE versions ADD COLUMN received_ticks INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE versions ADD COLUMN principal      TEXT NOT NULL DEFAULT 'service';
        ALTER TABLE versions ADD COLUMN note           TEXT;
        """,
        // In parts, so that a large one is written and read without being in memory as a whole several times.
        """
        CREATE TABLE snapshot_parts (
            name     TEXT NOT NULL,
            sequence INTEGER NOT NULL,
            part     INTEGER NOT NULL,
            bytes    BLOB NOT NULL,
            PRIMARY KEY (name, sequence, part)
        );
        INSERT INTO snapshot_parts SELECT name, sequence, 0, bytes FROM snapshots;
        ALTER TABLE snapshots DROP COLUMN bytes;
        """,
    ];

    public static string NameOf(VersionKind kind) => kind switch
    {
        VersionKind.Catalogue => "catalogue",
        VersionKind.Rules => "rules",
        _ => throw new UnreachableException(),
    };

    public static string Sha256Of(ReadOnlySpan<byte> bytes) => Convert.ToHexStringLower(SHA256.HashData(bytes));
}
