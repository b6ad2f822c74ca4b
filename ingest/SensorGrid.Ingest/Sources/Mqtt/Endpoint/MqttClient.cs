using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>What a connection knows of its client once it was let in.</summary>
internal sealed record MqttClient
{
    /// <summary>Protocol level.</summary>
    public required MqttVersion Version { get; init; }

    /// <summary>Who it is.</summary>
    public required MqttPrincipal Principal { get; init; }

    /// <summary>Its session.</summary>
    public required MqttSession Session { get; init; }

    /// <summary>Largest packet it takes, in bytes.</summary>
    public required uint MaximumPacketSize { get; init; }

    /// <summary>Topic aliases it takes and we set.</summary>
    public required int TopicAliases { get; init; }

    /// <summary>Wants reason strings in all packets.</summary>
    public required bool WantsProblems { get; init; }

    /// <summary>Session expiry that CONNECT asked for, in seconds; DISCONNECT may not raise it from 0.</summary>
    public required uint AskedExpirySeconds { get; init; }

    /// <summary>Acknowledgements and DISCONNECT can say no.</summary>
    public bool HasReasonCodes => Version == MqttVersion.V5;
}
