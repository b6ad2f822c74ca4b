using System.Runtime.InteropServices;
using System.Text;

namespace SensorGrid.Storage.Duck;

/// <summary>Texts that stay where they are until disposed, so that a vector may hold their addresses instead of copies.</summary>
internal sealed unsafe class DuckStrings : IDisposable
{
    private const int BlockBytes = 1 << 20;

    private readonly List<nint> blocks = [];
    private byte* next;
    private int left;

    /// <summary>Keeps a text.</summary>
    public DuckString Add(string text)
    {
        int most = Encoding.UTF8.GetMaxByteCount(text.Length);
        if (most > left)
            AddBlock(Math.Max(BlockBytes, most));
        int length = Encoding.UTF8.GetBytes(text, new Span<byte>(next, left));
        var kept = new DuckString(next, length);
        next += length;
        left -= length;
        return kept;
    }

    public void Dispose()
    {
        foreach (nint block in blocks)
            NativeMemory.Free((void*)block);
        blocks.Clear();
        next = null;
        left = 0;
    }

    private void AddBlock(int bytes)
    {
        next = (byte*)NativeMemory.Alloc((nuint)bytes);
        left = bytes;
        blocks.Add((nint)next);
    }
}
