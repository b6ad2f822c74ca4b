using System.Globalization;
using MQTTnet.Protocol;
using SensorGrid.Ingest.Admission;

namespace SensorGrid.Ingest.Sources.Mqtt.Embedded;

/// <summary>What a publisher is told: the table of docs/mqtt-source.md, in code.</summary>
/// <param name="Close">Close the connection and acknowledge nothing.</param>
/// <param name="Code">Reason code of PUBACK or PUBREC; MQTT 3.1.1 has none, there every acknowledgement is a success.</param>
/// <param name="Reason">Words for the reason string of MQTT 5.</param>
internal readonly record struct PublishAnswer(bool Close, MqttPubAckReasonCode Code, string? Reason)
{
    public static PublishAnswer To(in AdmissionResult result, bool hasReasonCodes) => result.Outcome switch
    {
        AdmissionOutcome.Accepted => new(false, MqttPubAckReasonCode.Success, null),
        // On disk: the sender may forget it. MQTT 5 hears that it could not be read.
        AdmissionOutcome.PayloadUnreadable => new(
            false,
            MqttPubAckReasonCode.PayloadFormatInvalid,
            string.Create(CultureInfo.InvariantCulture, $"{result.ReasonWord} at byte {result.PayloadPosition}")),
        // A PUBACK of MQTT 3.1.1 would mean "on disk", which is not so and never will be; closing is its only way to say no.
        AdmissionOutcome.NotAllowed => new(!hasReasonCodes, CodeOf(result.NotAllowedReason), result.ReasonWord),
        AdmissionOutcome.Unavailable => new(true, MqttPubAckReasonCode.UnspecifiedError, null),
        _ => throw new System.Diagnostics.UnreachableException(),
    };

    private static MqttPubAckReasonCode CodeOf(NotAllowedReason reason) => reason switch
    {
        NotAllowedReason.TopicInvalid => MqttPubAckReasonCode.TopicNameInvalid,
        NotAllowedReason.PayloadTooLarge => MqttPubAckReasonCode.QuotaExceeded,
        _ => MqttPubAckReasonCode.NotAuthorized,
    };
}
