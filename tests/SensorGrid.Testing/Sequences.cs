using System.Buffers;

namespace SensorGrid.Testing;

/// <summary>The same bytes, cut in every way a network may cut them.</summary>
public static class Sequences
{
    /// <summary>Two segments with the seam before <paramref name="at"/>.</summary>
    public static ReadOnlySequence<byte> Split(ReadOnlyMemory<byte> bytes, int at) => Join(bytes[..at], bytes[at..]);

    /// <summary>One byte per segment, with empty segments between.</summary>
    public static ReadOnlySequence<byte> ByteByByte(ReadOnlyMemory<byte> bytes)
    {
        var parts = new List<ReadOnlyMemory<byte>>();
        for (int i = 0; i < bytes.Length; i++)
        {
            parts.Add(bytes.Slice(i, 1));
            if (i % 7 == 3)
                parts.Add(default);
        }
        return Join([.. parts]);
    }

    /// <summary>Every way to cut the bytes in two, the empty halves included.</summary>
    public static IEnumerable<ReadOnlySequence<byte>> EverySplit(ReadOnlyMemory<byte> bytes)
    {
        for (int at = 0; at <= bytes.Length; at++)
            yield return Split(bytes, at);
    }

    public static ReadOnlySequence<byte> Join(params ReadOnlyMemory<byte>[] parts)
    {
        if (parts.Length == 0)
            return ReadOnlySequence<byte>.Empty;
        var first = new Segment(parts[0], null);
        var last = first;
        foreach (var part in parts.AsSpan(1))
            last = new Segment(part, last);
        return new(first, 0, last, last.Memory.Length);
    }

    private sealed class Segment : ReadOnlySequenceSegment<byte>
    {
        public Segment(ReadOnlyMemory<byte> memory, Segment? before)
        {
            Memory = memory;
            if (before is not null)
            {
                RunningIndex = before.RunningIndex + before.Memory.Length;
                before.Next = this;
            }
        }
    }
}
