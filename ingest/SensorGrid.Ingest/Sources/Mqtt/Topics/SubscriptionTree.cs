using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>All subscriptions, by the levels of their filters. Publishers match against it at the same time as each other and as a writer,
/// without a lock: a match that runs beside a SUBSCRIBE or UNSUBSCRIBE sees that subscription or does not, and every other one surely.
/// Bounded: subscriptions per session, nodes in all.</summary>
internal sealed class SubscriptionTree(int maxPerSession, int maxNodes)
{
    private readonly TopicNode root = new("", null);
    private volatile int groups;

    // Writers only.
    private readonly Lock writing = new();
    private readonly Dictionary<MqttSession, Dictionary<string, Subscription>> bySession = [];
    private int nodes;

    /// <summary>Levels held, each as often as it stands below another one.</summary>
    public int Nodes => Volatile.Read(ref nodes);

    /// <summary>Who gets a message on a topic. The topic must have passed <see cref="TopicName.Check"/>.</summary>
    /// <param name="topic">Topic of the message.</param>
    /// <param name="publisher">The session it came from, for No Local; null when it is nobody's.</param>
    /// <param name="matches">Filled anew.</param>
    public void Match(ReadOnlySpan<char> topic, MqttSession? publisher, MatchList matches)
    {
        matches.Begin(publisher);
        bool systemTopic = topic.Length > 0 && topic[0] == '$';
        Visit(root, topic, !systemTopic, matches, static (node, list) => list.Add(node));
        // After the others, because what a group gives a session is never merged with its own subscriptions.
        if (groups > 0)
            Visit(root, topic, !systemTopic, matches, static (node, list) => list.AddShared(node));
    }

    /// <summary>Adds a subscription, or replaces the one of the same session with the same filter.</summary>
    public SubscribeOutcome Subscribe(MqttSession session, Subscription subscription)
    {
        lock (writing)
        {
            bySession.TryGetValue(session, out var own);
            bool known = own is not null && own.ContainsKey(subscription.Filter.Text);
            if (!known && own is not null && own.Count >= maxPerSession)
                return SubscribeOutcome.TooMany;
            if (FindOrAdd_NeedsLock(subscription.Filter) is not { } node)
                return SubscribeOutcome.TreeFull;
            var entry = new TopicEntry(session, subscription);
            if (subscription.Filter.Group is { } name)
                PutShared_NeedsLock(node, name, entry);
            else
                node.Entries = Put(node.Entries, entry);
            if (own is null)
                bySession.Add(session, own = new(StringComparer.Ordinal));
            own[subscription.Filter.Text] = subscription;
            return known ? SubscribeOutcome.Replaced : SubscribeOutcome.Added;
        }
    }

    /// <summary>Removes a subscription.</summary>
    /// <returns>False when there was none: UNSUBACK 0x11.</returns>
    public bool Unsubscribe(MqttSession session, TopicFilter filter)
    {
        lock (writing)
        {
            if (!bySession.TryGetValue(session, out var own) || !own.Remove(filter.Text, out var subscription))
                return false;
            if (own.Count == 0)
                bySession.Remove(session);
            Remove_NeedsLock(session, subscription.Filter);
            return true;
        }
    }

    /// <summary>Removes all subscriptions of a session that ended.</summary>
    public void Remove(MqttSession session)
    {
        lock (writing)
        {
            if (!bySession.Remove(session, out var own))
                return;
            foreach (var subscription in own.Values)
                Remove_NeedsLock(session, subscription.Filter);
        }
    }

    /// <summary>What a session is subscribed to, in no order.</summary>
    public IReadOnlyList<Subscription> Of(MqttSession session)
    {
        lock (writing)
            return bySession.TryGetValue(session, out var own) ? [.. own.Values] : [];
    }

    private static void Visit(TopicNode node, ReadOnlySpan<char> rest, bool wildcards, MatchList matches, Action<TopicNode, MatchList> take)
    {
        if (wildcards && node.AllBelow is { } below)
            take(below, matches);
        var level = TopicFilter.CutLevel(ref rest, out bool isLast);
        if (node.Find(level) is { } child)
            Enter(child, rest, isLast, matches, take);
        if (wildcards && node.AnyLevel is { } any)
            Enter(any, rest, isLast, matches, take);
    }

    private static void Enter(TopicNode node, ReadOnlySpan<char> rest, bool isLast, MatchList matches, Action<TopicNode, MatchList> take)
    {
        if (!isLast)
        {
            Visit(node, rest, wildcards: true, matches, take);
            return;
        }
        take(node, matches);
        // "sport/#" matches "sport".
        if (node.AllBelow is { } below)
            take(below, matches);
    }

    private TopicNode? FindOrAdd_NeedsLock(TopicFilter filter)
    {
        var node = root;
        var rest = filter.Path.AsSpan();
        bool isLast;
        do
        {
            var level = TopicFilter.CutLevel(ref rest, out isLast);
            if (node.FindChild(level) is { } child)
            {
                node = child;
                continue;
            }
            if (nodes >= maxNodes)
            {
                Prune_NeedsLock(node);
                return null;
            }
            node = node.AddChild(level.ToString());
            nodes++;
        }
        while (!isLast);
        return node;
    }

    private void PutShared_NeedsLock(TopicNode node, string name, TopicEntry entry)
    {
        var group = Array.Find(node.Groups, group => group.Name == name);
        if (group is not null)
        {
            group.Members = Put(group.Members, entry);
            return;
        }
        node.Groups = [.. node.Groups, new SharedGroup(name) { Members = [entry] }];
        groups++;
    }

    private void Remove_NeedsLock(MqttSession session, TopicFilter filter)
    {
        var node = root;
        var rest = filter.Path.AsSpan();
        bool isLast;
        do
        {
            // It was put there, so it is there.
            node = node.FindChild(TopicFilter.CutLevel(ref rest, out isLast))!;
        }
        while (!isLast);
        if (filter.Group is { } name)
        {
            var group = Array.Find(node.Groups, group => group.Name == name)!;
            group.Members = Without(group.Members, session);
            if (group.Members.Length == 0)
            {
                node.Groups = Array.FindAll(node.Groups, other => other != group);
                groups--;
            }
        }
        else
        {
            node.Entries = Without(node.Entries, session);
        }
        Prune_NeedsLock(node);
    }

    private void Prune_NeedsLock(TopicNode node)
    {
        while (node.Parent is { } parent && node.IsEmpty)
        {
            parent.RemoveChild(node);
            nodes--;
            node = parent;
        }
    }

    private static TopicEntry[] Put(TopicEntry[] entries, TopicEntry entry)
    {
        int place = Array.FindIndex(entries, other => other.Session == entry.Session);
        if (place < 0)
            return [.. entries, entry];
        var replaced = (TopicEntry[])entries.Clone();
        replaced[place] = entry;
        return replaced;
    }

    private static TopicEntry[] Without(TopicEntry[] entries, MqttSession session) => Array.FindAll(entries, entry => entry.Session != session);
}
