using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.CompilerServices;

namespace SensorGrid.Readings.Wire.SparkplugB;

/// <summary>Takes fields off a protobuf message, from left to right; offsets count from the beginning of the body. The first fault stops it and
/// stands in <see cref="Error"/>.
/// <code>
/// message = *( tag value )              tag   = varint (field number shifted left by 3, wire type)
/// value   = varint | 8 bytes | length (varint) bytes | 4 bytes            wire types 0, 1, 2, 5
/// </code></summary>
internal ref struct ProtoScanner
{
    public const int Varint = 0, Fixed64 = 1, Bytes = 2, Fixed32 = 5;

    private readonly ReadOnlySpan<byte> bytes;

    /// <param name="body">The whole body.</param>
    /// <param name="start">Where the message begins in it.</param>
    /// <param name="end">Where it ends.</param>
    public ProtoScanner(ReadOnlySpan<byte> body, int start, int end)
    {
        bytes = body[..end];
        At = start;
    }

    /// <summary>Offset of what comes next, or of the field at fault.</summary>
    public int At;

    /// <summary>What stopped it.</summary>
    public SparkplugError Error;

    /// <summary>The next tag; false at the end, and at a fault.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryTag(out uint tag)
    {
        int at = At;
        if ((uint)at >= (uint)bytes.Length)
        {
            tag = 0;
            return false;
        }
        tag = bytes[at];
        if (tag < 0x80)
            At = at + 1;
        else if (!TryLongTag(out tag))
            return false;
        if (tag >= 8)
            return true;
        At = at;
        Error = SparkplugError.FieldNumber;
        return false;
    }

    /// <summary>Takes a tag of one byte when it stands here; false, and nothing taken, when another one does.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Follows(byte tag)
    {
        int at = At;
        if ((uint)at >= (uint)bytes.Length || bytes[at] != tag)
            return false;
        At = at + 1;
        return true;
    }

    /// <summary>A varint of at most 64 bits.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryVarint(out ulong value)
    {
        int at = At;
        if ((uint)at < (uint)bytes.Length && bytes[at] < 0x80)
        {
            value = bytes[at];
            At = at + 1;
            return true;
        }
        return TryLongVarint(out value);
    }

    /// <summary>Four bytes.</summary>
    public bool TryFixed32(out uint value)
    {
        if (!BinaryPrimitives.TryReadUInt32LittleEndian(bytes[At..], out value))
            return Fail(SparkplugError.Truncated);
        At += sizeof(uint);
        return true;
    }

    /// <summary>Eight bytes.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFixed64(out ulong value)
    {
        if (!BinaryPrimitives.TryReadUInt64LittleEndian(bytes[At..], out value))
            return Fail(SparkplugError.Truncated);
        At += sizeof(ulong);
        return true;
    }

    /// <summary>A length and as many bytes.</summary>
    public bool TryBytes(out int start, out int length)
    {
        int begin = At;
        start = 0;
        length = 0;
        if (!TryVarint(out ulong announced))
            return false;
        if (announced > (ulong)(bytes.Length - At))
        {
            At = begin;
            return Fail(SparkplugError.LengthBeyondEnd);
        }
        (start, length) = (At, (int)announced);
        At += length;
        return true;
    }

    /// <summary>Passes over the value of a tag that is not known.</summary>
    public bool TrySkip(uint tag) => (tag & 7) switch
    {
        Varint => TryVarint(out _),
        Fixed64 => TryFixed64(out _),
        Bytes => TryBytes(out _, out _),
        Fixed32 => TryFixed32(out _),
        _ => Fail(SparkplugError.UnknownWireType),
    };

    /// <summary>Passes over a field that its reader does not take. One of the numbers that the format gives has another wire type than it gives them, and
    /// stops the scan at its tag; unless the payload ends inside it, which is what is told then: whatever a cut-off payload says is cut off first of all.</summary>
    /// <param name="tag">The tag.</param>
    /// <param name="begin">Where the tag stands.</param>
    /// <param name="lastKnown">The format gives the numbers from 1 to this.</param>
    public void SkipOther(uint tag, int begin, int lastKnown)
    {
        TrySkip(tag);
        if (tag >> 3 > lastKnown || Error is SparkplugError.Truncated or SparkplugError.LengthBeyondEnd)
            return;
        At = begin;
        Fail(SparkplugError.WrongWireType);
    }

    /// <summary>Stops here.</summary>
    public bool Fail(SparkplugError error)
    {
        Error = error;
        return false;
    }

    private bool TryLongTag(out uint tag)
    {
        int begin = At;
        bool read = TryLongVarint(out ulong value);
        tag = (uint)value;
        if (read && value > uint.MaxValue)
        {
            At = begin;
            return Fail(SparkplugError.VarintOverflow);
        }
        return read;
    }

    private bool TryLongVarint(out ulong value)
    {
        // Up to eight bytes at once, of which times have six: the groups of seven bits are moved together in pairs.
        if (bytes.Length - At >= sizeof(ulong))
        {
            ulong word = BinaryPrimitives.ReadUInt64LittleEndian(bytes[At..]);
            ulong ends = ~word & 0x8080_8080_8080_8080;
            if (ends != 0)
            {
                At += (BitOperations.TrailingZeroCount(ends) >> 3) + 1;
                word &= ends ^ (ends - 1);
                word = ((word & 0x7F00_7F00_7F00_7F00) >> 1) | (word & 0x007F_007F_007F_007F);
                word = ((word & 0x3FFF_0000_3FFF_0000) >> 2) | (word & 0x0000_3FFF_0000_3FFF);
                value = ((word & 0x0FFF_FFFF_0000_0000) >> 4) | (word & 0x0000_0000_0FFF_FFFF);
                return true;
            }
        }
        return TryVarintByBytes(out value);
    }

    private bool TryVarintByBytes(out ulong value)
    {
        value = 0;
        var rest = bytes[At..];
        for (int i = 0; i < rest.Length; i++)
        {
            ulong part = rest[i];
            // The tenth byte holds the 64th bit and nothing else.
            if (i == 9 && part > 1)
                return Fail(SparkplugError.VarintOverflow);
            value |= (part & 0x7F) << (7 * i);
            if (part >= 0x80)
                continue;
            At += i + 1;
            return true;
        }
        return Fail(SparkplugError.Truncated);
    }
}
