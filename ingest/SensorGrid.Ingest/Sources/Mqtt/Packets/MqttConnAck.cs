namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>What CONNACK of MQTT 5 tells (3.2.2.3). What is not told has the standard's default; MQTT 3.1.1 hears only the first two.</summary>
internal sealed record MqttConnAck
{
    /// <summary>Success or why not.</summary>
    public MqttReasonCode Reason { get; init; }

    /// <summary>A session was kept.</summary>
    public bool SessionPresent { get; init; }

    /// <summary>Seconds the session lives on, when that is not what was asked for.</summary>
    public uint? SessionExpirySeconds { get; init; }

    /// <summary>Messages of QoS 1 and 2 we take at once.</summary>
    public ushort? ReceiveMaximum { get; init; }

    /// <summary>Largest packet we take, in bytes.</summary>
    public uint? MaximumPacketSize { get; init; }

    /// <summary>The client id we chose.</summary>
    public string? AssignedClientIdentifier { get; init; }

    /// <summary>Topic aliases we take.</summary>
    public ushort TopicAliasMaximum { get; init; }

    /// <summary>Seconds, when we decide.</summary>
    public ushort? ServerKeepAliveSeconds { get; init; }

    /// <summary>Highest QoS we take.</summary>
    public byte MaximumQos { get; init; } = 2;

    /// <summary>Whether retained messages are kept.</summary>
    public bool RetainAvailable { get; init; } = true;

    /// <summary>Whether filters may hold wildcards.</summary>
    public bool WildcardSubscriptionAvailable { get; init; } = true;

    /// <summary>Whether subscriptions may have identifiers.</summary>
    public bool SubscriptionIdentifierAvailable { get; init; } = true;

    /// <summary>Whether subscriptions may be shared.</summary>
    public bool SharedSubscriptionAvailable { get; init; } = true;

    /// <summary>Words for a person.</summary>
    public string? ReasonString { get; init; }
}
