using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>What the store held when it was opened.</summary>
/// <param name="Sessions">Sessions with all that belongs to them.</param>
/// <param name="Retained">Retained messages.</param>
/// <param name="Wills">Wills of lost connections, and of those that were open when the process ended.</param>
internal sealed record StoredState(IReadOnlyList<StoredSession> Sessions, IReadOnlyList<MqttMessage> Retained, IReadOnlyList<PendingWill> Wills)
{
    /// <summary>A store without anything in it.</summary>
    public static StoredState Nothing { get; } = new([], [], []);
}

/// <summary>A session as the store held it.</summary>
internal sealed class StoredSession
{
    public required long Key { get; init; }

    public required string ClientId { get; init; }

    /// <summary>Version and expiry; the Receive Maximum belongs to a connection and is not kept.</summary>
    public required SessionTerms Terms { get; init; }

    /// <summary>When its connection ended; null when it was connected.</summary>
    public required long? DisconnectedAtTicks { get; init; }

    public List<Subscription> Subscriptions { get; } = [];

    /// <summary>By position.</summary>
    public List<OutgoingEntry> Outgoing { get; } = [];

    public List<ushort> Incoming { get; } = [];
}
