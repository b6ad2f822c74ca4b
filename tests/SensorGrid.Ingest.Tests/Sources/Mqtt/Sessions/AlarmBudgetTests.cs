using SensorGrid.Ingest.Sources.Mqtt.Alarms;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;
using SensorGrid.Testing;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

/// <summary>Alarms have room of their own, and a client that has none left is told instead of going on with a gap.</summary>
public sealed class AlarmBudgetTests
{
    private static readonly string Events = AlarmTopics.Events("water");

    private readonly FakeConnection connection = new();

    [Fact]
    public async Task Other_messages_take_no_room_from_alarms_nor_alarms_from_them()
    {
        await using var rig = new SessionRig(new() { MaxQueuedMessages = 1, MaxQueuedAlarms = 2 }, stored: false);
        var session = Subscribed(rig);

        Assert.Equal(EnqueueOutcomes(1, 1), (rig.Forward(SessionRig.Message("a", "m1")), rig.Forward(SessionRig.Message("a", "m2"))));
        Assert.Equal(1, rig.Forward(SessionRig.Message(Events, "e1")).Queued);
        Assert.Equal(1, rig.Forward(SessionRig.Message(Events, "e2")).Queued);
        Assert.Equal(["1:m1 q1", "2:e1 q1", "3:e2 q1"], rig.Drain(session, connection));
    }

    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    public async Task A_session_without_room_for_an_alarm_is_ended_and_its_client_finds_no_session(int qos)
    {
        await using var rig = new SessionRig(new() { MaxQueuedAlarms = 2 }, stored: false);
        var session = Subscribed(rig, (MqttQos)qos);
        for (int i = 1; i <= 2; i++)
            Assert.Equal(1, rig.Forward(SessionRig.Message(Events, $"e{i}")).Queued);

        Assert.Equal(1, rig.Forward(SessionRig.Message(Events, "e3")).Refused);

        Assert.Equal([SessionRelease.Ended], connection.Releases);
        Assert.Empty(rig.Drain(session, connection));
        Assert.False(rig.Connect("c", new FakeConnection()).SessionPresent);
        Assert.Equal(1, rig.Metrics.Refused);
    }

    [Fact]
    public async Task Bytes_of_one_session_and_of_all_of_them_are_bounded_too()
    {
        var large = SessionRig.Message(Events, new string('x', 600_000));
        await using var rig = new SessionRig(new() { MaxQueuedAlarmBytes = 1 << 20, MaxTotalAlarmBytes = 1 << 20 }, stored: false);
        Subscribed(rig);
        Assert.Equal(1, rig.Forward(large).Queued);
        var second = new FakeConnection();
        rig.Subscribe(rig.Connect("d", second).Session!, "#");

        // The first has no room, and gives back what the second takes: or the other way round, as they are asked.
        var result = rig.Forward(large);

        Assert.Equal(2, result.Queued + result.Refused);
        Assert.True(result.Refused >= 1);
        Assert.Equal(result.Refused, connection.Releases.Count + second.Releases.Count);
    }

    [Fact]
    public async Task An_overflow_of_one_session_is_none_of_another()
    {
        await using var rig = new SessionRig(new() { MaxQueuedAlarms = 2 }, stored: false);
        Subscribed(rig);
        var reading = new FakeConnection();
        var quick = rig.Connect("quick", reading).Session!;
        rig.Subscribe(quick, "#");
        for (int i = 1; i <= 4; i++)
        {
            rig.Forward(SessionRig.Message(Events, $"e{i}"));
            Assert.Equal([$"{i}:e{i} q1"], rig.Drain(quick, reading));
            quick.PubAck(reading, (ushort)i);
        }
        Assert.Equal([SessionRelease.Ended], connection.Releases);
        Assert.Empty(reading.Releases);
    }

    [Fact]
    public async Task What_waits_over_a_restart_still_counts_as_alarms()
    {
        var options = new MqttSessionOptions { MaxQueuedMessages = 1, MaxQueuedAlarms = 2 };
        var before = new SessionRig(options);
        Subscribed(before);
        before.Forward(SessionRig.Message(Events, "e1"));
        before.Forward(SessionRig.Message(Events, "e2"));
        await before.SettleAsync();
        await using var rig = await before.RestartAsync();

        // Room for other messages, none for alarms.
        Assert.Equal(1, rig.Forward(SessionRig.Message("a", "m1")).Queued);
        Assert.Equal(1, rig.Forward(SessionRig.Message(Events, "e3")).Refused);
        Assert.Equal(0, rig.Sessions.Count);
    }

    [Fact]
    public void Retained_alarms_have_room_of_their_own()
    {
        using var metrics = new SessionMetrics();
        var retained = new RetainedMessages(new() { MaxRetainedMessages = 1, MaxRetainedAlarms = 1 }, metrics, store: null);
        RetainOutcome Set(string topic, string text = "x") => retained.Set(SessionRig.Message(topic, text, retain: true), Some.Instant.UtcTicks, out _);

        Assert.Equal(RetainOutcome.Kept, Set("a"));
        Assert.Equal(RetainOutcome.Refused, Set("b"));
        Assert.Equal(RetainOutcome.Kept, Set(AlarmTopics.Open("water", "1")));
        Assert.Equal(RetainOutcome.Kept, Set(AlarmTopics.Open("water", "1"), "newer"));
        Assert.Equal(RetainOutcome.Refused, Set(AlarmTopics.Open("water", "2")));
        Assert.Equal(RetainOutcome.Cleared, Set(AlarmTopics.Open("water", "1"), ""));
        Assert.Equal(RetainOutcome.Kept, Set(AlarmTopics.Open("water", "2")));
        Assert.Equal(2, metrics.Refused);
    }

    private MqttSession Subscribed(SessionRig rig, MqttQos qos = MqttQos.AtLeastOnce)
    {
        var session = rig.Connect("c", connection).Session!;
        rig.Subscribe(session, "#", qos);
        return session;
    }

    private static (ForwardResult, ForwardResult) EnqueueOutcomes(int queued, int refused) => (new(queued, 0, 0, 0), new(0, refused, 0, 0));
}
