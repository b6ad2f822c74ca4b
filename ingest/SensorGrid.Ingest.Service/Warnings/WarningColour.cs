using System.Text;
using SensorGrid.Ingest.Service.Warnings.Cap;

namespace SensorGrid.Ingest.Service.Warnings;

/// <summary>The colour an issuer gave a warning. CAP has no element for it, so issuers put it into a parameter; where they did not, it follows
/// from the severity. It is the warning's own and no level of an alarm: white (of Guangdong's typhoon signals) has no alarm level at all.</summary>
internal static class WarningColour
{
    public const string None = "none";

    /// <summary>Lowest first.</summary>
    private static readonly string[] Ranked = [None, "white", "blue", "yellow", "orange", "red"];

    // Written without spaces, '-' and '_' and in lower case.
    private static readonly string[] Names =
    [
        "color", "colour", "eventcolor", "eventcolour", "warningcolor", "warningcolour", "signalcolor", "signalcolour", "awarenesslevel", "warninglevel",
        "颜色", "预警颜色", "信号颜色", "预警级别", "预警等级", "预警信号级别",
    ];

    private static readonly (string Word, string Colour)[] Characters = [("红", "red"), ("橙", "orange"), ("黄", "yellow"), ("蓝", "blue"), ("白", "white")];

    private static readonly Dictionary<string, string> Words = new(StringComparer.OrdinalIgnoreCase)
    {
        ["red"] = "red", ["orange"] = "orange", ["yellow"] = "yellow", ["blue"] = "blue", ["white"] = "white",
        ["Ⅰ"] = "red", ["Ⅱ"] = "orange", ["Ⅲ"] = "yellow", ["Ⅳ"] = "blue", ["I"] = "red", ["II"] = "orange", ["III"] = "yellow", ["IV"] = "blue",
    };

    // 一级 is the highest (突发事件应对法).
    private static readonly (string Word, string Colour)[] Grades = [("一级", "red"), ("二级", "orange"), ("三级", "yellow"), ("四级", "blue")];

    /// <summary>The colour of one info, and whether a parameter gave it.</summary>
    public static (string Colour, bool IsStated) Of(CapInfo info)
    {
        foreach (var parameter in info.Parameters)
        {
            if (Names.Contains(Plain(parameter.Name), StringComparer.Ordinal) && ColourIn(parameter.Value) is { } colour)
                return (colour, true);
        }
        return (info.Severity switch { "Extreme" => "red", "Severe" => "orange", "Moderate" => "yellow", "Minor" => "blue", _ => None }, false);
    }

    public static int Rank(string colour) => Array.IndexOf(Ranked, colour);

    /// <summary>The one colour a value names, or null: none, or more than one.</summary>
    private static string? ColourIn(string value)
    {
        var found = new HashSet<string>(StringComparer.Ordinal);
        foreach (var (word, colour) in Characters)
        {
            if (value.Contains(word, StringComparison.Ordinal))
                found.Add(colour);
        }
        if (found.Count == 0)
        {
            foreach (string word in LatinWords(value))
            {
                if (Words.TryGetValue(word, out string? colour))
                    found.Add(colour);
            }
            foreach (var (word, colour) in Grades)
            {
                if (value.Contains(word, StringComparison.Ordinal))
                    found.Add(colour);
            }
        }
        return found.Count == 1 ? found.First() : null;
    }

    private static IEnumerable<string> LatinWords(string value)
    {
        var word = new StringBuilder();
        foreach (char c in value + " ")
        {
            if (char.IsAsciiLetter(c) || c is >= 'Ⅰ' and <= 'Ⅳ')
            {
                word.Append(c);
                continue;
            }
            if (word.Length > 0)
                yield return word.ToString();
            word.Clear();
        }
    }

    private static string Plain(string name) => name.Trim().Replace(" ", "", StringComparison.Ordinal).Replace("_", "", StringComparison.Ordinal)
        .Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();
}
