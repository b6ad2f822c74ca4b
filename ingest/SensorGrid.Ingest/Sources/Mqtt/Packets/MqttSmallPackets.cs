namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>PUBACK, PUBREC, PUBREL or PUBCOMP (3.4 to 3.7).</summary>
/// <param name="Type">Which.</param>
/// <param name="PacketId">Of the message.</param>
/// <param name="Reason">Success unless it says otherwise.</param>
internal readonly record struct MqttAcknowledgement(MqttPacketType Type, ushort PacketId, MqttReasonCode Reason);

/// <summary>One filter of a SUBSCRIBE (3.8.3).</summary>
/// <param name="Filter">The filter; well-formed UTF-8, its syntax not judged yet.</param>
/// <param name="Qos">0, 1 or 2.</param>
/// <param name="NoLocal">Not the subscriber's own messages.</param>
/// <param name="RetainAsPublished">Keep the retain flag as it was sent.</param>
/// <param name="RetainHandling">0: send retained messages; 1: only when the subscription is new; 2: never.</param>
internal readonly record struct MqttSubscribeItem(string Filter, byte Qos, bool NoLocal, bool RetainAsPublished, byte RetainHandling);

/// <summary>SUBSCRIBE (3.8).</summary>
/// <param name="PacketId">Its packet id.</param>
/// <param name="SubscriptionIdentifier">0 when there is none.</param>
/// <param name="Items">At least one.</param>
internal sealed record MqttSubscribe(ushort PacketId, int SubscriptionIdentifier, IReadOnlyList<MqttSubscribeItem> Items);

/// <summary>UNSUBSCRIBE (3.10).</summary>
/// <param name="PacketId">Its packet id.</param>
/// <param name="Filters">At least one; well-formed UTF-8, their syntax not judged yet.</param>
internal sealed record MqttUnsubscribe(ushort PacketId, IReadOnlyList<string> Filters);

/// <summary>DISCONNECT of a client (3.14).</summary>
/// <param name="Reason">Normal, with will, or what went wrong at its side.</param>
/// <param name="SessionExpirySeconds">A new session expiry; null when it stays.</param>
internal readonly record struct MqttDisconnect(MqttReasonCode Reason, uint? SessionExpirySeconds);
