using System.Buffers.Binary;
using System.Text;

namespace SensorGrid.Rules.Snapshots;

/// <summary>Reads what <see cref="SnapshotWriter"/> wrote. Bytes that make no sense set <see cref="IsBroken"/>, after which
/// everything reads as zero: whoever restores asks once, at the end, before anything that was read is put to use.</summary>
public ref struct SnapshotReader(ReadOnlySpan<byte> bytes)
{
    private ReadOnlySpan<byte> rest = bytes;

    /// <summary>Version of what is read, for those whose state has grown.</summary>
    public ushort Version { get; init; }

    /// <summary>True once anything could not be read.</summary>
    public bool IsBroken { get; private set; }

    /// <summary>True when everything was read.</summary>
    public readonly bool IsAtEnd => rest.IsEmpty;

    /// <summary>One byte.</summary>
    public byte Byte() => Take(1) is { IsEmpty: false } taken ? taken[0] : (byte)0;

    /// <summary>A number.</summary>
    public int Int32() => Take(4) is { IsEmpty: false } taken ? BinaryPrimitives.ReadInt32LittleEndian(taken) : 0;

    /// <summary>A time or a span of time.</summary>
    public long Int64() => Take(8) is { IsEmpty: false } taken ? BinaryPrimitives.ReadInt64LittleEndian(taken) : 0;

    /// <summary>A value.</summary>
    public double Double() => BitConverter.Int64BitsToDouble(Int64());

    /// <summary>A count of things that each take at least so many bytes; 0 and broken when they cannot all be there.</summary>
    public int Count(int bytesEach)
    {
        int count = Int32();
        if (count >= 0 && (long)count * bytesEach <= rest.Length)
            return count;
        IsBroken = true;
        return 0;
    }

    /// <summary>A text.</summary>
    public string Text() => Encoding.UTF8.GetString(Bytes());

    /// <summary>Bytes.</summary>
    public ReadOnlySpan<byte> Bytes() => Take(Count(1));

    private ReadOnlySpan<byte> Take(int length)
    {
        if (IsBroken || length > rest.Length)
        {
            IsBroken = true;
            rest = default;
            return default;
        }
        var taken = rest[..length];
        rest = rest[length..];
        return taken;
    }
}
