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

    /// <summary>Frames of SL 651, as a station sent them: the payload of the listener, or forwarded by a gateway.</summary>
    Sl651 = 6,

    /// <summary>Packets of HJ 212, as a field unit sent them.</summary>
    Hj212 = 7,

    /// <summary>Packets of GB/T 26875.3, as a device sent them.</summary>
    Gb26875 = 8,

    /// <summary>Lines of InfluxDB line protocol, as Telegraf publishes them.</summary>
    Lines = 9,

    /// <summary>Payloads of Sparkplug B with what the host's session knew of them (<see cref="SparkplugB.SparkplugResolution"/>).</summary>
    Sparkplug = 10,
}
