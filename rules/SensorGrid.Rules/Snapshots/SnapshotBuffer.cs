using System.Buffers;

namespace SensorGrid.Rules.Snapshots;

/// <summary>Bytes of a snapshot in pieces: a hundred megabytes of it need no memory in one piece, are not copied while they become more, and are handed on as they are.</summary>
public sealed class SnapshotBuffer : IBufferWriter<byte>
{
    // Below what the collector keeps apart and seldom gives back.
    private const int PieceBytes = 64 * 1024;

    private readonly List<ReadOnlyMemory<byte>> full = [];
    private byte[] piece = [];
    private int used;

    /// <summary>Bytes written.</summary>
    public long Length { get; private set; }

    /// <summary>What was written, in order. Valid until more is.</summary>
    public IEnumerable<ReadOnlyMemory<byte>> Pieces => used == 0 ? full : full.Append(piece.AsMemory(0, used));

    /// <inheritdoc/>
    public void Advance(int count)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(count);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(count, piece.Length - used);
        used += count;
        Length += count;
    }

    /// <inheritdoc/>
    public Memory<byte> GetMemory(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return piece.AsMemory(used);
    }

    /// <inheritdoc/>
    public Span<byte> GetSpan(int sizeHint = 0)
    {
        EnsureRoom(sizeHint);
        return piece.AsSpan(used);
    }

    /// <summary>Writes what another one holds, whose pieces are this one's from then on: write nothing more there.</summary>
    public void Take(SnapshotBuffer other)
    {
        ArgumentNullException.ThrowIfNull(other);
        EndPiece();
        full.AddRange(other.Pieces);
        Length += other.Length;
    }

    /// <summary>Writes all of it to another writer: to one of pieces by <see cref="Take"/>, to any other as a copy.</summary>
    public void GiveTo(IBufferWriter<byte> output)
    {
        if (output is SnapshotBuffer pieces)
        {
            pieces.Take(this);
            return;
        }
        foreach (var piece in Pieces)
            output.Write(piece.Span);
    }

    private void EnsureRoom(int sizeHint)
    {
        if (piece.Length - used >= Math.Max(sizeHint, 1))
            return;
        EndPiece();
        piece = GC.AllocateUninitializedArray<byte>(Math.Max(PieceBytes, sizeHint));
    }

    // What is left of a piece is given up; the next one is another array.
    private void EndPiece()
    {
        if (used > 0)
            full.Add(piece.AsMemory(0, used));
        (piece, used) = ([], 0);
    }
}
