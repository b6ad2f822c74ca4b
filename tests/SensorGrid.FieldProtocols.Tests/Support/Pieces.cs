using System.Buffers;

namespace SensorGrid.FieldProtocols.Tests.Support;

/// <summary>A sequence that lies in two pieces.</summary>
internal sealed class Pieces : ReadOnlySequenceSegment<byte>
{
    private Pieces(ReadOnlyMemory<byte> memory, long index, Pieces? next) => (Memory, RunningIndex, Next) = (memory, index, next);

    public static ReadOnlySequence<byte> Of(ReadOnlyMemory<byte> first, ReadOnlyMemory<byte> second)
    {
        var last = new Pieces(second, first.Length, null);
        return new(new Pieces(first, 0, last), 0, last, second.Length);
    }
}
