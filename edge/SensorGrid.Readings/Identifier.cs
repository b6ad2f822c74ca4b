namespace SensorGrid.Readings;

/// <summary>The form of ids that travel in topics and files: gateways, stations, assets, zones, domains.
/// <c>[A-Za-z0-9][A-Za-z0-9._-]{0,63}</c>: safe in a topic, a path, a URL and a log line.</summary>
public static class Identifier
{
    /// <summary>Most characters of an id.</summary>
    public const int MaxLength = 64;

    /// <summary>What an id may look like, for messages.</summary>
    public const string Rule = "letters, digits, '.', '_' and '-', beginning with a letter or digit, at most 64";

    /// <summary>True when the text may stand as an id.</summary>
    public static bool IsValid(ReadOnlySpan<char> text)
    {
        if (text.Length is 0 or > MaxLength || !char.IsAsciiLetterOrDigit(text[0]))
            return false;
        foreach (char sign in text)
        {
            if (!char.IsAsciiLetterOrDigit(sign) && sign is not ('.' or '_' or '-'))
                return false;
        }
        return true;
    }
}
