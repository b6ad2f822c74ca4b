using SensorGrid.Ingest.Sources.Mqtt.Packets;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>What a client of MQTT 5 hears before its connection is closed (3.14): the code alone. The clause it broke is counted and logged here.</summary>
internal static class Goodbye
{
    /// <summary>The reason code of DISCONNECT; null when there is nothing to say, or nobody to hear it.</summary>
    public static MqttReasonCode? ReasonOf(MqttEnding ending, MqttViolation violation) => ending switch
    {
        MqttEnding.Violation => MqttViolations.ReasonOf(violation),
        MqttEnding.KeepAliveTimeout => MqttReasonCode.KeepAliveTimeout,
        MqttEnding.TakenOver => MqttReasonCode.SessionTakenOver,
        MqttEnding.SessionEnded => MqttReasonCode.AdministrativeAction,
        MqttEnding.Unavailable => MqttReasonCode.ServerBusy,
        MqttEnding.ShuttingDown => MqttReasonCode.ServerShuttingDown,
        _ => null,
    };
}
