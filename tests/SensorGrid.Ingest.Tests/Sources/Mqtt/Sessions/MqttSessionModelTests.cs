using CsCheck;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

/// <summary>The session against lists: whatever happens in whatever order, both say the same. With a store, the session that a restart
/// reads is the one that the model says, in the middle of everything.</summary>
public sealed class MqttSessionModelTests
{
    private const int Window = 4;
    private const int Capacity = 10;

    private static readonly MqttSessionOptions Options = new() { MaxInFlight = Window, MaxQueuedMessages = Capacity, ReceiveMaximum = 2 };

    private static readonly Gen<(int Action, int Pick)[]> Steps = Gen.Select(Gen.Int[0, 11], Gen.Int[0, 9]).Array[0, 120];

    [Fact]
    public void Behaves_as_lists_do() => Steps.Sample(steps =>
    {
        using var metrics = new SessionMetrics();
        var session = new MqttSession("c", 0, Options, new(1 << 30), metrics, store: null);
        var model = new Model();
        foreach (var (action, pick) in steps)
            Step(session, model, action, pick);
    }, iter: 2000);

    [Fact]
    public async Task A_restart_at_any_moment_gives_the_session_back() => await Steps.SampleAsync(async steps =>
    {
        var rig = new SessionRig(Options);
        var opening = new FakeConnection();
        var session = rig.Connect("c", opening).Session!;
        session.Detach(opening);
        var model = new Model();
        for (int i = 0; i < steps.Length; i++)
        {
            Step(session, model, steps[i].Action, steps[i].Pick);
            if (i % 40 != 39)
                continue;
            rig = await rig.RestartAsync();
            session = rig.Sessions.Find("c")!;
            model.Disconnect();
            Assert.Equal((model.Held, model.InFlight.Count, model.Received.Count), (session.QueuedMessages, session.InFlightMessages, session.UnreleasedIds));
        }
        Assert.Equal(model.Held, session.QueuedMessages);
        await rig.DisposeAsync();
    }, iter: 15);

    private static void Step(MqttSession session, Model model, int action, int pick)
    {
        var connection = model.Connection;
        switch (action)
        {
            case 0 or 1 or 2:
                var qos = (MqttQos)(pick % 3);
                long expiresAt = pick > 6 ? model.Now + pick : MqttMessage.NeverExpires;
                var message = SessionRig.Message(text: $"m{++model.Messages}", expiresAt: expiresAt);
                Assert.Equal(model.Enqueue(message, qos), session.Enqueue(message, qos, retain: false, [], model.Now, out _));
                break;
            case 3 or 4 or 5:
                bool taken = session.TryTakeNext(connection, model.Now, out var packet);
                model.Take(taken, packet);
                break;
            case 6:
                ushort id = model.Id(pick);
                Assert.Equal(model.PubAck(id), session.PubAck(connection, id));
                break;
            case 7:
                id = model.Id(pick);
                bool accepted = pick % 4 != 3;
                Assert.Equal(model.PubRec(id, accepted), session.PubRec(connection, id, accepted));
                break;
            case 8:
                id = model.Id(pick);
                Assert.Equal(model.PubComp(id), session.PubComp(connection, id));
                break;
            case 9:
                if (model.Connected && pick < 5)
                {
                    Assert.True(session.Detach(connection));
                    model.Disconnect();
                }
                else
                {
                    Assert.Equal(model.Connected ? connection : null, session.Attach(model.Connect(1 + pick % 6), new(5, 3600, (ushort)(1 + pick % 6))));
                }
                break;
            case 10:
                id = (ushort)(1 + pick);
                var received = !model.Connected ? ReceiveOutcome.NotConnected
                    : model.Received.Contains(id) ? ReceiveOutcome.Repeat
                    : model.Received.Count >= 4 ? ReceiveOutcome.TooMany
                    : ReceiveOutcome.New;
                Assert.Equal(received, session.CheckReceive(connection, id));
                if (received == ReceiveOutcome.New)
                {
                    session.Receive(id, out _);
                    model.Received.Add(id);
                }
                break;
            case 11:
                id = (ushort)(1 + pick);
                Assert.Equal(model.Connected && model.Received.Remove(id), session.Release(connection, id, out _));
                model.Now += pick;
                break;
        }
        Assert.Equal(model.InFlight.Count, session.InFlightMessages);
        Assert.Equal(model.Connected, session.IsConnected);
        Assert.Equal(model.Received.Count, session.UnreleasedIds);
    }

    /// <summary>What the standard says, in lists.</summary>
    private sealed class Model
    {
        private readonly List<(MqttMessage Message, MqttQos Qos)> waiting = [];
        private List<string> again = [];
        private int window;
        private int used;
        private HashSet<ushort> counted = [];

        public List<(ushort Id, MqttMessage Message, MqttQos Qos, bool Released)> InFlight { get; private set; } = [];

        public HashSet<ushort> Received { get; } = [];

        public FakeConnection Connection { get; private set; } = new();

        public bool Connected { get; private set; }

        public long Now { get; set; } = 1;

        public int Messages { get; set; }

        public int Held => waiting.Count + InFlight.Count;

        public ushort Id(int pick) => pick < InFlight.Count ? InFlight[pick].Id : (ushort)60_000;

        public FakeConnection Connect(int receiveMaximum)
        {
            Disconnect();
            Connected = true;
            window = Math.Min(Window, receiveMaximum);
            again = [.. InFlight.Where(one => one.Released).Select(one => $"rel {one.Id}"), .. Resends()];
            return Connection = new();
        }

        public void Disconnect()
        {
            Connected = false;
            waiting.RemoveAll(one => one.Qos == MqttQos.AtMostOnce);
            again = [];
            counted = [];
            used = 0;
        }

        public EnqueueOutcome Enqueue(MqttMessage message, MqttQos qos)
        {
            if (message.HasExpired(Now))
                return EnqueueOutcome.Expired;
            if (qos == MqttQos.AtMostOnce && !Connected)
                return EnqueueOutcome.Dropped;
            if (Held >= Capacity)
                waiting.RemoveAll(one => one.Message.HasExpired(Now));
            if (Held >= Capacity)
                return qos == MqttQos.AtMostOnce ? EnqueueOutcome.Dropped : EnqueueOutcome.Refused;
            waiting.Add((message, qos));
            return EnqueueOutcome.Queued;
        }

        /// <summary>Checks what was taken, and takes it here too. New packet ids are the session's choice, as long as they are free.</summary>
        public void Take(bool taken, in OutgoingPacket packet)
        {
            if (!Connected)
            {
                Assert.False(taken);
                return;
            }
            int resend = again.FindIndex(text => text.StartsWith("rel", StringComparison.Ordinal) || used < window);
            if (resend >= 0)
            {
                Assert.True(taken);
                Assert.Equal(again[resend], SessionRig.Text(packet));
                again.RemoveAt(resend);
                if (packet.Message is not null)
                    Count(packet.PacketId);
                return;
            }
            bool mayNew = again.Count == 0 && used < window;
            // The session forgets expired messages as it comes to them: those before the one it takes, and all heads when it takes none.
            int next = waiting.FindIndex(one => (one.Qos == MqttQos.AtMostOnce || mayNew) && !one.Message.HasExpired(Now));
            for (int i = 0; i < (next < 0 ? waiting.Count : next);)
            {
                var (expired, qos) = waiting[i];
                bool isReached = expired.HasExpired(Now) && (qos == MqttQos.AtMostOnce || mayNew);
                if (!isReached)
                {
                    i++;
                    continue;
                }
                waiting.RemoveAt(i);
                if (next > 0)
                    next--;
            }
            Assert.Equal(next >= 0, taken);
            if (next < 0)
                return;
            var (message, wanted) = waiting[next];
            Assert.NotNull(packet.Message);
            Assert.Equal((SessionRig.Text(message), wanted, false), (SessionRig.Text(packet.Message), packet.Qos, packet.Duplicate));
            waiting.RemoveAt(next);
            if (wanted == MqttQos.AtMostOnce)
                return;
            Assert.NotEqual(0, packet.PacketId);
            ushort id = packet.PacketId;
            Assert.DoesNotContain(InFlight, one => one.Id == id);
            InFlight.Add((id, message, wanted, false));
            Count(id);
        }

        public AcknowledgeOutcome PubAck(ushort id) => Answer(id, one => one.Qos == MqttQos.AtLeastOnce, Complete);

        public AcknowledgeOutcome PubComp(ushort id) => Answer(id, one => one.Released, Complete);

        public AcknowledgeOutcome PubRec(ushort id, bool accepted) => Answer(id, one => one.Qos == MqttQos.ExactlyOnce, at =>
        {
            if (!accepted)
            {
                Complete(at);
                return;
            }
            var entry = InFlight[at];
            again.RemoveAll(text => text == Resend(entry));
            // In the order of their PUBRECs: the list keeps released ones where they came to be so.
            if (!entry.Released)
            {
                InFlight.RemoveAt(at);
                InFlight.Add(entry with { Released = true });
            }
            if (!again.Contains($"rel {id}"))
                again.Insert(again.TakeWhile(text => text.StartsWith("rel", StringComparison.Ordinal)).Count(), $"rel {id}");
        });

        private AcknowledgeOutcome Answer(ushort id, Func<(ushort Id, MqttMessage Message, MqttQos Qos, bool Released), bool> fits, Action<int> apply)
        {
            if (!Connected)
                return AcknowledgeOutcome.NotConnected;
            int at = InFlight.FindIndex(one => one.Id == id);
            if (at < 0)
                return AcknowledgeOutcome.UnknownPacketId;
            if (!fits(InFlight[at]))
                return AcknowledgeOutcome.ProtocolError;
            apply(at);
            return AcknowledgeOutcome.Done;
        }

        private void Complete(int at)
        {
            var entry = InFlight[at];
            again.RemoveAll(text => text == $"rel {entry.Id}" || text == Resend(entry));
            InFlight.RemoveAt(at);
            if (counted.Remove(entry.Id))
                used--;
        }

        private void Count(ushort id)
        {
            counted.Add(id);
            used++;
        }

        private IEnumerable<string> Resends() => InFlight.Where(one => !one.Released).Select(Resend);

        private static string Resend((ushort Id, MqttMessage Message, MqttQos Qos, bool Released) entry) =>
            $"{entry.Id}:{SessionRig.Text(entry.Message)} q{(int)entry.Qos} dup";
    }
}
