namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>How a connection ended. The first reason stays; what follows is its consequence.</summary>
internal enum MqttEnding
{
    /// <summary>It has not.</summary>
    None = 0,

    /// <summary>The peer closed it, or it broke. The will is due.</summary>
    PeerClosed,

    /// <summary>DISCONNECT: the will is not due [MQTT-3.14.4-3].</summary>
    Disconnected,

    /// <summary>DISCONNECT that asks for the will (0x04), or with an error of the client's.</summary>
    DisconnectedWithWill,

    /// <summary>It broke the standard.</summary>
    Violation,

    /// <summary>It did what it may not, and MQTT 3.1.1 has no other way to be told.</summary>
    NotAllowed,

    /// <summary>CONNECT was refused.</summary>
    Refused,

    /// <summary>Nothing came for one and a half keep-alives [MQTT-3.1.2-22].</summary>
    KeepAliveTimeout,

    /// <summary>It did not read what we sent.</summary>
    SendTimeout,

    /// <summary>Another connection has its session [MQTT-3.1.4-3].</summary>
    TakenOver,

    /// <summary>Its session was ended by us.</summary>
    SessionEnded,

    /// <summary>The log or the session store cannot keep what it sends.</summary>
    Unavailable,

    /// <summary>We stop. That says nothing about the client: its will is not taken.</summary>
    ShuttingDown,
}
