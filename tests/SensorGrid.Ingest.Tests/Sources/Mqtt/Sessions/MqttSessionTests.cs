using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

public sealed class MqttSessionTests : IDisposable
{
    private readonly SessionMetrics metrics = new();
    private readonly FakeConnection connection = new();
    private long now;

    public void Dispose() => metrics.Dispose();

    [Fact]
    public void Sends_in_order_and_no_more_than_the_client_takes()
    {
        var session = Connected(receiveMaximum: 2);
        Enqueue(session, "1", "2", "3");
        Assert.Equal(["1:1 q1", "2:2 q1"], Drain(session));
        Assert.Equal(AcknowledgeOutcome.Done, session.PubAck(connection, 2));
        Assert.Equal(["3:3 q1"], Drain(session));
        Assert.Equal(AcknowledgeOutcome.UnknownPacketId, session.PubAck(connection, 2));
    }

    [Fact]
    public void QoS_0_passes_messages_that_wait_for_the_window()
    {
        var session = Connected(receiveMaximum: 1);
        Enqueue(session, "1", "2");
        Enqueue(session, MqttQos.AtMostOnce, "loose");
        Assert.Equal(["1:1 q1", "0:loose q0"], Drain(session));
    }

    [Fact]
    public void QoS_2_is_released_after_it_was_received()
    {
        var session = Connected();
        Enqueue(session, MqttQos.ExactlyOnce, "x");
        Assert.Equal(["1:x q2"], Drain(session));
        Assert.Equal(AcknowledgeOutcome.ProtocolError, session.PubAck(connection, 1));
        Assert.Equal(AcknowledgeOutcome.ProtocolError, session.PubComp(connection, 1));
        Assert.Equal(AcknowledgeOutcome.Done, session.PubRec(connection, 1));
        Assert.Equal(AcknowledgeOutcome.Done, session.PubRec(connection, 1));
        Assert.Equal(["rel 1"], Drain(session));
        Assert.Equal(AcknowledgeOutcome.ProtocolError, session.PubAck(connection, 1));
        Assert.Equal(AcknowledgeOutcome.Done, session.PubComp(connection, 1));
        Assert.Equal(AcknowledgeOutcome.UnknownPacketId, session.PubComp(connection, 1));
        Assert.Equal((0, 0), (session.QueuedMessages, session.InFlightMessages));
    }

    [Fact]
    public void QoS_2_that_the_client_refuses_is_done()
    {
        var session = Connected(receiveMaximum: 1);
        Enqueue(session, MqttQos.ExactlyOnce, "x", "y");
        Drain(session);
        Assert.Equal(AcknowledgeOutcome.Done, session.PubRec(connection, 1, accepted: false));
        Assert.Equal(["2:y q2"], Drain(session));
    }

    [Fact]
    public void A_new_connection_gets_releases_first_then_what_was_sent_then_what_waits()
    {
        var session = Connected(receiveMaximum: 4);
        Enqueue(session, MqttQos.ExactlyOnce, "a", "b", "c");
        Enqueue(session, MqttQos.AtLeastOnce, "d", "e");
        Drain(session);
        session.PubRec(connection, 2);
        session.PubRec(connection, 1);
        var next = new FakeConnection();
        Assert.True(session.Detach(connection));
        session.Attach(next, new(5, 60, 2));
        Assert.Equal(["rel 2", "rel 1", "3:c q2 dup", "4:d q1 dup"], Drain(session, next));
        session.PubAck(next, 4);
        Assert.Equal(["5:e q1"], Drain(session, next));
    }

    [Fact]
    public void Connections_that_were_let_go_of_change_nothing()
    {
        var session = Connected();
        Enqueue(session, "x");
        Drain(session);
        var next = new FakeConnection();
        Assert.Same(connection, session.Attach(next, new(5, 60)));
        Assert.Equal(AcknowledgeOutcome.NotConnected, session.PubAck(connection, 1));
        Assert.Equal(AcknowledgeOutcome.NotConnected, session.PubRec(connection, 1));
        Assert.Equal(ReceiveOutcome.NotConnected, session.CheckReceive(connection, 1));
        Assert.False(session.TryTakeNext(connection, now, out _));
        Assert.False(session.Release(connection, 1, out _));
        Assert.False(session.Detach(connection));
        Assert.True(session.IsConnected);
        Assert.Equal(["1:x q1 dup"], Drain(session, next));
    }

    [Fact]
    public void A_full_queue_drops_QoS_0_refuses_the_rest_and_keeps_what_it_has()
    {
        var session = Connected(options: new() { MaxQueuedMessages = 2 });
        Enqueue(session, "1", "2");
        Assert.False(session.HasRoom);
        Assert.Equal(EnqueueOutcome.Refused, Offer(session, SessionRig.Message()));
        Assert.Equal(EnqueueOutcome.Dropped, Offer(session, SessionRig.Message(), MqttQos.AtMostOnce));
        Assert.Equal((1, 1), (metrics.Refused, metrics.Dropped));
        Assert.Equal(["1:1 q1", "2:2 q1"], Drain(session));
        session.PubAck(connection, 1);
        Assert.True(session.HasRoom);
        Assert.Equal(EnqueueOutcome.Queued, Offer(session, SessionRig.Message()));
    }

    [Fact]
    public void Bytes_are_bounded_too()
    {
        var large = SessionRig.Message(text: new string('x', 1000));
        var session = Connected(options: new() { MaxQueuedBytes = 2 * large.Size });
        Assert.Equal(EnqueueOutcome.Queued, Offer(session, large));
        Assert.Equal(EnqueueOutcome.Queued, Offer(session, large));
        Assert.Equal(EnqueueOutcome.Refused, Offer(session, SessionRig.Message()));
    }

    [Fact]
    public void All_sessions_share_one_budget_and_give_it_back()
    {
        var message = SessionRig.Message();
        var budget = new QueueBudget(2 * message.Size);
        var first = new MqttSession("1", 0, new(), budget, metrics, null);
        var second = new MqttSession("2", 0, new(), budget, metrics, null);
        Assert.Equal(EnqueueOutcome.Queued, Offer(first, message));
        Assert.Equal(EnqueueOutcome.Queued, Offer(second, message));
        Assert.Equal(EnqueueOutcome.Refused, Offer(second, message));
        first.End();
        Assert.Equal(EnqueueOutcome.Queued, Offer(second, message));
        Assert.Equal(EnqueueOutcome.Ended, Offer(first, message));
        second.End();
        Assert.Equal(0, budget.Used);
    }

    [Fact]
    public void What_expires_before_it_is_sent_is_dropped_and_makes_room()
    {
        var session = Connected(receiveMaximum: 1, options: new() { MaxQueuedMessages = 3 });
        Enqueue(session, "1");
        Drain(session);
        Offer(session, SessionRig.Message(text: "short", expiresAt: TimeSpan.FromSeconds(10).Ticks));
        Enqueue(session, "2");
        now = TimeSpan.FromSeconds(9).Ticks;
        Assert.Equal(EnqueueOutcome.Refused, Offer(session, SessionRig.Message()));
        now = TimeSpan.FromSeconds(10).Ticks;
        Assert.Equal(EnqueueOutcome.Queued, Offer(session, SessionRig.Message(text: "3")));
        Assert.Equal(1, metrics.Dropped);
        session.PubAck(connection, 1);
        Assert.Equal(["2:2 q1"], Drain(session));
        Assert.Equal(EnqueueOutcome.Expired, Offer(session, SessionRig.Message(expiresAt: now)));
    }

    [Fact]
    public void The_expiry_that_is_sent_is_what_is_left_of_it()
    {
        var session = Connected();
        Offer(session, SessionRig.Message(expiresAt: TimeSpan.FromSeconds(100).Ticks));
        Offer(session, SessionRig.Message());
        now = TimeSpan.FromSeconds(39.5).Ticks;
        Assert.True(session.TryTakeNext(connection, now, out var packet));
        Assert.Equal(61u, packet.ExpirySeconds);
        Assert.True(session.TryTakeNext(connection, now, out packet));
        Assert.Null(packet.ExpirySeconds);
    }

    [Fact]
    public void A_message_in_flight_is_sent_again_even_when_its_time_is_over()
    {
        var session = Connected();
        Offer(session, SessionRig.Message(expiresAt: 100));
        Drain(session);
        now = 200;
        var next = new FakeConnection();
        session.Attach(next, new(5, 60));
        Assert.True(session.TryTakeNext(next, now, out var packet));
        Assert.Equal((true, 0u), (packet.Duplicate, packet.ExpirySeconds));
    }

    [Fact]
    public void A_packet_that_is_too_large_for_the_client_is_given_up()
    {
        var session = Connected(receiveMaximum: 1);
        Enqueue(session, "large", "small");
        Assert.True(session.TryTakeNext(connection, now, out var packet));
        session.Discard(connection, packet);
        Assert.Equal(["2:small q1"], Drain(session));
        Assert.Equal(1, metrics.Dropped);
    }

    [Fact]
    public void QoS_0_is_not_kept_for_a_client_that_is_away()
    {
        var session = Connected();
        Enqueue(session, MqttQos.AtMostOnce, "waits");
        Enqueue(session, "kept");
        session.Detach(connection);
        Assert.Equal(EnqueueOutcome.Dropped, Offer(session, SessionRig.Message(), MqttQos.AtMostOnce));
        Assert.Equal(2, metrics.Dropped);
        session.Attach(connection, new(5, 60));
        Assert.Equal(["1:kept q1"], Drain(session));
    }

    [Fact]
    public void Packet_ids_wrap_and_pass_over_those_in_use()
    {
        var session = Connected();
        Enqueue(session, "stays");
        Drain(session);
        for (int i = 2; i <= 65_535; i++)
        {
            Enqueue(session, "x");
            Assert.True(session.TryTakeNext(connection, now, out var packet));
            Assert.Equal(i, packet.PacketId);
            session.PubAck(connection, packet.PacketId);
        }
        Enqueue(session, "after");
        Assert.Equal(["2:after q1"], Drain(session));
    }

    [Fact]
    public void The_connection_is_told_when_there_is_something_to_send()
    {
        var session = Connected(receiveMaximum: 1);
        Enqueue(session, "1");
        Assert.Equal(1, connection.Ready);
        Enqueue(session, "2");
        Drain(session);
        int before = connection.Ready;
        session.PubAck(connection, 1);
        Assert.Equal(before + 1, connection.Ready);
        Drain(session);
        session.PubAck(connection, 2);
        Assert.Equal(before + 1, connection.Ready);
    }

    [Fact]
    public void A_repeated_QoS_2_packet_is_recognised_until_it_is_released()
    {
        var session = Connected();
        Assert.Equal(ReceiveOutcome.New, session.CheckReceive(connection, 7));
        session.Receive(7, out _);
        Assert.Equal(ReceiveOutcome.Repeat, session.CheckReceive(connection, 7));
        var next = new FakeConnection();
        session.Attach(next, new(5, 60));
        Assert.Equal(ReceiveOutcome.Repeat, session.CheckReceive(next, 7));
        Assert.True(session.Release(next, 7, out _));
        Assert.False(session.Release(next, 7, out _));
        Assert.Equal(ReceiveOutcome.New, session.CheckReceive(next, 7));
    }

    [Fact]
    public void Unreleased_packet_ids_are_bounded()
    {
        var session = Connected(options: new() { ReceiveMaximum = 3 });
        for (ushort id = 1; id <= 6; id++)
        {
            Assert.Equal(ReceiveOutcome.New, session.CheckReceive(connection, id));
            session.Receive(id, out _);
        }
        Assert.Equal(ReceiveOutcome.TooMany, session.CheckReceive(connection, 7));
        Assert.Equal(ReceiveOutcome.Repeat, session.CheckReceive(connection, 6));
    }

    private MqttSession Connected(ushort receiveMaximum = 65_535, MqttSessionOptions? options = null)
    {
        var session = new MqttSession("c", 0, options ?? new(), new(1 << 30), metrics, store: null);
        session.Attach(connection, new(5, 60, receiveMaximum));
        return session;
    }

    private EnqueueOutcome Offer(MqttSession session, MqttMessage message, MqttQos qos = MqttQos.AtLeastOnce) =>
        session.Enqueue(message, qos, retain: false, [], now, out _);

    private void Enqueue(MqttSession session, params string[] texts) => Enqueue(session, MqttQos.AtLeastOnce, texts);

    private void Enqueue(MqttSession session, MqttQos qos, params string[] texts)
    {
        foreach (string text in texts)
            Assert.Equal(EnqueueOutcome.Queued, Offer(session, SessionRig.Message(text: text), qos));
    }

    private List<string> Drain(MqttSession session, FakeConnection? by = null) => SessionRig.Drain(session, by ?? connection, now);
}
