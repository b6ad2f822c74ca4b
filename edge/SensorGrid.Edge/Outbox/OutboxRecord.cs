using System.Buffers.Binary;

namespace SensorGrid.Edge.Outbox;

/// <summary>The payload of one outbox record: resolved SenML JSON objects joined by commas, without the brackets of a pack, so that
/// several records become one pack by copying. Layout in <c>edge/docs/outbox-format.md</c>.</summary>
internal static class OutboxRecord
{
    public const int HeaderBytes = 4;
    public const byte Version = 1;
    public const byte SecondaryUnits = 1;

    public static void WriteHeader(Span<byte> header, int readings, bool secondaryUnits)
    {
        header[0] = Version;
        header[1] = secondaryUnits ? SecondaryUnits : (byte)0;
        BinaryPrimitives.WriteUInt16LittleEndian(header[2..], checked((ushort)readings));
    }

    /// <summary>False when the payload is not of a version this program reads.</summary>
    public static bool TryRead(ReadOnlyMemory<byte> payload, out int readings, out bool secondaryUnits, out ReadOnlyMemory<byte> objects)
    {
        readings = 0;
        secondaryUnits = false;
        objects = default;
        var span = payload.Span;
        if (span.Length <= HeaderBytes || span[0] != Version || span[HeaderBytes] != (byte)'{')
            return false;
        secondaryUnits = (span[1] & SecondaryUnits) != 0;
        readings = BinaryPrimitives.ReadUInt16LittleEndian(span[2..]);
        objects = payload[HeaderBytes..];
        return readings > 0;
    }
}
