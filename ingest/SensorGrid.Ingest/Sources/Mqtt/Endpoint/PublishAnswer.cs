using System.Globalization;
using SensorGrid.Ingest.Admission;
using SensorGrid.Ingest.Sources.Mqtt.Packets;
using SensorGrid.Readings.Wire;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>What a publisher is told: the table of docs/mqtt-source.md, in code.</summary>
/// <param name="Reason">Reason code of PUBACK or PUBREC. In MQTT 3.1.1 every acknowledgement is a success: a refusal closes the connection.</param>
/// <param name="Words">For the reason string of MQTT 5; null when there are none.</param>
/// <param name="IsDurable">The message is on its way to the disk: a refusal in words only, never a reason to close.</param>
internal readonly record struct PublishAnswer(MqttReasonCode Reason, string? Words, bool IsDurable)
{
    /// <summary>Taken.</summary>
    public static PublishAnswer Taken { get; } = new(MqttReasonCode.Success, null, true);

    /// <summary>The answer to a ticket that is neither "no room" nor "unavailable".</summary>
    public static PublishAnswer To(in AdmissionTicket ticket) => ticket.Kind switch
    {
        AdmissionTicketKind.Appended => Taken,
        // On disk: the sender may forget it. MQTT 5 hears that it could not be read.
        AdmissionTicketKind.AppendedUnreadable => new(
            MqttReasonCode.PayloadFormatInvalid,
            string.Create(CultureInfo.InvariantCulture, $"{ticket.PayloadReason.ToWord()} at byte {ticket.PayloadPosition}"),
            true),
        AdmissionTicketKind.NotAllowed => new(CodeOf(ticket.NotAllowedReason), ticket.NotAllowedReason.ToWord(), false),
        _ => throw new System.Diagnostics.UnreachableException($"{ticket.Kind} has no answer."),
    };

    private static MqttReasonCode CodeOf(NotAllowedReason reason) => reason switch
    {
        NotAllowedReason.TopicInvalid => MqttReasonCode.TopicNameInvalid,
        NotAllowedReason.PayloadTooLarge => MqttReasonCode.QuotaExceeded,
        _ => MqttReasonCode.NotAuthorized,
    };
}
