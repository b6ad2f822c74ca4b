using System.Buffers;
using CsCheck;
using SensorGrid.Rules.Snapshots;

namespace SensorGrid.Rules.Tests.Snapshots;

public sealed class SnapshotBufferTests
{
    private static readonly Gen<byte[]> Bytes = Gen.OneOf(Gen.Byte.Array[0, 40], Gen.Byte.Array[60_000, 140_000]);

    [Fact]
    public void Holds_what_was_written_whether_written_taken_or_framed() =>
        Gen.Select(Bytes, Gen.Int[0, 3]).Array[0, 12].Sample(writes =>
        {
            var (pieces, whole) = (new SnapshotBuffer(), new ArrayBufferWriter<byte>());
            var (writer, wholeWriter) = (new SnapshotWriter(pieces), new SnapshotWriter(whole));
            foreach (var (bytes, how) in writes)
            {
                switch (how)
                {
                    case 0:
                        pieces.Write(bytes);
                        whole.Write(bytes);
                        break;
                    case 1:
                        writer.Bytes(Holding(bytes));
                        wholeWriter.Bytes(bytes);
                        break;
                    case 2:
                        SnapshotFrame.Write(pieces, 7, 3, Holding(bytes));
                        SnapshotFrame.Write(whole, 7, 3, bytes);
                        break;
                    default:
                        writer.Int64(bytes.Length);
                        wholeWriter.Int64(bytes.Length);
                        break;
                }
            }
            Assert.Equal(whole.WrittenCount, pieces.Length);
            Assert.True(whole.WrittenSpan.SequenceEqual(Whole(pieces)));
            var copied = new ArrayBufferWriter<byte>();
            SnapshotFrame.Write(copied, 7, 3, pieces);
            Assert.True(SnapshotFrame.TryOpen(copied.WrittenSpan, 7, 3, out var body));
            Assert.True(body.SequenceEqual(whole.WrittenSpan));
        }, iter: 300);

    [Fact]
    public void Goes_on_behind_what_it_took()
    {
        var buffer = new SnapshotBuffer();
        buffer.Write("ab"u8);
        buffer.Take(Holding([(byte)'c']));
        buffer.Write("d"u8);
        Assert.Equal("abcd"u8.ToArray(), Whole(buffer));
        Assert.All(buffer.Pieces, piece => Assert.False(piece.IsEmpty));
        Assert.Throws<ArgumentOutOfRangeException>(() => new SnapshotBuffer().Advance(1));
    }

    private static SnapshotBuffer Holding(byte[] bytes)
    {
        var buffer = new SnapshotBuffer();
        buffer.Write(bytes);
        return buffer;
    }

    private static byte[] Whole(SnapshotBuffer buffer)
    {
        var whole = new List<byte>();
        foreach (var piece in buffer.Pieces)
            whole.AddRange(piece.Span);
        return [.. whole];
    }
}
