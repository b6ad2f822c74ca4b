using System.Text;

namespace SensorGrid.Simulators.Recordings;

/// <summary>What some texts of cells mean, looked up by the bytes of a cell. Most cells are none of them, so length and first byte are asked first.</summary>
internal sealed class CellTexts<T>
{
    private const int LongestLookup = 256;

    private readonly Dictionary<string, T> meanings;
    private readonly Dictionary<string, T>.AlternateLookup<ReadOnlySpan<char>> lookup;
    private readonly bool[] firsts = new bool[256];
    // One bit for each length below 63 bytes; the last for all that are longer.
    private ulong lengths;

    /// <param name="meanings">The texts.</param>
    public CellTexts(IEnumerable<KeyValuePair<string, T>> meanings)
    {
        this.meanings = new(StringComparer.Ordinal);
        lookup = this.meanings.GetAlternateLookup<ReadOnlySpan<char>>();
        foreach (var (text, meaning) in meanings)
            Add(text, meaning);
    }

    /// <summary>How many there are.</summary>
    public int Count => meanings.Count;

    /// <summary>Adds one.</summary>
    public void Add(string text, T meaning)
    {
        meanings[text] = meaning;
        int length = Encoding.UTF8.GetByteCount(text);
        lengths |= LengthBit(length);
        if (length > 0)
            firsts[Encoding.UTF8.GetBytes(text)[0]] = true;
    }

    /// <summary>True when the cell is one of the texts.</summary>
    public bool Contains(ReadOnlySpan<byte> cell) => TryGet(cell, out _);

    /// <summary>What the cell means, when it is one of the texts.</summary>
    public bool TryGet(ReadOnlySpan<byte> cell, [System.Diagnostics.CodeAnalysis.MaybeNullWhen(false)] out T meaning)
    {
        if ((lengths & LengthBit(cell.Length)) == 0 || (cell.Length > 0 && !firsts[cell[0]]))
        {
            meaning = default;
            return false;
        }
        if (cell.Length > LongestLookup)
            return meanings.TryGetValue(Encoding.UTF8.GetString(cell), out meaning);
        Span<char> text = stackalloc char[LongestLookup];
        return lookup.TryGetValue(text[..Encoding.UTF8.GetChars(cell, text)], out meaning);
    }

    private static ulong LengthBit(int length) => 1UL << Math.Min(length, 63);
}
