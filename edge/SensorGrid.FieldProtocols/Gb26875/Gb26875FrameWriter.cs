using System.Buffers;
using System.Buffers.Binary;

namespace SensorGrid.FieldProtocols.Gb26875;

/// <summary>Writes packets of GB/T 26875.3-2011 (6.6), both directions. Units come from <see cref="Gb26875UnitWriter"/>, or as bytes.</summary>
public static class Gb26875FrameWriter
{
    /// <summary>Writes one packet; length, sum and marks are computed.</summary>
    /// <param name="header">Control unit.</param>
    /// <param name="unit">Application unit, empty for heartbeats, confirmations and denials.</param>
    /// <param name="output">Gets the packet.</param>
    /// <exception cref="ArgumentException">The unit is too long, or an address has more than 48 bits. Nothing was written.</exception>
    public static void Write(in Gb26875Header header, ReadOnlySpan<byte> unit, IBufferWriter<byte> output)
    {
        if (unit.Length > Gb26875Frame.MaxUnitBytes)
            throw new ArgumentException($"A unit of {unit.Length} bytes is too long: a packet carries {Gb26875Frame.MaxUnitBytes}.", nameof(unit));
        int length = Gb26875Frame.MinBytes + unit.Length;
        var packet = output.GetSpan(length)[..length];
        Gb26875Frame.StartMark.CopyTo(packet);
        BinaryPrimitives.WriteUInt16LittleEndian(packet[Gb26875Frame.SerialAt..], header.Serial);
        packet[4] = header.MajorVersion;
        packet[5] = header.UserVersion;
        header.SentAt.Write(packet[Gb26875Frame.SentAtAt..]);
        header.Source.Write(packet[Gb26875Frame.SourceAt..]);
        header.Destination.Write(packet[Gb26875Frame.DestinationAt..]);
        BinaryPrimitives.WriteUInt16LittleEndian(packet[Gb26875Frame.LengthAt..], (ushort)unit.Length);
        packet[Gb26875Frame.CommandAt] = (byte)header.Command;
        unit.CopyTo(packet[Gb26875Frame.HeaderBytes..]);
        packet[^3] = FrameChecksum.Of(packet[Gb26875Frame.SerialAt..^3]);
        Gb26875Frame.EndMark.CopyTo(packet[^2..]);
        output.Advance(length);
    }
}
