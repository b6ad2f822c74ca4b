namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Packet ids of QoS 2 messages that were taken from the client and not yet released by it (MQTT 5 4.3.3, method A). Belongs to
/// the lock of its <see cref="MqttSession"/>. Bounded: a client that opens more breaks our Receive Maximum.</summary>
internal sealed class ReceivedIds(int receiveMaximum, SessionStore? store, long key)
{
    // Twice: the quota begins anew with each connection (MQTT 5 4.9), while ids of the one before may still be open.
    private readonly int capacity = Math.Min(ushort.MaxValue, receiveMaximum * 2);
    private readonly HashSet<ushort> ids = [];
    private SessionStore? store = store;

    public int Count => ids.Count;

    public void Restore(ushort packetId) => ids.Add(packetId);

    public void StopStoring() => store = null;

    public ReceiveOutcome Check(ushort packetId) =>
        ids.Contains(packetId) ? ReceiveOutcome.Repeat
        : ids.Count >= capacity ? ReceiveOutcome.TooMany
        : ReceiveOutcome.New;

    public long Add(ushort packetId) => ids.Add(packetId) && store is not null ? store.PutIncoming(key, packetId) : 0;

    public bool Remove(ushort packetId, out long change)
    {
        bool known = ids.Remove(packetId);
        change = known && store is not null ? store.RemoveIncoming(key, packetId) : 0;
        return known;
    }

    public void Clear() => ids.Clear();
}
