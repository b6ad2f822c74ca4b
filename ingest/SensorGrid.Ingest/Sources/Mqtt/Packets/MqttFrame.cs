namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>The fixed header of a packet (2.1): what comes and how long it is.</summary>
/// <param name="Header">Its first byte: type and flags.</param>
/// <param name="HeaderLength">Bytes of the fixed header, two to five.</param>
/// <param name="BodyLength">Remaining length, in bytes.</param>
internal readonly record struct MqttFrame(byte Header, int HeaderLength, int BodyLength)
{
    /// <summary>Type of the packet.</summary>
    public MqttPacketType Type => (MqttPacketType)(Header >> 4);

    /// <summary>Lower four bits of the first byte.</summary>
    public int Flags => Header & 0x0F;

    /// <summary>Bytes of the whole packet.</summary>
    public int Length => HeaderLength + BodyLength;

    /// <summary>Whether the remaining length takes no more bytes than it needs.</summary>
    public bool IsMinimal => HeaderLength == 1 + MqttVariableInteger.LengthOf(BodyLength);
}
