namespace SensorGrid.Readings.Wire;

/// <summary>Last level of a telemetry topic.</summary>
public enum TelemetryTopicKind : byte
{
    /// <summary>Not a telemetry topic.</summary>
    None = 0,

    /// <summary>Live readings, gateway to centre.</summary>
    Readings = 1,

    /// <summary>Readings stored at the edge during an outage, sent beside the live ones.</summary>
    Backlog = 2,

    /// <summary>Retained: whether the gateway is online; also its will.</summary>
    Status = 3,

    /// <summary>Centre to gateway.</summary>
    Commands = 4,

    /// <summary>Answers of the gateway to commands.</summary>
    Replies = 5,
}
