using System.Text;

namespace SensorGrid.FieldProtocols.Sl651;

/// <summary>Bounded memory of texts that frames bring up again and again. When a part of it is full it is emptied.</summary>
/// <param name="capacity">Most entries of each part.</param>
internal sealed class Sl651Names(int capacity)
{
    private const int LongestWord = 64;
    private readonly Dictionary<Sl651Address, string> stations = [];
    private readonly Dictionary<(Sl651Address, FieldElement), FieldElement> elsewhere = [];
    private readonly Dictionary<string, Sl651Element> words = new(StringComparer.Ordinal);
    private readonly Dictionary<(string, int), FieldElement> units = [];

    /// <summary>Entries of the fullest part.</summary>
    public int Count => Math.Max(Math.Max(stations.Count, elsewhere.Count), Math.Max(words.Count, units.Count));

    /// <summary>Ten digits of an address.</summary>
    public string Station(Sl651Address address)
    {
        if (!stations.TryGetValue(address, out string? text))
            Put(stations, address, text = address.ToString());
        return text;
    }

    /// <summary>An element measured by another station than the one whose frame brings it: a relay's datastream <c>0012345678/Z</c>.</summary>
    public FieldElement At(Sl651Address station, FieldElement element)
    {
        if (!elsewhere.TryGetValue((station, element), out var made))
            Put(elsewhere, (station, element), made = With(element, $"{Station(station)}/{element.Name}"));
        return made;
    }

    /// <summary>An ASCII name that no table holds: <c>x.</c> and the name, where signs other than letters and digits are <c>_</c> and two hex digits; null when it
    /// has more than 64 signs.</summary>
    public Sl651Element? Word(ReadOnlySpan<byte> word)
    {
        if (word.Length is 0 or > LongestWord)
            return null;
        Span<char> signs = stackalloc char[LongestWord];
        Encoding.Latin1.GetChars(word, signs);
        var text = signs[..word.Length];
        if (!words.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(text, out var element))
        {
            string code = Escaped(text);
            Put(words, text.ToString(), element = new(0, null, default, new(code, "x." + code, "", "", "", isKnown: false)));
        }
        return element;
    }

    /// <summary>One of several alike: <c>PUMP.3</c>, <c>ERC.16</c>.</summary>
    public FieldElement Unit(string name, int number, string quantity, string unit)
    {
        if (!units.TryGetValue((name, number), out var element))
        {
            string text = string.Create(System.Globalization.CultureInfo.InvariantCulture, $"{name}.{number}");
            Put(units, (name, number), element = new(text, text, quantity, unit, unit));
        }
        return element;
    }

    private static FieldElement With(FieldElement element, string name) =>
        new(element.Code, name, element.Quantity, element.StandardUnit, element.Unit, element.UnitShift, element.IsKnown);

    private static string Escaped(ReadOnlySpan<char> word)
    {
        var text = new StringBuilder();
        foreach (char sign in word)
            _ = char.IsAsciiLetterOrDigit(sign) ? text.Append(sign) : text.Append('_').Append(((int)sign).ToString("X2", System.Globalization.CultureInfo.InvariantCulture));
        return text.ToString();
    }

    private void Put<TKey, TValue>(Dictionary<TKey, TValue> part, TKey key, TValue value)
        where TKey : notnull
    {
        if (part.Count >= capacity)
            part.Clear();
        part.Add(key, value);
    }
}
