namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>A session and what its register knows of it. Belongs to the lock of <see cref="MqttSessions"/>.</summary>
/// <param name="session">The session.</param>
/// <param name="deadline">Its number among the sessions that may expire.</param>
internal sealed class HeldSession(MqttSession session, long deadline)
{
    public MqttSession Session => session;

    public long Deadline => deadline;

    /// <summary>When it ends unless its client comes back; <see cref="long.MaxValue"/> while it is connected.</summary>
    public long ExpiresAtTicks { get; set; } = long.MaxValue;

    /// <summary>The will of its connection, or of the one it lost; null when there is none, or it was dealt with.</summary>
    public PendingWill? Will { get; set; }

    /// <summary>The last change of its row in the store; 0 when there was none.</summary>
    public long LastChange { get; set; }
}
