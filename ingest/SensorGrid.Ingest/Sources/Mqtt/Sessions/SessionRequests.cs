namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>What a CONNECT wants of its session.</summary>
internal readonly record struct SessionRequest
{
    /// <summary>Client id, checked.</summary>
    public required string ClientId { get; init; }

    /// <summary>4 for MQTT 3.1.1, 5 for MQTT 5.</summary>
    public required byte ProtocolVersion { get; init; }

    /// <summary>Clean Start; Clean Session for MQTT 3.1.1, where it also means that the session ends with the connection.</summary>
    public bool CleanStart { get; init; }

    /// <summary>Session Expiry Interval, seconds; 0 when absent. MQTT 5 only.</summary>
    public uint ExpirySeconds { get; init; }

    /// <summary>Receive Maximum of the client; 65,535 when absent.</summary>
    public ushort ReceiveMaximum { get; init; }

    /// <summary>Its will; null when it has none.</summary>
    public Will? Will { get; init; }
}

/// <summary>What CONNACK can say.</summary>
/// <param name="Session">The session; null when there are too many: CONNACK 0x97 (3.1.1: 3).</param>
/// <param name="SessionPresent">Session Present: it is the one the client had before.</param>
/// <param name="Change">Durable before CONNACK may go out.</param>
internal readonly record struct SessionGrant(MqttSession? Session, bool SessionPresent, long Change);

/// <summary>What became of a message for all sessions that wanted it.</summary>
/// <param name="Queued">Sessions that have it.</param>
/// <param name="Refused">Sessions that had no room for it (QoS 1 and 2).</param>
/// <param name="Dropped">Sessions that did not get it because it is QoS 0 or its time was over.</param>
/// <param name="Change">Durable when a restart will know all that were queued for sessions that outlive their connection.</param>
internal readonly record struct ForwardResult(int Queued, int Refused, int Dropped, long Change)
{
    /// <summary>True when nobody is subscribed: PUBACK and PUBREC may say 0x10.</summary>
    public bool HasNoSubscribers => Queued + Refused + Dropped == 0;
}
