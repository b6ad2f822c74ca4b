using System.Text;
using System.Text.Unicode;
using SensorGrid.Readings;

namespace SensorGrid.Storage.Hot;

/// <summary>One row on its way to the hot table.</summary>
internal readonly record struct HotRow(in Reading Reading, long Sequence, long ReceivedAtTicks, int TextOffset, int TextLength);

/// <summary>Rows collected before they go to DuckDB in one batch. Its arrays are reused: a warm buffer takes rows without
/// allocating. Texts stay UTF-8: a string per text would cost an allocation here, and the appender would turn it into UTF-8 again.</summary>
internal sealed class HotRows(int capacity)
{
    private readonly HotRow[] rows = new HotRow[capacity];
    private byte[] text = new byte[4096];
    private int textLength;

    public int Count { get; private set; }

    public bool IsFull => Count == rows.Length;

    public ReadOnlySpan<HotRow> Rows => rows.AsSpan(0, Count);

    /// <summary>Never the null span, which the appender would take for NULL.</summary>
    public Span<byte> TextOf(in HotRow row) => text.AsSpan(row.TextOffset, row.TextLength);

    /// <summary>Takes a row. DuckDB stores NULL for a text that is not UTF-8, silently, so such bytes are replaced here.</summary>
    /// <returns>Bytes of text it holds.</returns>
    public int Add(in Reading reading, long sequence, long receivedAtTicks, ReadOnlySpan<byte> utf8)
    {
        if (!Utf8.IsValid(utf8))
            utf8 = Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(utf8));
        if (text.Length - textLength < utf8.Length)
            Array.Resize(ref text, Math.Max(textLength + utf8.Length, text.Length * 2));
        utf8.CopyTo(text.AsSpan(textLength));
        rows[Count++] = new(reading, sequence, receivedAtTicks, textLength, utf8.Length);
        textLength += utf8.Length;
        return utf8.Length;
    }

    public void Clear()
    {
        Count = 0;
        textLength = 0;
    }
}
