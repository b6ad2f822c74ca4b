using SensorGrid.Ingest.Sources.Mqtt.Sessions;

namespace SensorGrid.Ingest.Sources.Mqtt.Topics;

/// <summary>Who gets a message. Filled by <see cref="SubscriptionTree.Match"/>; made once per publisher and used again, so that a match
/// allocates nothing once it is warm (except a list of identifiers where several subscriptions with one overlap). Not for two threads.
/// <para>Where subscriptions of one session overlap, the session gets <b>one</b> copy: with the greatest QoS of them, the RETAIN flag kept
/// if any of them asks for that, and the identifiers of all of them (MQTT 5 3.3.4 allows one copy or several; one is what a dispatcher's
/// screen wants). A shared subscription is a subscription of the group, so what a session gets by one is a copy of its own.</para></summary>
internal sealed class MatchList
{
    // Beyond this many copies a session is looked up instead of searched for.
    private const int SearchAtMost = 12;

    private readonly Dictionary<MqttSession, int> places = [];
    private TopicMatch[] matches = new TopicMatch[4];
    private MqttSession? publisher;
    private int count;

    /// <summary>The copies, each session at most once except by share groups.</summary>
    public ReadOnlySpan<TopicMatch> Matches => matches.AsSpan(0, count);

    /// <summary>Forgets all, so that no session is held on to.</summary>
    public void Clear()
    {
        Array.Clear(matches, 0, count);
        places.Clear();
        count = 0;
        publisher = null;
    }

    internal void Begin(MqttSession? from)
    {
        Clear();
        publisher = from;
    }

    internal void Add(TopicNode node)
    {
        foreach (var entry in node.Entries)
        {
            // [MQTT-3.8.3-3]: decided per subscription, so that an overlapping one without the option still delivers.
            if (!entry.Subscription.NoLocal || entry.Session != publisher)
                AddOrMerge(entry);
        }
    }

    internal void AddShared(TopicNode node)
    {
        foreach (var group in node.Groups)
        {
            if (group.Next() is { } member)
                Append(member);
        }
    }

    private void AddOrMerge(TopicEntry entry)
    {
        int place = PlaceOf(entry.Session);
        if (place < 0)
        {
            if (count > SearchAtMost)
                places.Add(entry.Session, count);
            Append(entry);
            return;
        }
        ref var match = ref matches[place];
        match = match with
        {
            MaxQos = (MqttQos)Math.Max((byte)match.MaxQos, (byte)entry.Subscription.Qos),
            RetainAsPublished = match.RetainAsPublished || entry.Subscription.RetainAsPublished,
            Identifiers = entry.Identifiers.Length == 0 ? match.Identifiers
                : match.Identifiers.Length == 0 ? entry.Identifiers
                : [.. match.Identifiers, .. entry.Identifiers],
        };
    }

    private int PlaceOf(MqttSession session)
    {
        if (places.TryGetValue(session, out int place))
            return place;
        for (int i = Math.Min(count, SearchAtMost + 1) - 1; i >= 0; i--)
        {
            if (matches[i].Session == session)
                return i;
        }
        return -1;
    }

    private void Append(TopicEntry entry)
    {
        if (count == matches.Length)
            Array.Resize(ref matches, count * 2);
        var subscription = entry.Subscription;
        matches[count++] = new(entry.Session, subscription.Qos, subscription.RetainAsPublished, entry.Identifiers);
    }
}
