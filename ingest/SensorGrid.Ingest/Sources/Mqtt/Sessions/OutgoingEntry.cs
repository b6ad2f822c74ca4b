using SensorGrid.Ingest.Sources.Mqtt.Topics;

namespace SensorGrid.Ingest.Sources.Mqtt.Sessions;

/// <summary>How far an outgoing message is. The numbers stand in the store.</summary>
internal enum OutgoingState : byte
{
    /// <summary>Not sent yet.</summary>
    Waiting = 0,

    /// <summary>PUBLISH sent; PUBACK or PUBREC is to come.</summary>
    Sent = 1,

    /// <summary>PUBREC received; PUBREL is due or sent, PUBCOMP is to come.</summary>
    Released = 2,
}

/// <summary>One message in the queue of one session. Belongs to the session's lock.</summary>
internal sealed class OutgoingEntry(long position, MqttMessage message, MqttQos qos, bool retain, int[] identifiers)
{
    /// <summary>Order in which the session got its messages.</summary>
    public long Position => position;

    public MqttMessage Message => message;

    public MqttQos Qos => qos;

    public bool Retain => retain;

    public int[] Identifiers => identifiers;

    public OutgoingState State { get; set; }

    /// <summary>0 until sent, and with QoS 0.</summary>
    public ushort PacketId { get; set; }

    /// <summary>Order in which PUBRECs came; 0 before.</summary>
    public long Turn { get; set; }

    /// <summary>True when it stands in the queue of PUBRELs to send.</summary>
    public bool ReleaseIsDue { get; set; }

    /// <summary>True when it takes a place of the client's Receive Maximum on this connection.</summary>
    public bool CountsInWindow { get; set; }

    /// <summary>The last change of it that went to the store; 0 when none did.</summary>
    public long Change { get; set; }
}
