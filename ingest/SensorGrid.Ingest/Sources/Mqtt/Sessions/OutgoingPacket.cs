using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>What a session sends next: PUBLISH with a message, or PUBREL without one.</summary>
internal readonly record struct OutgoingPacket
{
    /// <summary>The message; null for PUBREL.</summary>
    public MqttMessage? Message { get; init; }

    /// <summary>Packet identifier; 0 with QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>QoS of this copy.</summary>
    public MqttQos Qos { get; init; }

    /// <summary>DUP: it was sent before, on an earlier connection [MQTT-3.3.1-1].</summary>
    public bool Duplicate { get; init; }

    /// <summary>RETAIN of this copy (MQTT 5 3.3.1.3).</summary>
    public bool Retain { get; init; }

    /// <summary>Subscription Identifiers; for MQTT 5 only.</summary>
    public int[] SubscriptionIdentifiers { get; init; }

    /// <summary>Message Expiry Interval, seconds; null when absent. For MQTT 5 only.</summary>
    public uint? ExpirySeconds { get; init; }

    /// <summary>Put it on the wire only when this change is durable (<see cref="SessionStore.WhenDurableAsync"/>); 0: at once.</summary>
    public long DurableAfter { get; init; }
}
