using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using Microsoft.Extensions.Logging.Abstractions;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;
using SensorGrid.Ingest.Sources.Mqtt.Topics;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Sessions;

/// <summary>A process that works on sessions until it is killed, and says on its standard output what it is about to do (<c>try</c>) and what
/// it was told is on disk (<c>done</c>).</summary>
[SuppressMessage("ApiDesign", "RS0030", Justification = "Its output is what the test reads.")]
internal static class KilledSessions
{
    public const string Command = "sessions-until-killed";

    private const int Clients = 3;

    public static async Task RunAsync(string folder, int seed)
    {
        var random = new Random(seed);
        var options = new MqttSessionOptions { MaxQueuedMessages = 200 };
        using var metrics = new SessionMetrics();
        await using var store = SessionStore.Open(folder, options, TimeProvider.System, metrics, NullLogger.Instance, out var state);
        var sessions = new MqttSessions(options, new(TimeProvider.System), metrics, NullLogger.Instance, store, state);
        var matches = new MatchList();
        var clients = new List<(MqttSession Session, FakeConnection Connection)>();
        for (int i = 0; i < Clients; i++)
        {
            var connection = new FakeConnection();
            var grant = sessions.Connect(new() { ClientId = $"c{i}", ProtocolVersion = 5, ExpirySeconds = 3600, ReceiveMaximum = 20 }, connection);
            sessions.Subscribe(grant.Session!, new(TopicFilterTests.Parse($"{i}/+"), MqttQos.ExactlyOnce), out long change);
            await store.WhenDurableAsync(change);
            clients.Add((grant.Session!, connection));
        }
        var done = new List<string>();
        var ids = Enumerable.Range(0, Clients).Select(_ => new SortedSet<ushort>()).ToList();
        for (int step = 1; ; step++)
        {
            await store.WaitForRoomAsync(CancellationToken.None);
            int who = random.Next(Clients);
            var (session, connection) = clients[who];
            switch (random.Next(6))
            {
                case 0 or 1:
                    string number = step.ToString(CultureInfo.InvariantCulture);
                    var message = SessionRig.Message($"{who}/x", number, (MqttQos)random.Next(1, 3));
                    Say($"try queue {who} {number}");
                    var forwarded = sessions.Forward(message, null, matches);
                    if (forwarded.Queued == 1)
                        done.Add($"done queue {who} {number}");
                    break;
                case 2 or 3:
                    if (!session.TryTakeNext(connection, 0, out var packet))
                        break;
                    if (packet.Message is not { } sent)
                    {
                        session.PubComp(connection, packet.PacketId);
                        break;
                    }
                    Say($"try finish {who} {SessionRig.Text(sent)}");
                    if (packet.Qos == MqttQos.AtLeastOnce)
                        session.PubAck(connection, packet.PacketId);
                    else
                        session.PubRec(connection, packet.PacketId);
                    break;
                case 4:
                    ushort id = (ushort)random.Next(1, 20);
                    if (session.CheckReceive(connection, id) != ReceiveOutcome.New)
                        break;
                    Say($"try receive {who} {id}");
                    session.Receive(id, out _);
                    ids[who].Add(id);
                    break;
                default:
                    id = (ushort)random.Next(1, 20);
                    Say($"try release {who} {id}");
                    session.Release(connection, id, out _);
                    ids[who].Remove(id);
                    break;
            }
            // Not after each step, so that a kill meets commits of several changes.
            if (step % 5 != 0)
                continue;
            await store.WhenDurableAsync(store.RemoveWill(long.MaxValue));
            foreach (string line in done)
                Say(line);
            for (int i = 0; i < Clients; i++)
                Say($"done ids {i} {string.Join(',', ids[i])}");
            done.Clear();
        }
    }

    private static void Say(string line)
    {
        Console.Out.WriteLine(line);
        Console.Out.Flush();
    }
}
