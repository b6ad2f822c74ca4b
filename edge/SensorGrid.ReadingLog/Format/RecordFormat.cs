using System.Buffers;
using System.Buffers.Binary;

namespace SensorGrid.ReadingLog.Format;

/// <summary>What stands at a place where a record may start.</summary>
internal enum RecordCheck
{
    /// <summary>A record whose checksum holds.</summary>
    Whole,

    /// <summary>Nothing was written here.</summary>
    End,

    /// <summary>Perhaps a record; more bytes are needed to tell (<see cref="RecordHead.PaddedLength"/>).</summary>
    NeedMore,

    /// <summary>Something that is not a record of this place.</summary>
    Bad,
}

/// <summary>The fixed fields of a record.</summary>
internal readonly record struct RecordHead(
    int Length, long Sequence, long ReceivedAtTicks, byte Kind, byte Flags, int SourceBytes, int PrincipalBytes, int TopicBytes)
{
    public int PaddedLength => (Length + RecordFormat.Alignment - 1) & -RecordFormat.Alignment;

    public bool IsGap => Kind == RecordFormat.GapKind;

    public bool StartsGroup => (Flags & RecordFormat.StartsGroupFlag) != 0;

    public int PayloadOffset => RecordFormat.HeadBytes + SourceBytes + PrincipalBytes + TopicBytes;
}

/// <summary>One record as bytes; docs/reading-log-format.md has the boxes. Knows nothing of files.</summary>
internal static class RecordFormat
{
    public const int HeadBytes = 32;
    public const int Alignment = 8;

    /// <summary>Stands for sequence numbers that hold nothing, up to its own; written by recovery only and never shown to followers.</summary>
    public const byte GapKind = 4;

    /// <summary>First record of a group that was written and synced together: proves that all before it was synced.</summary>
    public const byte StartsGroupFlag = 1;

    public const int MaxNameBytes = byte.MaxValue;
    public const int MaxTopicBytes = ushort.MaxValue;

    private const int CrcOffset = 4;
    private const int SequenceOffset = 8;
    private const int TicksOffset = 16;
    private const int KindOffset = 24;
    private const int FlagsOffset = 25;
    private const int SourceOffset = 26;
    private const int PrincipalOffset = 27;
    private const int TopicOffset = 28;
    private const int ReservedOffset = 30;

    /// <summary>Room a record takes; the names' lengths must be within their limits.</summary>
    public static long PaddedLengthOf(in ReadingLogEntry entry) => PadUp(HeadBytes + entry.Origin.Utf8.Length + entry.Payload.Length);

    /// <summary>Writes all but what is known later: sequence and time (<see cref="Stamp"/>), flags and checksum (<see cref="Seal"/>).</summary>
    public static void Write(in ReadingLogEntry entry, Span<byte> to)
    {
        int at = HeadBytes;
        var origin = entry.Origin;
        origin.Utf8.CopyTo(to[at..]);
        at += origin.Utf8.Length;
        entry.Payload.CopyTo(to[at..]);
        at += (int)entry.Payload.Length;
        to[at..].Clear();
        to[..HeadBytes].Clear();
        BinaryPrimitives.WriteInt32LittleEndian(to, at);
        to[KindOffset] = (byte)entry.Kind;
        to[SourceOffset] = (byte)origin.SourceBytes;
        to[PrincipalOffset] = (byte)origin.PrincipalBytes;
        BinaryPrimitives.WriteUInt16LittleEndian(to[TopicOffset..], (ushort)origin.TopicBytes);
    }

    /// <summary>Writes a gap that spans <paramref name="to"/> and stands for the numbers up to <paramref name="lastSequence"/>.</summary>
    public static void WriteGap(Span<byte> to, long lastSequence, long ticks)
    {
        to.Clear();
        BinaryPrimitives.WriteInt32LittleEndian(to, to.Length);
        to[KindOffset] = GapKind;
        Stamp(to, lastSequence, ticks);
    }

    public static void Stamp(Span<byte> record, long sequence, long ticks)
    {
        BinaryPrimitives.WriteInt64LittleEndian(record[SequenceOffset..], sequence);
        BinaryPrimitives.WriteInt64LittleEndian(record[TicksOffset..], ticks);
    }

    /// <summary>Finishes a record for its place.</summary>
    public static void Seal(Span<byte> paddedRecord, bool startsGroup, uint seed, long offset)
    {
        paddedRecord[FlagsOffset] = startsGroup ? StartsGroupFlag : (byte)0;
        BinaryPrimitives.WriteUInt32LittleEndian(paddedRecord[CrcOffset..], Crc(paddedRecord, seed, offset));
    }

    public static int PaddedLengthAt(ReadOnlySpan<byte> record) => (int)PadUp(BinaryPrimitives.ReadInt32LittleEndian(record));

    public static long TicksAt(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record[TicksOffset..]);

    public static long SequenceAt(ReadOnlySpan<byte> record) => BinaryPrimitives.ReadInt64LittleEndian(record[SequenceOffset..]);

    /// <summary>Looks at one place.</summary>
    /// <param name="bytes">The bytes from there on that are in memory.</param>
    /// <param name="room">Bytes from there to the end of the segment.</param>
    /// <param name="seed"><see cref="SegmentHeader.RecordSeed"/>.</param>
    /// <param name="offset">The place.</param>
    /// <param name="head">The fields; of a <see cref="RecordCheck.NeedMore"/> only how much is needed.</param>
    public static RecordCheck Check(ReadOnlySpan<byte> bytes, long room, uint seed, long offset, out RecordHead head)
    {
        head = new(HeadBytes, 0, 0, 0, 0, 0, 0, 0);
        if (room < HeadBytes)
            return RecordCheck.End;
        if (bytes.Length < HeadBytes)
            return RecordCheck.NeedMore;
        uint length = BinaryPrimitives.ReadUInt32LittleEndian(bytes);
        if (length == 0)
            return bytes[..HeadBytes].ContainsAnyExcept((byte)0) ? RecordCheck.Bad : RecordCheck.End;
        byte kind = bytes[KindOffset];
        if (length < HeadBytes || PadUp(length) > room || kind is 0 or > GapKind || bytes[FlagsOffset] > StartsGroupFlag
            || BinaryPrimitives.ReadUInt16LittleEndian(bytes[ReservedOffset..]) != 0)
        {
            return RecordCheck.Bad;
        }
        head = new(
            (int)length, SequenceAt(bytes), BinaryPrimitives.ReadInt64LittleEndian(bytes[TicksOffset..]), kind, bytes[FlagsOffset],
            bytes[SourceOffset], bytes[PrincipalOffset], BinaryPrimitives.ReadUInt16LittleEndian(bytes[TopicOffset..]));
        if (head.PayloadOffset > head.Length)
            return RecordCheck.Bad;
        if (bytes.Length < head.PaddedLength)
            return RecordCheck.NeedMore;
        bytes = bytes[..head.PaddedLength];
        return BinaryPrimitives.ReadUInt32LittleEndian(bytes[CrcOffset..]) == Crc(bytes, seed, offset) ? RecordCheck.Whole : RecordCheck.Bad;
    }

    // Over the place, then the whole padded record with the checksum's own field as zero.
    private static uint Crc(ReadOnlySpan<byte> paddedRecord, uint seed, long offset)
    {
        uint state = Crc32C.Append(seed, (ulong)offset);
        state = Crc32C.Append(state, BinaryPrimitives.ReadUInt32LittleEndian(paddedRecord));
        return Crc32C.Finish(Crc32C.Append(state, paddedRecord[SequenceOffset..]));
    }

    private static long PadUp(long length) => (length + Alignment - 1) & -Alignment;
}
