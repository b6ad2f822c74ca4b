using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>CONNECT (3.1), whole and well-formed.</summary>
internal sealed record MqttConnect
{
    /// <summary>Protocol level.</summary>
    public required MqttVersion Version { get; init; }

    /// <summary>Clean Start; Clean Session in MQTT 3.1.1.</summary>
    public bool CleanStart { get; init; }

    /// <summary>Seconds; 0 = none.</summary>
    public ushort KeepAliveSeconds { get; init; }

    /// <summary>Empty when the server shall choose one.</summary>
    public string ClientId { get; init; } = "";

    /// <summary>Null when none was given.</summary>
    public string? UserName { get; init; }

    /// <summary>Null when none was given.</summary>
    public byte[]? Password { get; init; }

    /// <summary>Null when there is none.</summary>
    public MqttWill? Will { get; init; }

    /// <summary>Seconds the session shall live on after the connection; null when it was not given. 0xFFFFFFFF = for ever.</summary>
    public uint? SessionExpirySeconds { get; init; }

    /// <summary>Messages of QoS 1 and 2 the client takes at once (3.1.2.11.3).</summary>
    public ushort ReceiveMaximum { get; init; } = ushort.MaxValue;

    /// <summary>Largest packet the client takes, in bytes (3.1.2.11.4); without a limit, as much as a header can say.</summary>
    public uint MaximumPacketSize { get; init; } = uint.MaxValue;

    /// <summary>Topic aliases the client takes (3.1.2.11.5).</summary>
    public ushort TopicAliasMaximum { get; init; }

    /// <summary>Whether reason strings and user properties are wanted in packets other than PUBLISH, CONNACK and DISCONNECT (3.1.2.11.7).</summary>
    public bool RequestProblemInformation { get; init; } = true;

    /// <summary>Whether response information is asked for (3.1.2.11.6); none is given.</summary>
    public bool RequestResponseInformation { get; init; }
}

/// <summary>The will of a CONNECT (3.1.3.2 to 3.1.3.4).</summary>
internal sealed record MqttWill
{
    /// <summary>What is published, see <see cref="MqttMessages.OfWill"/>.</summary>
    public required MqttMessage Message { get; init; }

    /// <summary>Seconds between the end of the connection and the will.</summary>
    public uint DelaySeconds { get; init; }
}
