namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

internal sealed class SessionStore
{
    public long PutOutgoing(long session, OutgoingEntry entry) => 0;
    public long MarkSent(long session, OutgoingEntry entry) => 0;
    public long MarkReleased(long session, OutgoingEntry entry) => 0;
    public long RemoveOutgoing(long session, OutgoingEntry entry) => 0;
    public long PutIncoming(long session, ushort packetId) => 0;
    public long RemoveIncoming(long session, ushort packetId) => 0;
    public long PutRetained(MqttMessage message) => 0;
    public long RemoveRetained(string topic) => 0;

    /// <summary>Waits.</summary>
    public ValueTask WhenDurableAsync(long change) => default;
}
