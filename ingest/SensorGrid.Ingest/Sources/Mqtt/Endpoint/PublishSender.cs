using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>Messages of a session on their way to its client. Takes one after the other out of the session as long as the client reads, and none
/// while it does not: they wait in the session, which is bounded.</summary>
internal sealed class PublishSender(MqttEndpoint endpoint, MqttConnection connection, MqttClient client)
{
    // Sent off in between: only then is it seen whether the client reads, before the whole queue lies in the send buffer.
    private const long FlushAfterBytes = 16 * 1024;

    private readonly Lock sending = new();
    private readonly StoreWait store = new(endpoint.Sessions, connection);
    private readonly OutgoingTopicAliases aliases = new(client.TopicAliases);
    private OutgoingPacket held;
    private bool isHeld;
    private bool isPaused;
    private long unflushed;

    /// <summary>A wait for the session store that may be under way; never fails.</summary>
    public Task StoreWait => store.Current;

    /// <summary>Writes what may be sent now; the caller flushes the last of it. Any thread.</summary>
    public void Send()
    {
        var output = connection.Output;
        lock (sending)
        {
            while (!isPaused && !output.IsBlocked && !output.IsBroken && TryTake_NeedsLock(out var packet))
            {
                if (packet.Message is null)
                    Release(packet.PacketId, MqttReasonCode.Success);
                else
                    Publish_NeedsLock(packet);
                if (unflushed < FlushAfterBytes)
                    continue;
                unflushed = 0;
                output.Flush();
            }
        }
    }

    /// <summary>Sends no message until <see cref="Resume"/>: SUBACK shall come before what its subscription brings. The standard lets a server send
    /// in any order (3.8.4), simple clients wait for SUBACK and take nothing else meanwhile.</summary>
    public void Pause()
    {
        lock (sending)
            isPaused = true;
    }

    /// <summary>SUBACK is written: goes on with the next <see cref="Send"/>.</summary>
    public void Resume()
    {
        lock (sending)
            isPaused = false;
    }

    /// <summary>Writes a PUBREL: of a message, or for a PUBREC that nobody waited for (0x92).</summary>
    public void Release(ushort packetId, MqttReasonCode reason)
    {
        var output = connection.Output;
        lock (output.Gate)
            MqttPacketWriter.Acknowledgement(output.Writer_NeedsLock, client.Version, MqttPacketType.PubRel, packetId, reason, null, client.MaximumPacketSize);
    }

    private bool TryTake_NeedsLock(out OutgoingPacket packet)
    {
        packet = held;
        if (!isHeld && !client.Session.TryTakeNext(connection, endpoint.Clock.NowTicks, out packet))
            return false;
        isHeld = false;
        if (packet.DurableAfter == 0 || store.IsDurable(packet.DurableAfter))
            return true;
        held = packet;
        isHeld = true;
        return false;
    }

    private void Publish_NeedsLock(in OutgoingPacket packet)
    {
        var plain = new MqttPublishWriter(client.Version, packet);
        if (plain.Length > client.MaximumPacketSize)
        {
            client.Session.Discard(connection, packet);
            return;
        }
        unflushed += plain.Length;
        var output = connection.Output;
        string topic = packet.Message!.Topic;
        lock (output.Gate)
        {
            if (aliases.Find(topic) is > 0 and var known)
            {
                new MqttPublishWriter(client.Version, packet, known, aliasIsKnown: true).WriteTo(output.Writer_NeedsLock);
                return;
            }
            // Setting an alias takes three bytes more.
            if (aliases.Next is > 0 and var next && new MqttPublishWriter(client.Version, packet, next) is var setting && setting.Length <= client.MaximumPacketSize)
            {
                aliases.Add(topic);
                setting.WriteTo(output.Writer_NeedsLock);
                return;
            }
            plain.WriteTo(output.Writer_NeedsLock);
        }
    }
}
