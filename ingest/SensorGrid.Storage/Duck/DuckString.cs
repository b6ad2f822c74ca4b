using System.Runtime.InteropServices;

namespace SensorGrid.Storage.Duck;

/// <summary>A text as DuckDB keeps it in a vector (<c>string_t</c>): up to 12 bytes in place, longer ones as four bytes and an address.
/// Whoever makes one of an address keeps the bytes where they are until the statement is done.</summary>
[StructLayout(LayoutKind.Explicit, Size = 16)]
internal readonly unsafe struct DuckString
{
    private const int InPlace = 12;

    [FieldOffset(0)]
    private readonly int length;

    [FieldOffset(4)]
    private readonly uint start;

    [FieldOffset(8)]
    private readonly byte* bytes;

    /// <param name="utf8">Address of the text; of one that fits in place the bytes are copied.</param>
    /// <param name="length">Its bytes.</param>
    public DuckString(byte* utf8, int length)
    {
        this.length = length;
        if (length > InPlace)
        {
            start = *(uint*)utf8;
            bytes = utf8;
            return;
        }
        // What is not text must be zero: DuckDB compares all sixteen bytes.
        fixed (uint* place = &start)
            new ReadOnlySpan<byte>(utf8, length).CopyTo(new Span<byte>(place, InPlace));
    }
}
