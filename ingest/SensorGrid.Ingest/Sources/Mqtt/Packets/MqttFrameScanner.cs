using System.Buffers;

namespace SensorGrid.Ingest.Sources.Mqtt.Packets;

/// <summary>What stands at the start of the bytes.</summary>
internal enum MqttScan
{
    /// <summary>The start of a packet, not the whole of it.</summary>
    Incomplete = 1,

    /// <summary>A whole packet.</summary>
    Whole,

    /// <summary>Something that can be no packet, or is too large for us.</summary>
    Refused,
}

/// <summary>Finds where a packet ends. Judges type, flags and length as soon as the header is there, so that nothing is collected for a packet
/// that is going to be refused. Never waits and keeps nothing.
/// <code>
/// type and flags (1 byte)   remaining length (1 to 4 bytes)   body
/// </code></summary>
internal static class MqttFrameScanner
{
    private const int LongestHeader = 1 + MqttVariableInteger.MaxBytes;

    /// <param name="buffer">Bytes from the start of a packet on.</param>
    /// <param name="maxPacketBytes">Largest packet, header included.</param>
    /// <param name="version">The connection's; unknown before CONNECT, where a length in too many bytes is judged with the version.</param>
    /// <param name="frame">The header, when it is there.</param>
    /// <param name="violation">Why it was refused.</param>
    public static MqttScan Scan(
        in ReadOnlySequence<byte> buffer, int maxPacketBytes, MqttVersion version, out MqttFrame frame, out MqttViolation violation)
    {
        frame = default;
        violation = MqttViolation.None;
        var first = buffer.FirstSpan;
        if (first.Length >= LongestHeader || buffer.IsSingleSegment)
            return Scan(first, buffer.Length, maxPacketBytes, version, out frame, out violation);
        Span<byte> header = stackalloc byte[LongestHeader];
        int length = (int)Math.Min(buffer.Length, LongestHeader);
        buffer.Slice(0, length).CopyTo(header);
        return Scan(header[..length], buffer.Length, maxPacketBytes, version, out frame, out violation);
    }

    private static MqttScan Scan(
        ReadOnlySpan<byte> start, long available, int maxPacketBytes, MqttVersion version, out MqttFrame frame, out MqttViolation violation)
    {
        frame = default;
        violation = MqttViolation.None;
        if (start.IsEmpty)
            return MqttScan.Incomplete;
        violation = CheckFirst(start[0], version);
        if (violation != MqttViolation.None)
            return MqttScan.Refused;
        int lengthBytes = MqttVariableInteger.Read(start[1..], out int bodyLength);
        if (lengthBytes == 0)
            return MqttScan.Incomplete;
        if (lengthBytes < 0)
        {
            violation = MqttViolation.VariableIntegerTooLong;
            return MqttScan.Refused;
        }
        frame = new(start[0], 1 + lengthBytes, bodyLength);
        if (frame.Length > maxPacketBytes)
            violation = MqttViolation.PacketTooLarge;
        else if (version == MqttVersion.V5 && !frame.IsMinimal)
            violation = MqttViolation.VariableIntegerNotMinimal;
        if (violation != MqttViolation.None)
            return MqttScan.Refused;
        return available >= frame.Length ? MqttScan.Whole : MqttScan.Incomplete;
    }

    // Types and flags that a client may send (tables 2.1 and 2.2).
    private static MqttViolation CheckFirst(byte first, MqttVersion version)
    {
        int flags = first & 0x0F;
        switch ((MqttPacketType)(first >> 4))
        {
            case MqttPacketType.None:
            case MqttPacketType.Auth when version == MqttVersion.V311:
                return MqttViolation.PacketTypeReserved;
            case MqttPacketType.Publish:
                return (flags & 0b0110) == 0b0110 ? MqttViolation.PublishQosInvalid
                    : (flags & 0b1110) == 0b1000 ? MqttViolation.PublishDupWithQos0
                    : MqttViolation.None;
            case MqttPacketType.PubRel or MqttPacketType.Subscribe or MqttPacketType.Unsubscribe:
                return flags == 0b0010 ? MqttViolation.None : MqttViolation.HeaderFlagsReserved;
            case MqttPacketType.ConnAck or MqttPacketType.SubAck or MqttPacketType.UnsubAck or MqttPacketType.PingResp:
                return flags == 0 ? MqttViolation.PacketFromServerOnly : MqttViolation.HeaderFlagsReserved;
            default:
                return flags == 0 ? MqttViolation.None : MqttViolation.HeaderFlagsReserved;
        }
    }
}
