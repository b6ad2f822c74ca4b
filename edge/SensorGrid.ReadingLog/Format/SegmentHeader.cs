using System.Buffers.Binary;

namespace SensorGrid.ReadingLog.Format;

/// <summary>What a segment says about itself. It is written twice, in a page that records never touch, so that neither a torn write of
/// records nor one bad sector makes a segment unreadable.</summary>
/// <param name="FirstSequence">Sequence of the first record it may hold.</param>
/// <param name="NotBeforeTicks">Received-at of the last record before it: keeps time from going back when all else was trimmed.</param>
/// <param name="LogId">The log it belongs to; part of every record's checksum.</param>
/// <param name="PreviousFirstSequence">The segment before it; 0 when it was the first.</param>
internal readonly record struct SegmentHeader(long FirstSequence, long NotBeforeTicks, Guid LogId, long PreviousFirstSequence)
{
    /// <summary>Records start here.</summary>
    public const int AreaBytes = 4096;
    public const int Bytes = 64;
    private const int SecondCopy = 2048;
    private const ushort Version = 1;
    private const int CrcOffset = 60;

    private static ReadOnlySpan<byte> Magic => "SGREADLG"u8;

    /// <summary>Checksum state that every record of this segment starts from. A record of another log, another segment or another
    /// place never passes, not even when somebody sends one as a payload.</summary>
    public uint RecordSeed
    {
        get
        {
            Span<byte> id = stackalloc byte[16];
            LogId.TryWriteBytes(id);
            return Crc32C.Append(Crc32C.Append(Crc32C.Initial, id), (ulong)FirstSequence);
        }
    }

    public void WriteArea(Span<byte> area)
    {
        area = area[..AreaBytes];
        area.Clear();
        Write(area);
        area[..Bytes].CopyTo(area[SecondCopy..]);
    }

    /// <summary>Reads either copy.</summary>
    /// <param name="start">The start of the file, shorter than the area when the file is.</param>
    /// <param name="header">What it says.</param>
    /// <param name="newerVersion">The version number found when only that is why it cannot be read; otherwise 0.</param>
    public static bool TryReadArea(ReadOnlySpan<byte> start, out SegmentHeader header, out int newerVersion)
    {
        if (TryRead(start, out header, out newerVersion))
            return true;
        return start.Length > SecondCopy && newerVersion == 0 && TryRead(start[SecondCopy..], out header, out newerVersion);
    }

    private void Write(Span<byte> to)
    {
        Magic.CopyTo(to);
        BinaryPrimitives.WriteUInt16LittleEndian(to[8..], Version);
        BinaryPrimitives.WriteUInt16LittleEndian(to[10..], Bytes);
        BinaryPrimitives.WriteInt64LittleEndian(to[16..], FirstSequence);
        BinaryPrimitives.WriteInt64LittleEndian(to[24..], NotBeforeTicks);
        LogId.TryWriteBytes(to[32..]);
        BinaryPrimitives.WriteInt64LittleEndian(to[48..], PreviousFirstSequence);
        BinaryPrimitives.WriteUInt32LittleEndian(to[CrcOffset..], Crc(to));
    }

    private static bool TryRead(ReadOnlySpan<byte> from, out SegmentHeader header, out int newerVersion)
    {
        header = default;
        newerVersion = 0;
        if (from.Length < Bytes || !from.StartsWith(Magic) || BinaryPrimitives.ReadUInt32LittleEndian(from[CrcOffset..]) != Crc(from))
            return false;
        int version = BinaryPrimitives.ReadUInt16LittleEndian(from[8..]);
        if (version != Version)
        {
            newerVersion = version;
            return false;
        }
        header = new(
            BinaryPrimitives.ReadInt64LittleEndian(from[16..]),
            BinaryPrimitives.ReadInt64LittleEndian(from[24..]),
            new Guid(from.Slice(32, 16)),
            BinaryPrimitives.ReadInt64LittleEndian(from[48..]));
        return true;
    }

    private static uint Crc(ReadOnlySpan<byte> header) => Crc32C.Finish(Crc32C.Append(Crc32C.Initial, header[..CrcOffset]));
}
