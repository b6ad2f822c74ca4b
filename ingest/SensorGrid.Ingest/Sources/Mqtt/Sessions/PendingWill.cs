namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>What CONNECT says about a will (MQTT 5 3.1.3.2, 3.1.3.3).</summary>
/// <param name="Message">What to publish.</param>
/// <param name="DelaySeconds">Will Delay Interval; 0 for MQTT 3.1.1.</param>
internal readonly record struct Will(MqttMessage Message, uint DelaySeconds);

/// <summary>A will that may have to be published.</summary>
/// <param name="Id">Its number; also its key in the store.</param>
/// <param name="ClientId">Whose it is: the principal it is published for.</param>
/// <param name="Message">What to publish.</param>
/// <param name="DelaySeconds">Will Delay Interval.</param>
/// <param name="LostAtTicks">When the connection was lost; null while it is open.</param>
internal sealed record PendingWill(long Id, string ClientId, MqttMessage Message, uint DelaySeconds, long? LostAtTicks)
{
    /// <summary>True when the store has it.</summary>
    public bool IsStored { get; init; }
}
