namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>A checked topic filter, perhaps shared:
/// <code>
/// filter = path | "$share/" group "/" path
/// path   = level *( "/" level )
/// level  = "+" | "#" (last level only) | text without "+", "#", U+0000; may be empty
/// group  = text without "/", "+", "#", U+0000; not empty
/// </code>
/// MQTT 5 4.7 and 4.8.2; MQTT 3.1.1 leaves topics that begin with <c>$</c> to the server, so its clients may share too. Case matters, nothing is normalised [MQTT-4.7.3-4]. Equal when the texts are.</summary>
internal sealed class TopicFilter : IEquatable<TopicFilter>
{
    /// <summary>What a shared filter begins with.</summary>
    public const string SharePrefix = "$share/";

    private TopicFilter(string text, string? group, string path)
    {
        Text = text;
        Group = group;
        Path = path;
    }

    /// <summary>The whole filter as the client wrote it; what UNSUBSCRIBE must repeat.</summary>
    public string Text { get; }

    /// <summary>The share name; null when not shared.</summary>
    public string? Group { get; }

    /// <summary>What topics are compared with: the text without the share prefix.</summary>
    public string Path { get; }

    /// <summary>True when one of a group gets each message.</summary>
    public bool IsShared => Group is not null;

    /// <summary>True when more than one topic may match.</summary>
    public bool HasWildcards => Path.AsSpan().ContainsAny('+', '#');

    /// <summary>Checks a filter and takes it apart.</summary>
    /// <param name="text">As it stands in SUBSCRIBE or UNSUBSCRIBE.</param>
    /// <param name="limits">Length and depth.</param>
    /// <param name="filter">The filter when there is no problem.</param>
    public static TopicProblem TryParse(string text, TopicLimits limits, out TopicFilter? filter)
    {
        filter = null;
        string? group = null;
        var path = text.AsSpan();
        if (text == "$share" || text.StartsWith(SharePrefix, StringComparison.Ordinal))
        {
            var rest = text == "$share" ? default : path[SharePrefix.Length..];
            int end = rest.IndexOf('/');
            if (end <= 0 || end == rest.Length - 1 || rest[..end].ContainsAny('+', '#'))
                return TopicProblem.ShareNameInvalid;
            group = rest[..end].ToString();
            path = rest[(end + 1)..];
        }
        var problem = TopicName.CheckText(text, path, limits);
        if (problem == TopicProblem.None && !WildcardsStandRight(path))
            problem = TopicProblem.WildcardMisplaced;
        if (problem == TopicProblem.None)
            filter = new(text, group, group is null ? text : path.ToString());
        return problem;
    }

    /// <summary>Whether a topic matches. A wildcard in the first level does not match a topic that begins with <c>$</c>
    /// [MQTT-4.7.2-1]; <c>sport/#</c> matches <c>sport</c> as well (4.7.1.2).</summary>
    public bool Matches(ReadOnlySpan<char> topic)
    {
        var path = Path.AsSpan();
        if (topic.Length > 0 && topic[0] == '$' && path[0] is '+' or '#')
            return false;
        while (true)
        {
            var wanted = CutLevel(ref path, out bool pathEnds);
            if (wanted is "#")
                return true;
            var level = CutLevel(ref topic, out bool topicEnds);
            if (wanted is not "+" && !wanted.SequenceEqual(level))
                return false;
            if (topicEnds)
                return pathEnds || path is "#";
            if (pathEnds)
                return false;
        }
    }

    /// <inheritdoc/>
    public bool Equals(TopicFilter? other) => other is not null && Text == other.Text;

    /// <inheritdoc/>
    public override bool Equals(object? obj) => Equals(obj as TopicFilter);

    /// <inheritdoc/>
    public override int GetHashCode() => string.GetHashCode(Text, StringComparison.Ordinal);

    /// <inheritdoc/>
    public override string ToString() => Text;

    /// <summary>Takes the first level off a topic or path.</summary>
    /// <param name="rest">What follows its slash; may be empty, which then is a level too.</param>
    /// <param name="isLast">True when no slash followed.</param>
    internal static ReadOnlySpan<char> CutLevel(ref ReadOnlySpan<char> rest, out bool isLast)
    {
        int slash = rest.IndexOf('/');
        isLast = slash < 0;
        var level = isLast ? rest : rest[..slash];
        rest = isLast ? default : rest[(slash + 1)..];
        return level;
    }

    private static bool WildcardsStandRight(ReadOnlySpan<char> path)
    {
        bool isLast;
        do
        {
            var level = CutLevel(ref path, out isLast);
            if (level.ContainsAny('+', '#') && (level.Length != 1 || (level[0] == '#' && !isLast)))
                return false;
        }
        while (!isLast);
        return true;
    }
}
