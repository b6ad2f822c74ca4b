using System.Globalization;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Tests.Sources.Mqtt.Standard;

namespace SensorGrid.Ingest.Tests.Sources.Mqtt.Endpoint;

/// <summary>Three clients, the log and the retained messages, in lists. After every step each client has heard what it must and nothing else.</summary>
internal sealed class WorldModel(EndpointRig rig)
{
    // What no client may send: malformed, or out of turn.
    private static readonly byte[][] Forbidden = [[0x00, 0x00], [0xD0, 0x00], [0x36, 0x00], [0x60, 0x02, 0x00, 0x01], [0x82, 0x02, 0x00, 0x01], [0xC1, 0x00]];

    private readonly PeerModel[] peers = [new(rig, "p0", MqttVersion.V5), new(rig, "p1", MqttVersion.V311), new(rig, "p2", MqttVersion.V5)];
    private readonly SortedDictionary<string, string> retained = new(StringComparer.Ordinal);
    private readonly List<string> logged = [];
    private int committed;
    private int messages;

    public async Task StepAsync(int index, int action, int pick)
    {
        var peer = peers[index];
        switch (action)
        {
            case 0 or 1:
                await peer.ConnectAsync(keep: pick < 9);
                break;
            case 2 when peer.IsConnected:
                await peer.LeaveAsync([]);
                break;
            case 3 when peer.IsConnected:
                await LeaveAsync(peer, pick);
                break;
            case 4 or 5 or 6 or 16 or 17 when peer.IsConnected:
                await PublishAsync(peer, pick % 2 == 0 ? "a" : "b", (byte)(pick % 3), retain: false);
                break;
            case 7 when peer.IsConnected:
                await PublishAsync(peer, $"r/{pick % 4}", (byte)(pick % 3), retain: pick != 11);
                break;
            case 8 or 9 when peer.IsConnected:
                await LogAsync(peer, (byte)(pick % 3));
                break;
            case 10:
                committed = Math.Max(committed, logged.Count - pick / 4);
                rig.Sink.Commit(committed);
                break;
            case 11 or 12 when peer.IsConnected:
                await peer.SubscribeAsync((pick % 3) switch { 0 => "a", 1 => "b", _ => "+" }, (byte)(pick / 4));
                break;
            case 13 when peer.IsConnected:
                await peer.UnsubscribeAsync((pick % 3) switch { 0 => "a", 1 => "b", _ => "+" });
                break;
            case 14 or 15 when peer.IsConnected:
                await peer.AcknowledgeAsync(pick);
                break;
            case 18 when peer.IsConnected:
                await ReleaseAsync(peer, pick);
                break;
            case 19 when peer.IsConnected && peer.Unreleased.Count > 0:
                ushort id = peer.Unreleased.ElementAt(pick % peer.Unreleased.Count);
                await peer.SendAsync(Wire.Publish(peer.Version, "log/again", "again", qos: 2, id: id, flags: 8), $"5002{id:X4}", logged.Count);
                break;
        }
        // The one that did something first: only then have the others got all of it.
        await peer.SettleAsync(committed);
        foreach (var each in peers)
            await each.SettleAsync(committed);
        Assert.Equal(logged, rig.Sink.Messages.Select(message => message.Payload));
    }

    /// <summary>What is retained is what the list says; when all are gone, nothing is held for them.</summary>
    public async Task FinishAsync()
    {
        committed = logged.Count;
        rig.Sink.Commit(committed);
        var last = await rig.ConnectAsync(clientId: "last");
        await last.SubscribeAsync(MqttVersion.V5, "r/#");
        string[] kept = retained.Count > 0 ? await last.ReadAsync(retained.Count) : [];
        Assert.Equal(
            retained.Select(one => Talk.Publish(MqttVersion.V5, one.Key, one.Value, flags: 1)).Order(StringComparer.Ordinal), kept.Order(StringComparer.Ordinal));
        await last.AssertSilentAsync();
        foreach (var peer in peers)
        {
            await peer.SettleAsync(committed);
            // A clean start and its end leave nothing of a session.
            await peer.ConnectAsync(keep: false);
            await peer.LeaveAsync([0xE0, 0]);
        }
        await Talk.LoseAsync(last);
        foreach (string topic in retained.Keys)
            rig.Endpoint.Router.Forward(new() { Topic = topic, Payload = Array.Empty<byte>(), Retain = true }, null, new());
        Assert.Equal((0, 0, 0, 0), (rig.Sessions.Count, rig.Endpoint.Limits.Count, rig.Endpoint.Waiters.Count, rig.Sessions.Retained.Count));
    }

    private static async Task LeaveAsync(PeerModel peer, int pick)
    {
        if (pick < Forbidden.Length)
            await peer.LeaveAsync(Forbidden[pick], peer.Version == MqttVersion.V5 ? [AnswerTo(Forbidden[pick])] : []);
        else
            await peer.LeaveAsync([0xE0, 0]);
    }

    // The reasons of MalformedTests.
    private static string AnswerTo(byte[] forbidden) => forbidden[0] == 0xD0 ? "E00182" : "E00181";

    private async Task PublishAsync(PeerModel peer, string topic, byte qos, bool retain)
    {
        string payload = $"m{++messages}";
        ushort id = qos > 0 ? peer.NextId() : (ushort)0;
        bool anybody = false;
        foreach (var each in peers)
            anybody |= each.Deliver(topic, payload, qos);
        if (retain)
            retained[topic] = payload;
        string? answer = qos switch
        {
            0 => null,
            1 => anybody || peer.Version == MqttVersion.V311 ? $"4002{id:X4}" : $"4003{id:X4}10",
            _ => $"5002{id:X4}",
        };
        if (qos == 2)
            peer.Took(id);
        await peer.SendAsync(Wire.Publish(peer.Version, topic, payload, qos, id, retain ? (byte)1 : (byte)0), answer, 0);
    }

    private async Task LogAsync(PeerModel peer, byte qos)
    {
        string payload = (++messages).ToString(CultureInfo.InvariantCulture);
        ushort id = qos > 0 ? peer.NextId() : (ushort)0;
        logged.Add(payload);
        if (qos == 2)
            peer.Took(id);
        await peer.SendAsync(Wire.Publish(peer.Version, "log/t", payload, qos, id), qos == 0 ? null : qos == 1 ? $"4002{id:X4}" : $"5002{id:X4}", logged.Count);
    }

    private static async Task ReleaseAsync(PeerModel peer, int pick)
    {
        ushort id = peer.Unreleased.Count > 0 && pick < 9 ? peer.Unreleased.ElementAt(pick % peer.Unreleased.Count) : (ushort)60_000;
        bool known = peer.Unreleased.Contains(id);
        peer.Released(id);
        await peer.SendAsync(Talk.Acknowledge(0x62, id), known || peer.Version == MqttVersion.V311 ? $"7002{id:X4}" : $"7003{id:X4}92", 0);
    }
}
