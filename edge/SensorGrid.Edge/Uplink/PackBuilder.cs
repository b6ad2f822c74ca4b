using System.Buffers;

namespace SensorGrid.Edge.Uplink;

/// <summary>Joins outbox records into one SenML JSON pack: the records are copied, not parsed. Says version 26 on the first record
/// when any of them uses a secondary unit, for that version covers the whole pack.</summary>
internal sealed class PackBuilder(int mostReadings, int mostBytes)
{
    private static ReadOnlySpan<byte> VersionLabel => "\"bver\":26,"u8;

    // Brackets, and the version label whether it will be needed or not.
    private const int FrameBytes = 2 + 10;

    private readonly ArrayBufferWriter<byte> objects = new();
    private bool secondaryUnits;

    public int Readings { get; private set; }

    public bool IsEmpty => Readings == 0;

    /// <summary>Adds one record; false when it does not fit beside those held. A record alone always fits.</summary>
    public bool TryAdd(ReadOnlySpan<byte> recordObjects, int recordReadings, bool recordSecondaryUnits)
    {
        bool full = Readings + recordReadings > mostReadings || objects.WrittenCount + 1 + recordObjects.Length + FrameBytes > mostBytes;
        if (full && !IsEmpty)
            return false;
        if (!IsEmpty)
            objects.Write(","u8);
        objects.Write(recordObjects);
        Readings += recordReadings;
        secondaryUnits |= recordSecondaryUnits;
        return true;
    }

    /// <summary>The pack, and begins the next one.</summary>
    public byte[] Take()
    {
        var held = objects.WrittenSpan;
        var label = secondaryUnits ? VersionLabel : default;
        byte[] pack = new byte[held.Length + 2 + label.Length];
        pack[0] = (byte)'[';
        pack[1] = (byte)'{';
        label.CopyTo(pack.AsSpan(2));
        held[1..].CopyTo(pack.AsSpan(2 + label.Length));
        pack[^1] = (byte)']';
        objects.ResetWrittenCount();
        Readings = 0;
        secondaryUnits = false;
        return pack;
    }
}
