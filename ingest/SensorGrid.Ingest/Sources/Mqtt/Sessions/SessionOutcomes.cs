namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>What became of a message for one session.</summary>
internal enum EnqueueOutcome
{
    /// <summary>The session has it.</summary>
    Queued = 1,

    /// <summary>QoS 0 and no connection, or no room: gone, counted.</summary>
    Dropped,

    /// <summary>QoS 1 or 2 and no room: not taken, counted. Whoever sent it is to be told where that is possible.</summary>
    Refused,

    /// <summary>An alarm, of whatever QoS, and no room; counted. A session that lacks one is ended, so that its client knows.</summary>
    Overflowed,

    /// <summary>Its time was over before it got here; counted.</summary>
    Expired,

    /// <summary>There is no such session any more.</summary>
    Ended,
}

/// <summary>What an acknowledgement from the client did.</summary>
internal enum AcknowledgeOutcome
{
    /// <summary>It was waited for.</summary>
    Done = 1,

    /// <summary>Nothing is in flight with this packet id: answer PUBREC with PUBREL 0x92; do nothing for PUBACK and PUBCOMP.</summary>
    UnknownPacketId,

    /// <summary>The message in flight with this id is of another QoS, or PUBCOMP came before PUBREC: DISCONNECT 0x82.</summary>
    ProtocolError,

    /// <summary>The connection is no longer the session's: do nothing.</summary>
    NotConnected,
}

/// <summary>How a PUBLISH of QoS 2 stands to those received before.</summary>
internal enum ReceiveOutcome
{
    /// <summary>Not seen, or released since: take it.</summary>
    New = 1,

    /// <summary>Received before and not yet released: answer PUBREC again, take nothing [MQTT-4.3.3-10].</summary>
    Repeat,

    /// <summary>More than we allow are not yet released: DISCONNECT 0x93.</summary>
    TooMany,

    /// <summary>The connection is no longer the session's: do nothing.</summary>
    NotConnected,
}
