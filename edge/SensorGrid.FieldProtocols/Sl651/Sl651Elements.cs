using System.Collections.Frozen;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>The elements of 附录 C by identifier and by ASCII name. Datastreams have the ASCII name (<c>Z</c>, <c>PT</c>, <c>VT</c>), unknown identifiers
/// <c>x</c> and their hex digits (<c>x76</c>, <c>xFF09</c>).</summary>
public static class Sl651Elements
{
    /// <summary>Identifier of the supply voltage, which stands last in a report.</summary>
    public const int Voltage = 0x38;

    /// <summary>Identifier of the status word (表 58).</summary>
    public const int Status = 0x45;

    /// <summary>Identifier of the duration in hours and minutes.</summary>
    public const int Duration = 0x05;

    private static readonly Sl651Element[] Short = BuildShort();
    private static readonly Sl651Element[] Long = [.. Enumerable.Range(0xFF00, 256).Select(Unknown)];
    private static readonly FrozenDictionary<ulong, Sl651Element> Words =
        Short.Where(element => element.Word is not null).ToFrozenDictionary(element => Pack(System.Text.Encoding.ASCII.GetBytes(element.Word!)));

    /// <summary>All that the standard names, in the order of their identifiers.</summary>
    public static IEnumerable<Sl651Element> Known => Short.Where(element => element.Field.IsKnown);

    /// <summary>Element of an identifier; a systematic one when the table does not hold it.</summary>
    /// <param name="code">00 to FF, or FF00 to FFFF.</param>
    public static Sl651Element Of(int code) => code > 0xFF ? Long[code & 0xFF] : Short[code];

    /// <summary>Element of an ASCII name; null when the table does not hold it.</summary>
    public static Sl651Element? OfWord(ReadOnlySpan<byte> word) =>
        word.Length <= 8 && Words.TryGetValue(Pack(word), out var element) ? element : null;

    /// <summary>True for levels: nines all through mean that the sensor gave nothing.</summary>
    internal static bool IsLevel(int code) => code is >= 0x39 and <= 0x43;

    // At most eight signs as one number.
    private static ulong Pack(ReadOnlySpan<byte> word)
    {
        ulong packed = 0;
        foreach (byte sign in word)
            packed = (packed << 8) | sign;
        return packed;
    }

    private static Sl651Element[] BuildShort()
    {
        var elements = new Sl651Element?[256];
        foreach (var (code, word, quantity, standardUnit, unit, shift, definition) in Sl651ElementTable.Rows)
        {
            elements[code] = new(code, word, new(definition), new(Sl651Element.TextOf(code), word, quantity, standardUnit, unit, shift));
        }
        for (int code = 0; code < 256; code++)
            elements[code] ??= Unknown(code);
        return elements!;
    }

    private static Sl651Element Unknown(int code)
    {
        string text = Sl651Element.TextOf(code);
        return new(code, null, default, new(text, "x" + text, "", "", "", isKnown: false));
    }
}
