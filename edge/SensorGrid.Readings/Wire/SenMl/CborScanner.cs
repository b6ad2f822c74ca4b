using System.Buffers.Binary;
using System.Text.Unicode;

namespace SensorGrid.Readings.Wire.SenMl;

/// <summary>Major types of CBOR (RFC 8949 §3.1).</summary>
internal enum CborType : byte
{
    Unsigned = 0,
    Negative = 1,
    Bytes = 2,
    Text = 3,
    Array = 4,
    Map = 5,
    Tag = 6,

    /// <summary>Floats, simple values and the break.</summary>
    Other = 7,
}

/// <summary>Walks over CBOR (RFC 8949) and allocates nothing. Well-formedness only: what items mean is for the reader.</summary>
internal ref struct CborScanner(ReadOnlySpan<byte> bytes)
{
    /// <summary>Additional information of an indefinite length, and of the break.</summary>
    public const int Indefinite = 31;

    private const byte Break = 0xFF;

    private readonly ReadOnlySpan<byte> bytes = bytes;

    /// <summary>Where it stands.</summary>
    public int At { get; set; }

    /// <summary>Whether everything was taken.</summary>
    public readonly bool AtEnd => At == bytes.Length;

    /// <summary>Type of the item that begins here; <see cref="CborType.Other"/> at the end.</summary>
    public readonly CborType Here => At < bytes.Length ? (CborType)(bytes[At] >> 5) : CborType.Other;

    /// <summary>The bytes from a place to here.</summary>
    public readonly ReadOnlySpan<byte> From(int start) => bytes[start..At];

    /// <summary>Takes a break, if there is one.</summary>
    public bool TryTakeBreak()
    {
        if (At == bytes.Length || bytes[At] != Break)
            return false;
        At++;
        return true;
    }

    /// <summary>Takes the head of an item.</summary>
    /// <param name="type">Its type.</param>
    /// <param name="info">Its additional information, 0 to 31.</param>
    /// <param name="argument">Its argument: value, length, or the bits of a float.</param>
    /// <returns>False when it is cut off or reserved.</returns>
    public bool TryTakeHead(out CborType type, out int info, out ulong argument)
    {
        (type, info, argument) = (CborType.Other, 0, 0);
        if (At == bytes.Length)
            return false;
        byte first = bytes[At];
        (type, info) = ((CborType)(first >> 5), first & 31);
        var rest = bytes[(At + 1)..];
        int more = info switch { < 24 or Indefinite => 0, 24 => 1, 25 => 2, 26 => 4, 27 => 8, _ => -1 };
        if (more < 0 || rest.Length < more)
            return false;
        argument = more switch
        {
            0 => (ulong)info,
            1 => rest[0],
            2 => BinaryPrimitives.ReadUInt16BigEndian(rest),
            4 => BinaryPrimitives.ReadUInt32BigEndian(rest),
            _ => BinaryPrimitives.ReadUInt64BigEndian(rest),
        };
        At += 1 + more;
        // §3.2, §3.3: only strings, arrays and maps have no stated length; simple values below 32 have one form only.
        return info == Indefinite ? type is CborType.Bytes or CborType.Text or CborType.Array or CborType.Map
            : type != CborType.Other || info != 24 || argument >= 32;
    }

    /// <summary>Takes the contents of a string, or of one chunk, of stated length.</summary>
    public bool TryTakeContents(ulong length, out ReadOnlySpan<byte> contents)
    {
        contents = default;
        if (length > (ulong)(bytes.Length - At))
            return false;
        contents = bytes.Slice(At, (int)length);
        At += (int)length;
        return true;
    }

    /// <summary>Passes over one item of any kind.</summary>
    /// <param name="depth">How many more arrays, maps and tags may be entered.</param>
    public SenMlError Skip(int depth)
    {
        if (!TryTakeHead(out var type, out int info, out ulong argument))
            return SenMlError.Cbor;
        switch (type)
        {
            case CborType.Bytes or CborType.Text:
                return SkipString(type, info, argument);
            case CborType.Array or CborType.Map or CborType.Tag:
                return depth == 0 ? SenMlError.TooDeep : SkipMembers(type, info, argument, depth - 1);
            default:
                return SenMlError.None;
        }
    }

    private SenMlError SkipString(CborType type, int info, ulong argument)
    {
        if (info != Indefinite)
            return TryTakeContents(argument, out var contents) && (type == CborType.Bytes || Utf8.IsValid(contents)) ? SenMlError.None : SenMlError.Cbor;
        while (!TryTakeBreak())
        {
            // §3.2.3: chunks are of the same type and have lengths.
            if (!TryTakeHead(out var chunk, out int chunkInfo, out ulong length) || chunk != type || chunkInfo == Indefinite ||
                !TryTakeContents(length, out var contents) || (type == CborType.Text && !Utf8.IsValid(contents)))
                return SenMlError.Cbor;
        }
        return SenMlError.None;
    }

    private SenMlError SkipMembers(CborType type, int info, ulong argument, int depth)
    {
        int each = type == CborType.Map ? 2 : 1;
        if (info != Indefinite)
        {
            ulong count = type == CborType.Tag ? 1 : argument;
            // Each takes a byte at least, so a count beyond that is cut off, and need not be tried.
            if (count > (ulong)(bytes.Length - At))
                return SenMlError.Cbor;
            for (ulong i = 0; i < count * (ulong)each; i++)
            {
                if (Skip(depth) is var error and not SenMlError.None)
                    return error;
            }
            return SenMlError.None;
        }
        while (!TryTakeBreak())
        {
            for (int i = 0; i < each; i++)
            {
                if (Skip(depth) is var error and not SenMlError.None)
                    return error;
            }
        }
        return SenMlError.None;
    }
}
