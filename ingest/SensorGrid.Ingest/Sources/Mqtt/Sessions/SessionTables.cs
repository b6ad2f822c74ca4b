using System.Diagnostics;
using Microsoft.Data.Sqlite;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Writes changes into the tables. Belongs to the store's writer. Keeps nothing in memory that a rollback would leave wrong, except
/// which messages this transaction has written.</summary>
internal sealed class SessionTables(SqliteConnection connection) : IDisposable
{
    private readonly SessionStatements statements = new(connection);
    private readonly HashSet<long> written = [];

    /// <summary>Writes all of them, or none.</summary>
    public void Commit(IReadOnlyList<StoreChange> changes)
    {
        written.Clear();
        statements.Run("BEGIN IMMEDIATE");
        try
        {
            foreach (var change in changes)
                Apply(change);
            statements.Run("COMMIT");
        }
        catch (SqliteException)
        {
            RollBack();
            throw;
        }
    }

    public void Dispose() => statements.Dispose();

    // SQLite has rolled back by itself after some errors (full disk among them) and then knows no transaction.
    private void RollBack()
    {
        if (SQLitePCL.raw.sqlite3_get_autocommit(connection.Handle) == 0)
            statements.Run("ROLLBACK");
    }

    private void Apply(StoreChange change)
    {
        switch (change)
        {
            case StoreChange.PutSession put:
                statements.Run(
                    """
                    INSERT INTO sessions VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET
                        protocol_version = excluded.protocol_version, expiry_seconds = excluded.expiry_seconds, disconnected_ticks = excluded.disconnected_ticks
                    """,
                    put.Session, put.ClientId, (int)put.Terms.ProtocolVersion, (long)put.Terms.ExpirySeconds, put.DisconnectedAtTicks);
                break;
            case StoreChange.RemoveSession remove:
                RemoveSession(remove.Session);
                break;
            case StoreChange.PutSubscription(long session, var subscription):
                statements.Run(
                    "INSERT OR REPLACE INTO subscriptions VALUES ($1, $2, $3, $4, $5, $6, $7)",
                    session, subscription.Filter.Text, (int)subscription.Qos, subscription.NoLocal, subscription.RetainAsPublished,
                    (int)subscription.RetainHandling, subscription.Identifier);
                break;
            case StoreChange.RemoveSubscription remove:
                statements.Run("DELETE FROM subscriptions WHERE session = $1 AND filter = $2", remove.Session, remove.Filter);
                break;
            case StoreChange.PutOutgoing put:
                statements.Run(
                    "INSERT INTO outgoing VALUES ($1, $2, $3, $4, $5, $6, $7, 0, 0)",
                    put.Session, put.Position, PutMessage(put.Message), (int)put.Qos, put.Retain, StoredBytes.OfIdentifiers(put.Identifiers), (int)OutgoingState.Waiting);
                break;
            case StoreChange.MarkSent mark:
                statements.Run(
                    "UPDATE outgoing SET state = $3, packet_id = $4 WHERE session = $1 AND position = $2",
                    mark.Session, mark.Position, (int)OutgoingState.Sent, (int)mark.PacketId);
                break;
            case StoreChange.MarkReleased mark:
                statements.Run(
                    "UPDATE outgoing SET state = $3, turn = $4 WHERE session = $1 AND position = $2",
                    mark.Session, mark.Position, (int)OutgoingState.Released, mark.Turn);
                break;
            case StoreChange.RemoveOutgoing remove:
                RemoveMessage(statements.Scalar("DELETE FROM outgoing WHERE session = $1 AND position = $2 RETURNING message", remove.Session, remove.Position));
                break;
            case StoreChange.PutIncoming put:
                statements.Run("INSERT OR IGNORE INTO incoming VALUES ($1, $2)", put.Session, (int)put.PacketId);
                break;
            case StoreChange.RemoveIncoming remove:
                statements.Run("DELETE FROM incoming WHERE session = $1 AND packet_id = $2", remove.Session, (int)remove.PacketId);
                break;
            case StoreChange.PutRetained put:
                RemoveMessage(statements.Scalar("DELETE FROM retained WHERE topic = $1 RETURNING message", put.Message.Topic));
                statements.Run("INSERT INTO retained VALUES ($1, $2)", put.Message.Topic, PutMessage(put.Message));
                break;
            case StoreChange.RemoveRetained remove:
                RemoveMessage(statements.Scalar("DELETE FROM retained WHERE topic = $1 RETURNING message", remove.Topic));
                break;
            case StoreChange.PutWill({ } will):
                statements.Run(
                    "INSERT INTO wills VALUES ($1, $2, $3, $4, $5) ON CONFLICT (id) DO UPDATE SET delay_seconds = excluded.delay_seconds, lost_ticks = excluded.lost_ticks",
                    will.Id, will.ClientId, PutMessage(will.Message), (long)will.DelaySeconds, will.LostAtTicks);
                break;
            case StoreChange.RemoveWill remove:
                RemoveMessage(statements.Scalar("DELETE FROM wills WHERE id = $1 RETURNING message", remove.Will));
                break;
            default:
                throw new UnreachableException(change.GetType().Name);
        }
    }

    private void RemoveSession(long session)
    {
        var messages = statements.Numbers("SELECT DISTINCT message FROM outgoing WHERE session = $1", session);
        statements.Run("DELETE FROM outgoing WHERE session = $1", session);
        statements.Run("DELETE FROM incoming WHERE session = $1", session);
        statements.Run("DELETE FROM subscriptions WHERE session = $1", session);
        statements.Run("DELETE FROM sessions WHERE id = $1", session);
        foreach (long message in messages)
            RemoveMessage(message);
    }

    // A message that goes to many sessions is written once.
    private long PutMessage(MqttMessage message)
    {
        if (written.Add(message.StoreId))
        {
            statements.Run(
                "INSERT OR IGNORE INTO messages VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
                message.StoreId, message.Topic, message.Payload.ToArray(), (int)message.Qos, message.Retain, message.PayloadIsText, message.ContentType,
                message.ResponseTopic, message.CorrelationData?.ToArray(), StoredBytes.OfProperties(message.UserProperties),
                message.ExpiresAtTicks == MqttMessage.NeverExpires ? null : message.ExpiresAtTicks);
        }
        return message.StoreId;
    }

    // The last one that held it takes it along.
    private void RemoveMessage(object? id)
    {
        if (id is not long message)
            return;
        int removed = statements.Run(
            """
            DELETE FROM messages WHERE id = $1
                AND NOT EXISTS (SELECT 1 FROM outgoing WHERE message = $1)
                AND NOT EXISTS (SELECT 1 FROM retained WHERE message = $1)
                AND NOT EXISTS (SELECT 1 FROM wills WHERE message = $1)
            """,
            message);
        if (removed > 0)
            written.Remove(message);
    }
}
