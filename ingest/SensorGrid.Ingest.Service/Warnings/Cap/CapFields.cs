using System.Globalization;
using System.Text.RegularExpressions;

namespace SensorGrid.Ingest.Service.Warnings.Cap;

/// <summary>Reads what stands in elements, and notes what is wrong with it: all of it, so that a sender mends a message once.</summary>
internal sealed partial class CapFields
{
    private const int MaxMistakes = 20;
    private const int MaxShown = 60;
    private const int MaxWord = 256;

    /// <summary>CAP 3.3.2: always with an offset in digits, never with a letter.</summary>
    public const string TimeForm = "a time such as 2026-06-15T08:00:00+08:00 (with its offset; -00:00 for UTC)";

    public List<CapMistake> Mistakes { get; } = [];

    public void Add(CapElement at, string problem, string expected) => Add(new CapMistake(at.Path, at.Line, problem, expected));

    public void Add(CapMistake mistake)
    {
        if (Mistakes.Count < MaxMistakes)
            Mistakes.Add(mistake);
    }

    /// <summary>The element of a name that may stand once; null, with the mistake noted, when it must stand there and does not.</summary>
    public CapElement? One(CapElement parent, string name, bool mandatory)
    {
        CapElement? found = null;
        foreach (var element in parent.Named(name))
        {
            if (found is not null)
                Add(element, "it stands there more than once", $"one {name}");
            found ??= element;
        }
        if (found is { Text: "", Children.Count: 0 })
        {
            if (mandatory)
                Add(found, "it is empty", $"a {name}");
            return null;
        }
        if (found is null && mandatory)
            Add(new CapMistake($"{parent.Path}/{name}", parent.Line, "it is missing", $"a {name}: CAP 1.2 makes it mandatory"));
        return found;
    }

    /// <summary>Elements of a name, the first ones of them when there are too many.</summary>
    public IEnumerable<CapElement> Many(CapElement parent, string name, int most)
    {
        var all = parent.Named(name).ToList();
        if (all.Count > most)
            Add(all[most], $"there are {all.Count} of them", $"at most {most}");
        return all.Take(most);
    }

    public string? Text(CapElement parent, string name, bool mandatory = false) => One(parent, name, mandatory)?.Text;

    /// <summary>An identifier: CAP allows no spaces, commas and markup in it, because references are put together from them.</summary>
    public string Name(CapElement parent, string name)
    {
        if (One(parent, name, mandatory: true) is not { } element)
            return "";
        if (element.Text.Length > MaxWord || element.Text.Any(c => char.IsWhiteSpace(c) || char.IsControl(c) || c is ',' or '<' or '&'))
            Add(element, $"it is {Shown(element.Text)}", $"at most {MaxWord} characters without spaces, commas, < and &");
        return element.Text;
    }

    public string Word(CapElement parent, string name, string[] words) => One(parent, name, mandatory: true) is { } element ? Word(element, words) : "";

    public string Word(CapElement element, string[] words)
    {
        if (!words.Contains(element.Text, StringComparer.Ordinal))
            Add(element, $"it is {Shown(element.Text)}", CapWords.Or(words));
        return element.Text;
    }

    public DateTimeOffset? Time(CapElement parent, string name, bool mandatory = false)
    {
        if (One(parent, name, mandatory) is not { } element)
            return null;
        if (TryTime(element.Text, out var time))
            return time;
        Add(element, $"it is {Shown(element.Text)}", TimeForm);
        return null;
    }

    public static bool TryTime(string text, out DateTimeOffset time)
    {
        time = default;
        return TimePattern().IsMatch(text) && DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.None, out time);
    }

    public static bool TryNumber(string text, out double number) =>
        double.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out number) && double.IsFinite(number);

    /// <summary>Refuses names that CAP does not know here: a mandatory one written wrongly is then told as what it is.</summary>
    public void CheckNames(CapElement parent)
    {
        if (!CapWords.Inside.TryGetValue(parent.Name, out string[]? known))
            known = [];
        foreach (var child in parent.Children)
        {
            if (known.Length == 0)
                Add(child, $"<{child.Name}> stands inside <{parent.Name}>", $"text only in <{parent.Name}>");
            else if (!known.Contains(child.Name, StringComparer.Ordinal))
                Add(child, $"CAP 1.2 has no <{child.Name}> in <{parent.Name}>", $"one of {string.Join(", ", known)}");
            else
                CheckNames(child);
        }
    }

    public static string Shown(string text) => text.Length <= MaxShown ? $"\"{text}\"" : $"\"{text[..MaxShown]}…\"";

    [GeneratedRegex(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?[-+]\d\d:\d\d$", RegexOptions.CultureInvariant)]
    private static partial Regex TimePattern();
}
