using SensorGrid.Ingest.Sources.Mqtt.Packets;

namespace SensorGrid.Ingest.Sources.Mqtt.Endpoint;

/// <summary>The topic aliases of one connection, one way (3.3.2.3.4): numbers from 1 to a maximum, for as long as the connection lasts.</summary>
/// <param name="maximum">Most there may be.</param>
/// <param name="longest">Characters of the longest topic that is kept. A longer one is refused as a name and sets no alias, or a few large topics
/// of many connections would fill the memory.</param>
internal sealed class IncomingTopicAliases(int maximum, int longest)
{
    private string?[]? topics;

    /// <summary>The topic of a PUBLISH; sets the alias when it brings both.</summary>
    public MqttViolation Resolve(string name, ushort alias, out string topic)
    {
        topic = name;
        if (alias == 0)
            return MqttViolation.None;
        if (alias > maximum)
            return MqttViolation.TopicAliasInvalid;
        topics ??= new string?[maximum + 1];
        if (name.Length > 0)
            topics[alias] = name.Length <= longest ? name : null;
        else if (topics[alias] is { } known)
            topic = known;
        else
            return MqttViolation.TopicAliasUnknown;
        return MqttViolation.None;
    }
}

/// <summary>The other way: the first topics sent to a client get one each, later ones none. Replacing them by use would only churn.</summary>
/// <param name="maximum">Most the client takes, and we set.</param>
internal sealed class OutgoingTopicAliases(int maximum)
{
    private readonly Dictionary<string, ushort> aliases = new(StringComparer.Ordinal);

    /// <summary>The alias of a topic; 0 when it has none.</summary>
    public ushort Find(string topic) => aliases.GetValueOrDefault(topic);

    /// <summary>The number the next topic would get; 0 when there is none left.</summary>
    public ushort Next => aliases.Count < maximum ? (ushort)(aliases.Count + 1) : (ushort)0;

    /// <summary>The topic was sent with <see cref="Next"/>.</summary>
    public void Add(string topic) => aliases.Add(topic, Next);
}
