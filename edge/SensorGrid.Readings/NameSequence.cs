using System.Buffers.Binary;
using System.Runtime.CompilerServices;
using SensorGrid.Readings.Wire.LineProtocol;

namespace SensorGrid.Readings;

/// <summary>Finds the names of one message of a gateway. Gateways send their datastreams in the same order again and again, so the name that followed last time is
/// tried before a hash is computed. Keeps its place for itself until <see cref="End"/>: the gateway's own is shared with other threads, and writing there costs as much as finding.</summary>
internal ref struct NameSequence(GatewayDatastreams gateway)
{
    private const int Word = sizeof(ulong);
    private readonly GatewayDatastreams gateway = gateway;
    private NamedDatastream last = gateway.Last;

    /// <summary>Index of the name found last.</summary>
    public readonly DatastreamIndex Index => last.Index;

    /// <summary>Takes the name that followed last time, where its second part stands behind a byte that tells its length.</summary>
    /// <param name="prefix">The first part; may be empty.</param>
    /// <param name="bytes">Hold the second one.</param>
    /// <param name="at">Where the byte of its length is.</param>
    /// <param name="head">What that byte is of an empty one.</param>
    /// <param name="longest">The longest that byte can tell.</param>
    /// <returns>The place behind it; -1 when another name stands there, or the names are too short to be compared so, which <see cref="TryFollow"/> knows.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public int FollowSized(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> bytes, int at, byte head, int longest)
    {
        if (last.Next is not { } next)
            return -1;
        ReadOnlySpan<byte> known = next.Utf8Name;
        int length = known.Length - prefix.Length;
        int end = at + 1 + length;
        if (length <= 0 || length > longest || known.Length < Word || end < Word || end > bytes.Length || bytes[at] != head + length)
            return -1;
        bool isNext = length <= Word ? EndsAlike(bytes[..end], known, length) && BeginsWith(known, prefix) : next.Is(prefix, bytes[(at + 1)..end]);
        if (!isNext)
            return -1;
        last = next;
        return end;
    }

    /// <summary>Index of a known name that is said in two parts.</summary>
    /// <param name="prefix">The first; may be empty.</param>
    /// <param name="name">The second.</param>
    /// <param name="index">Its index.</param>
    /// <returns>False when no such name is known; none is assigned.</returns>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool TryFollow(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> name, out DatastreamIndex index)
    {
        var next = last.Next;
        return Take(next is not null && next.Is(prefix, name) ? next : gateway.FindJoined(last, prefix, default, name), out index);
    }

    /// <summary>Index of a known name whose second part ends with a quotation mark.</summary>
    /// <param name="prefix">The first part; may be empty.</param>
    /// <param name="text">Begins with the second one.</param>
    /// <param name="length">Bytes of it.</param>
    /// <param name="index">Its index.</param>
    /// <returns>False when no such name is known; none is assigned.</returns>
    public bool TryFollowQuoted(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> text, out int length, out DatastreamIndex index)
    {
        if (last.Next is { } next)
        {
            length = next.Utf8Name.Length - prefix.Length;
            if ((uint)length < (uint)text.Length && text[length] == '"' && next.Is(prefix, text[..length]))
                return Take(next, out index);
        }
        return TryFindQuoted(prefix, text, out length, out index);
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private bool TryFindQuoted(ReadOnlySpan<byte> prefix, ReadOnlySpan<byte> text, out int length, out DatastreamIndex index)
    {
        length = text.IndexOf((byte)'"');
        return Take(length < 0 ? null : gateway.FindJoined(last, prefix, default, text[..length]), out index);
    }

    /// <summary>Index of a known name <c>series/key</c> of line protocol.</summary>
    /// <param name="series">The name of measurement and tags.</param>
    /// <param name="text">Begins with the key, after which comes an equals sign.</param>
    /// <param name="length">Bytes of the key.</param>
    /// <param name="index">Its index.</param>
    /// <returns>False when no such name is known, or the key has other signs than parts of names; none is assigned.</returns>
    public bool TryFollowField(ReadOnlySpan<byte> series, ReadOnlySpan<byte> text, out int length, out DatastreamIndex index)
    {
        if (last.Next is { } next && next.LastSeparator == series.Length)
        {
            ReadOnlySpan<byte> known = next.Utf8Name;
            var key = known[(series.Length + 1)..];
            length = key.Length;
            if ((uint)length < (uint)text.Length && text[length] == '=' && text[..length].SequenceEqual(key) && known[series.Length] == '/' && known[..series.Length].SequenceEqual(series))
                return Take(next, out index);
        }
        length = text.IndexOf((byte)'=');
        return Take(length <= 0 || text[..length].ContainsAnyExcept(LineText.PlainSigns) ? null : gateway.FindJoined(last, series, "/"u8, text[..length]), out index);
    }

    // Of the words that end there, only what belongs to the second part counts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool EndsAlike(ReadOnlySpan<byte> bytes, ReadOnlySpan<byte> known, int length) =>
        (BinaryPrimitives.ReadUInt64LittleEndian(bytes[^Word..]) ^ BinaryPrimitives.ReadUInt64LittleEndian(known[^Word..])) >> (8 * (Word - length)) == 0;

    // Two words that overlap are all of most first parts.
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static bool BeginsWith(ReadOnlySpan<byte> known, ReadOnlySpan<byte> prefix)
    {
        if (prefix.Length is < Word or > 2 * Word || known.Length < prefix.Length)
            return known.StartsWith(prefix);
        int rest = prefix.Length - Word;
        return ((BinaryPrimitives.ReadUInt64LittleEndian(known) ^ BinaryPrimitives.ReadUInt64LittleEndian(prefix))
            | (BinaryPrimitives.ReadUInt64LittleEndian(known[rest..]) ^ BinaryPrimitives.ReadUInt64LittleEndian(prefix[rest..]))) == 0;
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private bool Take(NamedDatastream? found, out DatastreamIndex index)
    {
        if (found is null)
        {
            index = default;
            return false;
        }
        last = found;
        index = found.Index;
        return true;
    }

    /// <summary>The next message begins where this one ended.</summary>
    public readonly void End() => gateway.Last = last;
}
