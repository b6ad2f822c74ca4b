using System.Diagnostics.CodeAnalysis;

namespace SensorGrid.Readings;

/// <summary>Keys of a dictionary that are UTF-8 text, looked up by bytes that lie in a message: no string and no array is made for it.</summary>
public sealed class Utf8Comparer : IEqualityComparer<byte[]>, IAlternateEqualityComparer<ReadOnlySpan<byte>, byte[]>
{
    /// <summary>The only one; it holds nothing.</summary>
    public static readonly Utf8Comparer Instance = new();

    private Utf8Comparer()
    {
    }

    /// <inheritdoc/>
    public bool Equals(byte[]? x, byte[]? y) => x.AsSpan().SequenceEqual(y);

    /// <inheritdoc/>
    public int GetHashCode([DisallowNull] byte[] obj) => GetHashCode(obj.AsSpan());

    /// <inheritdoc/>
    public byte[] Create(ReadOnlySpan<byte> alternate) => alternate.ToArray();

    /// <inheritdoc/>
    public bool Equals(ReadOnlySpan<byte> alternate, byte[] other) => alternate.SequenceEqual(other);

    /// <inheritdoc/>
    /// <remarks>Seeded per process, so that a sender cannot choose names that fall into one bucket.</remarks>
    public int GetHashCode(ReadOnlySpan<byte> alternate)
    {
        var hash = default(HashCode);
        hash.AddBytes(alternate);
        return hash.ToHashCode();
    }
}
