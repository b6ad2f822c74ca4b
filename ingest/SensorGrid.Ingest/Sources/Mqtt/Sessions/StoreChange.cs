using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>One change on its way to the session store. Values are taken when it is made, because the session goes on.</summary>
internal abstract record StoreChange
{
    /// <summary>The message it carries, for the bound on bytes; null when it carries none.</summary>
    public virtual MqttMessage? Carried => null;

    public sealed record PutSession(long Session, string ClientId, SessionTerms Terms, long? DisconnectedAtTicks) : StoreChange;

    public sealed record RemoveSession(long Session) : StoreChange;

    public sealed record PutSubscription(long Session, Subscription Subscription) : StoreChange;

    public sealed record RemoveSubscription(long Session, string Filter) : StoreChange;

    public sealed record PutOutgoing(long Session, long Position, MqttMessage Message, MqttQos Qos, bool Retain, int[] Identifiers) : StoreChange
    {
        public override MqttMessage Carried => Message;
    }

    public sealed record MarkSent(long Session, long Position, ushort PacketId) : StoreChange;

    public sealed record MarkReleased(long Session, long Position, long Turn) : StoreChange;

    public sealed record RemoveOutgoing(long Session, long Position) : StoreChange;

    public sealed record PutIncoming(long Session, ushort PacketId) : StoreChange;

    public sealed record RemoveIncoming(long Session, ushort PacketId) : StoreChange;

    public sealed record PutRetained(MqttMessage Message) : StoreChange
    {
        public override MqttMessage Carried => Message;
    }

    public sealed record RemoveRetained(string Topic) : StoreChange;

    public sealed record PutWill(PendingWill Will) : StoreChange
    {
        public override MqttMessage Carried => Will.Message;
    }

    public sealed record RemoveWill(long Will) : StoreChange;
}
