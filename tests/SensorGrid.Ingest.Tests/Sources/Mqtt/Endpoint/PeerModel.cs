using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>A client and what the standard says of its session, in lists. Checks every packet it reads against them.</summary>
internal sealed class PeerModel(EndpointRig rig, string clientId, MqttVersion version)
{
    /// <summary>Messages of QoS 1 and 2 in flight at once.</summary>
    public const int Window = 2;

    // What the session holds.
    private readonly Dictionary<string, byte> subscriptions = [];
    private readonly List<Copy> copies = [];
    private readonly HashSet<ushort> unreleased = [];
    private bool isKept;

    // What the connection holds.
    private readonly Queue<string> zeros = [];
    private readonly Queue<(string Packet, int Sequence)> answers = [];
    private readonly Queue<string> requested = [];
    private MemoryClient? connection;
    private ushort lastId;

    public MqttVersion Version => version;

    public bool IsConnected => connection is not null;

    public bool HasSession { get; private set; }

    /// <summary>QoS 2 packet ids of its own that it has not released.</summary>
    public IReadOnlyCollection<ushort> Unreleased => unreleased;

    public ushort NextId() => ++lastId;

    public async Task ConnectAsync(bool keep)
    {
        var before = connection;
        bool present = HasSession && isKept && keep;
        if (before is not null)
            Lost();
        if (!present)
            EndSession();
        connection = keep ? await Talk.ConnectKeptAsync(rig, version, clientId) : await rig.ConnectAsync(version, clientId);
        Assert.Equal(present ? "01" : "00", connection.ConnAck[4..6]);
        HasSession = true;
        isKept = keep;
        if (before is null)
            return;
        string[] goodbye = version == MqttVersion.V5 ? ["E0018E", "closed"] : ["closed"];
        Assert.Equal(goodbye, await Talk.AnswersAsync(before));
        await before.Served.WaitAsync(MqttTestClient.Patience);
    }

    public async Task LeaveAsync(byte[] last, params string[] expected)
    {
        var leaving = connection!;
        Lost();
        if (last.Length == 0)
            leaving.Close();
        else
            Assert.Equal(string.Join(' ', [.. expected, "closed"]), string.Join(' ', await Talk.AnswersAsync(leaving, last)));
        await leaving.Served.WaitAsync(MqttTestClient.Patience);
        if (!isKept)
            EndSession();
    }

    public async Task SubscribeAsync(string filter, byte qos)
    {
        subscriptions[filter] = qos;
        ushort id = NextId();
        requested.Enqueue(version == MqttVersion.V5 ? $"9004{id:X4}00{qos:X2}" : $"9003{id:X4}{qos:X2}");
        await connection!.SendAsync(Wire.Subscribe(version, filter, qos, id));
    }

    public async Task UnsubscribeAsync(string filter)
    {
        ushort id = NextId();
        bool existed = subscriptions.Remove(filter);
        requested.Enqueue(version == MqttVersion.V5 ? $"B004{id:X4}00{(existed ? 0 : 0x11):X2}" : $"B002{id:X4}");
        byte[] properties = version == MqttVersion.V5 ? [0] : [];
        await connection!.SendAsync(Wire.Packet(0xA2, id, properties, filter));
    }

    /// <summary>Sends a packet; its answer comes in turn, and not before the log has come to a sequence.</summary>
    public async Task SendAsync(byte[] packet, string? answer, int sequence)
    {
        if (answer is not null)
            answers.Enqueue((answer, sequence));
        await connection!.SendAsync(packet);
    }

    public void Took(ushort id) => unreleased.Add(id);

    public void Released(ushort id) => unreleased.Remove(id);

    /// <summary>Somebody published.</summary>
    /// <returns>Whether the session is subscribed.</returns>
    public bool Deliver(string topic, string payload, byte qos)
    {
        var granted = subscriptions.Where(one => one.Key == topic || (one.Key == "+" && !topic.Contains('/', StringComparison.Ordinal))).Select(one => one.Value).ToArray();
        if (!HasSession || granted.Length == 0)
            return false;
        byte lesser = Math.Min(qos, granted.Max());
        if (lesser > 0)
            copies.Add(new() { Topic = topic, Payload = payload, Qos = lesser });
        else if (IsConnected)
            zeros.Enqueue(Talk.Publish(version, topic, payload));
        return true;
    }

    /// <summary>Acknowledges one of the messages in flight, or ends an exchange of QoS 2.</summary>
    public async Task AcknowledgeAsync(int pick)
    {
        var open = copies.Where(copy => copy.OnWire).ToList();
        if (open.Count == 0)
            return;
        var copy = open[pick % open.Count];
        byte answer = copy.Qos == 1 ? (byte)0x40 : copy.IsReceived ? (byte)0x70 : (byte)0x50;
        if (answer == 0x50)
        {
            copy.IsReceived = true;
            copy.ReleaseIsDue = true;
        }
        else
        {
            copies.Remove(copy);
        }
        await connection!.SendAsync(Talk.Acknowledge(answer, copy.Id));
    }

    /// <summary>Reads all there is, and finds that nothing is missing.</summary>
    public async Task SettleAsync(long committed)
    {
        if (connection is null)
            return;
        // Two: what became due is sent at the latest behind the first answer.
        for (int ping = 0; ping < 2; ping++)
        {
            await connection.SendAsync(0xC0, 0);
            for (string packet = await connection.ReadAsync(); packet != "D000"; packet = await connection.ReadAsync())
                Take(packet, committed);
        }
        Assert.Empty(requested);
        Assert.Empty(zeros);
        Assert.DoesNotContain(copies, copy => copy.ReleaseIsDue);
        Assert.True(answers.Count == 0 || answers.Peek().Sequence > committed, "an answer is missing");
        int used = copies.Count(copy => copy.OnWire && copy.Counts);
        Assert.True(used <= Window, "more in flight than allowed");
        Assert.True(used == Window || copies.All(copy => copy.OnWire), "a message is held back");
    }

    private void Take(string packet, long committed)
    {
        switch (packet[0])
        {
            case '4' or '5' or '7':
                var (expected, sequence) = answers.Dequeue();
                Assert.Equal(expected, packet);
                Assert.True(sequence <= committed, $"{packet} before its commit");
                break;
            case '6':
                var due = copies.First(copy => copy.ReleaseIsDue && packet == $"6202{copy.Id:X4}");
                due.ReleaseIsDue = false;
                due.OnWire = true;
                break;
            case '9' or 'B':
                Assert.Equal(requested.Dequeue(), packet);
                break;
            case '3' when (Convert.ToByte(packet[..2], 16) & 6) == 0:
                Assert.Equal(zeros.Dequeue(), packet);
                break;
            case '3':
                TakePublish(packet);
                break;
            default:
                Assert.Fail($"unexpected {packet}");
                break;
        }
    }

    private void TakePublish(string packet)
    {
        // Repeated ones first, in order, with their packet ids; then new ones in order.
        var next = copies.First(copy => !copy.OnWire);
        bool isAgain = next.Id != 0;
        if (!isAgain)
        {
            int at = 4 + 4 + next.Topic.Length * 2;
            next.Id = Convert.ToUInt16(packet[at..(at + 4)], 16);
            Assert.NotEqual(0, next.Id);
            Assert.DoesNotContain(copies, copy => copy != next && copy.Id == next.Id);
        }
        Assert.Equal(Talk.Publish(version, next.Topic, next.Payload, next.Qos, next.Id, isAgain ? (byte)8 : (byte)0), packet);
        next.OnWire = true;
        next.Counts = true;
    }

    private void Lost()
    {
        connection = null;
        zeros.Clear();
        answers.Clear();
        requested.Clear();
        foreach (var copy in copies)
        {
            copy.OnWire = false;
            copy.Counts = false;
            copy.ReleaseIsDue = copy.IsReceived;
        }
    }

    private void EndSession()
    {
        HasSession = false;
        subscriptions.Clear();
        copies.Clear();
        unreleased.Clear();
    }

    private sealed class Copy
    {
        public required string Topic { get; init; }

        public required string Payload { get; init; }

        public required byte Qos { get; init; }

        /// <summary>0 until it was sent.</summary>
        public ushort Id { get; set; }

        /// <summary>PUBLISH, or PUBREL of what was received before, was sent on this connection.</summary>
        public bool OnWire { get; set; }

        /// <summary>PUBLISH was sent on this connection.</summary>
        public bool Counts { get; set; }

        /// <summary>PUBREC was sent.</summary>
        public bool IsReceived { get; set; }

        /// <summary>PUBREL is to come.</summary>
        public bool ReleaseIsDue { get; set; }
    }
}
