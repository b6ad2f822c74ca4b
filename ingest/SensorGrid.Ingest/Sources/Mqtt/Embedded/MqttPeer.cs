namespace SensorGrid.Ingest.Sources.Mqtt.Embedded;

/// <summary>Who sits at the other end of a connection. Kept with MQTTnet's session; replaced at each connect, because a session may come back
/// with another protocol version.</summary>
/// <param name="ClientId">Client id; the principal on log records.</param>
/// <param name="Gateway">The gateway it speaks for.</param>
/// <param name="HasReasonCodes">MQTT 5: an acknowledgement can say no.</param>
internal sealed record MqttPeer(string ClientId, string Gateway, bool HasReasonCodes)
{
    /// <summary>Key among the session's items.</summary>
    public const string Key = "sensorgrid.peer";
}
