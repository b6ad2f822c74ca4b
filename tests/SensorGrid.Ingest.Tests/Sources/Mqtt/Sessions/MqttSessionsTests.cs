using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

public sealed class MqttSessionsTests : IAsyncLifetime
{
    private readonly SessionRig rig = new(stored: false);
    private readonly FakeConnection first = new();
    private readonly FakeConnection second = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await rig.DisposeAsync();

    [Fact]
    public void A_session_waits_for_its_client_with_subscriptions_and_messages()
    {
        var session = rig.Connect("c", first).Session!;
        rig.Subscribe(session, "a/+");
        rig.Sessions.Disconnect(session, first, forgetWill: true);
        Assert.Equal(1, rig.Forward(SessionRig.Message()).Queued);
        rig.Time.Advance(TimeSpan.FromSeconds(3599));
        rig.Sessions.TakeDueWills();
        var (again, present, _) = rig.Connect("c", second);
        Assert.True(present);
        Assert.Same(session, again);
        Assert.Equal(["1:x q1"], rig.Drain(session, second));
    }

    [Fact]
    public void A_session_ends_when_its_client_does_not_come_back_in_time()
    {
        var session = rig.Connect("c", first).Session!;
        rig.Subscribe(session, "a/+");
        rig.Forward(SessionRig.Message());
        rig.Sessions.Disconnect(session, first, forgetWill: true);
        rig.Time.Advance(TimeSpan.FromSeconds(3600));
        rig.Sessions.TakeDueWills();
        Assert.Equal(0, rig.Sessions.Count);
        Assert.True(rig.Forward(SessionRig.Message()).HasNoSubscribers);
        Assert.Equal(1, rig.Metrics.Dropped);
    }

    [Fact]
    public void A_session_whose_time_is_over_is_not_given_to_a_client_even_before_the_clock_was_asked()
    {
        var session = rig.Connect("c", first).Session!;
        rig.Sessions.Disconnect(session, first, forgetWill: true);
        rig.Time.Advance(TimeSpan.FromSeconds(3600));
        var (again, present, _) = rig.Connect("c", second);
        Assert.False(present);
        Assert.NotSame(session, again);
    }

    [Fact]
    public void Clean_start_begins_anew()
    {
        var session = rig.Connect("c", first).Session!;
        rig.Subscribe(session, "a/+");
        rig.Sessions.Disconnect(session, first, forgetWill: true);
        Assert.False(rig.Connect("c", second, cleanStart: true).SessionPresent);
        Assert.True(rig.Forward(SessionRig.Message()).HasNoSubscribers);
        Assert.Equal(1, rig.Sessions.Count);
    }

    [Fact]
    public void A_session_without_expiry_ends_with_its_connection()
    {
        var session = rig.Connect("c", first, expiry: 0).Session!;
        rig.Sessions.Disconnect(session, first, forgetWill: true);
        Assert.Equal(0, rig.Sessions.Count);
    }

    [Theory]
    [InlineData(true, false)]
    [InlineData(false, true)]
    public void In_MQTT_3_1_1_clean_session_decides_both_ends(bool clean, bool kept)
    {
        var session = rig.Connect("c", first, cleanStart: clean, expiry: 0, version: 4).Session!;
        rig.Sessions.Disconnect(session, first, forgetWill: true);
        Assert.Equal(kept, rig.Connect("c", second, cleanStart: false, expiry: 0, version: 4).SessionPresent);
    }

    [Fact]
    public void The_expiry_is_cut_to_what_we_allow_and_DISCONNECT_may_change_it()
    {
        var session = rig.Connect("c", first, expiry: uint.MaxValue).Session!;
        Assert.Equal(7u * 24 * 3600, session.Terms.ExpirySeconds);
        rig.Sessions.Disconnect(session, first, forgetWill: true, expirySeconds: 0);
        Assert.Equal(0, rig.Sessions.Count);
        session = rig.Connect("d", second, expiry: 0).Session!;
        rig.Sessions.Disconnect(session, second, forgetWill: true, expirySeconds: 100);
        Assert.Equal(0, rig.Sessions.Count);
    }

    [Fact]
    public void A_second_connection_takes_the_session_over()
    {
        var session = rig.Connect("c", first).Session!;
        Assert.True(rig.Connect("c", second).SessionPresent);
        Assert.Equal([SessionRelease.TakenOver], first.Releases);
        rig.Sessions.Disconnect(session, first, forgetWill: false);
        Assert.True(session.IsConnected);
    }

    [Fact]
    public void Taking_over_a_session_that_ends_with_its_connection_begins_a_new_one()
    {
        var session = rig.Connect("c", first, expiry: 0).Session!;
        rig.Subscribe(session, "a/+");
        Assert.False(rig.Connect("c", second).SessionPresent);
        Assert.Equal([SessionRelease.TakenOver], first.Releases);
        Assert.True(rig.Forward(SessionRig.Message()).HasNoSubscribers);
        Assert.Equal(SubscribeOutcome.TooMany, rig.Subscribe(session, "a/+"));
        Assert.True(rig.Forward(SessionRig.Message()).HasNoSubscribers);
    }

    [Fact]
    public async Task Sessions_are_bounded_but_a_known_client_comes_back()
    {
        await using var small = new SessionRig(new() { MaxSessions = 1 }, stored: false);
        var session = small.Connect("c", first).Session!;
        Assert.Null(small.Connect("d", second).Session);
        Assert.Equal(1, small.Metrics.Refused);
        small.Sessions.Disconnect(session, first, forgetWill: true);
        Assert.True(small.Connect("c", first).SessionPresent);
        Assert.NotNull(small.Connect("c", second, cleanStart: true).Session);
    }

    [Fact]
    public void A_copy_has_the_lesser_QoS_and_keeps_RETAIN_only_when_asked()
    {
        var session = rig.Connect("c", first).Session!;
        rig.Sessions.Subscribe(session, new(TopicFilterTests.Parse("a/+"), MqttQos.AtMostOnce), out _);
        rig.Sessions.Subscribe(session, new(TopicFilterTests.Parse("b/+"), MqttQos.ExactlyOnce, RetainAsPublished: true), out _);
        rig.Forward(SessionRig.Message("a/b", retain: true));
        rig.Forward(SessionRig.Message("b/b", retain: true));
        Assert.Equal(["0:x q0", "1:x q1 retain"], rig.Drain(session, first));
    }

    [Fact]
    public void A_full_session_is_reported_to_whoever_publishes()
    {
        var session = rig.Connect("c", first).Session!;
        rig.Subscribe(session, "#");
        for (int i = 0; i < rig.Options.MaxQueuedMessages; i++)
            Assert.Equal(new(1, 0, 0, 0), rig.Forward(SessionRig.Message()));
        Assert.Equal(new(0, 1, 0, 0), rig.Forward(SessionRig.Message()));
        Assert.Equal(new(0, 0, 1, 0), rig.Forward(SessionRig.Message(qos: MqttQos.AtMostOnce)));
    }

    [Theory]
    [InlineData(RetainHandling.Send, true, true)]
    [InlineData(RetainHandling.SendIfNew, true, false)]
    [InlineData(RetainHandling.DoNotSend, false, false)]
    public void A_subscription_gets_retained_messages_as_it_asks(object handling, bool whenNew, bool whenAgain)
    {
        Retain("a/b", "kept");
        var session = rig.Connect("c", first).Session!;
        rig.Subscribe(session, "a/+", handling: (RetainHandling)handling);
        Assert.Equal(whenNew ? ["1:kept q1 retain"] : [], rig.Drain(session, first));
        session.PubAck(first, 1);
        rig.Subscribe(session, "a/+", handling: (RetainHandling)handling);
        Assert.Equal(whenAgain ? ["2:kept q1 retain"] : [], rig.Drain(session, first));
    }

    [Fact]
    public void A_shared_subscription_gets_no_retained_messages()
    {
        Retain("a/b", "kept");
        var session = rig.Connect("c", first).Session!;
        rig.Subscribe(session, "$share/g/a/+");
        Assert.Empty(rig.Drain(session, first));
    }

    [Fact]
    public async Task More_retained_messages_than_a_queue_holds_all_come_in_their_newest_form()
    {
        await using var small = new SessionRig(new() { MaxQueuedMessages = 20, MaxInFlight = 5 }, stored: false);
        for (int i = 0; i < 100; i++)
            small.Sessions.Retained.Set(SessionRig.Message($"a/{i}", "old", retain: true), 0, out _);
        var session = small.Connect("c", first).Session!;
        small.Subscribe(session, "a/+");
        for (int i = 0; i < 50; i++)
            small.Sessions.Retained.Set(SessionRig.Message($"a/{50 + i}", i < 25 ? "new" : "", retain: true), 0, out _);
        var got = new List<string>();
        while (session.TryTakeNext(first, small.Clock.NowTicks, out var packet))
        {
            got.Add($"{packet.Message!.Topic} {SessionRig.Text(packet.Message)}");
            session.PubAck(first, packet.PacketId);
        }
        var expected = Enumerable.Range(0, 75).Select(i => $"a/{i} {(i < 50 ? "old" : "new")}");
        Assert.Equal(expected.Order(StringComparer.Ordinal), got.Order(StringComparer.Ordinal));
        Assert.Equal(0, small.Metrics.Refused);
    }

    [Fact]
    public async Task Retained_messages_wait_for_room_in_bytes_too()
    {
        string large = new('x', 1000);
        await using var small = new SessionRig(new() { MaxQueuedBytes = 3000 }, stored: false);
        for (int i = 0; i < 6; i++)
            small.Sessions.Retained.Set(SessionRig.Message($"a/{i}", i == 3 ? new('x', 4000) : large, retain: true), 0, out _);
        var session = small.Connect("c", first).Session!;
        small.Subscribe(session, "a/+", identifier: 9);
        var rounds = new List<int>();
        while (true)
        {
            var ids = new List<ushort>();
            while (session.TryTakeNext(first, small.Clock.NowTicks, out var packet))
            {
                Assert.Equal([9], packet.SubscriptionIdentifiers);
                ids.Add(packet.PacketId);
            }
            if (ids.Count == 0)
                break;
            rounds.Add(ids.Count);
            foreach (ushort id in ids)
            {
                int ready = first.Ready;
                session.PubAck(first, id);
                Assert.True(first.Ready > ready || rounds.Sum() == 5);
            }
        }
        // The one that fits into no queue waits until nothing is before it, and is refused.
        Assert.Equal([2, 1, 2], rounds);
        Assert.Equal(1, small.Metrics.Refused);
    }

    [Fact]
    public void No_Local_leaves_out_what_the_session_itself_published()
    {
        var session = rig.Connect("c", first).Session!;
        var other = rig.Connect("d", second).Session!;
        rig.Sessions.Subscribe(session, new(TopicFilterTests.Parse("a/+"), MqttQos.AtLeastOnce, NoLocal: true), out _);
        Assert.True(rig.Forward(SessionRig.Message(), session).HasNoSubscribers);
        Assert.Equal(1, rig.Forward(SessionRig.Message(), other).Queued);
    }

    [Fact]
    public async Task Publishers_beside_a_connection_that_comes_and_goes_lose_nothing()
    {
        const int Publishers = 3;
        const int Each = 2000;
        await using var busy = new SessionRig(new() { MaxQueuedMessages = 50, MaxInFlight = 8 }, stored: false);
        busy.Subscribe(busy.Connect("c", first).Session!, "a/+");
        var publishing = Enumerable.Range(0, Publishers).Select(who => Task.Run(async () =>
        {
            var own = new MatchList();
            for (int i = 0; i < Each;)
            {
                var message = SessionRig.Message($"a/{who}", $"{who} {i}", i % 2 == 0 ? MqttQos.AtLeastOnce : MqttQos.ExactlyOnce);
                if (busy.Sessions.Forward(message, null, own).Queued == 1)
                    i++;
                else
                    await Task.Yield();
            }
        })).ToList();

        var got = Enumerable.Range(0, Publishers).Select(_ => new List<string>()).ToList();
        var session = busy.Sessions.Find("c")!;
        ISessionConnection connection = first;
        for (int taken = 0; got.Sum(texts => texts.Count) < Publishers * Each;)
        {
            if (!session.TryTakeNext(connection, busy.Clock.NowTicks, out var packet))
            {
                Assert.False(publishing.TrueForAll(task => task.IsCompleted) && session.QueuedMessages == 0 && got.Sum(texts => texts.Count) < Publishers * Each);
                await Task.Yield();
                continue;
            }
            // Every so often it is lost on the way, and a new connection gets it again.
            if (++taken % 97 == 0)
            {
                connection = new FakeConnection();
                Assert.True(busy.Connect("c", connection).SessionPresent);
                continue;
            }
            if (packet.Message is not { } message)
            {
                session.PubComp(connection, packet.PacketId);
                continue;
            }
            string text = SessionRig.Text(message);
            got[text[0] - '0'].Add(text);
            if (packet.Qos == MqttQos.AtLeastOnce)
                session.PubAck(connection, packet.PacketId);
            else
                session.PubRec(connection, packet.PacketId);
        }
        await Task.WhenAll(publishing);
        for (int who = 0; who < Publishers; who++)
            Assert.Equal(Enumerable.Range(0, Each).Select(i => $"{who} {i}"), got[who]);
    }

    private void Retain(string topic, string text) => rig.Sessions.Retained.Set(SessionRig.Message(topic, text, retain: true), rig.Clock.NowTicks, out _);
}
