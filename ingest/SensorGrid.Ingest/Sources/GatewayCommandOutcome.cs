namespace SensorGrid.Ingest.Sources;

/// <summary>What became of a command to a gateway.</summary>
public enum GatewayCommandOutcome
{
    /// <summary>A session of the gateway has it (it may be offline and get it when it comes back), or the broker took it.</summary>
    Queued = 1,

    /// <summary>No session of the gateway asks for commands: nobody will get it.</summary>
    NoSession,

    /// <summary>The gateway does not fetch its commands and its queue is full: it will not get this one.</summary>
    QueueFull,

    /// <summary>The log or the broker cannot take it now.</summary>
    Unavailable,
}
