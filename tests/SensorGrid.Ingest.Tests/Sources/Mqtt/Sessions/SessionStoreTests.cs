using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.Extensions.Time.Testing;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;
using SensorGrid.Ingest.Tests.Rig;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Topics;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

public sealed class SessionStoreTests : IDisposable
{
    private static readonly string[] Tables = ["sessions", "subscriptions", "messages", "outgoing", "incoming", "retained", "wills"];

    private readonly string folder = SessionRig.TemporaryFolder();
    private readonly FakeTimeProvider time = new(Some.Instant);
    private readonly FakeConnection first = new();
    private readonly FakeConnection second = new();

    private string FilePath => Path.Combine(folder, SessionFile.FileName);

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public async Task Everything_about_a_message_comes_back()
    {
        var message = new MqttMessage
        {
            Topic = "水位/a", Payload = new byte[] { 0, 255, 10 }, Qos = MqttQos.ExactlyOnce, Retain = true, PayloadIsText = false, ContentType = "application/senml+cbor",
            ResponseTopic = "r/t", CorrelationData = new byte[] { 9, 0 }, UserProperties = [new("b", "1"), new("a", ""), new("b", "两")],
            ExpiresAtTicks = Some.TicksAfter(1000),
        };
        var bare = new MqttMessage { Topic = "x", Qos = MqttQos.AtLeastOnce, CorrelationData = Array.Empty<byte>() };
        await using (var rig = Open())
        {
            rig.Sessions.Retained.Set(message, rig.Clock.NowTicks, out _);
            rig.Subscribe(rig.Connect("c", first).Session!, "#", identifier: 268_435_455);
            rig.Forward(bare);
        }
        await using var next = Open();
        AssertSame(message, Assert.Single(next.State.Retained));
        var kept = Assert.Single(next.State.Sessions);
        var outgoing = Assert.Single(kept.Outgoing, entry => entry.Message.Topic == "x");
        Assert.Equal([268_435_455], outgoing.Identifiers);
        Assert.Equal((0, (int?)0, (string?)null), (outgoing.Message.Payload.Length, outgoing.Message.CorrelationData?.Length, outgoing.Message.ContentType));
    }

    [Fact]
    public async Task Subscriptions_come_back_as_they_were_last()
    {
        var subscription = new Subscription(TopicFilterTests.Parse("$share/g/a/+"), MqttQos.AtLeastOnce, false, true, RetainHandling.DoNotSend, 7);
        var other = new Subscription(TopicFilterTests.Parse("b/#"), MqttQos.AtMostOnce, NoLocal: true);
        await using (var rig = Open())
        {
            var session = rig.Connect("c", first).Session!;
            rig.Subscribe(session, "$share/g/a/+");
            rig.Sessions.Subscribe(session, subscription, out _);
            rig.Sessions.Subscribe(session, other, out _);
            rig.Subscribe(session, "gone");
            rig.Sessions.Unsubscribe(session, TopicFilterTests.Parse("gone"), out _);
        }
        await using var next = Open();
        Assert.Equal(
            new[] { subscription, other }.OrderBy(one => one.Filter.Text), next.Sessions.SubscriptionsOf(next.Sessions.Find("c")!).OrderBy(one => one.Filter.Text));
    }

    [Fact]
    public async Task Messages_in_flight_come_back_with_their_packet_ids_and_order()
    {
        await using (var rig = Open())
        {
            var session = rig.Connect("c", first).Session!;
            rig.Subscribe(session, "#");
            foreach (string text in (string[])["1", "2", "3", "4", "5"])
                rig.Forward(SessionRig.Message(text: text, qos: MqttQos.ExactlyOnce));
            for (int i = 0; i < 4; i++)
                session.TryTakeNext(first, 0, out _);
            session.PubRec(first, 3);
            session.PubRec(first, 1);
            session.PubRec(first, 4, accepted: false);
        }
        await using var next = Open();
        var (resumed, present, _) = next.Connect("c", second);
        Assert.True(present);
        Assert.Equal(["rel 3", "rel 1", "2:2 q2 dup", "4:5 q2"], next.Drain(resumed!, second));
    }

    [Fact]
    public async Task Unreleased_packet_ids_come_back()
    {
        await using (var rig = Open())
        {
            var session = rig.Connect("c", first).Session!;
            session.Receive(7, out long change);
            session.Receive(8, out _);
            session.Release(first, 8, out long released);
            Assert.True(released > change && change > 0);
        }
        await using var next = Open();
        var resumed = next.Connect("c", second).Session!;
        Assert.Equal(ReceiveOutcome.Repeat, resumed.CheckReceive(second, 7));
        Assert.Equal(ReceiveOutcome.New, resumed.CheckReceive(second, 8));
    }

    [Fact]
    public async Task A_session_that_ends_with_its_connection_costs_no_write()
    {
        await using (var rig = Open())
        {
            var grant = rig.Connect("c", first, expiry: 0, will: new(SessionRig.Message("w"), 10));
            var session = grant.Session!;
            rig.Sessions.Subscribe(session, new(TopicFilterTests.Parse("#"), MqttQos.ExactlyOnce), out long subscribed);
            var forwarded = rig.Forward(SessionRig.Message(qos: MqttQos.ExactlyOnce));
            session.TryTakeNext(first, 0, out var packet);
            session.PubRec(first, packet.PacketId);
            session.Receive(1, out long received);
            Assert.Equal((0L, 0L, 0L, 0L, 0L), (grant.Change, subscribed, forwarded.Change, packet.DurableAfter, received));
            rig.Sessions.Disconnect(session, first, forgetWill: false);
            Assert.Single(rig.Sessions.TakeDueWills());
            Assert.Equal(1, rig.Store!.RemoveWill(0));
        }
    }

    [Fact]
    public async Task A_message_of_many_sessions_is_stored_once_and_goes_with_the_last_of_them()
    {
        await using (var rig = Open())
        {
            for (int i = 0; i < 5; i++)
                rig.Subscribe(rig.Connect($"c{i}", new FakeConnection()).Session!, "#");
            rig.Forward(SessionRig.Message());
        }
        Assert.Equal((1L, 5L), (Rows("messages"), Rows("outgoing")));
        await using (var rig = Open())
        {
            for (int i = 0; i < 5; i++)
            {
                var session = rig.Connect($"c{i}", first).Session!;
                Assert.Equal(["1:x q1"], rig.Drain(session, first));
                if (i < 3)
                    session.PubAck(first, 1);
                else if (i == 3)
                    rig.Connect("c3", second, cleanStart: true);
                else
                    rig.Connect("c4", second, expiry: 0);
            }
        }
        Assert.Equal((0L, 0L), (Rows("messages"), Rows("outgoing")));
    }

    [Fact]
    public async Task Ended_sessions_leave_no_row()
    {
        await using (var rig = Open())
        {
            var session = rig.Connect("c", first, will: new(SessionRig.Message("w"), 5)).Session!;
            rig.Subscribe(session, "#");
            rig.Forward(SessionRig.Message());
            session.Receive(1, out _);
            rig.Sessions.Retained.Set(SessionRig.Message(retain: true), 0, out _);
            rig.Sessions.Retained.Set(SessionRig.Message(text: "", retain: true), 0, out _);
            rig.Sessions.Disconnect(session, first, forgetWill: true, expirySeconds: 0);
        }
        Assert.All(Tables, table => Assert.Equal((table, 0L), (table, Rows(table))));
    }

    [Fact]
    public async Task Sessions_and_messages_that_expired_while_we_were_away_are_gone()
    {
        await using (var rig = Open())
        {
            var session = rig.Connect("c", first, expiry: 100).Session!;
            rig.Sessions.Disconnect(session, first, forgetWill: true);
            rig.Sessions.Disconnect(rig.Connect("d", second, expiry: 300).Session!, second, forgetWill: true);
            rig.Sessions.Retained.Set(SessionRig.Message("r", retain: true, expiresAt: Some.TicksAfter(150)), 0, out _);
        }
        time.Advance(TimeSpan.FromSeconds(200));
        await using (var next = Open())
        {
            Assert.Null(next.Sessions.Find("c"));
            Assert.NotNull(next.Sessions.Find("d"));
            Assert.Equal(0, next.Sessions.Retained.Count);
            next.Time.Advance(TimeSpan.FromSeconds(100));
            next.Sessions.TakeDueWills();
        }
        Assert.All(Tables, table => Assert.Equal((table, 0L), (table, Rows(table))));
    }

    [Fact]
    public async Task A_clock_that_ran_ahead_keeps_no_session_longer_than_its_expiry()
    {
        await using (var ahead = new SessionRig(folder: folder, time: new(Some.Instant.AddYears(10))))
            ahead.Sessions.Disconnect(ahead.Connect("c", first, expiry: 100).Session!, first, forgetWill: true);
        await using var next = Open();
        Assert.NotNull(next.Sessions.Find("c"));
        time.Advance(TimeSpan.FromSeconds(100));
        next.Sessions.TakeDueWills();
        Assert.Null(next.Sessions.Find("c"));
    }

    [Fact]
    public async Task A_lowered_bound_drops_subscriptions_and_counts_them()
    {
        await using (var rig = Open())
        {
            var session = rig.Connect("c", first).Session!;
            rig.Subscribe(session, "a");
            rig.Subscribe(session, "b");
        }
        await using (var next = Open(new() { MaxSubscriptions = 1 }))
        {
            Assert.Single(next.Sessions.SubscriptionsOf(next.Sessions.Find("c")!));
            Assert.Equal(1, next.Metrics.Refused);
        }
        Assert.Equal(1, Rows("subscriptions"));
    }

    [Theory]
    [InlineData("no database")]
    [InlineData("header")]
    [InlineData("page")]
    [InlineData("value")]
    [InlineData("reference")]
    [InlineData("missing table")]
    [InlineData("text")]
    public async Task A_damaged_file_is_put_aside_and_the_service_starts_without_sessions(string damage)
    {
        await using (var rig = Open())
        {
            rig.Subscribe(rig.Connect("c", first).Session!, "#");
            for (int i = 0; i < 50; i++)
                rig.Forward(SessionRig.Message(text: new string('x', 500)));
        }
        Damage(damage);
        await using (var next = Open())
        {
            Assert.Equal(1, next.Metrics.StoresSetAside);
            Assert.Equal(0, next.Sessions.Count);
            Assert.Single(Directory.EnumerateFiles(folder, "mqtt.sqlite.damaged-*"));
            next.Connect("d", first);
        }
        await using var after = Open();
        Assert.Equal(0, after.Metrics.StoresSetAside);
        Assert.NotNull(after.Sessions.Find("d"));
    }

    [Fact]
    public async Task Damaged_files_are_kept_in_a_bounded_number()
    {
        for (int i = 0; i < 7; i++)
        {
            await File.WriteAllTextAsync(FilePath, "this is no database, and long enough that nobody takes it for an empty one");
            await using var rig = Open();
            time.Advance(TimeSpan.FromMinutes(1));
        }
        Assert.Equal(4, Directory.EnumerateFiles(folder, "mqtt.sqlite.damaged-*").Count());
    }

    [Fact]
    public async Task A_file_of_a_newer_program_is_left_alone()
    {
        await using (var rig = Open())
            rig.Connect("c", first);
        Execute("PRAGMA user_version = 99");
        var e = Assert.Throws<SessionStoreException>(() => Open());
        Assert.Contains("version 99", e.Message, StringComparison.Ordinal);
        Execute("PRAGMA user_version = 1");
        await using var next = Open();
        Assert.NotNull(next.Sessions.Find("c"));
    }

    [Fact]
    public async Task Two_processes_cannot_use_one_file()
    {
        await using var rig = Open();
        var e = Assert.Throws<SessionStoreException>(() => Open());
        Assert.Contains("no other process uses it", e.Message, StringComparison.Ordinal);
        Assert.True(File.Exists(FilePath));
    }

    [Fact]
    public async Task A_full_disk_is_waited_out_and_meanwhile_changes_are_bounded()
    {
        SqliteConnection? database = null;
        var options = new MqttSessionOptions { MaxPendingChanges = 16 };
        using var metrics = new SessionMetrics();
        var store = SessionStore.Open(folder, options, time, metrics, NullLogger.Instance, out _, connection => database = connection);
        MaxPages(database!, 12);
        var large = SessionRig.Message(text: new string('x', 100_000));
        var change = store.WhenDurableAsync(store.PutRetained(large)).AsTask();
        await Eventually.TrueAsync(() => store.PendingChanges == 0);
        for (int i = 0; i < 16; i++)
        {
            await store.WaitForRoomAsync(CancellationToken.None);
            store.PutIncoming(1, (ushort)(i + 1));
        }
        var room = store.WaitForRoomAsync(CancellationToken.None).AsTask();
        using var impatient = new CancellationTokenSource();
        var given = store.WaitForRoomAsync(impatient.Token).AsTask();
        await impatient.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => given);
        Assert.False(change.IsCompleted || room.IsCompleted);
        Assert.True(store.IsAvailable);

        MaxPages(database!, 100_000);
        // The pause begins some time after the failed attempt.
        await Eventually.TrueAsync(() =>
        {
            time.Advance(options.DiskFullPause);
            return change.IsCompleted;
        });
        await change;
        await room;
        await store.WhenDurableAsync(store.RemoveWill(0));
        await store.DisposeAsync();
        Assert.Equal((1L, 16L), (Rows("retained"), Rows("incoming")));
    }

    [Fact]
    public async Task A_disk_that_stays_full_does_not_hold_up_the_end()
    {
        SqliteConnection? database = null;
        using var metrics = new SessionMetrics();
        var store = SessionStore.Open(folder, new(), time, metrics, NullLogger.Instance, out _, connection => database = connection);
        MaxPages(database!, 12);
        var change = store.WhenDurableAsync(store.PutRetained(SessionRig.Message(text: new string('x', 100_000)))).AsTask();
        await store.DisposeAsync();
        await Assert.ThrowsAsync<SessionStoreException>(() => change);
        Assert.Equal(0, Rows("retained"));
    }

    [Fact]
    public async Task After_a_failed_write_nothing_is_durable_any_more_and_everybody_is_told()
    {
        using var metrics = new SessionMetrics();
        var store = SessionStore.Open(folder, new(), time, metrics, NullLogger.Instance, out _, connection => Execute(connection, "PRAGMA query_only = ON"));
        long change = store.RemoveWill(1);
        await Assert.ThrowsAsync<SessionStoreException>(() => store.WhenDurableAsync(change).AsTask());
        Assert.Contains("cannot be written", (await store.Failed).Message, StringComparison.Ordinal);
        Assert.False(store.IsAvailable);
        await Assert.ThrowsAsync<SessionStoreException>(() => store.WhenDurableAsync(store.RemoveWill(2)).AsTask());
        await Assert.ThrowsAsync<SessionStoreException>(() => store.WaitForRoomAsync(CancellationToken.None).AsTask());
        await store.WhenDurableAsync(0);
        await store.DisposeAsync();
    }

    [Fact]
    public async Task What_was_made_before_the_end_is_written_and_what_comes_after_is_not_promised()
    {
        using var metrics = new SessionMetrics();
        var store = SessionStore.Open(folder, new(), time, metrics, NullLogger.Instance, out _);
        for (ushort id = 1; id <= 100; id++)
            store.PutIncoming(1, id);
        await store.DisposeAsync();
        await Assert.ThrowsAsync<SessionStoreException>(() => store.WhenDurableAsync(store.PutIncoming(1, 101)).AsTask());
        Assert.Equal(100, Rows("incoming"));
    }

    [Fact]
    public void Lists_in_a_column_are_read_as_written_and_nothing_else_is()
    {
        UserProperty[] properties = [new("", ""), new("名", "值"), new("a", new string('x', 65_535))];
        byte[] bytes = StoredBytes.OfProperties(properties)!;
        Assert.Equal(properties, StoredBytes.ToProperties(bytes));
        Assert.Empty(StoredBytes.ToProperties(StoredBytes.OfProperties([])));
        for (int length = 1; length < 16; length++)
        {
            // Cut between two properties it is a shorter list, anywhere else it is none.
            if (length is not (4 or 14))
                Assert.Throws<InvalidDataException>(() => StoredBytes.ToProperties(bytes[..length]));
        }
        Assert.Throws<InvalidDataException>(() => StoredBytes.ToProperties([0, 1, 0xff, 0, 0]));
        Assert.Equal([1, 268_435_455], StoredBytes.ToIdentifiers(StoredBytes.OfIdentifiers([1, 268_435_455])));
        Assert.Throws<InvalidDataException>(() => StoredBytes.ToIdentifiers([1, 2, 3]));
    }

    private SessionRig Open(MqttSessionOptions? options = null) => new(options, folder, time);

    private long Rows(string table)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = $"SELECT count(*) FROM {table}";
        return (long)command.ExecuteScalar()!;
    }

    private void Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={FilePath};Pooling=False");
        connection.Open();
        Execute(connection, sql);
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }

    private static void MaxPages(SqliteConnection connection, int pages) => Execute(connection, $"PRAGMA max_page_count = {pages}");

    private void Damage(string how)
    {
        switch (how)
        {
            case "no database":
                File.WriteAllText(FilePath, new string('x', 10_000));
                break;
            case "header":
                Overwrite(20, 30);
                break;
            case "page":
                Overwrite(4096 * 3, 4096 * 2);
                break;
            case "value":
                Execute("UPDATE outgoing SET qos = 3");
                break;
            case "reference":
                Execute("DELETE FROM messages WHERE id = (SELECT max(id) FROM messages)");
                break;
            case "missing table":
                Execute("DROP TABLE wills");
                break;
            case "text":
                Execute("UPDATE messages SET user_properties = x'0009'");
                break;
        }
    }

    private void Overwrite(int at, int count)
    {
        using var file = File.OpenHandle(FilePath, FileMode.Open, FileAccess.ReadWrite);
        RandomAccess.Write(file, Enumerable.Repeat((byte)0xA5, count).ToArray(), at);
    }

    private static void AssertSame(MqttMessage expected, MqttMessage actual)
    {
        Assert.Equal(
            (expected.Topic, expected.Qos, expected.Retain, expected.PayloadIsText, expected.ContentType, expected.ResponseTopic, expected.ExpiresAtTicks, expected.Size),
            (actual.Topic, actual.Qos, actual.Retain, actual.PayloadIsText, actual.ContentType, actual.ResponseTopic, actual.ExpiresAtTicks, actual.Size));
        Assert.Equal(expected.Payload.ToArray(), actual.Payload.ToArray());
        Assert.Equal(expected.CorrelationData?.ToArray(), actual.CorrelationData?.ToArray());
        Assert.Equal(expected.UserProperties, actual.UserProperties);
    }
}
