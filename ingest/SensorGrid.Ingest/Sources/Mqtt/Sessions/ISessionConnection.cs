namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Why a session lets go of its connection.</summary>
internal enum SessionRelease
{
    /// <summary>Another connection came with the same client id: DISCONNECT 0x8E [MQTT-3.1.4-3].</summary>
    TakenOver = 1,

    /// <summary>The session was ended by us: DISCONNECT 0x98.</summary>
    Ended,
}

/// <summary>A connection as its session sees it. A session knows its connection by this reference: what a connection says after it was let
/// go changes nothing. Both verbs are called outside the session's lock, by any thread, and return at once.</summary>
internal interface ISessionConnection
{
    /// <summary>There may be something to take (<see cref="MqttSession.TryTakeNext"/>). May come once too often.</summary>
    void OutgoingReady();

    /// <summary>The session has let go of the connection: send DISCONNECT (MQTT 5) and close it.</summary>
    void Release(SessionRelease reason);
}
