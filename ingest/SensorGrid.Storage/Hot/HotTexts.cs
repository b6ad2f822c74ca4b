using System.Buffers.Binary;
using System.Text;
using System.Text.Unicode;

namespace SensorGrid.Storage.Hot;

/// <summary>The texts of a generation in UTF-8, one after the other in blocks that never move: one thread adds, any may read what it has a handle
/// for. A string per text would cost an allocation here, and DuckDB would turn it into UTF-8 again.</summary>
internal sealed class HotTexts
{
    private const int BlockBytes = 64 * 1024;
    private const int LengthBytes = sizeof(int);

    private byte[][] blocks = [];
    private int count;
    private int used = BlockBytes;

    /// <summary>Keeps a text. DuckDB refuses one that is not UTF-8, so such bytes are replaced.</summary>
    /// <returns>Its handle, and its bytes.</returns>
    public (long Handle, int Bytes) Add(ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            utf8 = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
        int bytes = LengthBytes + utf8.Length;
        if (count == 0 || blocks[count - 1].Length - used < bytes)
            AddBlock(Math.Max(BlockBytes, bytes));
        long handle = ((long)(count - 1) << 32) | (uint)used;
        var place = blocks[count - 1].AsSpan(used, bytes);
        BinaryPrimitives.WriteInt32LittleEndian(place, utf8.Length);
        utf8.CopyTo(place[LengthBytes..]);
        used += bytes;
        return (handle, utf8.Length);
    }

    public ReadOnlySpan<byte> this[long handle]
    {
        get
        {
            var text = Volatile.Read(ref blocks)[(int)(handle >> 32)].AsSpan((int)handle);
            return text.Slice(LengthBytes, BinaryPrimitives.ReadInt32LittleEndian(text));
        }
    }

    private void AddBlock(int bytes)
    {
        if (count == blocks.Length)
        {
            byte[][] more = new byte[Math.Max(4, blocks.Length * 2)][];
            blocks.CopyTo(more, 0);
            Volatile.Write(ref blocks, more);
        }
        blocks[count++] = GC.AllocateUninitializedArray<byte>(bytes);
        used = 0;
    }
}
