using System.Globalization;
using Microsoft.Data.Sqlite;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Reads all that a session store holds, and believes none of it unseen: a value that no version of this program wrote makes the
/// whole file a damaged one.</summary>
internal sealed class SessionLoader(SessionStatements statements)
{
    // What was taken was checked against limits that may have been others then.
    private static readonly TopicLimits AnyTopic = new(ushort.MaxValue, ushort.MaxValue);

    private readonly Dictionary<long, MqttMessage> messages = [];
    private readonly Dictionary<long, StoredSession> sessions = [];

    /// <summary>Greatest number in use, of sessions, messages and wills.</summary>
    public long LastId { get; private set; }

    /// <exception cref="InvalidDataException">The file does not hold what this program writes.</exception>
    public StoredState Load()
    {
        LoadMessages();
        LoadSessions();
        foreach (var row in statements.Rows("SELECT session, filter, qos, no_local, retain_as_published, retain_handling, identifier FROM subscriptions"))
            SessionOf(row).Subscriptions.Add(ToSubscription(row));
        foreach (var row in statements.Rows(
            "SELECT session, position, message, qos, retain, identifiers, state, packet_id, turn FROM outgoing ORDER BY session, position"))
        {
            SessionOf(row).Outgoing.Add(ToEntry(row));
        }
        foreach (var row in statements.Rows("SELECT session, packet_id FROM incoming"))
            SessionOf(row).Incoming.Add(PacketIdOf(row, 1));
        var retained = statements.Rows("SELECT message, topic FROM retained").Select(row => MessageOf(row, 0)).ToList();
        var wills = statements.Rows("SELECT id, client_id, message, delay_seconds, lost_ticks FROM wills ORDER BY id").Select(ToWill).ToList();
        foreach (var session in sessions.Values)
        {
            if (session.Outgoing.Where(entry => entry.PacketId != 0).GroupBy(entry => entry.PacketId).Any(group => group.Count() > 1))
                throw new InvalidDataException($"Session {session.ClientId} has one packet id twice.");
        }
        return new([.. sessions.Values], retained, wills);
    }

    private void LoadMessages()
    {
        foreach (var row in statements.Rows(
            "SELECT id, topic, payload, qos, retain, payload_is_text, content_type, response_topic, correlation, user_properties, expires_ticks FROM messages"))
        {
            var message = new MqttMessage
            {
                Topic = row.GetString(1),
                Payload = row.GetFieldValue<byte[]>(2),
                Qos = QosOf(row, 3),
                Retain = row.GetBoolean(4),
                PayloadIsText = row.IsDBNull(5) ? null : row.GetBoolean(5),
                ContentType = row.IsDBNull(6) ? null : row.GetString(6),
                ResponseTopic = row.IsDBNull(7) ? null : row.GetString(7),
                // A bare null would become an empty memory, and so a property that nobody sent.
                CorrelationData = row.IsDBNull(8) ? default(ReadOnlyMemory<byte>?) : row.GetFieldValue<byte[]>(8),
                UserProperties = StoredBytes.ToProperties(BytesOf(row, 9)),
                ExpiresAtTicks = row.IsDBNull(10) ? MqttMessage.NeverExpires : row.GetInt64(10),
            };
            if (TopicName.Check(message.Topic, AnyTopic) != TopicProblem.None)
                throw new InvalidDataException($"Message {row.GetInt64(0)} has no valid topic.");
            message.RestoreStoreId(row.GetInt64(0));
            messages.Add(row.GetInt64(0), message);
            Seen(row.GetInt64(0));
        }
    }

    private void LoadSessions()
    {
        foreach (var row in statements.Rows("SELECT id, client_id, protocol_version, expiry_seconds, disconnected_ticks FROM sessions ORDER BY id"))
        {
            sessions.Add(row.GetInt64(0), new()
            {
                Key = row.GetInt64(0),
                ClientId = row.GetString(1),
                Terms = new((byte)Within(row, 2, 4, 5), (uint)Within(row, 3, 0, uint.MaxValue)),
                DisconnectedAtTicks = row.IsDBNull(4) ? null : row.GetInt64(4),
            });
            Seen(row.GetInt64(0));
        }
    }

    private static Subscription ToSubscription(SqliteDataReader row)
    {
        string text = row.GetString(1);
        var problem = TopicFilter.TryParse(text, AnyTopic, out var filter);
        if (problem != TopicProblem.None)
            throw new InvalidDataException($"Stored filter '{text}': {problem}.");
        return new(
            filter!, QosOf(row, 2), row.GetBoolean(3), row.GetBoolean(4), (RetainHandling)Within(row, 5, 0, 2), (int)Within(row, 6, 0, 268_435_455));
    }

    private OutgoingEntry ToEntry(SqliteDataReader row)
    {
        var state = (OutgoingState)Within(row, 6, (long)OutgoingState.Waiting, (long)OutgoingState.Released);
        return new(row.GetInt64(1), MessageOf(row, 2), QosOf(row, 3), row.GetBoolean(4), StoredBytes.ToIdentifiers(BytesOf(row, 5)))
        {
            State = state,
            PacketId = state == OutgoingState.Waiting ? (ushort)0 : PacketIdOf(row, 7),
            Turn = row.GetInt64(8),
        };
    }

    private PendingWill ToWill(SqliteDataReader row)
    {
        Seen(row.GetInt64(0));
        return new(
            row.GetInt64(0), row.GetString(1), MessageOf(row, 2), (uint)Within(row, 3, 0, uint.MaxValue), row.IsDBNull(4) ? null : row.GetInt64(4))
        { IsStored = true };
    }

    private StoredSession SessionOf(SqliteDataReader row) =>
        sessions.GetValueOrDefault(row.GetInt64(0)) ?? throw new InvalidDataException($"There is no session {row.GetInt64(0)}.");

    private MqttMessage MessageOf(SqliteDataReader row, int column) =>
        messages.GetValueOrDefault(row.GetInt64(column)) ?? throw new InvalidDataException($"There is no message {row.GetInt64(column)}.");

    private static MqttQos QosOf(SqliteDataReader row, int column) => (MqttQos)Within(row, column, 0, 2);

    private static ushort PacketIdOf(SqliteDataReader row, int column) => (ushort)Within(row, column, 1, ushort.MaxValue);

    private static byte[]? BytesOf(SqliteDataReader row, int column) => row.IsDBNull(column) ? null : row.GetFieldValue<byte[]>(column);

    private static long Within(SqliteDataReader row, int column, long least, long most)
    {
        long value = row.GetInt64(column);
        return value >= least && value <= most
            ? value
            : throw new InvalidDataException(string.Create(CultureInfo.InvariantCulture, $"{row.GetName(column)} is {value}."));
    }

    private void Seen(long id) => LastId = Math.Max(LastId, id);
}
