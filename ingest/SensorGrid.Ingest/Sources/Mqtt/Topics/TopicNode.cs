using System.Collections.Concurrent;

namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>One level of the <see cref="SubscriptionTree"/>. One writer at a time changes it (the tree's lock); any number of readers walk
/// it meanwhile without one, which is why every field they see is replaced whole and never edited.</summary>
internal sealed class TopicNode(string level, TopicNode? parent)
{
    // Most nodes have one child (gateway → "commands"): a short array costs a tenth of a dictionary.
    private const int ShortArray = 8;

    private volatile TopicNode[] few = [];
    private volatile ConcurrentDictionary<string, TopicNode>? many;

    /// <summary>The text of this level.</summary>
    public string Level => level;

    /// <summary>The level above; null for the root.</summary>
    public TopicNode? Parent => parent;

    /// <summary>The child <c>+</c>.</summary>
    public TopicNode? AnyLevel { get => Volatile.Read(ref field); private set => Volatile.Write(ref field, value); }

    /// <summary>The child <c>#</c>: it matches this level and all below.</summary>
    public TopicNode? AllBelow { get => Volatile.Read(ref field); private set => Volatile.Write(ref field, value); }

    /// <summary>Subscriptions whose filter ends here.</summary>
    public TopicEntry[] Entries { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); } = [];

    /// <summary>Share groups whose filter ends here.</summary>
    public SharedGroup[] Groups { get => Volatile.Read(ref field); set => Volatile.Write(ref field, value); } = [];

    /// <summary>True when nothing ends or hangs here.</summary>
    public bool IsEmpty =>
        Entries.Length == 0 && Groups.Length == 0 && AnyLevel is null && AllBelow is null && few.Length == 0 && many is null or { IsEmpty: true };

    /// <summary>The child of a level of a topic; wildcards mean nothing here.</summary>
    public TopicNode? Find(ReadOnlySpan<char> wanted)
    {
        // Both are read before either is searched: a child moves from one to the other at most once, and the dictionary is full by then.
        var children = few;
        if (many is { } dictionary)
            return dictionary.GetAlternateLookup<ReadOnlySpan<char>>().TryGetValue(wanted, out var found) ? found : null;
        foreach (var child in children)
        {
            if (wanted.SequenceEqual(child.Level))
                return child;
        }
        return null;
    }

    /// <summary>The child of a level of a filter.</summary>
    public TopicNode? FindChild(ReadOnlySpan<char> wanted) => wanted switch
    {
        "+" => AnyLevel,
        "#" => AllBelow,
        _ => Find(wanted),
    };

    /// <summary>Adds a child that is not there.</summary>
    public TopicNode AddChild(string wanted)
    {
        var child = new TopicNode(wanted, this);
        if (wanted == "+")
        {
            AnyLevel = child;
        }
        else if (wanted == "#")
        {
            AllBelow = child;
        }
        else if (many is { } dictionary)
        {
            dictionary[wanted] = child;
        }
        else if (few.Length < ShortArray)
        {
            few = [.. few, child];
        }
        else
        {
            many = new(few.Append(child).Select(node => KeyValuePair.Create(node.Level, node)), StringComparer.Ordinal);
            few = [];
        }
        return child;
    }

    /// <summary>Takes a child out. A reader that already stands in it sees it empty.</summary>
    public void RemoveChild(TopicNode child)
    {
        if (child == AnyLevel)
            AnyLevel = null;
        else if (child == AllBelow)
            AllBelow = null;
        else if (many is { } dictionary)
            dictionary.TryRemove(child.Level, out _);
        else
            few = Array.FindAll(few, node => node != child);
    }
}
