using System.Buffers.Binary;
using System.Runtime.CompilerServices;

namespace SensorGrid.FieldProtocols.Hj212;

/// <summary>A key and the <c>=</c> behind it, to be found again at the beginning of a pair: of usual length (<c>w01018-Rtd=</c>) by two words that may overlap.</summary>
internal readonly struct Hj212Lead
{
    private const int Word = sizeof(ulong);
    private readonly byte[] bytes;
    private readonly ulong first, last;

    /// <param name="key">The key as it comes.</param>
    public Hj212Lead(ReadOnlySpan<byte> key)
    {
        bytes = [.. key, (byte)'='];
        Length = bytes.Length;
        if (Length is < Word or > 2 * Word)
            return;
        first = BinaryPrimitives.ReadUInt64LittleEndian(bytes);
        last = BinaryPrimitives.ReadUInt64LittleEndian(bytes.AsSpan(Length - Word));
    }

    /// <summary>How long it is.</summary>
    public int Length { get; }

    /// <summary>The key alone.</summary>
    public ReadOnlySpan<byte> Key => bytes.AsSpan(0, Length - 1);

    /// <summary>Whether a text is this one.</summary>
    /// <param name="text">As long.</param>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public bool Is(ReadOnlySpan<byte> text) => text.Length is >= Word and <= 2 * Word
        ? BinaryPrimitives.ReadUInt64LittleEndian(text) == first && BinaryPrimitives.ReadUInt64LittleEndian(text[^Word..]) == last
        : text.SequenceEqual(bytes);
}
