namespace SensorGrid.Edge.Uplink;

/// <summary>Why a connection of an uplink ended.</summary>
public enum UplinkEnding
{
    /// <summary>It was told to stop.</summary>
    Stopped,

    /// <summary>No connection came to stand.</summary>
    NotReachable,

    /// <summary>The broker refused the client.</summary>
    ConnectionRefused,

    /// <summary>The connection was lost or closed by the other side.</summary>
    Disconnected,

    /// <summary>An acknowledgement did not come in time.</summary>
    NotAcknowledged,

    /// <summary>The centre refused a message for a reason that may pass (not authorised, quota): it is sent again.</summary>
    MessageRefused,
}
