namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>Why a message that was for a client is gone. Always counted.</summary>
internal enum DropReason
{
    /// <summary>QoS 0, and the client is away.</summary>
    Offline = 1,

    /// <summary>QoS 0, and the session holds as much as it may.</summary>
    QueueFull,

    /// <summary>Its Message Expiry Interval passed before it could be sent [MQTT-3.3.2-5].</summary>
    Expired,

    /// <summary>Larger than the client's Maximum Packet Size [MQTT-3.1.2-24].</summary>
    PacketTooLarge,

    /// <summary>Its session ended: expired, or begun anew by its client.</summary>
    SessionEnded,
}

/// <summary>Which bound kept something from being taken. Always counted.</summary>
internal enum RefuseReason
{
    /// <summary><see cref="MqttSessionOptions.MaxQueuedMessages"/> or <see cref="MqttSessionOptions.MaxQueuedBytes"/>.</summary>
    QueueFull = 1,

    /// <summary><see cref="MqttSessionOptions.MaxTotalQueuedBytes"/>.</summary>
    BudgetFull,

    /// <summary><see cref="MqttSessionOptions.MaxQueuedAlarms"/> or <see cref="MqttSessionOptions.MaxQueuedAlarmBytes"/>.</summary>
    AlarmQueueFull,

    /// <summary><see cref="MqttSessionOptions.MaxTotalAlarmBytes"/>.</summary>
    AlarmBudgetFull,

    /// <summary><see cref="MqttSessionOptions.MaxRetainedAlarms"/> or <see cref="MqttSessionOptions.MaxRetainedAlarmBytes"/>.</summary>
    RetainedAlarmsFull,

    /// <summary><see cref="MqttSessionOptions.MaxRetainedMessages"/> or <see cref="MqttSessionOptions.MaxRetainedBytes"/>.</summary>
    RetainedFull,

    /// <summary><see cref="MqttSessionOptions.MaxSessions"/>.</summary>
    TooManySessions,

    /// <summary><see cref="MqttSessionOptions.MaxSubscriptions"/> or <see cref="MqttSessionOptions.MaxSubscriptionNodes"/>.</summary>
    TooManySubscriptions,
}

/// <summary>Why a session ended.</summary>
internal enum SessionEnd
{
    /// <summary>It was not to outlive its connection.</summary>
    ConnectionClosed = 1,

    /// <summary>Its client came back and wanted a clean start.</summary>
    StartedAnew,

    /// <summary>Its client did not come back in time.</summary>
    Expired,

    /// <summary>It had no room for an alarm: its client shall see that it lacks something.</summary>
    Overflowed,
}
