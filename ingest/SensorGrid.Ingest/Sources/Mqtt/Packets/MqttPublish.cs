using System.Buffers;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>PUBLISH of a client (3.3), read in place: it is good until the next packet is read.</summary>
internal readonly ref struct MqttPublish
{
    /// <summary>May have been sent before.</summary>
    public bool Duplicate { get; init; }

    /// <summary>0, 1 or 2.</summary>
    public byte Qos { get; init; }

    /// <summary>To be kept for later subscribers.</summary>
    public bool Retain { get; init; }

    /// <summary>0 with QoS 0.</summary>
    public ushort PacketId { get; init; }

    /// <summary>Empty when a topic alias stands for it.</summary>
    public string Topic { get; init; }

    /// <summary>Its properties; empty in MQTT 3.1.1.</summary>
    public MqttProperties Properties { get; init; }

    /// <summary>The payload where it lies in the receive buffer.</summary>
    public ReadOnlySequence<byte> Payload { get; init; }
}
